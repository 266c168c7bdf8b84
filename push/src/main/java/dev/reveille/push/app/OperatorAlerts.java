package dev.reveille.push.app;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.Reason;
import org.slf4j.LoggerFactory;

/// Reports what only the operator can correct. Called at most every few minutes per app and reason;
/// must not block.
@FunctionalInterface
public interface OperatorAlerts {
  /// Writes alerts into the log.
  OperatorAlerts LOG =
      (app, why, words) ->
          LoggerFactory.getLogger(OperatorAlerts.class)
              .warn("{} {}: {} {} ({})", why.code(), app, why.sentence(), why.remedy(), words);

  /// The same, naming the credential where the app has more than its default one.
  default OperatorAlerts about(final CredentialId credential) {
    return credential.isDefault()
        ? this
        : (app, why, words) -> alert(app, why, "credential " + credential + ": " + words);
  }

  /// @param words the platform's own, or the detail of a wrong setting; without secrets
  void alert(AppId app, Reason why, String words);
}

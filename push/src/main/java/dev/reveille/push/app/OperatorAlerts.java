package dev.reveille.push.app;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.Reason;
import org.slf4j.LoggerFactory;

/// Receives reports about what only the operator can correct, such as refused credentials. Must not
/// block.
@FunctionalInterface
public interface OperatorAlerts {
  /// Writes alerts into the log.
  OperatorAlerts LOG =
      (app, why, words) ->
          LoggerFactory.getLogger(OperatorAlerts.class)
              .warn("{} {}: {} {} ({})", why.code(), app, why.sentence(), why.remedy(), words);

  /// The same, naming the credential where the app has more than its default one.
  default OperatorAlerts about(final CredentialId credential) {
    return credential.isDefault() ? this : new OfCredential(this, credential);
  }

  /// Called at most every few minutes per app and reason.
  ///
  /// @param words the platform's own, or the detail of a wrong setting; without secrets
  void alert(AppId app, Reason why, String words);

  /// The service refuses a credential, until [#works] says otherwise.
  ///
  /// @param which tells what is refused from anything else; there is another one after a change of
  ///   the app's credentials
  default void refused(
      final CredentialStanding which,
      final AppId app,
      final CredentialId credential,
      final Reason why,
      final String words) {}

  /// The service takes it again.
  default void works(final CredentialStanding which) {}

  /// The service's other environment took a push than the address named.
  ///
  /// @param sandbox the sandbox took it
  default void tookElsewhere(final AppId app, final boolean sandbox) {}

  /// Passes alerts on with the name of one credential added.
  record OfCredential(OperatorAlerts all, CredentialId credential) implements OperatorAlerts {
    @Override
    public void alert(final AppId app, final Reason why, final String words) {
      all.alert(app, why, "credential " + credential + ": " + words);
    }

    @Override
    public void refused(
        final CredentialStanding which,
        final AppId app,
        final CredentialId unnamed,
        final Reason why,
        final String words) {
      all.refused(which, app, credential, why, words);
    }

    @Override
    public void works(final CredentialStanding which) {
      all.works(which);
    }

    @Override
    public void tookElsewhere(final AppId app, final boolean sandbox) {
      all.tookElsewhere(app, sandbox);
    }
  }
}

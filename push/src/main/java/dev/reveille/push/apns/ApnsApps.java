package dev.reveille.push.apns;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import java.util.List;
import java.util.Optional;

/// Finds an app's credentials for Apple. Called on a thread that may block on the disk; the answer
/// is kept until [ApnsSender#forget].
@FunctionalInterface
public interface ApnsApps {
  Optional<ApnsApp> find(AppId app);

  /// @param bundleId Apple's topic without suffix, for addresses that say none
  /// @param credentials all that the app has for Apple
  record ApnsApp(String bundleId, List<AppCredential> credentials) {
    public ApnsApp {
      credentials = List.copyOf(credentials);
    }

    /// With one credential for everything.
    public ApnsApp(final String bundleId, final Credential.Apns credential) {
      this(bundleId, List.of(new AppCredential(credential)));
    }
  }
}

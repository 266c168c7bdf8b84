package dev.reveille.push.apns;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import java.util.Optional;

/// Where the sender learns how to send for an app. Asked on a thread of its own, so it may read a
/// disk; the answer is kept until [ApnsSender#forget].
@FunctionalInterface
public interface ApnsApps {
  Optional<ApnsApp> find(AppId app);

  /// @param bundleId Apple's topic without suffix
  record ApnsApp(String bundleId, Credential.Apns credential) {}
}

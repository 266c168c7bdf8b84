package dev.reveille.push.fcm;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import java.util.List;

/// Finds an app's credentials for Google. Called on a thread that may block on the disk; the answer
/// is kept until [FcmSender#forget].
@FunctionalInterface
public interface FcmApps {
  /// All credentials that the app has for Google.
  List<AppCredential> find(AppId app);
}

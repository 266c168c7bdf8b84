package dev.reveille.push.fcm;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import java.util.List;

/// Where the sender learns how to send for an app. Asked on a thread of its own, so it may read a
/// disk; the answer is kept until [FcmSender#forget].
@FunctionalInterface
public interface FcmApps {
  /// All credentials that the app has for Google.
  List<AppCredential> find(AppId app);
}

package dev.reveille.push.fcm;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import java.util.Optional;

/// Where the sender learns how to send for an app. Asked on a thread of its own, so it may read a
/// disk; the answer is kept until [FcmSender#forget].
@FunctionalInterface
public interface FcmApps {
  Optional<Credential.Fcm> find(AppId app);
}

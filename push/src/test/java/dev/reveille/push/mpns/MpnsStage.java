package dev.reveille.push.mpns;

import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.windows.WindowsStage;

/// MPNS on loopback.
final class MpnsStage {
  static final String TAKEN =
      WindowsStage.answer(
          200,
          "X-NotificationStatus: Received\r\n"
              + "X-DeviceConnectionStatus: TempDisconnected\r\n"
              + "X-SubscriptionStatus: Active\r\n"
              + "X-MessageID: 00000000-0000-0000-0000-00000000beef\r\n");

  static final Credential.Mpns NOTHING = new Credential.Mpns("", "");

  private MpnsStage() {}

  static WindowsStage open() {
    return open(false);
  }

  /// @param secure whether the service over TLS wants to see a certificate
  static WindowsStage open(final boolean secure) {
    final var stage =
        new WindowsStage(
            PushService.MPNS,
            NOTHING,
            (settings, loops, _) -> new MpnsService("New message", settings, loops),
            secure);
    stage.channels.says(TAKEN);
    return stage;
  }
}

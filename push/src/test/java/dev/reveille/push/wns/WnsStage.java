package dev.reveille.push.wns;

import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.windows.WindowsStage;
import java.util.concurrent.atomic.AtomicInteger;

/// WNS on loopback.
final class WnsStage {
  static final String TAKEN =
      WindowsStage.answer(
          200,
          "X-WNS-NotificationStatus: received\r\nX-WNS-DeviceConnectionStatus: connected\r\n"
              + "X-WNS-Msg-ID: 5C5A1D0E2F\r\nX-WNS-Debug-Trace: DB5SCH101\r\nMS-CV: a.b.0\r\n");

  private static final AtomicInteger SERIAL = new AtomicInteger(1_000);

  private WnsStage() {}

  static WindowsStage open() {
    final var stage =
        new WindowsStage(
            PushService.WNS,
            store("https://127.0.0.1:1", ""),
            (settings, loops, clock) -> new WnsService("New message", settings, loops, clock),
            false);
    stage.channels.says(TAKEN);
    stage.credential = store(stage);
    return stage;
  }

  /// An identity of the Store that was never used.
  static Credential.Wns store(final WindowsStage stage) {
    return store(stage.tokens.url(), stage.tokens.certificates().authorityPem());
  }

  static Credential.Wns store(final String endpoint, final String trust) {
    return new Credential.Wns(
        "",
        "ms-app://s-1-15-2-" + SERIAL.incrementAndGet(),
        "sec+ret/=",
        "2027-01-31",
        endpoint,
        trust);
  }
}

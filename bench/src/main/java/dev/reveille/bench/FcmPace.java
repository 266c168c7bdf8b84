package dev.reveille.bench;

import dev.reveille.bench.receiver.ReceivedService;
import java.io.IOException;
import java.time.Duration;

/// Keeps a bench of FCM within what Google lets a project send, which the server keeps: 60,000 at
/// once, then 9,000 a second, the flow growing in the first minute. Turns are as long as what may
/// leave at once, with a rest between them; so a turn measures sending and not waiting.
final class FcmPace {
  static final long MOST = 50_000;
  private static final double REFILLED_PER_SECOND = 8_000;
  private static final Duration GROWS = Duration.ofSeconds(61);

  private final ReceivedService service;
  private final long began = System.nanoTime();
  private long ended = began;

  FcmPace(final ReceivedService service) {
    this.service = service;
  }

  /// @throws IOException when turns of that size would be held up
  static void check(final ReceivedService service, final long n) throws IOException {
    if (service == ReceivedService.FCM && n > MOST) {
      throw new IOException(
          "of FCM a turn has at most "
              + MOST
              + " events, not "
              + n
              + ": the server keeps what Google allows a project; take more --runs");
    }
  }

  /// @param paced whether it was FCM's turn
  void ended(final boolean paced) {
    if (paced) {
      ended = System.nanoTime();
    }
  }

  /// Waits until so many may leave at once.
  void await(final long n) throws InterruptedException {
    if (service != ReceivedService.FCM) {
      return;
    }
    final long refilled = ended + (long) (1e9 * n / REFILLED_PER_SECOND);
    final long until = Math.max(refilled, began + GROWS.toNanos());
    final long left = until - System.nanoTime();
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }
}

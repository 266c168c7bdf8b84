package dev.reveille.push.windows;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Answers that a test holds back until it lets them go.
public final class HeldAnswers {
  private static final long LONGEST_SECONDS = 20;

  private final CountDownLatch free = new CountDownLatch(1);

  /// Waits until [#letGo], but not for ever: a test that failed lets nothing go.
  public void hold() {
    try {
      final var _ = free.await(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  public void letGo() {
    free.countDown();
  }
}

package dev.reveille.protocols.device;

import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Delays a request's answer until what the request reported is on disk: a phone that got an answer
/// does not report it again.
///
/// When the store cannot commit, the request is refused in bounded time. What was noted may still
/// be kept later; the phone then says it twice, which changes nothing.
final class DurableResponse implements Runnable {
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CountDownLatch told = new CountDownLatch(1);
  private volatile @Nullable Refusal refusal;

  /// It is on disk.
  @Override
  public void run() {
    told.countDown();
  }

  /// It cannot be done, and nothing is waited for.
  void refuse(final Refusal why) {
    refusal = why;
    told.countDown();
  }

  /// Waits on the thread of the request, a virtual one.
  ///
  /// @throws Refusal when it was refused, or is not on disk within `patience`
  void await(final Duration patience) {
    try {
      if (!told.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Refusal(
            Reason.STORE_FAILED, "not kept within " + patience, Duration.ofSeconds(1));
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(Reason.SHUTTING_DOWN, "", Duration.ofSeconds(1));
    }
    final var why = refusal;
    if (why != null) {
      throw why;
    }
  }
}

package dev.reveille.protocols.rest;

import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Lets requests that look up many recipients read the disk in turn, and those of few at once.
///
/// A store's read holds the processor of the virtual thread that reads. With all of them reading
/// for broadcasts a call for one user would wait until the last is through.
///
/// Thread-safe.
final class LookUpTurns {
  /// So many recipients are looked up without waiting for a turn.
  static final int FEW = 8;

  private final Semaphore ofMany;

  LookUpTurns(final int atOnce) {
    ofMany = new Semaphore(atOnce, true);
  }

  /// As many at once as there are processors but one, at least one.
  static LookUpTurns besideOneProcessor() {
    return new LookUpTurns(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  /// @param oneOfMany the request holds other events too
  /// @throws Refusal when the thread is interrupted while it waits
  <T> T of(final boolean oneOfMany, final int recipients, final Supplier<T> lookUp) {
    if (!oneOfMany && recipients <= FEW) {
      return lookUp.get();
    }
    try {
      ofMany.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Reason.SHUTTING_DOWN, "", Duration.ofSeconds(1));
    }
    try {
      return lookUp.get();
    } finally {
      ofMany.release();
    }
  }

  /// How many wait for their turn.
  int waiting() {
    return ofMany.getQueueLength();
  }
}

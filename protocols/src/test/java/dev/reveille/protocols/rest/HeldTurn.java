package dev.reveille.protocols.rest;

import dev.reveille.protocols.device.Eventually;
import java.util.concurrent.CountDownLatch;

/// The one turn to look up many recipients, taken by the test until it is closed.
final class HeldTurn implements AutoCloseable {
  final LookupFairness turns = new LookupFairness(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread holds;

  HeldTurn() {
    final var taken = new CountDownLatch(1);
    holds =
        Thread.ofVirtual()
            .start(() ->
                turns.of(
                    ApiUnderTest.OTHER,
                    LookupFairness.FEW + 1,
                    () -> {
                      taken.countDown();
                      await(over);
                      return "";
                    }));
    await(taken);
  }

  void hasWaiting(final int count) {
    Eventually.holds(
        () -> turns.waiting() == count, () -> turns.waiting() + " wait for their turn");
  }

  private static void await(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Gives the turn to the next one that waits.
  @Override
  public void close() {
    over.countDown();
    try {
      holds.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.json.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LookUpTurnsTest {
  private final LookUpTurns turns = new LookUpTurns(1);

  @Test
  void a_call_is_looked_up_while_broadcasts_wait_for_each_other() throws Exception {
    final var disk = new CountDownLatch(1);
    final var reads = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      final var first =
          CompletableFuture.supplyAsync(
              () ->
                  turns.of(
                      false,
                      1_000,
                      () -> {
                        reads.countDown();
                        await(disk);
                        return "first";
                      }),
              threads);
      await(reads);
      final var second =
          CompletableFuture.supplyAsync(
              () -> turns.of(false, LookUpTurns.FEW + 1, () -> "second"), threads);
      final var third =
          CompletableFuture.supplyAsync(() -> turns.of(true, 1, () -> "of a batch"), threads);
      Eventually.holds(() -> turns.waiting() == 2, "both wait for their turn");
      assertEquals("call", turns.of(false, LookUpTurns.FEW, () -> "call"));
      disk.countDown();
      assertEquals("first", first.get(10, TimeUnit.SECONDS));
      assertEquals("second", second.get(10, TimeUnit.SECONDS));
      assertEquals("of a batch", third.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void a_look_up_that_fails_gives_its_turn_back() {
    for (int i = 0; i < 3; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              turns.of(
                  false,
                  1_000,
                  () -> {
                    throw new IllegalStateException("the disk");
                  }));
    }
    assertEquals(0, turns.waiting());
  }

  @Test
  void who_is_interrupted_while_it_waits_is_told_to_come_again() {
    Thread.currentThread().interrupt();
    assertThrows(Refusal.class, () -> turns.of(false, 1_000, () -> "never"));
    assertEquals(true, Thread.interrupted());
  }

  private static void await(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

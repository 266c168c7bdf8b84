package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.json.Refusal;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LookupFairnessTest {
  private static final int MANY = LookupFairness.FEW + 1;

  private final LookupFairness turns = new LookupFairness(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch disk = new CountDownLatch(1);
  private final Queue<String> order = new ConcurrentLinkedQueue<>();

  @AfterEach
  void end() {
    disk.countDown();
    threads.shutdownNow();
  }

  /// A look-up that has the turn until the disk answers.
  private CompletableFuture<String> begun() {
    final var reads = new CountDownLatch(1);
    final var begun =
        CompletableFuture.supplyAsync(
            () ->
                turns.of(
                    ApiUnderTest.ACME,
                    MANY,
                    () -> {
                      reads.countDown();
                      await(disk);
                      return "first";
                    }),
            threads);
    await(reads);
    return begun;
  }

  private CompletableFuture<?> waits(final OrganisationId whose, final String name) {
    final int before = turns.waiting();
    final var waits =
        CompletableFuture.supplyAsync(() -> turns.of(whose, MANY, () -> order.add(name)), threads);
    Eventually.holds(() -> turns.waiting() == before + 1, name + " waits for its turn");
    return waits;
  }

  @Test
  void a_call_is_looked_up_while_broadcasts_wait_for_each_other() throws Exception {
    final var first = begun();
    final var second = waits(ApiUnderTest.ACME, "second");
    assertEquals("call", turns.of(ApiUnderTest.ACME, LookupFairness.FEW, () -> "call"));
    disk.countDown();
    assertEquals("first", first.get(10, TimeUnit.SECONDS));
    second.get(10, TimeUnit.SECONDS);
    assertEquals(List.of("second"), List.copyOf(order));
  }

  @Test
  void an_organisation_waits_for_one_look_up_of_another_not_for_all_of_them() throws Exception {
    final var first = begun();
    final var all =
        List.of(
            waits(ApiUnderTest.ACME, "a1"),
            waits(ApiUnderTest.ACME, "a2"),
            waits(ApiUnderTest.ACME, "a3"),
            waits(ApiUnderTest.OTHER, "b1"),
            waits(ApiUnderTest.OTHER, "b2"));
    disk.countDown();
    first.get(10, TimeUnit.SECONDS);
    for (final var one : all) {
      one.get(10, TimeUnit.SECONDS);
    }
    assertEquals(List.of("a1", "b1", "a2", "b2", "a3"), List.copyOf(order));
    assertEquals("free", turns.of(ApiUnderTest.OTHER, MANY, () -> "free"));
  }

  @Test
  void a_look_up_that_fails_gives_its_turn_back() {
    for (int i = 0; i < 3; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              turns.of(
                  ApiUnderTest.ACME,
                  1_000,
                  () -> {
                    throw new IllegalStateException("the disk");
                  }));
    }
    assertEquals(0, turns.waiting());
  }

  @Test
  void who_is_interrupted_while_it_waits_is_told_to_come_again_and_takes_no_turn()
      throws Exception {
    final var first = begun();
    final var told = new AtomicReference<Throwable>();
    final var waits =
        Thread.ofVirtual()
            .start(() -> {
              try {
                turns.of(ApiUnderTest.ACME, MANY, () -> "never");
              } catch (final Refusal refusal) {
                told.set(refusal);
              }
            });
    Eventually.holds(() -> turns.waiting() == 1, "it waits");
    waits.interrupt();
    waits.join();
    assertInstanceOf(Refusal.class, told.get());
    assertEquals(0, turns.waiting());
    disk.countDown();
    first.get(10, TimeUnit.SECONDS);
    assertEquals("free", turns.of(ApiUnderTest.OTHER, MANY, () -> "free"));
  }

  private static void await(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

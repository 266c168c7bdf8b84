package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.device.HeldPort;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/// A request that waits for a call, the removal of its key, and the moments at which one look at
/// the key is stopped and let go, in random orders: the request never outlives the key.
final class RemovedKeyProperties {
  private static final int PATIENCE_SECONDS = 15;

  private enum Step {
    USE,
    WAIT,
    STOP_A_LOOK,
    LET_GO,
    REMOVE
  }

  @SuppressWarnings("NullAway") // set before all orders
  private static HeldPort<SecretStore> secrets;

  @SuppressWarnings("NullAway") // set before all orders
  private static ApiUnderTest api;

  @SuppressWarnings("NullAway") // set before all orders
  private static ExecutorService threads;

  @SuppressWarnings("NullAway") // set before all orders
  private static String call;

  @BeforeContainer
  static void start() {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    api =
        new ApiUnderTest(
            RestLimits.DEFAULT,
            RoutingOptions.DEFAULT,
            real -> {
              secrets = new HeldPort<>(SecretStore.class, real, "apiKey", "apiKeys");
              return secrets.port;
            });
    final var caller = api.caller();
    caller.put("/v1/users/anna", "{}");
    final var id = UUID.randomUUID();
    final var kept =
        caller.event(
            """
            {"id":"%s","source":"pbx","class":"call","to":["anna"],"ringFor":"PT5M",
             "call":{"id":"%s","caller":{"name":"Carol","address":"sip:carol@example.org"}}}\
            """
                .formatted(id, id));
    assertEquals(202, kept.status(), () -> kept.body().toString());
    call = "/v1/calls/" + id;
  }

  @AfterContainer
  static void stop() {
    threads.shutdownNow();
    api.close();
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void whatever_the_order_a_request_waits_no_longer_than_its_key_is_there(@ForAll final long seed) {
    new Order(new Random(seed)).play();
  }

  /// One order, of a key of its own.
  private static final class Order {
    private final Random random;
    private final List<Step> steps;
    private final ApiKeys.Made made;
    private final ApiUnderTest.Caller caller;
    private HeldPort.@Nullable Barrier barrier;
    private CompletableFuture<Reply> waits = new CompletableFuture<>();

    Order(final Random random) {
      this.random = random;
      this.steps = steps();
      this.made =
          ApiKeys.make(
              api.store().secrets(),
              ApiUnderTest.ACME,
              EnumSet.of(Right.LISTEN),
              "waits",
              Instant.now(),
              "test");
      this.caller = api.caller(made.secret());
    }

    private List<Step> steps() {
      final var own =
          new ArrayDeque<>(
              random.nextBoolean() ? List.of(Step.USE, Step.WAIT) : List.of(Step.WAIT));
      final var barriers = new ArrayDeque<>(List.of(Step.STOP_A_LOOK, Step.LET_GO));
      final var all = List.of(own, barriers, new ArrayDeque<>(List.of(Step.REMOVE)));
      final var order = new ArrayList<Step>();
      while (all.stream().anyMatch(left -> !left.isEmpty())) {
        final var from = all.get(random.nextInt(all.size()));
        if (!from.isEmpty()) {
          order.add(from.removeFirst());
        }
      }
      return order;
    }

    void play() {
      CompletableFuture<?> used = CompletableFuture.completedFuture(null);
      CompletableFuture<Void> removed = CompletableFuture.completedFuture(null);
      for (final var step : steps) {
        switch (step) {
          case USE -> used = CompletableFuture.supplyAsync(() -> caller.get(call), threads);
          case WAIT -> {
            final var before = used;
            waits = CompletableFuture.supplyAsync(() -> waitAfter(before), threads);
          }
          case STOP_A_LOOK -> barrier = secrets.stopNext(random.nextBoolean(), random.nextInt(3));
          case LET_GO -> {
            if (barrier != null) {
              secrets.remove(barrier);
            }
          }
          case REMOVE -> removed = CompletableFuture.runAsync(this::remove, threads);
        }
        goOn();
      }
      removed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
      final var told = waits.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
      // 429: too many requests without a valid key came before it
      assertTrue(List.of(401, 429).contains(told.status()), () -> told.body() + " in " + steps);
    }

    private Reply waitAfter(final CompletableFuture<?> before) {
      before.join();
      return caller.get(call + "?wait=29", "If-None-Match", "\"ringing-0\"");
    }

    private void remove() {
      api.store().secrets().removeApiKey(ApiUnderTest.ACME, made.key().id(), "test");
    }

    /// The next step comes at once, or after as long as others take to be answered.
    private void goOn() {
      for (int left = random.nextInt(4); left > 0; left--) {
        assertEquals(200, api.caller("").get("/v1/reasons/RV-111").status());
      }
    }
  }
}

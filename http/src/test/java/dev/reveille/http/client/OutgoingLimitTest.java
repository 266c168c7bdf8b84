package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pools share few places for connections: a call finds one whatever bulk holds, and what carries
/// nothing makes room.
final class OutgoingLimitTest {
  /// Nothing is tried again within a test, and no connection is idle for long enough to be closed.
  private static final PoolSettings PATIENT =
      PoolSettings.DEFAULT
          .onDemand()
          .withMostConnections(16)
          .withRetry(Duration.ofMinutes(2), Duration.ofMinutes(2))
          .withQueuePatience(Duration.ofMinutes(2));

  private final EventLoopGroup loops = ClientEventLoops.start(2, "places-test");
  private final OutgoingLimit limit = new OutgoingLimit(4);
  private final CountDownLatch held = new CountDownLatch(1);
  private final List<ClientPool> pools = new ArrayList<>();
  private PlainServer busy;
  private PlainServer quick;

  @BeforeEach
  void start() throws IOException {
    quick = new PlainServer((_, _, out) -> PlainServer.ok(out));
    busy =
        new PlainServer((_, _, out) -> {
          try {
            return held.await(20, TimeUnit.SECONDS) && PlainServer.ok(out);
          } catch (final InterruptedException _) {
            return false;
          }
        });
  }

  @AfterEach
  void stop() {
    held.countDown();
    pools.forEach(pool -> pool.close(Duration.ZERO));
    busy.close();
    quick.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private ClientPool pool(final PlainServer server, final PoolSettings settings) {
    final var made =
        new ClientPool("test", loops, 1, server.target(), settings, PoolListener.NONE, limit);
    pools.add(made);
    return made;
  }

  private static Probe sent(final ClientPool pool, final Priority priority) {
    final var probe = Probe.of("one", priority);
    pool.send(List.of(probe));
    return probe;
  }

  /// Bulk takes all places that it may, and more waits.
  private void crowd() {
    final var all = new ArrayList<Probe>();
    for (int i = 0; i < 10; i++) {
      all.add(Probe.of(Integer.toString(i), Priority.BULK));
    }
    pool(busy, PATIENT).send(all);
    Until.holds(() -> busy.requests.size() >= 3, "bulk is under way");
  }

  @Test
  void a_call_finds_a_place_that_bulk_must_not_take() throws Exception {
    crowd();
    final var pool = pool(quick, PATIENT);
    final var late = sent(pool, Priority.BULK);
    assertEquals(NotSent.NO_CONNECTION, late.result());
    assertEquals("all 3 outgoing connections are taken", late.told().words());
    assertEquals(200, sent(pool, Priority.URGENT).status(), "and is not put off by what was");
    assertEquals(3, busy.requests.size());
  }

  @Test
  void a_call_to_the_busy_host_itself_does_not_wait_for_an_answer_to_bulk() {
    crowd();
    sent(pools.getFirst(), Priority.URGENT);
    Until.holds(() -> busy.requests.getLast().startsWith("POST /probe/one "), "the call left");
    assertEquals(4, busy.requests.size());
  }

  @Test
  void when_calls_have_taken_the_last_place_too_the_next_one_is_told_so() throws Exception {
    crowd();
    sent(pool(busy, PATIENT), Priority.URGENT);
    Until.holds(() -> busy.requests.size() == 4, "a call took it");
    final var more = sent(pool(quick, PATIENT), Priority.URGENT);
    assertEquals(NotSent.NO_CONNECTION, more.result());
    assertEquals("all 4 outgoing connections are taken", more.told().words());
  }

  @Test
  void connections_that_carry_nothing_make_room_when_there_is_none() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(200, sent(pool(quick, PATIENT), Priority.BULK).status());
    }
    final var quickly = PATIENT.withRetry(Duration.ofMillis(20), Duration.ofMillis(20));
    final var other = pool(quick, quickly);
    assertEquals(NotSent.NO_CONNECTION, sent(other, Priority.BULK).result());
    Until.holds(
        () -> {
          try {
            return sent(other, Priority.BULK).status() == 200;
          } catch (final InterruptedException _) {
            return false;
          }
        },
        "one of the others was closed");
  }
}

package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// HTTP/1.1 through a pool: one request at a time on a connection that is kept.
final class Http1PoolTest {
  private static EventLoopGroup loops;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void startLoops() {
    loops = ClientEventLoops.start(1, "http1-test");
  }

  @AfterAll
  static void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    for (final var each : open.reversed()) {
      each.close();
    }
  }

  private PlainServer server(final PlainServer.Script script) throws Exception {
    final var server = new PlainServer(script);
    open.add(server);
    return server;
  }

  private ClientPool pool(final ClientTarget target, final PoolSettings settings) {
    final var pool = new ClientPool("test", loops, target, settings, PoolListener.NONE);
    open.add(() -> pool.close(Duration.ofMillis(200)));
    return pool;
  }

  private ClientPool pool(final PlainServer server) {
    return pool(server.target(), PoolSettings.DEFAULT.withMostConnections(1));
  }

  @Test
  void requests_follow_one_another_on_a_kept_connection_with_their_length() throws Exception {
    final var server = server((_, _, out) -> PlainServer.ok(out));
    final var pool = pool(server);
    final var group = Probe.many(20);
    pool.send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
    assertEquals(1, server.connections.get());
    for (int i = 0; i < group.size(); i++) {
      final var request = server.requests.get(i);
      assertTrue(request.startsWith("POST /probe/" + i + " HTTP/1.1\r\n"), request);
      final var lower = request.toLowerCase(Locale.ROOT);
      assertTrue(lower.contains("\r\nhost: localhost\r\n"), request);
      assertTrue(lower.contains("\r\ncontent-length: " + ("body of " + i).length()), request);
      assertTrue(lower.contains("\r\napns-topic: org.example.app\r\n"), request);
      assertTrue(!lower.contains("transfer-encoding"), request);
      assertTrue(request.endsWith("body of " + i), request);
    }
  }

  @Test
  void a_chunked_answer_and_interim_ones_are_read() throws Exception {
    final var server =
        server((_, _, out) -> {
          PlainServer.say(out, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
          PlainServer.say(out, "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n");
          PlainServer.say(out, "X-Word: yes\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
          return true;
        });
    final var probe = Probe.of("a");
    pool(server).send(List.of(probe));
    final var answer = assertInstanceOf(ClientAnswer.class, probe.result());
    assertEquals(201, answer.status());
    assertEquals("abcde", answer.bodyText());
    assertEquals("yes", answer.header("x-word").orElse(""));
  }

  @Test
  void a_redirect_is_an_answer_like_any_other() throws Exception {
    final var server =
        server((_, _, out) -> {
          PlainServer.say(
              out,
              "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
          return true;
        });
    final var probe = Probe.of("a");
    pool(server).send(List.of(probe));
    assertEquals(302, probe.status());
    assertEquals(1, server.requests.size());
  }

  @Test
  void a_connection_that_the_peer_closes_after_its_answer_is_replaced() throws Exception {
    final var server =
        server((_, _, out) -> {
          PlainServer.say(out, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
          return false;
        });
    for (final var settings :
        List.of(PoolSettings.DEFAULT, PoolSettings.DEFAULT.onDemand().withMostConnections(1))) {
      final int before = server.connections.get();
      final var pool = pool(server.target(), settings.withMostConnections(1));
      final var group = Probe.many(3);
      pool.send(group);
      for (final var probe : group) {
        assertEquals(200, probe.status());
      }
      assertEquals(3, server.connections.get() - before);
    }
  }

  @Test
  void an_answer_that_is_cut_leaves_the_request_uncertain() throws Exception {
    final var server =
        server((_, _, out) -> {
          PlainServer.say(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
          return false;
        });
    final var probe = Probe.of("a");
    pool(server).send(List.of(probe));
    assertEquals(Doubt.CONNECTION_LOST, probe.result());
  }

  @Test
  void what_is_no_answer_leaves_the_request_uncertain() throws Exception {
    final var server =
        server((_, _, out) -> {
          PlainServer.say(out, "SSH-2.0-OpenSSH\r\n\r\n");
          return true;
        });
    final var probe = Probe.of("a");
    pool(server).send(List.of(probe));
    assertEquals(Doubt.BAD_ANSWER, probe.result());
  }

  @Test
  void an_answer_that_does_not_come_ends_its_request_and_its_connection() throws Exception {
    final var server = server((connection, _, out) -> connection == 1 || PlainServer.ok(out));
    final var pool =
        pool(
            server.target(),
            PoolSettings.DEFAULT.withMostConnections(1).withAnswerPatience(Duration.ofMillis(300)));
    final var first = Probe.of("first");
    final var second = Probe.of("second");
    pool.send(List.of(first, second));
    assertEquals(Doubt.NO_ANSWER, first.result());
    assertEquals(200, second.status());
    assertEquals(2, server.connections.get());
  }

  @Test
  void a_drip_of_bytes_does_not_hold_a_request_beyond_its_time() throws Exception {
    final var server =
        server((_, _, out) -> {
          PlainServer.say(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
          try {
            for (int i = 0; i < 1_000; i++) {
              PlainServer.say(out, "x");
              TimeUnit.MILLISECONDS.sleep(20);
            }
          } catch (final InterruptedException _) {
            return false;
          }
          return true;
        });
    final var probe = Probe.of("a");
    pool(
            server.target(),
            PoolSettings.DEFAULT.withMostConnections(1).withAnswerPatience(Duration.ofMillis(400)))
        .send(List.of(probe));
    assertEquals(Doubt.NO_ANSWER, probe.result());
  }

  @Test
  void of_an_endless_answer_the_beginning_is_kept() throws Exception {
    final var server =
        server((_, _, out) -> {
          PlainServer.say(out, "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
          PlainServer.say(out, "x".repeat(100_000));
          return true;
        });
    final var probe = Probe.of("a");
    pool(server).send(List.of(probe));
    final var answer = assertInstanceOf(ClientAnswer.class, probe.result());
    assertEquals(16_384, answer.bodyText().length());
  }

  @Test
  void more_requests_open_more_connections_and_one_is_kept_for_calls() throws Exception {
    final var held = new CountDownLatch(1);
    final var server =
        server((_, request, out) -> {
          if (!request.contains("/probe/urgent")) {
            try {
              held.await();
            } catch (final InterruptedException _) {
              return false;
            }
          }
          return PlainServer.ok(out);
        });
    final var pool = pool(server.target(), PoolSettings.DEFAULT.withMostConnections(4));
    final var first = Probe.of("first", Priority.URGENT);
    pool.send(List.of(first));
    final var bulk = new ArrayList<Probe>();
    for (int i = 0; i < 10; i++) {
      bulk.add(Probe.of("bulk" + i, Priority.BULK));
    }
    pool.send(bulk);
    Until.holds(() -> server.requests.size() >= 3, "three connections carry requests");
    final var urgent = Probe.of("urgent", Priority.URGENT);
    pool.send(List.of(urgent));
    assertEquals(200, urgent.status());
    assertEquals(4, server.connections.get());
    held.countDown();
    for (final var probe : bulk) {
      assertEquals(200, probe.status());
    }
  }

  @Test
  void a_connection_that_rested_is_not_used_again() throws Exception {
    final var server = server((_, _, out) -> PlainServer.ok(out));
    final var pool =
        pool(
            server.target(),
            PoolSettings.DEFAULT
                .withMostConnections(1)
                .withIdle(Duration.ofMillis(200), Duration.ofHours(1), Duration.ofHours(1)));
    final var first = Probe.of("first");
    pool.send(List.of(first));
    assertEquals(200, first.status());
    Until.holds(() -> server.left.get() == 1, "the rested connection was closed");
    final var second = Probe.of("second");
    pool.send(List.of(second));
    assertEquals(200, second.status());
    assertEquals(2, server.connections.get());
  }

  @Test
  void one_that_rested_is_not_used_before_it_is_closed_either() throws Exception {
    final var server = server((_, _, out) -> PlainServer.ok(out));
    final var pool =
        pool(
            server.target(),
            PoolSettings.DEFAULT
                .withMostConnections(1)
                .withIdle(Duration.ofMillis(50), Duration.ofHours(1), Duration.ofHours(1)));
    final var first = Probe.of("first");
    pool.send(List.of(first));
    assertEquals(200, first.status());
    final long answered = System.nanoTime();
    Until.holds(() -> System.nanoTime() - answered > 60_000_000L, "it has rested");
    final var second = Probe.of("second");
    pool.send(List.of(second));
    assertEquals(200, second.status());
    assertTrue(server.connections.get() > 1);
  }

  @Test
  void connections_over_all_pools_are_counted() throws Exception {
    final var server = server((_, _, out) -> PlainServer.ok(out));
    final var limit = new OutgoingLimit(1);
    final var settings = PoolSettings.DEFAULT.onDemand().withMostConnections(1);
    final var one =
        new ClientPool("one", loops, 1, server.target(), settings, PoolListener.NONE, limit);
    final var two =
        new ClientPool("two", loops, 1, server.target(), settings, PoolListener.NONE, limit);
    final var first = Probe.of("first");
    one.send(List.of(first));
    assertEquals(200, first.status());
    final var second = Probe.of("second");
    two.send(List.of(second));
    assertEquals(NotSent.NO_CONNECTION, second.result());
    assertTrue(second.told().words().contains("all 1 outgoing connections"), second.told().words());
    one.close(Duration.ZERO);
    Until.holds(() -> limit.open() == 0, "the place is given back");
    Until.holds(
        () -> {
          final var third = Probe.of("third");
          two.send(List.of(third));
          try {
            return third.status() == 200;
          } catch (final InterruptedException _) {
            return false;
          }
        },
        "another pool takes the place");
    two.close(Duration.ZERO);
  }
}

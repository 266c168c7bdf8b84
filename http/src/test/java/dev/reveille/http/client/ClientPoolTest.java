package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The plain ways of a pool: groups, limits, lanes, windows, answers.
final class ClientPoolTest {
  private static EventLoopGroup loops;
  private final RawServer server = new RawServer();
  private final List<ClientPool> pools = new ArrayList<>();

  @BeforeAll
  static void startLoops() {
    loops = ClientEventLoops.start(2, "pool-test");
  }

  @AfterAll
  static void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    pools.forEach(pool -> pool.close(Duration.ofMillis(200)));
    server.close();
  }

  private ClientPool pool(final PoolSettings settings) {
    final var pool = new ClientPool("test", loops, server.target(), settings, PoolListener.NONE);
    pools.add(pool);
    return pool;
  }

  @Test
  void every_request_of_a_group_gets_its_own_answer() throws Exception {
    final Set<String> paths = ConcurrentHashMap.newKeySet();
    server.behave((peer, stream, headers, body) -> {
      final String path = headers.path().toString();
      final boolean whole =
          body.equals("body of " + path.substring("/probe/".length()))
              && "POST".contentEquals(headers.method())
              && "https".contentEquals(headers.scheme())
              && "localhost".contentEquals(headers.authority())
              && "org.example.app".contentEquals(headers.get("apns-topic"))
              && "00000000-0000-0001-0000-000000000002".contentEquals(headers.get("apns-id"));
      if (whole) {
        paths.add(path);
      }
      peer.answer(stream, whole ? "200" : "400");
    });
    final var group = Probe.many(3_000);
    pool(PoolSettings.DEFAULT.withMostConnections(1)).send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
    assertEquals(3_000, paths.size());
    assertEquals(1, server.peers.size());
  }

  @Test
  void the_peers_stream_limit_is_never_exceeded_and_a_raised_one_is_used() throws Exception {
    final var open = new AtomicInteger();
    final var most = new AtomicInteger();
    final var seen = new CopyOnWriteArrayList<Integer>();
    server.settings(new Http2Settings().maxConcurrentStreams(1));
    server.behave((peer, stream, _, _) -> {
      most.accumulateAndGet(open.incrementAndGet(), Math::max);
      seen.add(open.get());
      if (stream == 21) {
        peer.settings(new Http2Settings().maxConcurrentStreams(50));
      }
      peer.ctx
          .executor()
          .schedule(
              () -> {
                open.decrementAndGet();
                peer.answer(stream, "200");
              },
              2,
              TimeUnit.MILLISECONDS);
    });
    final var group = Probe.many(500);
    pool(PoolSettings.DEFAULT.withMostConnections(1)).send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
    assertTrue(
        seen.subList(0, 10).stream().allMatch(one -> one == 1),
        "one stream at first: " + seen.subList(0, 10));
    assertTrue(most.get() > 1 && most.get() <= 50, "later up to fifty: " + most.get());
  }

  @Test
  void a_full_lane_is_answered_and_leaves_the_other_lanes_their_room() throws Exception {
    server.settings(new Http2Settings().maxConcurrentStreams(1));
    final var held = new java.util.concurrent.CompletableFuture<Runnable>();
    server.behave((peer, stream, headers, _) -> {
      if (headers.path().toString().endsWith("blocking")) {
        held.complete(() -> peer.answer(stream, "200"));
      } else {
        peer.answer(stream, "200");
      }
    });
    final var pool = pool(PoolSettings.DEFAULT.withQueueLimit(5).withMostConnections(1));
    final var blocking = Probe.of("blocking");
    pool.send(List.of(blocking));
    final var release = held.get(5, TimeUnit.SECONDS);
    final var bulk = new ArrayList<Probe>();
    for (int i = 0; i < 20; i++) {
      bulk.add(Probe.of("bulk" + i, Priority.BULK));
    }
    pool.send(bulk);
    assertEquals(NotSent.QUEUE_FULL, bulk.getLast().result());
    final var call = Probe.of("call", Priority.URGENT);
    pool.send(List.of(call));
    release.run();
    assertEquals(200, call.status());
  }

  @Test
  void urgent_overtakes_normal_and_normal_overtakes_bulk() throws Exception {
    final var order = new CopyOnWriteArrayList<String>();
    final var hold = new java.util.concurrent.CountDownLatch(1);
    server.settings(new Http2Settings().maxConcurrentStreams(1));
    server.behave((peer, stream, headers, _) -> {
      order.add(headers.path().toString());
      if (order.size() == 1) {
        Thread.ofVirtual()
            .start(() -> {
              try {
                hold.await();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
              peer.answer(stream, "200");
            });
      } else {
        peer.answer(stream, "200");
      }
    });
    final var pool = pool(PoolSettings.DEFAULT.withMostConnections(1));
    final var first = Probe.of("first");
    pool.send(List.of(first));
    Until.holds(() -> !order.isEmpty(), "the first request arrives");
    final var waiting =
        List.of(
            Probe.of("bulk", Priority.BULK),
            Probe.of("normal", Priority.NORMAL),
            Probe.of("urgent", Priority.URGENT));
    pool.send(waiting);
    hold.countDown();
    for (final var probe : waiting) {
      assertEquals(200, probe.status());
    }
    assertEquals(List.of("/probe/first", "/probe/urgent", "/probe/normal", "/probe/bulk"), order);
  }

  @Test
  void a_request_whose_moment_has_passed_does_not_leave() throws Exception {
    final var pool = pool(PoolSettings.DEFAULT);
    final var warm = Probe.of("warm");
    pool.send(List.of(warm));
    assertEquals(200, warm.status());
    final var late = new Probe("late", Priority.URGENT, System.nanoTime() - 1, "");
    pool.send(List.of(late));
    assertEquals(NotSent.TOO_LATE, late.result());
  }

  @Test
  void bodies_follow_through_a_tiny_stream_window() throws Exception {
    server.settings(new Http2Settings().maxConcurrentStreams(10).initialWindowSize(10));
    server.onHead((peer, stream) -> {
      for (int i = 0; i < 40; i++) {
        peer.window(stream, 50);
      }
    });
    final var bodies = new CopyOnWriteArrayList<String>();
    server.behave((peer, stream, _, body) -> {
      bodies.add(body);
      peer.answer(stream, "200");
    });
    final var pool = pool(PoolSettings.DEFAULT);
    final var probe =
        new Probe("long", Priority.NORMAL, ClientRequest.NO_MOMENT, "x".repeat(2_000));
    pool.send(List.of(probe));
    assertEquals(200, probe.status());
    assertEquals(List.of("x".repeat(2_000)), bodies);
  }

  @Test
  void a_closed_connection_window_holds_requests_back_until_it_opens() throws Exception {
    // 65,535 bytes are allowed without an update: sixteen bodies of 4,000
    final var arrived = new AtomicInteger();
    server.behave((peer, stream, _, body) -> {
      peer.answer(stream, "200");
      if (arrived.incrementAndGet() % 16 == 0) {
        peer.window(0, 16 * body.length());
      }
    });
    final var group = new ArrayList<Probe>();
    for (int i = 0; i < 200; i++) {
      group.add(new Probe("w" + i, Priority.NORMAL, ClientRequest.NO_MOMENT, "y".repeat(4_000)));
    }
    pool(PoolSettings.DEFAULT.withMostConnections(1)).send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
  }

  @Test
  void a_peer_that_owes_a_window_update_is_asked_whether_it_is_there() throws Exception {
    server.onPing(peer -> peer.window(0, 60_000));
    final var group = new ArrayList<Probe>();
    for (int i = 0; i < 40; i++) {
      group.add(new Probe("w" + i, Priority.NORMAL, ClientRequest.NO_MOMENT, "y".repeat(4_000)));
    }
    pool(PoolSettings.DEFAULT.withMostConnections(1)).send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
  }

  @Test
  void interim_answers_are_passed_over_and_bodies_and_trailers_collected() throws Exception {
    server.behave((peer, stream, _, _) -> {
      peer.headers(stream, new DefaultHttp2Headers().status("103"), false);
      peer.headers(stream, new DefaultHttp2Headers().status("410").set("retry-after", "7"), false);
      peer.data(stream, "{\"reason\":", false);
      peer.data(stream, "\"Unregistered\"}", false);
      peer.headers(stream, new DefaultHttp2Headers().set("x-end", "1"), true);
    });
    final var probe = Probe.of("p");
    pool(PoolSettings.DEFAULT).send(List.of(probe));
    final var answer = assertInstanceOf(ClientAnswer.class, probe.result());
    assertEquals(410, answer.status());
    assertEquals("7", answer.header("retry-after").orElse(""));
    assertEquals("{\"reason\":\"Unregistered\"}", answer.bodyText());
  }

  @Test
  void an_endless_answer_is_cut_short() throws Exception {
    server.behave((peer, stream, _, _) -> {
      peer.headers(stream, new DefaultHttp2Headers().status("500"), false);
      for (int i = 0; i < 30; i++) {
        peer.data(stream, "z".repeat(1_000), false);
      }
    });
    final var probe = Probe.of("p");
    pool(PoolSettings.DEFAULT).send(List.of(probe));
    final var answer = assertInstanceOf(ClientAnswer.class, probe.result());
    assertEquals(16_384, answer.bodyText().length());
  }

  @Test
  void many_answers_with_bodies_do_not_use_up_our_window() throws Exception {
    server.behave((peer, stream, _, _) -> {
      peer.headers(stream, new DefaultHttp2Headers().status("400"), false);
      peer.data(stream, "e".repeat(1_000), true);
    });
    final var group = Probe.many(500);
    pool(PoolSettings.DEFAULT).send(group);
    for (final var probe : group) {
      assertEquals(400, probe.status());
    }
  }

  @Test
  void what_is_no_http_answer_leaves_the_request_uncertain() throws Exception {
    server.behave((peer, stream, _, _) ->
        peer.headers(stream, new DefaultHttp2Headers().status("abc"), true));
    final var probe = Probe.of("p");
    pool(PoolSettings.DEFAULT).send(List.of(probe));
    assertEquals(Doubt.BAD_ANSWER, probe.result());
  }

  @Test
  void a_ping_of_the_peer_is_answered() throws Exception {
    final var pool = pool(PoolSettings.DEFAULT);
    final var probe = Probe.of("p");
    pool.send(List.of(probe));
    assertEquals(200, probe.status());
    server.peers.getFirst().ping(4_711);
    assertEquals(4_711L, server.pongs.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void a_request_that_cannot_write_itself_harms_no_other() throws Exception {
    final var pool = pool(PoolSettings.DEFAULT);
    final var broken = new java.util.concurrent.CompletableFuture<NotSent>();
    final var defect =
        new ClientRequest(Priority.NORMAL, ClientRequest.NO_MOMENT) {
          @Override
          protected void head(final RequestHeaders headers) {
            throw new IllegalStateException("a defect");
          }

          @Override
          protected byte[] body() {
            return new byte[0];
          }

          @Override
          protected void answered(final ClientAnswer answer) {}

          @Override
          protected void notSent(final NotSent why) {
            broken.complete(why);
          }

          @Override
          protected void uncertain(final Doubt why) {}
        };
    final var before = Probe.of("before");
    final var after = Probe.of("after");
    pool.send(List.of(before, defect, after));
    assertEquals(NotSent.BROKEN, broken.get(5, TimeUnit.SECONDS));
    assertEquals(200, before.status());
    assertEquals(200, after.status());
  }

  @Test
  void a_jam_opens_more_connections_up_to_the_limit() throws Exception {
    server.settings(new Http2Settings().maxConcurrentStreams(1));
    server.behave((peer, stream, _, _) ->
        peer.ctx.executor().schedule(() -> peer.answer(stream, "200"), 40, TimeUnit.MILLISECONDS));
    final var group = Probe.many(60);
    pool(PoolSettings.DEFAULT.withMostConnections(3)).send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
    assertEquals(3, server.peers.size());
  }

  @Test
  void requests_that_are_handed_in_while_answers_are_told_go_out_too() throws Exception {
    final var pool = pool(PoolSettings.DEFAULT);
    final var last = Probe.of("last");
    final var chain =
        new ClientRequest(Priority.NORMAL, ClientRequest.NO_MOMENT) {
          @Override
          protected void head(final RequestHeaders headers) {
            Probe.of("chain").head(headers);
          }

          @Override
          protected byte[] body() {
            return new byte[0];
          }

          @Override
          protected void answered(final ClientAnswer answer) {
            pool.send(List.of(last));
          }

          @Override
          protected void notSent(final NotSent why) {}

          @Override
          protected void uncertain(final Doubt why) {}
        };
    pool.send(List.of(chain));
    assertEquals(200, last.status());
  }

  @Test
  void the_load_returns_to_nothing() throws Exception {
    final var pool = pool(PoolSettings.DEFAULT);
    final var group = Probe.many(200);
    pool.send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
    Until.holds(() -> pool.load() == 0, "nothing is queued or under way");
  }
}

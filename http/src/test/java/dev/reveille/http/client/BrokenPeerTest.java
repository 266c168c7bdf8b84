package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What breaks on the way costs no request: it goes out again where that is certainly safe, and is
/// reported as uncertain where it is not.
final class BrokenPeerTest {
  private static final PoolSettings QUICK =
      PoolSettings.DEFAULT.withRetry(Duration.ofMillis(20), Duration.ofMillis(200));

  private static EventLoopGroup loops;
  private final RawServer server = new RawServer();
  private final List<ClientPool> pools = new ArrayList<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  private final PoolListener listener =
      new PoolListener() {
        @Override
        public void connected(final InetSocketAddress peer) {
          events.add("connected");
        }

        @Override
        public void connectFailed(
            final String why, final Optional<ConnectFailure> failure, final int inRow) {
          events.add("failed: " + why);
        }

        @Override
        public void goAway(final long error, final String debug) {
          events.add("goaway " + error + " " + debug);
        }
      };

  @BeforeAll
  static void startLoops() {
    loops = ClientEventLoops.start(2, "broken-test");
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
    final var pool = new ClientPool("test", loops, server.target(), settings, listener);
    pools.add(pool);
    return pool;
  }

  private void warm(final ClientPool pool) throws InterruptedException {
    final var probe = Probe.of("warm");
    pool.send(List.of(probe));
    assertEquals(200, probe.status());
  }

  @Test
  void streams_above_goaways_last_go_out_again_and_callers_do_not_notice() throws Exception {
    final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    server.behave((peer, stream, headers, _) -> {
      seen.computeIfAbsent(headers.path().toString(), _ -> new AtomicInteger()).incrementAndGet();
      if (server.peers.size() > 1) {
        peer.answer(stream, "200");
      } else if (stream <= 9) {
        peer.answer(stream, "200");
        if (stream == 9) {
          peer.goAway(9, Http2Error.NO_ERROR.code(), "{\"reason\":\"Shutdown\"}");
        }
      }
    });
    final var group = Probe.many(50);
    pool(QUICK).send(group);
    for (final var probe : group) {
      assertEquals(200, probe.status());
    }
    assertEquals(50, seen.size());
    assertTrue(events.contains("goaway 0 {\"reason\":\"Shutdown\"}"), events.toString());
  }

  @Test
  void an_unanswered_stream_that_goaway_covers_is_uncertain() throws Exception {
    server.behave((peer, stream, _, _) -> {
      if (stream == 5 && server.peers.size() == 1) {
        peer.goAway(5, Http2Error.NO_ERROR.code(), "");
        peer.ctx.executor().schedule(() -> peer.ctx.close(), 50, TimeUnit.MILLISECONDS);
      } else {
        peer.answer(stream, "200");
      }
    });
    final var group = Probe.many(3);
    pool(QUICK).send(group);
    assertEquals(200, group.get(0).status());
    assertEquals(200, group.get(1).status());
    assertEquals(Doubt.CONNECTION_LOST, group.get(2).result());
  }

  @Test
  void a_refused_stream_goes_out_again() throws Exception {
    final var refusals = new AtomicInteger();
    server.behave((peer, stream, _, _) -> {
      if (refusals.getAndIncrement() < 3) {
        peer.reset(stream, Http2Error.REFUSED_STREAM.code());
      } else {
        peer.answer(stream, "200");
      }
    });
    final var probe = Probe.of("p");
    pool(QUICK).send(List.of(probe));
    assertEquals(200, probe.status());
  }

  @Test
  void a_peer_that_refuses_for_ever_is_told_to_the_author() throws Exception {
    server.behave((peer, stream, _, _) -> peer.reset(stream, Http2Error.REFUSED_STREAM.code()));
    final var probe = Probe.of("p");
    pool(QUICK).send(List.of(probe));
    assertEquals(NotSent.REFUSED, probe.result());
  }

  @Test
  void another_reset_leaves_the_request_uncertain() throws Exception {
    server.behave((peer, stream, _, _) -> peer.reset(stream, Http2Error.INTERNAL_ERROR.code()));
    final var probe = Probe.of("p");
    pool(QUICK).send(List.of(probe));
    assertEquals(Doubt.STREAM_RESET, probe.result());
  }

  @Test
  void a_cut_makes_what_was_written_uncertain_and_moves_what_was_not() throws Exception {
    server.settings(new Http2Settings().maxConcurrentStreams(10));
    server.behave((peer, stream, _, _) -> {
      if (server.peers.size() == 1) {
        if (stream == 19) {
          peer.cut();
        }
      } else {
        peer.answer(stream, "200");
      }
    });
    final var group = Probe.many(100);
    pool(QUICK.withMostConnections(1)).send(group);
    int uncertain = 0;
    for (final var probe : group) {
      uncertain += probe.result() == Doubt.CONNECTION_LOST ? 1 : 0;
    }
    assertEquals(10, uncertain);
  }

  @Test
  void a_half_open_connection_is_found_out_and_the_next_requests_take_another() throws Exception {
    final var pool =
        pool(
            QUICK
                .withMostConnections(1)
                .withLivenessCheck(Duration.ofMillis(200), Duration.ofMillis(300)));
    warm(pool);
    server.peers.getFirst().freeze();
    final var lost = Probe.of("lost");
    pool.send(List.of(lost));
    assertEquals(Doubt.CONNECTION_DEAD, lost.result());
    final var next = Probe.of("next");
    pool.send(List.of(next));
    assertEquals(200, next.status());
  }

  @Test
  void requests_do_not_wait_for_the_verdict_on_a_suspected_connection() throws Exception {
    final var pool = pool(QUICK.withLivenessCheck(Duration.ofMillis(100), Duration.ofSeconds(30)));
    warm(pool);
    server.peers.getFirst().freeze();
    final var lost = Probe.of("lost");
    pool.send(List.of(lost));
    Until.holds(() -> server.peers.size() == 2, "another connection");
    final var next = Probe.of("next");
    pool.send(List.of(next));
    assertEquals(200, next.status(), "thirty seconds before the verdict");
    assertTrue(lost.heardNothing());
  }

  @Test
  void after_a_long_silence_the_first_request_takes_a_ping_along() throws Exception {
    final var settings =
        QUICK
            .withLivenessCheck(Duration.ofSeconds(30), Duration.ofMillis(300))
            .withIdle(Duration.ZERO, Duration.ofHours(1), Duration.ofHours(1));
    final var pool = pool(settings);
    warm(pool);
    server.peers.getFirst().freeze();
    final var lost = Probe.of("lost");
    pool.send(List.of(lost));
    assertEquals(Doubt.CONNECTION_DEAD, lost.result(), "thirty seconds before suspicion");
  }

  @Test
  void an_idle_connection_is_pinged_and_a_dead_one_replaced() throws Exception {
    final var settings =
        QUICK
            .withLivenessCheck(Duration.ofSeconds(30), Duration.ofMillis(300))
            .withIdle(Duration.ofHours(1), Duration.ofMillis(100), Duration.ofHours(1));
    final var pool = pool(settings);
    warm(pool);
    server.peers.getFirst().freeze();
    Until.holds(() -> server.peers.size() == 2, "another connection");
  }

  @Test
  void no_answer_in_time_gives_up_the_request_and_keeps_the_connection() throws Exception {
    server.behave((peer, stream, headers, _) -> {
      if (!headers.path().toString().endsWith("stalled")) {
        peer.answer(stream, "200");
      }
    });
    final var pool = pool(QUICK.withAnswerPatience(Duration.ofMillis(300)));
    final var stalled = Probe.of("stalled");
    pool.send(List.of(stalled));
    assertEquals(Doubt.NO_ANSWER, stalled.result());
    warm(pool);
    assertEquals(1, server.peers.size());
  }

  @Test
  void without_a_server_requests_end_after_their_patience_and_later_ones_find_it_again()
      throws Exception {
    final int port = server.port();
    server.close();
    final var target = ClientTarget.of("127.0.0.1", port, List.of(server.certificates.authority()));
    final var pool =
        new ClientPool(
            "test", loops, target, QUICK.withQueuePatience(Duration.ofMillis(300)), listener);
    pools.add(pool);
    final var vain = Probe.of("vain");
    pool.send(List.of(vain));
    assertEquals(NotSent.NO_CONNECTION, vain.result());
    assertTrue(
        events.stream().filter(event -> event.startsWith("failed")).count() >= 2,
        events.toString());
    try (var again = new RawServer(port, server.certificates)) {
      // each waits three tenths of a second only; one of them meets the connection
      Object result = vain;
      for (int i = 0; i < 60 && !(result instanceof ClientAnswer); i++) {
        final var later = Probe.of("later");
        pool.send(List.of(later));
        result = later.result();
      }
      assertInstanceOf(ClientAnswer.class, result, "at " + again.port());
    }
  }

  @Test
  void a_certificate_of_no_trusted_issuer_is_not_spoken_to() throws Exception {
    final var stranger = LoopbackCertificates.make();
    final var target = ClientTarget.of("127.0.0.1", server.port(), List.of(stranger.authority()));
    final var pool =
        new ClientPool(
            "test", loops, target, QUICK.withQueuePatience(Duration.ofMillis(300)), listener);
    pools.add(pool);
    final var probe = Probe.of("p");
    pool.send(List.of(probe));
    assertEquals(NotSent.NO_CONNECTION, probe.result());
    assertTrue(
        events.stream().anyMatch(event -> event.startsWith("failed: TLS")), events.toString());
  }

  @Test
  void a_peer_that_closes_each_connection_before_an_answer_is_not_stormed() throws Exception {
    final List<Long> cuts = new CopyOnWriteArrayList<>();
    server.behave((peer, _, _, _) -> {
      cuts.add(System.nanoTime());
      peer.cut();
    });
    final var first = Duration.ofMillis(40);
    final var pool =
        pool(
            QUICK
                .withRetry(first, Duration.ofSeconds(10))
                .withQueuePatience(Duration.ofSeconds(30)));
    for (int i = 1; i <= 4; i++) {
      final var taken = Probe.of("request " + i); // each connection takes one along
      pool.send(List.of(taken));
      assertEquals(Doubt.CONNECTION_LOST, taken.result());
      assertEquals(i, cuts.size());
    }
    for (int pause = 1; pause < 4; pause++) {
      final long least = first.toNanos() / 2 << pause - 1; // half of each pause is chance
      final long waited = cuts.get(pause) - cuts.get(pause - 1);
      assertTrue(waited >= least, "pause " + pause + ": " + Duration.ofNanos(waited));
    }
  }

  @Test
  void a_repeat_takes_another_connection_when_asked() throws Exception {
    final Map<String, RawServer.Peer> peers = new ConcurrentHashMap<>();
    server.behave((peer, stream, headers, _) -> {
      final boolean first = peers.put(headers.path().toString(), peer) == null;
      peer.answer(stream, first ? "503" : "200");
    });
    final var pool = pool(QUICK);
    final var probe = Probe.of("p");
    pool.send(List.of(probe));
    assertEquals(503, probe.status());
    final var before = peers.get("/probe/p");
    pool.send(List.of(probe.elsewhere()));
    assertEquals(200, probe.status());
    assertTrue(before != peers.get("/probe/p"));
  }

  @Test
  void closing_waits_for_answers_on_their_way_and_turns_the_rest_away() throws Exception {
    server.settings(new Http2Settings().maxConcurrentStreams(1));
    final var answers = new LinkedBlockingQueue<Runnable>();
    server.behave((peer, stream, _, _) -> answers.add(() -> peer.answer(stream, "200")));
    final var pool = pool(QUICK.withMostConnections(1));
    final var under = Probe.of("under way");
    final var waiting = Probe.of("waiting", Priority.BULK);
    pool.send(List.of(under, waiting));
    final var answer = answers.take(); // the first has arrived, the second cannot leave
    final var closing = Thread.ofVirtual().start(() -> pool.close(Duration.ofSeconds(20)));
    assertEquals(NotSent.CLOSED, waiting.result());
    assertTrue(under.heardNothing() && closing.isAlive(), "it waits for the answer on its way");
    answer.run();
    assertEquals(200, under.status());
    closing.join();
    final var after = Probe.of("after");
    pool.send(List.of(after));
    assertEquals(NotSent.CLOSED, after.result());
  }

  @Test
  void retired_connections_finish_and_new_requests_get_a_new_one() throws Exception {
    final var pool = pool(QUICK);
    warm(pool);
    pool.retireConnections("the key was revoked");
    warm(pool);
    assertEquals(2, server.peers.size());
  }
}

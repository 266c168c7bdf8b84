package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// An urgent request finds a stream, and little before it, whatever else is under way.
final class UrgentRoomTest {
  private final EventLoopGroup loop = ClientEventLoops.start(1, "urgent-test");
  private final RawServer server = new RawServer();
  private final ClientPool pool =
      new ClientPool(
          "test",
          loop,
          server.target(),
          PoolSettings.DEFAULT.withMostConnections(1),
          PoolListener.NONE);

  /// The answers that the peer still owes.
  private final ConcurrentLinkedQueue<Runnable> owed = new ConcurrentLinkedQueue<>();

  private final AtomicInteger arrived = new AtomicInteger();

  @AfterEach
  void close() {
    pool.close(Duration.ofMillis(200));
    server.close();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /// Calls are answered at once, everything else when the test says so.
  private void holdAllButCalls() {
    server.behave((peer, stream, headers, _) -> {
      if (headers.path().toString().endsWith("call")) {
        peer.answer(stream, "200");
      } else {
        arrived.incrementAndGet();
        owed.add(() -> peer.answer(stream, "200"));
      }
    });
  }

  /// Each connection proves itself by its first answer.
  private void proved() throws InterruptedException {
    final var first = Probe.of("a first call", Priority.URGENT);
    pool.send(List.of(first));
    assertEquals(200, first.status());
  }

  @Test
  void one_stream_of_sixteen_is_kept_for_urgent_requests() throws Exception {
    server.settings(new Http2Settings().maxConcurrentStreams(32));
    holdAllButCalls();
    proved();
    final var normal = Probe.many(100);
    pool.send(normal);
    Until.holds(() -> arrived.get() == 30, "the streams of the others are taken");
    final var call = Probe.of("call", Priority.URGENT);
    pool.send(List.of(call));
    assertEquals(200, call.status());
    assertEquals(30, arrived.get());
    for (int i = 0; i < normal.size(); i++) {
      Until.holds(() -> !owed.isEmpty(), "the others go on");
      owed.remove().run();
    }
    for (final var one : normal) {
      assertEquals(200, one.status());
    }
  }

  @Test
  void repeats_on_another_connection_leave_that_stream_free_too() throws Exception {
    server.settings(new Http2Settings().maxConcurrentStreams(32));
    final Set<String> failed = ConcurrentHashMap.newKeySet();
    final Map<RawServer.Peer, AtomicInteger> held = new ConcurrentHashMap<>();
    server.behave((peer, stream, headers, _) -> {
      final var path = headers.path().toString();
      if (path.endsWith("call")) {
        peer.answer(stream, "200");
      } else if (failed.add(path)) {
        peer.answer(stream, "503");
      } else {
        held.computeIfAbsent(peer, _ -> new AtomicInteger()).incrementAndGet();
      }
    });
    final var two =
        new ClientPool(
            "two",
            loop,
            server.target(),
            PoolSettings.DEFAULT.withMostConnections(2),
            PoolListener.NONE);
    try {
      final var some = Probe.many(100);
      two.send(some);
      for (final var one : some) {
        assertEquals(503, one.status());
      }
      two.send(some.stream().map(Probe::elsewhere).toList());
      Until.holds(
          () -> held.values().stream().anyMatch(count -> count.get() >= 30), "repeats are held");
      final var call = Probe.of("call", Priority.URGENT);
      two.send(List.of(call));
      assertEquals(200, call.status());
      held.values().forEach(count -> assertTrue(count.get() <= 30, count + " of 32 are taken"));
    } finally {
      two.close(Duration.ofMillis(200));
    }
  }

  @Test
  void no_more_stand_before_the_peer_than_its_answers_allow() throws Exception {
    holdAllButCalls();
    proved();
    pool.send(Probe.many(900));
    Until.holds(() -> arrived.get() == FlightLimit.FIRST, "the first ones are under way");
    final var call = Probe.of("call", Priority.URGENT);
    pool.send(List.of(call));
    assertEquals(200, call.status());
    assertEquals(FlightLimit.FIRST, arrived.get());
  }

  @Test
  void the_room_comes_back_whatever_becomes_of_a_request() throws Exception {
    server.behave((peer, stream, headers, _) -> {
      final int kind = arrived.getAndIncrement() % 6;
      switch (kind) {
        case 0 -> peer.reset(stream, Http2Error.CANCEL.code());
        case 1 -> peer.reset(stream, Http2Error.REFUSED_STREAM.code());
        case 2 -> peer.answer(stream, "500");
        default -> peer.answer(stream, "200");
      }
      if (arrived.get() % 500 == 0) {
        peer.cut();
      }
    });
    for (int round = 0; round < 6; round++) {
      final var some = Probe.many(900);
      pool.send(some);
      for (final var one : some) {
        assertTrue(one.result() != null);
      }
    }
    holdAllButCalls();
    arrived.set(0);
    final var last = Probe.many(FlightLimit.FIRST);
    pool.send(last);
    Until.holds(() -> arrived.get() >= FlightLimit.LEAST, "there is room again");
    for (int i = 0; i < last.size(); i++) {
      Until.holds(() -> !owed.isEmpty(), "the next one came");
      owed.remove().run();
    }
    for (final var one : last) {
      assertInstanceOf(ClientAnswer.class, one.result());
    }
  }
}

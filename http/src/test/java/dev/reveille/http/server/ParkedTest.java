package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Held requests: answered late, by the thread that comes first.
final class ParkedTest {
  private static final String POLL = "GET /poll HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final BlockingQueue<Parked> held = new LinkedBlockingQueue<>();
  private final BlockingQueue<Parked> gone = new LinkedBlockingQueue<>();

  private final Parked.Owner owner =
      new Parked.Owner() {
        @Override
        public void expired(final Parked parked) {
          parked.answer(Answer.text(200, "nothing new"));
        }

        @Override
        public void gone(final Parked parked) {
          gone.add(parked);
        }
      };

  private void park(final Exchange exchange) {
    held.add(exchange.park(PATIENCE, owner));
  }

  @Test
  void a_held_request_is_answered_from_any_thread_and_the_connection_goes_on() throws Exception {
    try (var server = new Listening(this::park);
        var client = server.client()) {
      for (var round = 0; round < 3; round++) {
        client.say(POLL);
        final var parked = held.take();
        assertTrue(parked.isHeld());
        assertTrue(parked.answer(Answer.text(200, "round " + round)));
        assertFalse(parked.answer(Answer.text(200, "again")));
        assertEquals("round " + round, client.reply().body());
      }
    }
  }

  @Test
  void many_are_answered_at_once() throws Exception {
    try (var server = new Listening(this::park)) {
      final var clients = new ArrayList<RawClient>();
      for (var i = 0; i < 300; i++) {
        clients.add(server.client().say(POLL));
      }
      for (var i = 0; i < 300; i++) {
        held.take().answer(Answer.text(200, "all of you").prepared());
      }
      for (final var client : clients) {
        assertEquals("all of you", client.reply().body());
        client.close();
      }
    }
  }

  @Test
  void the_owner_is_told_when_the_patience_is_over() throws Exception {
    try (var server = new Listening(this::park);
        var client = server.client()) {
      client.say(POLL);
      final var parked = held.take();
      server.pass(PATIENCE.minusSeconds(1));
      assertTrue(parked.isHeld());
      server.pass(Duration.ofSeconds(1));
      assertEquals("nothing new", client.reply().body());
      assertFalse(parked.isHeld());
      server.pass(PATIENCE);
      assertTrue(client.isClosedByServer(), "idle since then");
    }
  }

  @Test
  void the_owner_is_told_when_the_peer_closes() throws Exception {
    try (var server = new Listening(this::park);
        var client = server.client()) {
      client.say(POLL);
      final var parked = held.take();
      client.close();
      assertEquals(parked, gone.poll(10, TimeUnit.SECONDS));
      assertFalse(parked.answer(Answer.text(200, "too late")));
    }
  }

  @Test
  void an_answer_and_a_leaving_peer_never_both_win() throws Exception {
    try (var server = new Listening(this::park)) {
      for (var i = 0; i < 200; i++) {
        final var client = server.client().say(POLL);
        final var parked = held.take();
        final var answered = new AtomicInteger();
        final var done = new CountDownLatch(1);
        Thread.ofVirtual()
            .start(() -> {
              if (parked.answer(Answer.text(200, "x"))) {
                answered.incrementAndGet();
              }
              done.countDown();
            });
        client.close();
        done.await();
        if (answered.get() == 0) {
          assertEquals(parked, gone.poll(10, TimeUnit.SECONDS));
        }
      }
      Listening.until(() -> server.listener().connections() == 0);
      assertTrue(gone.isEmpty(), "who was answered did not leave");
    }
  }

  @Test
  void an_old_answer_does_not_reach_the_next_request() throws Exception {
    try (var server = new Listening(this::park);
        var client = server.client()) {
      client.say(POLL);
      final var first = held.take();
      first.answer(Answer.text(200, "first"));
      assertEquals("first", client.reply().body());
      client.say(POLL);
      final var second = held.take();
      assertNotEquals(first, second);
      first.answer(Answer.text(200, "first again"));
      second.answer(Answer.text(200, "second"));
      assertEquals("second", client.reply().body());
    }
  }

  @Test
  void a_little_may_be_sent_ahead_and_much_ends_the_connection() throws Exception {
    try (var server = new Listening(this::park);
        var modest = server.client();
        var pushy = server.client()) {
      modest.say(POLL);
      var parked = held.take();
      modest.say(POLL + POLL);
      pushy.say(POLL);
      final var bothered = held.take();
      pushy.say("x".repeat(5_000));
      assertEquals(bothered, gone.poll(10, TimeUnit.SECONDS));
      assertTrue(pushy.isClosedByServer());
      for (var i = 0; i < 3; i++) {
        parked.answer(Answer.text(200, "answer " + i));
        assertEquals("answer " + i, modest.reply().body());
        if (i < 2) {
          parked = held.take();
        }
      }
    }
  }

  @Test
  void a_draining_listener_closes_after_the_answer() throws Exception {
    try (var server = new Listening(this::park);
        var client = server.client()) {
      client.say(POLL);
      final var parked = held.take();
      final var drained =
          Thread.ofVirtual().start(() -> server.listener().drain(Duration.ofSeconds(9)));
      Listening.until(() -> !server.listener().isOpen());
      parked.answer(Answer.text(200, "the last one"));
      assertEquals("close", client.reply().headers().get("connection"));
      assertTrue(client.isClosedByServer());
      client.close();
      drained.join();
      assertEquals(0, server.listener().connections());
    }
  }

  @Test
  void a_request_of_http_2_can_be_held_too(final @TempDir Path folder) throws Exception {
    final var certificate = TestCertificate.in(folder);
    final var settings =
        Listening.plain(HttpLimits.defaults())
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true);
    try (var server = new Listening(settings, this::park);
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      client.request(1, "GET", "/a", true).request(3, "GET", "/b", true);
      client.request(5, "GET", "/c", true).send();
      final var first = held.take();
      final var second = held.take();
      final var third = held.take();
      client.frame(RawHttp2.RST_STREAM, 0, 3, new byte[] {0, 0, 0, 8}).send();
      assertEquals(second, gone.poll(10, TimeUnit.SECONDS));
      assertTrue(first.answer(Answer.text(200, "now")));
      var data = client.await(RawHttp2.DATA);
      assertEquals("now", new String(data.payload(), StandardCharsets.UTF_8));
      server.pass(PATIENCE);
      data = client.await(RawHttp2.DATA);
      assertEquals("nothing new", new String(data.payload(), StandardCharsets.UTF_8));
      assertFalse(third.isHeld());
    }
  }
}

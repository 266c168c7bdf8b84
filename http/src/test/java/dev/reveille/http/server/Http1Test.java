package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.Until;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class Http1Test {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

  private static void echo(final Exchange exchange) {
    final var said = new String(exchange.body(), StandardCharsets.UTF_8);
    exchange.answer(
        200,
        "text/plain",
        (exchange.method() + " " + exchange.path() + " " + said).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_request_is_answered_and_the_connection_stays_open() throws Exception {
    try (var server = new Listening(Http1Test::echo);
        var client = server.client()) {
      for (var i = 0; i < 3; i++) {
        final var reply =
            client.say("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello").reply();
        assertEquals(200, reply.status());
        assertEquals("POST /b hello", reply.body());
        assertTrue(reply.headers().containsKey("date"));
        assertFalse(reply.headers().containsKey("connection"));
      }
    }
  }

  @Test
  void an_answer_may_come_from_another_thread() throws Exception {
    final var queue = new LinkedBlockingQueue<Exchange>();
    try (var server = new Listening(queue::add)) {
      final var clients = new ArrayList<RawClient>();
      for (var i = 0; i < 50; i++) {
        clients.add(server.client().say(GET));
      }
      for (var i = 0; i < 50; i++) {
        queue.take().answer(Answer.text(202, "later"));
      }
      for (final var client : clients) {
        assertEquals("later", client.reply().body());
        client.close();
      }
    }
  }

  @Test
  void pipelined_requests_are_answered_in_their_order() throws Exception {
    final var queue = new LinkedBlockingQueue<Exchange>();
    try (var server = new Listening(queue::add);
        var client = server.client()) {
      client.say(GET.replace("/a", "/1") + GET.replace("/a", "/2") + GET.replace("/a", "/3"));
      for (var i = 1; i <= 3; i++) {
        final var exchange = queue.poll(10, TimeUnit.SECONDS);
        assertTrue(exchange != null && queue.isEmpty(), "one request at a time");
        echo(exchange);
        assertEquals("GET /" + i + " ", client.reply().body());
      }
    }
  }

  @Test
  void a_thousand_pipelined_requests_do_not_deepen_the_stack() throws Exception {
    try (var server = new Listening(Http1Test::echo);
        var client = server.client()) {
      final var sender =
          Thread.ofVirtual().start(() -> quietly(() -> client.say(GET.repeat(5_000))));
      for (var i = 0; i < 5_000; i++) {
        assertEquals(200, client.reply().status());
      }
      sender.join();
    }
  }

  @Test
  void a_chunked_body_is_put_together() throws Exception {
    try (var server = new Listening(Http1Test::echo);
        var client = server.client()) {
      client.say(
          "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "4\r\nab\r\n\r\n1;x=y\r\nc\r\n0\r\nTrailer: t\r\n\r\n");
      assertEquals("POST /c ab\r\nc", client.reply().body());
    }
  }

  /// RFC 9112 §6.3: neither length nor chunks means that there is no body.
  @Test
  void a_request_with_a_type_and_no_body_has_none() throws Exception {
    try (var server = new Listening(Http1Test::echo);
        var client = server.client()) {
      client.say(
          "POST /c HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\r\n"
              + "PUT /d HTTP/1.1\r\nHost: h\r\nContent-Type: a/b\r\n\r\n");
      assertEquals("POST /c ", client.reply().body());
      assertEquals("PUT /d ", client.reply().body());
    }
  }

  @Test
  void head_is_answered_without_a_body_and_with_its_length() throws Exception {
    try (var server = new Listening(Http1Test::echo);
        var client = server.client()) {
      final var reply = client.say(GET.replace("GET", "HEAD")).reply(true);
      assertEquals("8", reply.headers().get("content-length"));
      assertEquals("GET /a ", client.say(GET).reply().body());
    }
  }

  @Test
  void a_client_that_asks_first_is_told_to_continue() throws Exception {
    try (var server = new Listening(Http1Test::echo);
        var client = server.client()) {
      client.say("PUT /d HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertEquals(100, client.reply().status());
      assertEquals("PUT /d ok", client.say("ok").reply().body());
    }
  }

  @Test
  void connection_close_is_honoured_and_http_1_0_closes_by_itself() throws Exception {
    try (var server = new Listening(Http1Test::echo)) {
      for (final var request :
          List.of(
              "GET /a HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n",
              "GET /a HTTP/1.0\r\n\r\n")) {
        try (var client = server.client()) {
          final var reply = client.say(request).reply();
          assertEquals("close", reply.headers().get("connection"));
          assertTrue(client.isClosedByServer());
        }
      }
      try (var client = server.client()) {
        final var reply = client.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reply();
        assertEquals("keep-alive", reply.headers().get("connection"));
        assertEquals(200, client.say("GET /a HTTP/1.0\r\n\r\n").reply().status());
      }
    }
  }

  @Test
  void a_second_answer_changes_nothing_on_the_wire() throws Exception {
    try (var server =
            new Listening(exchange -> {
              exchange.answer(Answer.text(200, "first"));
              exchange.answer(Answer.text(500, "second"));
            });
        var client = server.client()) {
      assertEquals("first", client.say(GET).reply().body());
      assertEquals("first", client.say(GET).reply().body());
    }
  }

  @Test
  void a_handler_that_fails_is_answered_for() throws Exception {
    final HttpHandler failing =
        exchange -> {
          throw new IllegalStateException("on purpose");
        };
    final HttpHandler worse =
        exchange -> {
          throw new AssertionError("on purpose");
        };
    for (final var handler : List.of(failing, worse)) {
      try (var server = new Listening(handler);
          var client = server.client()) {
        final var reply = client.say(GET).reply();
        assertEquals(500, reply.status());
        assertEquals("application/problem+json", reply.headers().get("content-type"));
        assertFalse(reply.body().contains("on purpose"));
      }
    }
  }

  @Test
  void a_handler_hears_that_the_peer_left() throws Exception {
    final var exchanges = new LinkedBlockingQueue<Exchange>();
    final var closed = new CountDownLatch(1);
    try (var server =
            new Listening(exchange -> {
              exchange.onClosed(closed::countDown);
              exchanges.add(exchange);
            });
        var client = server.client()) {
      client.say(GET);
      final var exchange = exchanges.take();
      client.close();
      assertTrue(closed.await(10, TimeUnit.SECONDS));
      exchange.answer(Answer.text(200, "too late"));
    }
  }

  @Test
  void an_answer_is_streamed_in_chunks() throws Exception {
    final var streams = new LinkedBlockingQueue<AnswerStream>();
    try (var server =
            new Listening(exchange -> streams.add(exchange.openStream(200, "text/event-stream")));
        var client = server.client()) {
      client.say(GET);
      final var stream = streams.take();
      assertTrue(stream.write("one ".getBytes(StandardCharsets.UTF_8)));
      assertTrue(stream.write("two".getBytes(StandardCharsets.UTF_8)));
      stream.close();
      assertEquals("one two", client.reply().body());
      client.say(GET);
      streams.take().close();
      assertEquals("", client.reply().body());
    }
  }

  @Test
  void a_stream_that_is_not_read_takes_no_more_and_goes_on_when_it_is() throws Exception {
    final var streams = new LinkedBlockingQueue<AnswerStream>();
    try (var server =
            new Listening(exchange -> streams.add(exchange.openStream(200, "text/plain")));
        var client = server.client()) {
      client.say(GET);
      final var stream = streams.take();
      final var piece = new byte[10_000];
      java.util.Arrays.fill(piece, (byte) 'x');
      final var writable = new CountDownLatch(1);
      stream.onWritable(writable::countDown);
      var taken = 0;
      while (stream.write(piece)) {
        taken++;
      }
      assertTrue(taken < 2_000, "the bound holds");
      final var reply = new LinkedBlockingQueue<String>();
      Thread.ofVirtual().start(() -> quietly(() -> reply.add(client.reply().body())));
      assertTrue(writable.await(10, TimeUnit.SECONDS));
      assertTrue(stream.awaitWritable());
      assertTrue(stream.write(piece));
      stream.close();
      assertEquals((taken + 1) * piece.length, reply.take().length());
    }
  }

  @Test
  void who_waits_for_room_in_a_held_stream_is_woken_by_room_and_by_the_end() throws Exception {
    final var streams = new LinkedBlockingQueue<AnswerStream>();
    final var owner =
        new AnswerStream.Owner() {
          @Override
          public void writable() {}

          @Override
          public void gone() {}
        };
    try (var server =
            new Listening(exchange ->
                streams.add(
                    exchange.openStream(Answer.of(200, "text/plain", new byte[0]), owner)));
        var client = server.client()) {
      client.say(GET);
      final var stream = streams.take();
      final var sent = new AtomicInteger();
      final var writer =
          Thread.ofVirtual()
              .start(() ->
                  quietly(() -> {
                    while (stream.awaitWritable()) {
                      sent.addAndGet(fill(stream));
                    }
                  }));
      client.bytes(4 * 64 * 1024); // more than waits at once: there was room again
      Until.holds(() -> writer.getState() == Thread.State.WAITING, "it waits for room");
      client.close();
      assertTrue(writer.join(Duration.ofSeconds(10)), () -> "it waits after " + sent + " bytes");
    }
  }

  /// @return how many bytes were taken
  private static int fill(final AnswerStream stream) {
    final var piece = new byte[10_000];
    int taken = 0;
    while (stream.write(piece)) {
      taken += piece.length;
    }
    return taken;
  }

  @Test
  void header_and_query_are_read_as_http_says() throws Exception {
    final var seen = new CopyOnWriteArrayList<String>();
    try (var server =
            new Listening(exchange -> {
              seen.add(exchange.path());
              seen.add(exchange.segments().toString());
              seen.add(exchange.query("q").orElse("none"));
              seen.add(exchange.query("z").orElse("none"));
              seen.add(exchange.header("X-One").orElse("none"));
              seen.add(exchange.headers("x-TWO").toString());
              seen.add(exchange.header("x-three").orElse("none"));
              exchange.answer(Answer.empty(204));
            });
        var client = server.client()) {
      client.say(
          "GET /u/a%20b%2Fc?x&q=1+2%26&q=no HTTP/1.1\r\nHost: h\r\n"
              + "x-one: \t v \t\r\nX-Two: 1\r\nx-two: 2\r\n\r\n");
      final var reply = client.reply();
      assertEquals(204, reply.status());
      assertFalse(reply.headers().containsKey("content-length"));
      assertEquals(
          List.of("/u/a b%2Fc", "[u, a b/c]", "1 2&", "none", "v", "[1, 2]", "none"),
          List.copyOf(seen));
    }
  }

  interface Risky {
    void run() throws Exception;
  }

  static void quietly(final Risky risky) {
    try {
      risky.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

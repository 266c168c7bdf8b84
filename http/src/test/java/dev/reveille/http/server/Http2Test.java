package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Http2Test {
  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  @BeforeAll
  static void certificate(final @TempDir Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private static HttpSettings settings(final HttpLimits limits) {
    return Listening.plain(limits)
        .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
        .withHttp2(true);
  }

  private static Listening server(final HttpHandler handler) {
    return new Listening(settings(HttpLimits.defaults()), handler);
  }

  private static RawHttp2 client(final Listening server) throws Exception {
    return RawHttp2.to(server.listener().address(), certificate);
  }

  @Test
  void answers_may_come_in_any_order_from_any_thread() throws Exception {
    final var queue = new LinkedBlockingQueue<Exchange>();
    try (var server = server(queue::add);
        var client = client(server)) {
      for (var i = 0; i < 100; i++) {
        client.request(i * 2 + 1, "GET", "/" + i, true);
      }
      client.send();
      final var exchanges = new ArrayList<Exchange>();
      while (exchanges.size() < 100) {
        exchanges.add(queue.take());
      }
      for (final var exchange : exchanges.reversed()) {
        exchange.answer(Answer.text(200, exchange.path()));
      }
      var answered = 0;
      for (; answered < 100; answered++) {
        final var data = client.await(RawHttp2.DATA);
        assertEquals(
            "/" + (data.stream() - 1) / 2, new String(data.payload(), StandardCharsets.UTF_8));
        assertEquals(RawHttp2.END_STREAM, data.flags());
      }
    }
  }

  @Test
  void a_body_in_many_frames_is_put_together_and_flow_control_gives_every_byte_back()
      throws Exception {
    final var bodies = new LinkedBlockingQueue<byte[]>();
    try (var server =
            server(exchange -> {
              bodies.add(exchange.body());
              exchange.answer(Answer.empty(204));
            });
        var client = client(server)) {
      // Together well over the windows: without updates the server would have to refuse.
      for (var round = 0; round < 4; round++) {
        final var stream = round * 2 + 1;
        client.request(stream, "POST", "/", false);
        final var whole = new byte[1_000_000];
        new java.util.Random(round).nextBytes(whole);
        var sent = 0;
        for (var window = 65_535; sent < whole.length; ) {
          final var size = Math.min(Math.min(whole.length - sent, 16_000), 16_384);
          final var part = java.util.Arrays.copyOfRange(whole, sent, sent + size);
          sent += size;
          client.frame(RawHttp2.DATA, sent == whole.length ? 1 : 0, stream, part).send();
          window -= size;
          if (window < 16_384 && sent < whole.length) {
            client.await(8);
            window += 65_535;
          }
        }
        client.await(RawHttp2.HEADERS);
        assertArrayEquals(whole, bodies.take());
      }
    }
  }

  @Test
  void a_body_over_the_limit_is_refused_and_the_connection_lives_on() throws Exception {
    try (var server =
            new Listening(
                settings(HttpLimits.defaults().withBody(1000)),
                exchange -> exchange.answer(Answer.text(200, "ok")));
        var client = client(server)) {
      client.request(1, "POST", "/", false);
      client.frame(RawHttp2.DATA, 0, 1, new byte[900]).frame(RawHttp2.DATA, 0, 1, new byte[900]);
      client.send();
      client.await(RawHttp2.HEADERS);
      final var problem = client.await(RawHttp2.DATA);
      assertTrue(new String(problem.payload(), StandardCharsets.UTF_8).contains("413"));
      assertEquals(0, client.await(RawHttp2.RST_STREAM).error());
      client.frame(RawHttp2.DATA, 1, 1, new byte[900]);
      client.request(3, "GET", "/", true).send();
      assertEquals("ok", new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_handler_hears_that_its_stream_was_reset() throws Exception {
    final var exchanges = new LinkedBlockingQueue<Exchange>();
    final var closed = new CountDownLatch(1);
    try (var server =
            server(exchange -> {
              exchange.onClosed(closed::countDown);
              exchanges.add(exchange);
            });
        var client = client(server)) {
      client.request(1, "GET", "/", true).send();
      final var exchange = exchanges.take();
      client.frame(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8}).send();
      assertTrue(closed.await(10, TimeUnit.SECONDS));
      exchange.answer(Answer.text(200, "too late"));
      client.request(3, "GET", "/", true).send();
      exchanges.take().answer(Answer.text(200, "in time"));
      assertEquals(3, client.await(RawHttp2.DATA).stream());
    }
  }

  @Test
  void more_streams_than_agreed_are_refused() throws Exception {
    final var exchanges = new LinkedBlockingQueue<Exchange>();
    try (var server =
            new Listening(settings(HttpLimits.defaults().withStreams(5, 200)), exchanges::add);
        var client = client(server)) {
      for (var i = 0; i < 6; i++) {
        client.request(i * 2 + 1, "GET", "/", true);
      }
      client.send();
      final var reset = client.await(RawHttp2.RST_STREAM);
      assertEquals(11, reset.stream());
      assertEquals(7, reset.error(), "REFUSED_STREAM");
      assertEquals(5, exchanges.size());
    }
  }

  @Test
  void requests_that_are_none_are_refused_precisely() throws Exception {
    try (var server = server(exchange -> exchange.answer(Answer.text(200, "x")));
        var client = client(server)) {
      client.request(1, "GET", "/a/../b", true).send();
      assertTrue(text(client.await(RawHttp2.DATA)).contains("400"));
      client.request(3, "TRACE", "/", true).send();
      assertTrue(text(client.await(RawHttp2.DATA)).contains("501"));
      client.headers(5, 1, ":method", "GET", ":scheme", "https", ":path", "/").send();
      assertTrue(text(client.await(RawHttp2.DATA)).contains("names its host"));
      final var many = new String[8 + 2 * 101];
      java.util.Arrays.fill(many, "x");
      System.arraycopy(
          new String[] {":method", "GET", ":scheme", "https", ":path", "/", ":authority", "h"},
          0,
          many,
          0,
          8);
      client.headers(7, 1, many).send();
      assertTrue(text(client.await(RawHttp2.DATA)).contains("431"));
      client.request(9, "GET", "/" + "y".repeat(8200), true).send();
      assertTrue(text(client.await(RawHttp2.DATA)).contains("414"));
      // Malformed for the codec: the stream is reset, the connection lives.
      client.headers(11, 1, ":method", "GET", ":scheme", "https", "Upper", "x").send();
      assertEquals(1, client.await(RawHttp2.RST_STREAM).error(), "PROTOCOL_ERROR");
      client.headers(
          13,
          1,
          ":method",
          "GET",
          ":scheme",
          "https",
          ":path",
          "/",
          ":authority",
          "h",
          "connection",
          "close");
      client.send();
      assertEquals(1, client.await(RawHttp2.RST_STREAM).error(), "PROTOCOL_ERROR");
      client.request(15, "GET", "/", true).send();
      assertEquals("x", text(client.await(RawHttp2.DATA)));
    }
  }

  @Test
  void a_header_list_over_the_limit_is_answered_431() throws Exception {
    try (var server = server(exchange -> exchange.answer(Answer.text(200, "x")));
        var client = client(server)) {
      final var block =
          RawHttp2.block(
              ":method",
              "GET",
              ":scheme",
              "https",
              ":path",
              "/",
              ":authority",
              "h",
              "a",
              "v".repeat(14_000),
              "b",
              "v".repeat(11_500));
      client.frame(RawHttp2.HEADERS, 1, 1, java.util.Arrays.copyOf(block, 16_000));
      client.frame(
          RawHttp2.CONTINUATION,
          RawHttp2.END_HEADERS,
          1,
          java.util.Arrays.copyOfRange(block, 16_000, block.length));
      client.send();
      final var head = client.await(RawHttp2.HEADERS);
      assertTrue(
          new String(head.payload(), StandardCharsets.ISO_8859_1).contains("431")
              || head.payload().length < 20);
      assertTrue(text(client.await(RawHttp2.DATA)).contains("\"status\":431"));
      client.request(3, "GET", "/", true).send();
      assertEquals("x", text(client.await(RawHttp2.DATA)));
    }
  }

  @Test
  void a_body_that_does_not_come_is_answered_408() throws Exception {
    try (var server = server(exchange -> exchange.answer(Answer.text(200, "x")));
        var client = client(server)) {
      client.request(1, "POST", "/", false).request(3, "GET", "/", true).send();
      assertEquals("x", text(client.await(RawHttp2.DATA)));
      server.pass(Duration.ofSeconds(29));
      server.pass(Duration.ofSeconds(2));
      assertTrue(text(client.await(RawHttp2.DATA)).contains("408"));
    }
  }

  @Test
  void an_idle_connection_is_closed_with_a_goaway() throws Exception {
    try (var server = server(exchange -> exchange.answer(Answer.text(200, "x")));
        var client = client(server)) {
      client.request(1, "GET", "/", true).send();
      client.await(RawHttp2.DATA);
      server.pass(Duration.ofSeconds(70));
      assertEquals(1, server.listener().connections());
      server.pass(Duration.ofSeconds(6));
      assertEquals(0, client.await(RawHttp2.GOAWAY).error());
      assertTrue(client.isClosedByServer());
    }
  }

  @Test
  void draining_lets_running_requests_end() throws Exception {
    final var exchanges = new LinkedBlockingQueue<Exchange>();
    try (var server = server(exchanges::add);
        var client = client(server)) {
      client.request(1, "GET", "/", true).send();
      final var running = exchanges.take();
      final var draining =
          Thread.ofVirtual().start(() -> server.listener().drain(Duration.ofSeconds(10)));
      assertEquals(Integer.MAX_VALUE, client.await(RawHttp2.GOAWAY).lastStream());
      client.request(3, "GET", "/", true).send();
      exchanges.take().answer(Answer.text(200, "still served"));
      assertEquals("still served", text(client.await(RawHttp2.DATA)));
      server.pass(Duration.ofSeconds(6));
      assertEquals(3, client.await(RawHttp2.GOAWAY).lastStream());
      running.answer(Answer.text(200, "done"));
      assertEquals("done", text(client.await(RawHttp2.DATA)));
      Listening.until(() -> {
        server.pass(Duration.ofMillis(500));
        return server.listener().connections() == 0;
      });
      draining.join();
    }
  }

  @Test
  void whole_answers_keep_to_the_windows_too() throws Exception {
    final var large = Answer.of(200, "a/b", new byte[10_000]).prepared();
    try (var server = server(exchange -> exchange.answer(large));
        var client = client(server)) {
      for (var i = 0; i < 10; i++) {
        client.request(i * 2 + 1, "GET", "/", true);
      }
      client.send();
      // The connection's first window is used up in the middle of the seventh answer.
      var got = 0;
      while (got < 65_535) {
        got += client.await(RawHttp2.DATA).payload().length;
      }
      assertEquals(65_535, got);
      client.frame(RawHttp2.PING, 0, 0, new byte[8]).send();
      assertEquals(RawHttp2.PING, firstOfDataAndPing(client), "nothing more without a window");
      client.frame(8, 0, 0, ByteBuffer.allocate(4).putInt(1_000_000).array()).send();
      var ended = 6;
      while (ended < 10) {
        final var data = client.await(RawHttp2.DATA);
        got += data.payload().length;
        ended += data.flags() & RawHttp2.END_STREAM;
      }
      assertEquals(100_000, got);
    }
  }

  /// The type of the first frame that is DATA or PING.
  private static int firstOfDataAndPing(final RawHttp2 client) throws Exception {
    for (var frame = client.next(); frame != null; frame = client.next()) {
      if (frame.type() == RawHttp2.DATA || frame.type() == RawHttp2.PING) {
        return frame.type();
      }
    }
    throw new AssertionError("the server closed");
  }

  @Test
  void an_answer_is_streamed_in_frames_as_the_window_allows() throws Exception {
    final var streams = new LinkedBlockingQueue<AnswerStream>();
    try (var server = server(exchange -> streams.add(exchange.openStream(200, "text/plain")));
        var client = client(server)) {
      client.request(1, "GET", "/", true).send();
      final var stream = streams.take();
      var taken = 0;
      while (stream.write(new byte[10_000])) {
        taken++;
      }
      assertTrue(taken < 100, "the bound holds");
      assertFalse(stream.isWritable());
      // The first window is used up; more comes only after an update.
      var got = 0;
      while (got < 65_535) {
        got += client.await(RawHttp2.DATA).payload().length;
      }
      assertEquals(65_535, got);
      final var million = ByteBuffer.allocate(4).putInt(1_000_000).array();
      client.frame(8, 0, 0, million).frame(8, 0, 1, million).send();
      assertTrue(stream.awaitWritable());
      stream.close();
      var ended = false;
      while (!ended) {
        final var data = client.await(RawHttp2.DATA);
        got += data.payload().length;
        ended = (data.flags() & RawHttp2.END_STREAM) != 0;
      }
      assertEquals(taken * 10_000, got);
    }
  }

  private static String text(final RawHttp2.Frame frame) {
    return new String(frame.payload(), StandardCharsets.UTF_8);
  }
}

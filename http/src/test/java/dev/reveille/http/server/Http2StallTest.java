package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 peers that ask and do not let the answers go out: their windows stay shut.
final class Http2StallTest {
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final int WINDOW = 65_535;

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  @BeforeAll
  static void certificate(@TempDir final Path folder) {
    certificate = TestCertificate.in(folder);
  }

  /// `/large` is larger than a window, `/stream` comes in pieces, `/x/../` is refused without a
  /// handler, all others are small.
  private static Listening server(final HttpLimits limits) {
    return new Listening(
        Listening.plain(limits)
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true),
        exchange -> {
          switch (exchange.path()) {
            case "/large" -> exchange.answer(Answer.text(200, "l".repeat(2 * WINDOW)));
            case "/stream" -> {
              final var stream = exchange.openStream(200, "text/plain");
              assertTrue(stream.write("piece".getBytes(StandardCharsets.US_ASCII)));
            }
            default -> exchange.answer(Answer.text(200, "served"));
          }
        });
  }

  private static RawHttp2 client(final Listening server, final int window) throws Exception {
    final var client = RawHttp2.to(server.listener().address(), certificate);
    client.frame(
        RawHttp2.SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(window).array());
    return client;
  }

  /// Asks, and waits for the head of the answer, which needs no window.
  private static void ask(final RawHttp2 client, final int stream, final String path)
      throws IOException {
    client.request(stream, "GET", path, true).send();
    assertEquals(stream, client.await(RawHttp2.HEADERS).stream());
  }

  private static void open(final RawHttp2 client, final int stream, final int bytes)
      throws IOException {
    client
        .frame(RawHttp2.WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array())
        .send();
  }

  private static String data(final RawHttp2 client) throws IOException {
    return new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.US_ASCII);
  }

  private static void assertReset(final RawHttp2 client, final int stream, final int error)
      throws IOException {
    final var reset = client.await(RawHttp2.RST_STREAM);
    assertEquals(stream, reset.stream());
    assertEquals(error, reset.error());
  }

  @Test
  void an_answer_that_its_peer_does_not_let_move_is_reset_and_the_connection_goes_on()
      throws Exception {
    try (var server = server(HttpLimits.defaults());
        var client = client(server, 0)) {
      ask(client, 1, "/");
      server.pass(Duration.ofSeconds(29));
      ask(client, 3, "/");
      server.pass(Duration.ofSeconds(2));
      assertReset(client, 1, CANCEL);
      open(client, 3, 100);
      assertEquals("served", data(client));
      assertEquals(1, server.listener().connections());
    }
  }

  @Test
  void pieces_and_refusals_that_wait_for_a_window_are_reset_too() throws Exception {
    for (final var path : new String[] {"/stream", "/x/../y"}) {
      try (var server = server(HttpLimits.defaults());
          var client = client(server, 0)) {
        ask(client, 1, path);
        server.pass(Duration.ofSeconds(31));
        assertReset(client, 1, CANCEL);
      }
    }
  }

  @Test
  void a_peer_that_leaves_three_answers_standing_is_sent_away() throws Exception {
    try (var server = server(HttpLimits.defaults());
        var client = client(server, 0)) {
      ask(client, 1, "/");
      ask(client, 3, "/");
      server.pass(Duration.ofSeconds(31));
      assertReset(client, 1, CANCEL);
      assertReset(client, 3, CANCEL);
      ask(client, 5, "/");
      server.pass(Duration.ofSeconds(31));
      assertEquals(ENHANCE_YOUR_CALM, client.await(RawHttp2.GOAWAY).error());
      assertTrue(client.isClosedByServer());
      Listening.until(() -> server.listener().connections() == 0);
    }
  }

  @Test
  void a_slow_peer_keeps_its_answer_for_a_minute_as_long_as_bytes_move() throws Exception {
    try (var server = server(HttpLimits.defaults());
        var client = client(server, 0)) {
      ask(client, 1, "/");
      for (final var letter : "serve".split("")) {
        server.pass(Duration.ofSeconds(10));
        open(client, 1, 1);
        assertEquals(letter, data(client));
      }
      open(client, 1, 1);
      assertEquals("d", data(client));
    }
  }

  @Test
  void a_window_that_is_opened_without_effect_keeps_no_answer() throws Exception {
    try (var server = server(HttpLimits.defaults());
        var client = client(server, 3 * WINDOW)) {
      ask(client, 1, "/large"); // the window of the connection is smaller, and stays shut
      for (int came = 0; came < WINDOW; ) {
        came += data(client).length();
      }
      for (int i = 0; i < 4; i++) {
        server.pass(Duration.ofSeconds(8));
        open(client, 1, 1);
        client.frame(RawHttp2.PING, 0, 0, new byte[8]).send();
        if (i < 3) {
          client.await(RawHttp2.PING); // the server has seen it
        }
      }
      assertReset(client, 1, CANCEL);
    }
  }

  @Test
  void while_answers_wait_for_the_window_new_requests_are_refused() throws Exception {
    try (var server = server(HttpLimits.defaults().withStreams(8, 200));
        var client = client(server, 0)) {
      ask(client, 1, "/");
      ask(client, 3, "/");
      client.request(5, "GET", "/", true).send();
      assertReset(client, 5, REFUSED_STREAM);
      open(client, 1, 100);
      assertEquals("served", data(client));
      ask(client, 7, "/"); // one has gone, so one more is taken
      client.request(9, "GET", "/", true).send();
      assertReset(client, 9, REFUSED_STREAM);
    }
  }

  @Test
  void answers_of_one_turn_that_have_a_window_hold_no_request_up() throws Exception {
    try (var server = server(HttpLimits.defaults().withStreams(8, 200));
        var client = client(server, 3 * WINDOW)) {
      open(client, 0, 20 * WINDOW);
      for (int i = 0; i < 8; i++) {
        client.request(2 * i + 1, "GET", "/large", true);
      }
      client.send(); // all in one packet
      int ended = 0;
      while (ended < 8) {
        final var frame = client.next();
        assertTrue(frame != null && frame.type() != RawHttp2.RST_STREAM, "after " + ended);
        if (frame.type() == RawHttp2.DATA && (frame.flags() & RawHttp2.END_STREAM) != 0) {
          ended++;
        }
      }
    }
  }
}

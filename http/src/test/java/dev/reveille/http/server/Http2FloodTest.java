package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers that keep an HTTP/2 server busy without asking anything of use.
final class Http2FloodTest {
  private static final int ENHANCE_YOUR_CALM = 11;

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  private final AtomicInteger handled = new AtomicInteger();

  @BeforeAll
  static void certificate(final @TempDir Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private Listening server(final HttpLimits limits) {
    return new Listening(
        Listening.plain(limits)
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true),
        exchange -> {
          handled.incrementAndGet();
          exchange.answer(Answer.text(200, "x"));
        });
  }

  private static RawHttp2 client(final Listening server) throws Exception {
    return RawHttp2.to(server.listener().address(), certificate);
  }

  private static String text(final RawHttp2.Frame frame) {
    return new String(frame.payload(), StandardCharsets.UTF_8);
  }

  private static byte[] number(final int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  @Test
  void a_peer_that_opens_and_resets_without_end_is_sent_away() throws Exception {
    try (var server = server(HttpLimits.defaults().withStreams(256, 100));
        var client = client(server)) {
      for (var i = 0; i < 101; i++) {
        client.request(i * 2 + 1, "POST", "/", false);
        client.frame(RawHttp2.RST_STREAM, 0, i * 2 + 1, number(8));
      }
      client.send();
      assertEquals(ENHANCE_YOUR_CALM, client.await(RawHttp2.GOAWAY).error());
      assertTrue(client.isClosedByServer());
    }
  }

  @Test
  void a_peer_that_makes_us_reset_without_end_is_sent_away() throws Exception {
    try (var server = server(HttpLimits.defaults().withStreams(256, 100));
        var client = client(server)) {
      for (var i = 0; i < 101; i++) {
        client.request(i * 2 + 1, "POST", "/", false);
        // A window update of zero is a mistake of that stream only.
        client.frame(8, 0, i * 2 + 1, number(0));
      }
      client.send();
      assertEquals(ENHANCE_YOUR_CALM, client.await(RawHttp2.GOAWAY).error());
      assertTrue(client.isClosedByServer());
    }
  }

  @Test
  void a_peer_that_pings_and_does_not_read_is_not_read_and_then_let_go() throws Exception {
    try (var server = server(HttpLimits.defaults());
        var client = client(server)) {
      final var sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (var i = 0; i < 2_000; i++) {
                    for (var j = 0; j < 1_000; j++) {
                      client.frame(RawHttp2.PING, 0, 0, new byte[8]);
                    }
                    client.send();
                  }
                } catch (java.io.IOException e) {
                  // the server has closed: what this test is about
                }
              });
      Listening.until(() -> {
        server.pass(Duration.ofSeconds(16));
        return server.listener().connections() == 0;
      });
      sender.join();
    }
  }

  @Test
  void header_blocks_without_end_and_empty_frames_are_ended() throws Exception {
    try (var server = server(HttpLimits.defaults())) {
      try (var client = client(server)) {
        client.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.block(":method", "GET"));
        for (var i = 0; i < 100; i++) {
          client.frame(RawHttp2.CONTINUATION, 0, 1, new byte[0]);
        }
        client.send();
        assertEquals(ENHANCE_YOUR_CALM, client.await(RawHttp2.GOAWAY).error());
      }
      try (var client = client(server)) {
        client.request(1, "POST", "/", false);
        for (var i = 0; i < 10; i++) {
          client.frame(RawHttp2.DATA, 0, 1, new byte[0]);
        }
        client.send();
        assertEquals(ENHANCE_YOUR_CALM, client.await(RawHttp2.GOAWAY).error());
      }
      assertEquals(0, handled.get());
    }
  }

  @Test
  void unfinished_bodies_of_one_connection_are_bounded_together() throws Exception {
    try (var server = server(HttpLimits.defaults());
        var client = client(server)) {
      var refused = false;
      var sent = 0;
      var window = 65_535;
      for (var stream = 1; stream < 400 && !refused; stream += 2) {
        client.request(stream, "POST", "/", false);
        for (var i = 0; i < 15 && !refused; i++) {
          while (window < 16_000 && !refused) {
            client.send();
            final var frame = client.next();
            assertTrue(frame != null, "the connection lives");
            if (frame.type() == 8 && frame.stream() == 0) {
              window += ByteBuffer.wrap(frame.payload()).getInt();
            }
            refused = frame.type() == RawHttp2.DATA && text(frame).contains("503");
          }
          client.frame(RawHttp2.DATA, 0, stream, new byte[16_000]);
          window -= 16_000;
          sent += 16_000;
        }
      }
      assertTrue(refused, "after " + sent);
      assertTrue(sent < 20_000_000, "after " + sent);
    }
  }
}

package dev.reveille.http.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import dev.reveille.http.server.TestCertificate;
import dev.reveille.http.server.TlsContexts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The JDK's own client speaks to a session over TLS.
final class WebSocketWitnessTest {

  /// Sends back what came, twice if it was asked to repeat.
  private static final WebSocketListener ECHO =
      new WebSocketListener() {
        @Override
        public void opened(final WebSocketSession session) {
          session.send("welcome".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        @Override
        public void text(final WebSocketSession session, final byte[] utf8) {
          session.send(utf8);
        }
      };

  private static final class Client implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();

    @Override
    public @org.jspecify.annotations.Nullable CompletionStage<?> onText(
        final WebSocket socket, final CharSequence data, final boolean last) {
      message.append(data);
      if (last) {
        heard.add(message.toString());
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable CompletionStage<?> onPong(
        final WebSocket socket, final ByteBuffer payload) {
      heard.add("pong " + payload.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable CompletionStage<?> onClose(
        final WebSocket socket, final int code, final String reason) {
      heard.add("closed " + code);
      return null;
    }

    String next() throws InterruptedException {
      final var next = heard.poll(10, TimeUnit.SECONDS);
      return next == null ? "nothing" : next;
    }
  }

  @Test
  void the_jdk_client_speaks_to_a_session_over_tls(final @TempDir Path folder) throws Exception {
    final var certificate = TestCertificate.in(folder);
    final var tls = TlsContexts.of(certificate.certificate(), certificate.key(), false);
    final var sockets = new WebSockets("reveille.v1", WebSocketLimits.defaults());
    final var settings = HttpSettings.plain("devices", "127.0.0.1", 0).withTls(tls);
    try (var loops = EventLoops.open(2);
        var listener =
            HttpListener.open(settings, loops, exchange -> sockets.upgrade(exchange, ECHO));
        var http = HttpClient.newBuilder().sslContext(certificate.trusting()).build()) {
      final var client = new Client();
      final var socket =
          http.newWebSocketBuilder()
              .subprotocols("reveille.v1")
              .buildAsync(URI.create("wss://127.0.0.1:" + listener.port() + "/live"), client)
              .get(10, TimeUnit.SECONDS);
      assertEquals("reveille.v1", socket.getSubprotocol());
      assertEquals("welcome", client.next());
      for (final var text : new String[] {"", "äöü \uD83D\uDE00", "z".repeat(20_000)}) {
        socket.sendText(text, true).get(10, TimeUnit.SECONDS);
        assertEquals(text, client.next());
      }
      socket.sendText("in ", false).get(10, TimeUnit.SECONDS);
      socket.sendText("parts", true).get(10, TimeUnit.SECONDS);
      assertEquals("in parts", client.next());
      socket.sendPing(ByteBuffer.wrap(new byte[7])).get(10, TimeUnit.SECONDS);
      assertEquals("pong 7", client.next());
      socket.sendClose(1000, "done").get(10, TimeUnit.SECONDS);
      assertEquals("closed 1000", client.next());
      assertTrue(socket.isOutputClosed());
    }
  }
}

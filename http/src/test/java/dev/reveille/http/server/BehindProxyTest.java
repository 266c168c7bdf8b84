package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections of proxies, over real sockets: 127.0.0.2 is listed, 127.0.0.1 is not.
final class BehindProxyTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n";
  private static final String LINE = "PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n";

  private static HttpSettings behind(final String way) {
    return HttpSettings.plain("test", "127.0.0.1", 0)
        .withProxies(Proxies.of(List.of("127.0.0.2/32"), way));
  }

  private static Listening server(final HttpSettings settings) {
    return new Listening(
        settings,
        exchange ->
            exchange.answer(Answer.text(200, exchange.peer().getAddress().getHostAddress())));
  }

  private static RawClient from(final String address, final Listening server) throws IOException {
    return RawClient.from(InetAddress.getByName(address), server.listener().address());
  }

  @Test
  void the_client_is_whom_a_listed_proxy_names_before_the_request() throws Exception {
    try (var server = server(behind("proxy-protocol"));
        var client = from("127.0.0.2", server)) {
      client.say(LINE.substring(0, 20)).say(LINE.substring(20) + GET + "\r\n");
      assertEquals("198.51.100.7", client.reply().body());
      client.say(GET + "X-Forwarded-For: 203.0.113.9\r\n\r\n");
      assertEquals("198.51.100.7", client.reply().body());
    }
  }

  @Test
  void a_listed_proxy_that_does_not_begin_with_a_header_is_closed() throws Exception {
    try (var server = server(behind("proxy-protocol"));
        var client = from("127.0.0.2", server)) {
      assertTrue(client.say(GET + "\r\n").isClosedByServer());
      Listening.until(() -> server.listener().connections() == 0);
    }
  }

  @Test
  void a_proxy_that_says_nothing_is_closed_in_the_time_of_a_head() throws Exception {
    try (var server = server(behind("proxy-protocol"));
        var client = from("127.0.0.2", server)) {
      client.say("PROXY TCP4 198.");
      Listening.until(() -> server.listener().connections() == 1);
      server.pass(Duration.ofSeconds(11));
      assertTrue(client.isClosedByServer());
    }
  }

  @Test
  void an_unlisted_peer_cannot_name_a_client() throws Exception {
    try (var server = server(behind("proxy-protocol"));
        var plain = from("127.0.0.1", server);
        var liar = from("127.0.0.1", server)) {
      assertEquals("127.0.0.1", plain.say(GET + "\r\n").reply().body());
      assertEquals(400, liar.say(LINE + GET + "\r\n").reply().status());
    }
    for (final var way : List.of("forwarded", "x-forwarded-for")) {
      try (var server = server(behind(way));
          var liar = from("127.0.0.1", server)) {
        liar.say(GET + "Forwarded: for=198.51.100.7\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n");
        assertEquals("127.0.0.1", liar.reply().body());
      }
    }
  }

  @Test
  void a_header_is_believed_request_by_request_and_only_the_one_agreed_on() throws Exception {
    try (var server = server(behind("x-forwarded-for"));
        var client = from("127.0.0.2", server)) {
      for (final var address : List.of("198.51.100.7", "198.51.100.8")) {
        client.say(GET + "Forwarded: for=203.0.113.9\r\nX-Forwarded-For: " + address + "\r\n\r\n");
        assertEquals(address, client.reply().body());
      }
      assertEquals("127.0.0.2", client.say(GET + "\r\n").reply().body());
      assertEquals(400, client.say(GET + "X-Forwarded-For: me\r\n\r\n").reply().status());
    }
  }

  @Test
  void connections_are_counted_for_the_client_and_not_for_the_proxy() throws Exception {
    final var limits = HttpLimits.defaults().withConnections(100, 1);
    try (var server = server(behind("proxy-protocol").withLimits(limits));
        var first = from("127.0.0.2", server);
        var other = from("127.0.0.2", server);
        var second = from("127.0.0.2", server)) {
      first.say(LINE + GET + "\r\n");
      assertEquals(200, first.reply().status());
      other.say(LINE.replace("100.7", "100.8") + GET + "\r\n");
      assertEquals(200, other.reply().status());
      assertTrue(second.say(LINE + GET + "\r\n").isClosedByServer(), "one too many of one client");
      first.close();
      Listening.until(() -> server.listener().connections() == 1);
      try (var third = from("127.0.0.2", server)) {
        assertEquals(200, third.say(LINE + GET + "\r\n").reply().status());
      }
    }
    try (var server = server(behind("x-forwarded-for").withLimits(limits));
        var first = from("127.0.0.2", server);
        var second = from("127.0.0.2", server)) {
      assertEquals(200, first.say(GET + "\r\n").reply().status());
      assertEquals(200, second.say(GET + "\r\n").reply().status());
    }
  }

  @Test
  void tls_follows_the_header(final @TempDir Path folder) throws Exception {
    final var certificate = TestCertificate.in(folder);
    final var tls = TlsContexts.of(certificate.certificate(), certificate.key(), false);
    try (var server = server(behind("proxy-protocol").withTls(tls));
        var socket = new Socket()) {
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
      socket.connect(server.listener().address());
      socket.getOutputStream().write(LINE.getBytes(StandardCharsets.US_ASCII));
      try (var secure =
          (SSLSocket)
              certificate
                  .trusting()
                  .getSocketFactory()
                  .createSocket(socket, "localhost", 1, true)) {
        secure.setSoTimeout(10_000);
        secure
            .getOutputStream()
            .write((GET + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        final var said =
            new String(secure.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(said.endsWith("198.51.100.7"), said);
      }
    }
  }
}

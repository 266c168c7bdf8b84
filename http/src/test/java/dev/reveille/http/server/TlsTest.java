package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTest {
  private static final byte[] GET =
      "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  @BeforeAll
  static void certificate(final @TempDir Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private static Listening server(final HttpLimits limits) {
    return new Listening(
        Listening.plain(limits)
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), false)),
        exchange -> exchange.answer(Answer.text(200, exchange.isSecure() ? "secure" : "open")));
  }

  private static SSLSocket socket(final Listening server) throws IOException {
    final var address = server.listener().address();
    final var socket =
        (SSLSocket)
            certificate
                .trusting()
                .getSocketFactory()
                .createSocket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Test
  void a_client_that_wants_a_second_handshake_on_its_connection_is_refused() throws IOException {
    try (var server = server(HttpLimits.defaults());
        var socket = socket(server)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      converse(socket);
      socket.startHandshake();
      assertThrows(IOException.class, () -> converse(socket));
    }
  }

  /// A request and the end of its answer.
  private static void converse(final SSLSocket socket) throws IOException {
    socket.getOutputStream().write(GET);
    final var seen = new StringBuilder();
    while (!seen.toString().endsWith("secure")) {
      final var b = socket.getInputStream().read();
      assertTrue(b >= 0, "the connection ended");
      seen.append((char) b);
    }
  }

  @Test
  void both_versions_are_spoken_and_nothing_older() throws Exception {
    try (var server = server(HttpLimits.defaults())) {
      for (final var version : List.of("TLSv1.3", "TLSv1.2")) {
        try (var socket = socket(server)) {
          socket.setEnabledProtocols(new String[] {version});
          converse(socket);
          assertEquals(version, socket.getSession().getProtocol());
        }
      }
      final var said = openssl(server, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");
      assertTrue(said.contains("Cipher is (NONE)"), said);
    }
  }

  @Test
  void a_session_is_resumed() throws Exception {
    try (var server = server(HttpLimits.defaults())) {
      try (var first = socket(server)) {
        converse(first);
        // A ticket of TLS 1.3 comes after the handshake; a second answer is proof that it is read.
        converse(first);
        final var made = first.getSession().getCreationTime();
        Listening.until(() -> System.currentTimeMillis() > made);
        try (var second = socket(server)) {
          converse(second);
          assertEquals(made, second.getSession().getCreationTime(), "the same session goes on");
        }
      }
    }
  }

  @Test
  void an_independent_client_resumes_its_session_too(final @TempDir Path folder) throws Exception {
    try (var server = server(HttpLimits.defaults())) {
      for (final var version : List.of("-tls1_3", "-tls1_2")) {
        final var kept = folder.resolve("session" + version).toString();
        assertTrue(conversation(server, version, "-sess_out", kept).contains("New, TLS"));
        final var second = conversation(server, version, "-sess_in", kept);
        assertTrue(second.contains("Reused, TLS"), second);
      }
    }
  }

  /// A whole request by OpenSSL: the ticket of TLS 1.3 comes after the handshake.
  private static String conversation(final Listening server, final String... arguments)
      throws Exception {
    final var command =
        new ArrayList<>(
            List.of("openssl", "s_client", "-connect", "127.0.0.1:" + server.listener().port()));
    command.addAll(List.of(arguments));
    final var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process
        .getOutputStream()
        .write(
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    final var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void a_handshake_that_does_not_end_is_ended() throws Exception {
    try (var server = server(HttpLimits.defaults());
        var silent = server.client();
        var halfway = server.client().say(new byte[] {22, 3, 1, 2, 0, 1, 0, 1})) {
      Listening.until(() -> server.listener().connections() == 2);
      server.pass(Duration.ofSeconds(9));
      assertEquals(2, server.listener().connections());
      server.pass(Duration.ofSeconds(2));
      assertTrue(silent.isClosedByServer());
      assertTrue(halfway.isClosedByServer());
    }
  }

  @Test
  void what_is_not_tls_is_closed() throws Exception {
    try (var server = server(HttpLimits.defaults());
        var client = server.client()) {
      client.say(GET);
      Listening.until(() -> server.listener().connections() == 0);
      assertThrows(
          SSLException.class,
          () -> {
            try (var socket = socket(server)) {
              socket.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_CBC_SHA"});
              socket.startHandshake();
            }
          });
    }
  }

  @Test
  void handshakes_over_the_rate_wait_for_their_turn() throws Exception {
    // One per tick of each of the two loops.
    final var limits = HttpLimits.defaults().withHandshakes(Duration.ofSeconds(60), 4);
    try (var server = server(limits)) {
      final var done = new AtomicInteger();
      final var clients = new ArrayList<Thread>();
      for (var i = 0; i < 10; i++) {
        clients.add(
            Thread.ofVirtual()
                .start(() ->
                    Http1Test.quietly(() -> {
                      try (var socket = socket(server)) {
                        converse(socket);
                        done.incrementAndGet();
                      }
                    })));
      }
      // The others are let wait, not refused.
      Listening.until(() -> done.get() == 2 && server.listener().connections() == 8);
      assertEquals(10, server.listener().accepted());
      for (var round = 2; round <= 5; round++) {
        server.pass(Duration.ofMillis(500));
        final var expected = round * 2;
        Listening.until(() -> done.get() == expected);
      }
      for (final var client : clients) {
        client.join();
      }
    }
  }

  @Test
  void files_that_make_no_server_are_named(final @TempDir Path folder) throws Exception {
    final var other = TestCertificate.in(folder, "other");
    final var broken = folder.resolve("broken.pem");
    Files.writeString(broken, "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n");
    final var missing = folder.resolve("missing.pem");
    for (final var pair :
        List.of(
            List.of(certificate.certificate(), other.key()),
            List.of(certificate.certificate(), broken),
            List.of(certificate.certificate(), missing),
            List.of(certificate.certificate(), certificate.certificate()),
            List.of(broken, certificate.key()),
            List.of(certificate.key(), certificate.key()))) {
      final var refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> TlsContexts.of(pair.getFirst(), pair.getLast(), false));
      assertTrue(refusal.toString().contains(pair.getFirst().toString()));
      assertTrue(refusal.toString().contains(pair.getLast().toString()));
    }
  }

  @Test
  void http_2_is_offered_only_where_it_is_switched_on() throws Exception {
    try (var server = server(HttpLimits.defaults())) {
      final var said = openssl(server, "-alpn", "h2,http/1.1");
      assertTrue(said.contains("ALPN protocol: http/1.1"), said);
      assertFalse(said.contains("ALPN protocol: h2"), said);
    }
  }

  private static String openssl(final Listening server, final String... arguments)
      throws Exception {
    final var command =
        new ArrayList<>(
            List.of("openssl", "s_client", "-connect", "127.0.0.1:" + server.listener().port()));
    command.addAll(List.of(arguments));
    final var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    final var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}

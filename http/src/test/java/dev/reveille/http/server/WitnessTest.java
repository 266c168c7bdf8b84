package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that we did not write speak to the listener over TLS: the JDK's and curl.
final class WitnessTest {
  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  @TempDir
  @SuppressWarnings("NullAway") // set by JUnit
  private Path folder;

  @BeforeAll
  static void certificate(final @TempDir Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private static Listening server(final HttpHandler handler) {
    return new Listening(
        Listening.plain(HttpLimits.defaults())
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true),
        handler);
  }

  private static URI uri(final Listening server, final String path) {
    return URI.create("https://127.0.0.1:" + server.listener().port() + path);
  }

  /// Answers with what came, after a moment on another thread.
  private static void echo(final Exchange exchange) {
    Thread.ofVirtual()
        .start(() ->
            exchange.answer(
                200,
                "application/octet-stream",
                exchange.body(),
                "X-Seen",
                exchange.method() + " " + exchange.path() + " " + exchange.isHttp2()));
  }

  @Test
  void the_jdk_client_gets_back_bodies_of_all_sizes_over_both_versions() throws Exception {
    try (var server = server(WitnessTest::echo)) {
      for (final var version : Version.values()) {
        if (version != Version.HTTP_1_1 && version != Version.HTTP_2) {
          continue;
        }
        try (var client =
            HttpClient.newBuilder().sslContext(certificate.trusting()).version(version).build()) {
          for (final var size : List.of(0, 1, 300, 16_384, 65_536, 1_048_576)) {
            final var body = new byte[size];
            new Random(size).nextBytes(body);
            for (final var publisher :
                List.of(
                    BodyPublishers.ofByteArray(body),
                    BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)))) {
              final var reply =
                  client.send(
                      HttpRequest.newBuilder(uri(server, "/x%20y?q=1")).POST(publisher).build(),
                      BodyHandlers.ofByteArray());
              assertEquals(200, reply.statusCode());
              assertEquals(version, reply.version());
              assertEquals(
                  "POST /x y " + (version == Version.HTTP_2),
                  reply.headers().firstValue("x-seen").orElseThrow());
              assertArrayEquals(body, reply.body());
            }
          }
        }
      }
    }
  }

  /// Over HTTP/1.1 each request has a connection of its own, and an address may have 100 handshakes
  /// that are not finished.
  @Test
  void the_jdk_client_sends_many_requests_at_once() throws Exception {
    try (var server = server(WitnessTest::echo)) {
      for (final var version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
        try (var client =
            HttpClient.newBuilder().sslContext(certificate.trusting()).version(version).build()) {
          // One first, so that HTTP/2 opens one connection for the others.
          assertEquals("0", send(client, server, 0).get(10, TimeUnit.SECONDS));
          final int many = version == Version.HTTP_2 ? 200 : 90;
          final var replies = new ArrayList<CompletableFuture<String>>();
          for (var i = 0; i < many; i++) {
            replies.add(send(client, server, i));
          }
          for (var i = 0; i < many; i++) {
            assertEquals(Integer.toString(i), replies.get(i).get(10, TimeUnit.SECONDS));
          }
        }
      }
    }
  }

  private static CompletableFuture<String> send(
      final HttpClient client, final Listening server, final int i) {
    final var request =
        HttpRequest.newBuilder(uri(server, "/" + i))
            .PUT(BodyPublishers.ofString(Integer.toString(i)))
            .build();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .thenApply(reply -> reply.statusCode() == 200 ? reply.body() : "bad");
  }

  @Test
  void curl_gets_the_same_over_every_version() throws Exception {
    try (var server = server(WitnessTest::echo)) {
      final var body = folder.resolve("body");
      Files.writeString(body, "0123456789".repeat(50_000), StandardCharsets.US_ASCII);
      for (final var version : List.of("--http1.0", "--http1.1", "--http2")) {
        final var out = folder.resolve("out" + version);
        final var said =
            curl(
                version,
                "-X",
                "POST",
                "--data-binary",
                "@" + body,
                "-o",
                out.toString(),
                "-w",
                "%{http_code} %{http_version}",
                uri(server, "/c").toString());
        assertEquals("200 " + (version.endsWith("2") ? "2" : "1.1"), said);
        assertEquals(-1, Files.mismatch(body, out));
      }
      assertTrue(
          curl("--http1.1", "-I", uri(server, "/h").toString()).contains("Content-Length: 0"));
      assertTrue(curl("--http2", "-I", uri(server, "/h").toString()).contains("content-length: 0"));
      final var chunked =
          curl(
              "--http1.1",
              "-H",
              "Transfer-Encoding: chunked",
              "-d",
              "abc",
              uri(server, "/d").toString());
      assertEquals("abc", chunked);
    }
  }

  private static String curl(final String... arguments) throws Exception {
    final var command =
        new ArrayList<>(
            List.of("curl", "-sS", "-m", "20", "--cacert", certificate.certificate().toString()));
    command.addAll(List.of(arguments));
    final var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    final var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @Test
  void new_certificates_count_from_the_next_connection_on(final @TempDir Path other)
      throws Exception {
    final var tls = TlsContexts.of(certificate.certificate(), certificate.key(), false);
    final var settings = Listening.plain(HttpLimits.defaults()).withTls(tls);
    try (var server = new Listening(settings, WitnessTest::echo)) {
      assertEquals("a", curl("-d", "a", uri(server, "/").toString()));
      final var next = TestCertificate.in(other);
      final var certificateBefore = Files.readAllBytes(certificate.certificate());
      final var keyBefore = Files.readAllBytes(certificate.key());
      try {
        Files.copy(next.certificate(), certificate.certificate(), REPLACE);
        Files.copy(next.key(), certificate.key(), REPLACE);
        tls.reload();
        assertEquals("b", curl("-d", "b", uri(server, "/").toString()));
        // Half a replacement is not taken, and what was in use stays in use.
        Files.write(certificate.key(), keyBefore);
        assertThrows(IllegalArgumentException.class, tls::reload);
        assertEquals("c", curl("-d", "c", uri(server, "/").toString()));
      } finally {
        Files.write(certificate.certificate(), certificateBefore);
        Files.write(certificate.key(), keyBefore);
      }
    }
  }

  private static final java.nio.file.CopyOption REPLACE =
      java.nio.file.StandardCopyOption.REPLACE_EXISTING;
}

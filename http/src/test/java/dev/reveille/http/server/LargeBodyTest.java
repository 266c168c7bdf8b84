package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bodies that do not fit into memory ten thousand times: kept in a file, or read while they come.
final class LargeBodyTest {
  private static final int LARGE = 25 * 1024 * 1024;

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  @TempDir
  @SuppressWarnings("NullAway") // set by JUnit
  private Path spool;

  private final BodyReader reader = new BodyReader();
  private final BlockingQueue<String> faults = reader.faults;

  @BeforeAll
  static void certificate(final @TempDir Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private HttpSettings plain() {
    return Listening.plain(HttpLimits.defaults()).withSpool(spool);
  }

  private Listening server(final HttpHandler handler) {
    return new Listening(plain(), handler);
  }

  private Listening secure(final HttpHandler handler) {
    return new Listening(
        plain()
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true),
        handler);
  }

  private List<Path> spooled() throws IOException {
    try (var files = Files.list(spool)) {
      return files.toList();
    }
  }

  private static void sends(
      final Listening server, final Version version, final BodyPublisher body, final String hash)
      throws Exception {
    try (var client =
        HttpClient.newBuilder().sslContext(certificate.trusting()).version(version).build()) {
      final var uri = URI.create("https://127.0.0.1:" + server.listener().port() + "/x");
      final var reply =
          client.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).PUT(body).build(),
              BodyHandlers.ofString());
      assertEquals(200, reply.statusCode());
      assertEquals(version, reply.version());
      assertEquals(hash, reply.body());
    }
  }

  @Test
  void the_jdk_client_sends_25_megabytes_spooled_and_streamed_over_both_versions()
      throws Exception {
    final var bytes = BodyReader.random(LARGE);
    final var hash = BodyReader.hashOf(new ByteArrayInputStream(bytes));
    for (final var rule : List.of(BodyRule.spooled(LARGE), BodyRule.streamed(LARGE))) {
      try (var server = secure(reader.handler(rule, BodyReader::hash))) {
        // The one says how long the body is, the other does not.
        sends(server, Version.HTTP_1_1, BodyPublishers.ofByteArray(bytes), hash);
        sends(
            server,
            Version.HTTP_2,
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
            hash);
      }
    }
    assertEquals(List.of(), spooled());
    assertEquals(0, faults.size());
  }

  @Test
  void bodies_around_the_bound_of_memory_arrive_whole() throws Exception {
    try (var server = secure(reader.handler(BodyRule.spooled(LARGE), BodyReader::hash))) {
      for (final var size :
          List.of(1, BodyRule.SPOOLED_ABOVE, BodyRule.SPOOLED_ABOVE + 1, 16_384, 16_385)) {
        final var bytes = BodyReader.random(size);
        final var hash = BodyReader.hashOf(new ByteArrayInputStream(bytes));
        for (final var version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
          sends(server, version, BodyPublishers.ofByteArray(bytes), hash);
          sends(
              server,
              version,
              BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
              hash);
        }
      }
    }
  }

  @Test
  void a_small_spooled_body_is_in_memory_and_a_large_one_is_not() throws Exception {
    final var whole =
        reader.handler(
            BodyRule.spooled(LARGE),
            exchange -> exchange.answer(Answer.text(200, "" + exchange.body().length)));
    try (var server = server(whole);
        var client = server.client()) {
      client.say(head(20)).say(new byte[20]);
      assertEquals("20", client.reply().body());
    }
    final var onDisk =
        reader.handler(
            BodyRule.spooled(LARGE),
            exchange -> {
              assertThrows(IllegalStateException.class, exchange::body);
              assertEquals(
                  BodyReader.hashOf(exchange.bodyStream()),
                  BodyReader.hashOf(exchange.bodyStream()));
              exchange.answer(
                  Answer.text(
                      200, BodyReader.hashOf(exchange.bodyStream()) + " " + used(exchange)));
            });
    final var bytes = BodyReader.random(BodyRule.SPOOLED_ABOVE + 1);
    try (var server = server(onDisk);
        var client = server.client()) {
      client.say(head(bytes.length)).say(bytes);
      assertEquals(
          BodyReader.hashOf(new ByteArrayInputStream(bytes)) + " " + bytes.length,
          client.reply().body());
      Listening.until(() -> server.listener().core().spoolRoom().used() == 0);
    }
  }

  private static long used(final Exchange exchange) {
    return exchange.core().spoolRoom().used();
  }

  private static String head(final int size) {
    return "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n";
  }

  @Test
  void a_streamed_request_is_told_before_its_body_came() throws Exception {
    final var told = new CountDownLatch(1);
    final var streamed =
        reader.handler(
            BodyRule.streamed(LARGE),
            exchange -> {
              told.countDown();
              BodyReader.hash(exchange);
            });
    try (var server = server(streamed);
        var client = server.client()) {
      client.say(head(3) + "a");
      assertTrue(told.await(10, TimeUnit.SECONDS));
      client.say("bc");
      assertEquals(
          BodyReader.hashOf(new ByteArrayInputStream("abc".getBytes())), client.reply().body());
      client.say(head(3) + "abc"); // the connection is kept
      assertEquals(200, client.reply().status());
    }
  }

  @Test
  void a_peer_sends_no_faster_than_the_handler_reads() throws Exception {
    final var mayRead = new CountDownLatch(1);
    final var slow =
        reader.handler(
            BodyRule.streamed(LARGE),
            exchange -> {
              try {
                mayRead.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              BodyReader.hash(exchange);
            });
    final var bytes = BodyReader.random(LARGE);
    final var sent = new LinkedBlockingQueue<Integer>();
    try (var server = server(slow);
        var client = server.client()) {
      client.say(head(LARGE));
      final var sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (var at = 0; at < LARGE; at += 65_536) {
                    client.say(
                        java.util.Arrays.copyOfRange(bytes, at, Math.min(LARGE, at + 65_536)));
                    sent.add(at);
                  }
                } catch (IOException e) {
                  faults.add("sender: " + e);
                }
              });
      // What fits into the sockets' buffers leaves; then the sender waits.
      while (sent.poll(500, TimeUnit.MILLISECONDS) instanceof Integer at) {
        assertTrue(at < LARGE - 65_536, "all was sent to a handler that does not read");
      }
      server.pass(Duration.ofMinutes(5)); // the handler is slow, not the peer: no 408
      mayRead.countDown();
      assertEquals(BodyReader.hashOf(new ByteArrayInputStream(bytes)), client.reply().body());
      sender.join();
    }
    assertEquals(0, faults.size(), faults::toString);
  }

  @Test
  void an_answer_before_the_end_of_the_body_ends_the_connection() throws Exception {
    final var early =
        reader.handler(
            BodyRule.streamed(LARGE), exchange -> exchange.answer(Answer.text(403, "no")));
    try (var server = server(early);
        var client = server.client()) {
      client.say(head(LARGE) + "abc");
      final var reply = client.reply();
      assertEquals(403, reply.status());
      assertEquals("close", reply.headers().get("connection"));
      assertTrue(client.isClosedByServer());
    }
  }

  @Test
  void a_handler_hears_that_the_rest_will_not_come() throws Exception {
    for (final var rule : List.of(BodyRule.streamed(LARGE), BodyRule.spooled(LARGE))) {
      try (var server = server(reader.handler(rule, BodyReader::hash))) {
        try (var client = server.client()) {
          client.say(head(LARGE)).say(new byte[300_000]);
          if (rule.how() == BodyRule.How.SPOOLED) {
            Listening.until(() -> server.listener().core().spoolRoom().used() > 0);
          } else {
            Listening.until(() -> server.listener().connections() == 1);
          }
        }
        if (rule.how() == BodyRule.How.STREAMED) {
          assertEquals("the peer has gone", faults.poll(10, TimeUnit.SECONDS));
        }
        Listening.until(() -> server.listener().connections() == 0);
        Listening.until(() -> server.listener().core().spoolRoom().used() == 0);
      }
    }
    assertEquals(List.of(), spooled());
  }

  @Test
  void a_body_that_is_too_slow_or_too_large_is_refused_though_the_handler_reads_it()
      throws Exception {
    final var begun = new CountDownLatch(1); // else the slow one's head may be what is too slow
    final var handler =
        reader.handler(
            BodyRule.streamed(1_000),
            exchange -> {
              begun.countDown();
              BodyReader.hash(exchange);
            });
    try (var server = server(handler);
        var slow = server.client();
        var large = server.client()) {
      slow.say(head(1_000) + "abc");
      assertTrue(begun.await(10, TimeUnit.SECONDS));
      large.say(
          "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3e6\r\n");
      assertEquals(413, large.reply().status());
      assertEquals("The body exceeds the limit.", faults.poll(10, TimeUnit.SECONDS));
      server.pass(Duration.ofSeconds(31)); // once: the connection has its own time
      Listening.until(() -> !faults.isEmpty());
      assertEquals("The body of the request took too long.", faults.poll());
      assertEquals(408, slow.reply().status());
      assertTrue(slow.isClosedByServer());
    }
  }

  @Test
  void a_route_may_give_its_bodies_more_time() throws Exception {
    final var rule = BodyRule.streamed(1_000).withTime(Duration.ofMinutes(10));
    final var told = new CountDownLatch(1);
    final var patient =
        reader.handler(
            rule,
            exchange -> {
              told.countDown();
              BodyReader.hash(exchange);
            });
    try (var server = server(patient);
        var client = server.client()) {
      client.say(head(3) + "ab");
      assertTrue(told.await(10, TimeUnit.SECONDS));
      server.pass(Duration.ofMinutes(9));
      assertEquals(200, client.say("c").reply().status());
    }
  }

  @Test
  void a_server_that_cannot_keep_a_body_says_so_and_takes_the_next() throws Exception {
    final var large = BodyReader.random(600_000);
    final var settings =
        Listening.plain(HttpLimits.defaults().withSpooled(500_000)).withSpool(spool);
    final var handler = reader.handler(BodyRule.spooled(LARGE), BodyReader::hash);
    try (var server = new Listening(settings, handler)) {
      for (var round = 0; round < 2; round++) {
        try (var client = server.client()) {
          client.say(head(large.length)).say(large);
          final var reply = client.reply();
          assertEquals(503, reply.status());
          assertTrue(
              reply.body().contains("no capacity for more large request bodies"), reply.body());
        }
      }
      Listening.until(() -> server.listener().core().spoolRoom().used() == 0);
      try (var client = server.client()) {
        client.say(head(400_000)).say(BodyReader.random(400_000));
        assertEquals(200, client.reply().status());
      }
    }
    final var noFolder = plain().withSpool(spool.resolve("not-there"));
    try (var server = new Listening(noFolder, handler);
        var client = server.client()) {
      client.say(head(400_000)).say(BodyReader.random(400_000));
      assertEquals(503, client.reply().status());
    }
  }
}

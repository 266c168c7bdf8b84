package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bodies that are read while they come, over HTTP/2.
final class LargeBodyHttp2Test {
  private static final int LARGE = 25 * 1024 * 1024;

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  private final BodyReader reader = new BodyReader();

  @BeforeAll
  static void certificate(final @TempDir Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private static Listening secure(final HttpHandler handler) {
    return new Listening(
        Listening.plain(HttpLimits.defaults())
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true),
        handler);
  }

  private static RawHttp2 http2(final Listening server) throws Exception {
    return RawHttp2.to(server.listener().address(), certificate);
  }

  private static void isAnswered(final int status, final RawHttp2 client) throws Exception {
    final var words = new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8);
    assertTrue(words.contains("\"status\":" + status), words);
  }

  @Test
  void a_body_that_is_too_large_or_too_slow_is_refused_and_its_reader_told() throws Exception {
    try (var server = secure(reader.handler(BodyRule.streamed(1_000), BodyReader::hash));
        var client = http2(server)) {
      client.request(1, "PUT", "/", false).frame(RawHttp2.DATA, 0, 1, new byte[900]);
      client.frame(RawHttp2.DATA, 0, 1, new byte[900]).send();
      isAnswered(413, client);
      assertEquals(0, client.await(RawHttp2.RST_STREAM).error());
      assertEquals("The body exceeds the limit.", reader.faults.poll(10, TimeUnit.SECONDS));

      client.request(3, "PUT", "/", false).frame(RawHttp2.DATA, 0, 3, new byte[900]).send();
      Listening.until(() -> reader.begun.get() == 2);
      server.pass(Duration.ofSeconds(31)); // once: the connection has its own time
      Listening.until(() -> !reader.faults.isEmpty());
      isAnswered(408, client);
      assertEquals("The body of the request took too long.", reader.faults.poll());
      assertEquals(0, client.await(RawHttp2.RST_STREAM).error());

      client.request(5, "PUT", "/", false).frame(RawHttp2.DATA, 1, 5, new byte[900]).send();
      assertEquals(
          BodyReader.hashOf(new ByteArrayInputStream(new byte[900])),
          new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_handler_that_rests_does_not_make_its_peer_slow() throws Exception {
    final var mayRead = new CountDownLatch(1);
    final var told = new CountDownLatch(2);
    final var slow =
        reader.handler(
            BodyRule.streamed(LARGE),
            exchange -> {
              told.countDown();
              try {
                mayRead.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              BodyReader.hash(exchange);
            });
    final var bytes = BodyReader.random(100_000);
    try (var server = secure(slow);
        var client = http2(server)) {
      client.await(RawHttp2.SETTINGS); // they count once they are acknowledged
      client.frame(RawHttp2.SETTINGS, 1, 0, new byte[0]);
      client.request(1, "PUT", "/", false);
      for (var at = 0; at < 96_000; at += 16_000) {
        client.frame(RawHttp2.DATA, 0, 1, Arrays.copyOfRange(bytes, at, at + 16_000));
      }
      client.request(3, "GET", "/", true).send();
      assertTrue(told.await(10, TimeUnit.SECONDS)); // the second is read behind all of the first
      server.pass(Duration.ofMinutes(1));
      client.frame(RawHttp2.DATA, 1, 1, Arrays.copyOfRange(bytes, 96_000, 100_000));
      client.send();
      mayRead.countDown();
      final var answers = new StringBuilder();
      for (var i = 0; i < 2; i++) {
        answers.append(new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8));
      }
      assertTrue(
          answers.indexOf(BodyReader.hashOf(new ByteArrayInputStream(bytes))) >= 0,
          answers::toString);
    }
    assertEquals(0, reader.faults.size(), reader.faults::toString);
  }

  @Test
  void a_body_that_other_bodies_hold_up_on_its_connection_is_not_late() throws Exception {
    final var mayRead = new CountDownLatch(1);
    final var told = new CountDownLatch(6);
    final var slow =
        reader.handler(
            BodyRule.streamed(LARGE),
            exchange -> {
              told.countDown();
              if (exchange.path().equals("/full")) {
                try {
                  mayRead.await();
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
              }
              BodyReader.hash(exchange);
            });
    try (var server = secure(slow);
        var client = http2(server)) {
      client.await(RawHttp2.SETTINGS); // they count once they are acknowledged
      client.frame(RawHttp2.SETTINGS, 1, 0, new byte[0]);
      // Four streams of 256 KiB each fill the window of the connection, 1 MiB.
      for (var stream = 1; stream <= 7; stream += 2) {
        client.request(stream, "PUT", "/full", false);
        for (var i = 0; i < 16; i++) {
          client.frame(RawHttp2.DATA, i == 15 ? 1 : 0, stream, new byte[16 * 1024]);
        }
      }
      client.request(9, "PUT", "/behind", false);
      client.request(11, "GET", "/", true).send();
      assertTrue(told.await(10, TimeUnit.SECONDS)); // the last is read behind all of the others
      server.pass(Duration.ofMinutes(1));
      mayRead.countDown();
      var answers = 0;
      for (var opened = 0; opened < 1024 * 1024; ) { // until the whole window is open again
        final var frame = client.next();
        assertNotNull(frame);
        if (frame.type() == RawHttp2.WINDOW_UPDATE && frame.stream() == 0) {
          opened += frame.increment();
        }
        answers += frame.type() == RawHttp2.DATA ? 1 : 0;
      }
      client.frame(RawHttp2.DATA, 1, 9, new byte[3]).send();
      while (answers < 6) {
        final var answer = client.await(RawHttp2.DATA);
        answers++;
        if (answer.stream() == 9) {
          assertEquals(
              BodyReader.hashOf(new ByteArrayInputStream(new byte[3])),
              new String(answer.payload(), StandardCharsets.UTF_8));
        }
      }
    }
    assertEquals(0, reader.faults.size(), reader.faults::toString);
  }

  @Test
  void an_answer_before_the_end_of_the_body_ends_the_stream_and_tells_the_reader()
      throws Exception {
    final var streams = new LinkedBlockingQueue<AnswerStream>();
    final var early =
        reader.handler(
            BodyRule.streamed(LARGE),
            exchange -> {
              if (exchange.path().equals("/stream")) {
                final var stream = exchange.openStream(200, "text/plain");
                stream.write("begun".getBytes());
                streams.add(stream);
                exchange.bodyStream().readAllBytes();
              } else {
                exchange.answer(Answer.text(403, "no"));
              }
            });
    try (var server = secure(early);
        var client = http2(server)) {
      client.request(1, "PUT", "/", false).frame(RawHttp2.DATA, 0, 1, new byte[900]).send();
      assertEquals("no", new String(client.await(RawHttp2.DATA).payload()));
      assertEquals(0, client.await(RawHttp2.RST_STREAM).error());

      client.request(3, "PUT", "/stream", false).frame(RawHttp2.DATA, 0, 3, new byte[900]).send();
      assertEquals("begun", new String(client.await(RawHttp2.DATA).payload()));
      assertEquals("the request is answered", reader.faults.poll(10, TimeUnit.SECONDS));
      streams.take().close();
      assertEquals(3, client.await(RawHttp2.RST_STREAM).stream());
    }
  }

  @Test
  void a_request_that_is_held_before_its_body_came_expires_in_its_time() throws Exception {
    final var holding =
        new HttpHandler() {
          @Override
          public void handle(final Exchange exchange) {
            final var _ =
                exchange.park(
                    Duration.ofMinutes(2),
                    new Parked.Owner() {
                      @Override
                      public void expired(final Parked parked) {
                        final var _ = parked.answer(Answer.text(200, "expired"));
                      }

                      @Override
                      public void gone(final Parked parked) {}
                    });
          }

          @Override
          public BodyRule bodyRule(final String method, final String path) {
            return BodyRule.streamed(1_000);
          }
        };
    try (var server = secure(holding);
        var client = http2(server)) {
      client.request(1, "PUT", "/", false).frame(RawHttp2.DATA, 1, 1, new byte[2_000]).send();
      client.frame(6, 0, 0, new byte[8]).send();
      client.await(6); // the answer to a ping: what came before it was read
      server.pass(Duration.ofMinutes(3));
      assertEquals("expired", new String(client.await(RawHttp2.DATA).payload()));
    }
  }
}

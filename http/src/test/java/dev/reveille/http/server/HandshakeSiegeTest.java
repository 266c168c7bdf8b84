package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Addresses that open more connections than handshakes are begun, against one that opens a single
/// one. The clock stands still unless a test moves it.
final class HandshakeSiegeTest {
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String ATTACKER = "127.0.0.2";
  private static final String OTHER = "127.0.0.3";
  private static final byte[] GET =
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final EventLoops loops = EventLoops.manual(1, () -> Instant.ofEpochMilli(millis.get()));
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void certificate(@TempDir final Path folder) {
    certificate = TestCertificate.in(folder);
  }

  @AfterEach
  void close() throws Exception {
    for (final var one : opened.reversed()) {
      one.close();
    }
    loops.close();
  }

  private HttpListener listener(final HttpLimits limits) {
    return opened(
        HttpListener.open(
            Listening.plain(limits)
                .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), false)),
            loops,
            exchange -> exchange.answer(Answer.text(200, "served"))));
  }

  private <T extends AutoCloseable> T opened(final T one) {
    opened.add(one);
    return one;
  }

  private void tick() {
    millis.addAndGet(TICK.toMillis());
    loops.tick();
  }

  private Socket from(final String address, final HttpListener listener) throws IOException {
    final var socket =
        opened(
            new Socket(
                InetAddress.getLoopbackAddress(),
                listener.port(),
                InetAddress.getByName(address),
                0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  /// A connection that says its greeting and nothing more.
  private Socket greeting(final String address, final HttpListener listener) throws IOException {
    final var socket = from(address, listener);
    socket.getOutputStream().write(greeting());
    return socket;
  }

  /// What a client says first.
  private static byte[] greeting() throws IOException {
    final var client = certificate.trusting().createSSLEngine("localhost", 1);
    client.setUseClientMode(true);
    final var record = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    final var _ = client.wrap(ByteBuffer.allocate(0), record);
    return Arrays.copyOf(record.array(), record.position());
  }

  /// A whole request over TLS, on a thread of its own.
  private CompletableFuture<String> asks(final String address, final HttpListener listener)
      throws IOException {
    final var plain = from(address, listener);
    final var answer = new CompletableFuture<String>();
    Thread.ofVirtual()
        .start(() -> {
          try (var socket =
              (SSLSocket)
                  certificate
                      .trusting()
                      .getSocketFactory()
                      .createSocket(plain, "localhost", 1, true)) {
            socket.getOutputStream().write(GET);
            answer.complete(
                new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
          } catch (final IOException failed) {
            answer.completeExceptionally(failed);
          }
        });
    return answer;
  }

  private static boolean isServed(final CompletableFuture<String> answer)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    return answer.get(10, TimeUnit.SECONDS).endsWith("served");
  }

  private int waiting(final HttpListener listener) {
    final var loop = loops.all().getFirst();
    return CompletableFuture.supplyAsync(
            () -> listener.core().handshakes(loop).waiting(), loop.executor())
        .join();
  }

  @Test
  void connections_that_say_nothing_take_no_part_of_the_ration() throws Exception {
    // One handshake per tick.
    final var listener = listener(HttpLimits.defaults().withHandshakes(LONG, 2));
    for (int i = 0; i < 20; i++) {
      from(ATTACKER, listener);
    }
    Listening.until(() -> listener.connections() == 20);
    assertTrue(isServed(asks(OTHER, listener)));
  }

  @Test
  void addresses_are_served_in_turn() throws Exception {
    final var listener = listener(HttpLimits.defaults().withHandshakes(LONG, 2));
    for (int i = 0; i < 20; i++) {
      greeting(ATTACKER, listener);
    }
    Listening.until(() -> waiting(listener) == 19);
    final var answer = asks(OTHER, listener);
    Listening.until(() -> waiting(listener) == 20);
    tick();
    tick();
    assertTrue(isServed(answer));
    assertEquals(18, waiting(listener));
  }

  @Test
  void the_ration_of_one_listener_is_not_that_of_another() throws Exception {
    final var limits = HttpLimits.defaults().withHandshakes(LONG, 2);
    final var devices = listener(limits);
    final var api = listener(limits);
    for (int i = 0; i < 10; i++) {
      greeting(ATTACKER, devices);
    }
    Listening.until(() -> waiting(devices) == 9);
    assertTrue(isServed(asks(ATTACKER, api)));
  }

  @Test
  void an_address_has_few_connections_whose_handshake_has_not_ended() throws Exception {
    final var listener = listener(HttpLimits.defaults().withHandshakesPerAddress(5));
    for (int i = 0; i < 5; i++) {
      from(ATTACKER, listener);
    }
    Listening.until(() -> listener.connections() == 5);
    assertTrue(isClosed(from(ATTACKER, listener)));
    assertEquals(1, listener.refused(RefusedFor.HANDSHAKES));
    assertEquals(5, listener.connections());
    assertTrue(isServed(asks(OTHER, listener)));
  }

  @Test
  void all_addresses_together_have_a_bounded_number_of_them() throws Exception {
    // A quarter of 100 places.
    final var listener = listener(HttpLimits.defaults().withConnections(100, 0));
    for (int i = 0; i < 25; i++) {
      from("127.0.1." + (1 + i), listener);
    }
    Listening.until(() -> listener.handshakes() == 25);
    assertTrue(isClosed(from(OTHER, listener)));
  }

  @Test
  void an_address_has_a_quarter_of_them_where_there_are_few() throws Exception {
    final var listener = listener(HttpLimits.defaults().withConnections(100, 0));
    for (int i = 0; i < 25; i++) {
      from(ATTACKER, listener);
    }
    Listening.until(() -> listener.refused(RefusedFor.HANDSHAKES) == 19);
    assertTrue(isServed(asks(OTHER, listener)));
  }

  @Test
  void every_way_out_gives_the_place_of_a_handshake_back() throws Exception {
    final var listener = listener(HttpLimits.defaults().withHandshakes(Duration.ofSeconds(10), 2));
    assertTrue(isServed(asks(OTHER, listener))); // it ended well; the ration is used up
    final var left = greeting(ATTACKER, listener);
    greeting(ATTACKER, listener);
    final var gone = from(OTHER, listener);
    from(OTHER, listener)
        .getOutputStream()
        .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)); // no TLS
    Listening.until(() -> listener.handshakes() == 4 && waiting(listener) == 3);
    left.close();
    gone.close();
    Listening.until(() -> listener.handshakes() == 2 && waiting(listener) == 2);
    tick();
    tick();
    Listening.until(() -> listener.handshakes() == 1 && waiting(listener) == 0);
    millis.addAndGet(LONG.toMillis());
    loops.tick(); // too late
    Listening.until(() -> listener.handshakes() == 0 && listener.connections() == 0);
    assertEquals(0, listener.core().limit().places().open());
  }

  @Test
  void a_greeting_that_comes_byte_by_byte_is_understood() throws Exception {
    final var listener = listener(HttpLimits.defaults());
    final var socket = from(OTHER, listener);
    socket.setTcpNoDelay(true);
    for (final var b : greeting()) {
      socket.getOutputStream().write(b);
    }
    assertEquals(22, socket.getInputStream().read(), "a handshake record");
  }

  private static boolean isClosed(final Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (final SocketException reset) {
      return true;
    }
  }

  @Test
  void of_a_greeting_that_is_very_long_only_a_part_is_gathered_before_its_turn() throws Exception {
    final var listener = listener(HttpLimits.defaults().withHandshakes(LONG, 2));
    final var _ = greeting(ATTACKER, listener); // the ration is used up
    final var socket = from(OTHER, listener);
    socket.getOutputStream().write(new byte[] {22, 3, 1, 64, 0});
    socket.getOutputStream().write(new byte[4 * 1024]); // of 16 KiB that were announced
    Listening.until(() -> waiting(listener) == 1);
  }
}

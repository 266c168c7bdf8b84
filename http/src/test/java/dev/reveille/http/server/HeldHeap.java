package dev.reveille.http.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/// Measures the live heap of held requests: what is used after a collection with them, less what
/// was used before, per request.
///
/// ```
/// java ... dev.reveille.http.server.HeldHeap 5000 [tls] [stream]
/// ```
///
/// The clients are another process, so that nothing of theirs is counted. With `histogram` as a
/// further word it prints the classes with the most bytes.
final class HeldHeap {
  private static final String POLL =
      "GET /device/v1/poll?wait=900 HTTP/1.1\r\nHost: phones.example.org\r\n"
          + "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n"
          + "User-Agent: ExamplePhone/7.2 (Linux; Android 16)\r\nAccept: application/json\r\n\r\n";

  private HeldHeap() {}

  static void main(final String... args) throws Exception {
    final var words = List.of(args);
    if (words.getFirst().equals("clients")) {
      clients(Integer.parseInt(args[1]), Integer.parseInt(args[2]), args.length > 3 ? args[3] : "");
      return;
    }
    final var count = Integer.parseInt(words.getFirst());
    final var folder = Files.createTempDirectory("held");
    var settings = HttpSettings.plain("devices", "127.0.0.1", 0);
    if (words.contains("tls")) {
      final var certificate = TestCertificate.in(folder);
      settings =
          settings.withTls(
              TlsContexts.of(certificate.certificate(), certificate.key(), /* http2= */ false));
    }
    final Set<Object> held = ConcurrentHashMap.newKeySet(count * 2);
    final var owner =
        new Parked.Owner() {
          @Override
          public void expired(final Parked parked) {
            parked.answer(Answer.empty(204));
          }

          @Override
          public void gone(final Parked parked) {
            held.remove(parked);
          }
        };
    try (var loops = EventLoops.open(2);
        var listener =
            HttpListener.open(
                settings,
                loops,
                exchange -> {
                  if (words.contains("stream")) {
                    held.add(stream(exchange, held));
                  } else {
                    held.add(exchange.park(Duration.ofMinutes(15), owner));
                  }
                })) {
      // A first round, so that classes, pools and caches are there before anything is counted.
      round(listener.port(), 200, folder, words, held);
      final var before = used();
      final var clients = start(listener.port(), count, folder, words);
      await(held, count);
      final var after = used();
      System.out.printf(
          "%d held, %.0f bytes of live heap each, the owner's set included%n",
          count, (after - before) / (double) count);
      if (words.contains("histogram")) {
        histogram();
      }
      end(clients, held);
    }
  }

  private static Object stream(final Exchange exchange, final Set<Object> held) {
    final var one =
        new AnswerStream.Owner() {
          @Override
          public void writable() {}

          @Override
          public void gone() {
            held.remove(this);
          }
        };
    final var stream = exchange.openStream(Answer.of(200, "text/event-stream", new byte[0]), one);
    final var _ = stream.write(": held\n\n".getBytes(StandardCharsets.US_ASCII));
    return one;
  }

  private static void round(
      final int port,
      final int count,
      final Path folder,
      final List<String> words,
      final Set<Object> held)
      throws Exception {
    final var clients = start(port, count, folder, words);
    await(held, count);
    end(clients, held);
  }

  private static Process start(
      final int port, final int count, final Path folder, final List<String> words)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            HeldHeap.class.getName(),
            "clients",
            Integer.toString(port),
            Integer.toString(count),
            words.contains("tls") ? folder.resolve("localhost-cert.pem").toString() : "")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void clients(final int port, final int count, final String trust)
      throws Exception {
    final var sockets = new ArrayList<Socket>();
    final var factory =
        trust.isEmpty()
            ? SocketFactory.getDefault()
            : TestCertificate.trusting(Path.of(trust)).getSocketFactory();
    for (var i = 0; i < count; i++) {
      final var socket = factory.createSocket();
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.getOutputStream().write(POLL.getBytes(StandardCharsets.US_ASCII));
      sockets.add(socket);
    }
    // Until the other side closes our standard input.
    while (System.in.read() >= 0) {
      Thread.onSpinWait();
    }
    for (final var socket : sockets) {
      socket.close();
    }
  }

  private static void await(final Set<Object> held, final int count) throws InterruptedException {
    final var end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (held.size() < count && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    if (held.size() < count) {
      throw new IllegalStateException("only " + held.size() + " requests came");
    }
  }

  private static void end(final Process clients, final Set<Object> held) throws Exception {
    clients.getOutputStream().close();
    clients.waitFor();
    while (!held.isEmpty()) {
      Thread.sleep(20);
    }
  }

  private static long used() throws InterruptedException {
    final var runtime = Runtime.getRuntime();
    for (var i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void histogram() throws IOException {
    final var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    final var process =
        new ProcessBuilder(jcmd, Long.toString(ProcessHandle.current().pid()), "GC.class_histogram")
            .start();
    try (var lines = process.inputReader()) {
      lines.lines().limit(45).forEach(System.out::println);
    }
  }
}

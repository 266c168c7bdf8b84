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

  static void main(String... args) throws Exception {
    var words = List.of(args);
    if (words.getFirst().equals("clients")) {
      clients(Integer.parseInt(args[1]), Integer.parseInt(args[2]), args.length > 3 ? args[3] : "");
      return;
    }
    var count = Integer.parseInt(words.getFirst());
    var folder = Files.createTempDirectory("held");
    var settings = HttpSettings.plain("devices", "127.0.0.1", 0);
    if (words.contains("tls")) {
      var certificate = TestCertificate.in(folder);
      settings =
          settings.withTls(
              TlsContexts.of(certificate.certificate(), certificate.key(), /* http2= */ false));
    }
    Set<Object> held = ConcurrentHashMap.newKeySet(count * 2);
    var owner =
        new Parked.Owner() {
          @Override
          public void expired(Parked parked) {
            parked.answer(Answer.empty(204));
          }

          @Override
          public void gone(Parked parked) {
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
      var before = used();
      var clients = start(listener.port(), count, folder, words);
      await(held, count);
      var after = used();
      System.out.printf(
          "%d held, %.0f bytes of live heap each, the owner's set included%n",
          count, (after - before) / (double) count);
      if (words.contains("histogram")) {
        histogram();
      }
      end(clients, held);
    }
  }

  private static Object stream(Exchange exchange, Set<Object> held) {
    var one =
        new AnswerStream.Owner() {
          @Override
          public void writable() {}

          @Override
          public void gone() {
            held.remove(this);
          }
        };
    var stream = exchange.openStream(Answer.of(200, "text/event-stream", new byte[0]), one);
    var _ = stream.write(": held\n\n".getBytes(StandardCharsets.US_ASCII));
    return one;
  }

  private static void round(int port, int count, Path folder, List<String> words, Set<Object> held)
      throws Exception {
    var clients = start(port, count, folder, words);
    await(held, count);
    end(clients, held);
  }

  private static Process start(int port, int count, Path folder, List<String> words)
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

  private static void clients(int port, int count, String trust) throws Exception {
    var sockets = new ArrayList<Socket>();
    var factory =
        trust.isEmpty()
            ? SocketFactory.getDefault()
            : TestCertificate.trusting(Path.of(trust)).getSocketFactory();
    for (var i = 0; i < count; i++) {
      var socket = factory.createSocket();
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.getOutputStream().write(POLL.getBytes(StandardCharsets.US_ASCII));
      sockets.add(socket);
    }
    // Until the other side closes our standard input.
    while (System.in.read() >= 0) {
      Thread.onSpinWait();
    }
    for (var socket : sockets) {
      socket.close();
    }
  }

  private static void await(Set<Object> held, int count) throws InterruptedException {
    var end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (held.size() < count && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    if (held.size() < count) {
      throw new IllegalStateException("only " + held.size() + " requests came");
    }
  }

  private static void end(Process clients, Set<Object> held) throws Exception {
    clients.getOutputStream().close();
    clients.waitFor();
    while (!held.isEmpty()) {
      Thread.sleep(20);
    }
  }

  private static long used() throws InterruptedException {
    var runtime = Runtime.getRuntime();
    for (var i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void histogram() throws IOException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var process =
        new ProcessBuilder(jcmd, Long.toString(ProcessHandle.current().pid()), "GC.class_histogram")
            .start();
    try (var lines = process.inputReader()) {
      lines.lines().limit(45).forEach(System.out::println);
    }
  }
}

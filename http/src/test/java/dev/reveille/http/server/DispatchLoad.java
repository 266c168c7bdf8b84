package dev.reveille.http.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/// A server to be loaded from outside: every request is answered with 202 by one other thread, in
/// groups, as a journal's writer does.
///
/// ```
/// java ... dev.reveille.http.server.DispatchLoad 8443 [commitMicros]
/// h2load -n 300000 -c 4 -m 64 -d body.json https://127.0.0.1:8443/v1/events
/// ```
///
/// A line on its standard input makes it print the CPU time it used and the requests it answered
/// since the line before.
final class DispatchLoad {
  private static final Answer ACCEPTED =
      Answer.of(
              202,
              "application/json",
              "{\"id\":\"0123456789abcdef\"}".getBytes(StandardCharsets.UTF_8))
          .prepared();

  private DispatchLoad() {}

  static void main(final String... args) throws Exception {
    final var folder = Files.createTempDirectory("load");
    final var certificate = TestCertificate.in(folder);
    final var tls = TlsContexts.of(certificate.certificate(), certificate.key(), true);
    final var settings =
        HttpSettings.plain("api", "127.0.0.1", Integer.parseInt(args[0]))
            .withTls(tls)
            .withHttp2(true);
    final var micros = args.length > 1 ? Integer.parseInt(args[1]) : 200;
    final var queue = new LinkedBlockingQueue<Exchange>();
    final var answered = new long[1];
    final var writer =
        Thread.ofPlatform().name("writer").daemon().start(() -> write(queue, micros, answered));
    try (var loops = EventLoops.open(args.length > 2 ? Integer.parseInt(args[2]) : 2);
        var listener = HttpListener.open(settings, loops, queue::add)) {
      final var in = System.in;
      var cpu = cpuTicks();
      var count = answered[0];
      System.out.println("port " + listener.port() + ", epoll " + EventLoops.isEpoll());
      while (in.read() >= 0) {
        final var now = cpuTicks();
        final var done = answered[0] - count;
        System.out.printf(
            "%d requests, %.2f us CPU each%n", done, (now - cpu) * 10_000.0 / Math.max(1, done));
        cpu = now;
        count = answered[0];
      }
    }
    writer.interrupt();
  }

  private static void write(
      final LinkedBlockingQueue<Exchange> queue, final int micros, final long[] answered) {
    final var group = new ArrayList<Exchange>();
    try {
      while (true) {
        group.add(queue.take());
        queue.drainTo(group);
        if (micros > 0) {
          // stands for the commit
          LockSupport.parkNanos(micros * 1000L);
        }
        for (final var exchange : group) {
          exchange.answer(ACCEPTED);
        }
        answered[0] += group.size();
        group.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// User and system time of this process in hundredths of a second, without its compilers.
  private static long cpuTicks() throws IOException {
    long ticks = 0;
    try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (final var thread : threads) {
        final var stat = Files.readString(thread.resolve("stat"));
        if (!stat.contains("CompilerThre")) {
          final var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
          ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
      }
    }
    return ticks;
  }
}

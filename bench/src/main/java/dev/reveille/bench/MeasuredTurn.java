package dev.reveille.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongFunction;

/// Runs one turn of a bench: hands in events and waits for their pushes, at most [#LONGEST].
final class MeasuredTurn {
  static final Duration LONGEST = Duration.ofMinutes(5);

  private MeasuredTurn() {}

  /// How many pushes have come to where they go, since it was started.
  @FunctionalInterface
  interface Arrivals {
    long pushes() throws IOException, InterruptedException;
  }

  /// CPU-seconds of a server, its compilers not counted, from the first request to the last push.
  ///
  /// @param server its process
  /// @param n events
  /// @param pushes that they lead to
  static double of(
      final long server,
      final LoadGenerator load,
      final long n,
      final long pushes,
      final LongFunction<byte[]> bodies,
      final Arrivals arrivals)
      throws IOException, InterruptedException {
    final var cpu = new Cpu(server);
    final var before = cpu.used();
    play(load, n, pushes, bodies, arrivals);
    return cpu.used().since(before).work();
  }

  /// Hands in, and waits for the last push.
  ///
  /// @throws IOException when an event was not accepted, or a push did not come
  static void play(
      final LoadGenerator load,
      final long n,
      final long pushes,
      final LongFunction<byte[]> bodies,
      final Arrivals arrivals)
      throws IOException, InterruptedException {
    final long pushesBefore = arrivals.pushes();
    final long refused =
        load.run(n, bodies, () -> (arrivals.pushes() - pushesBefore) * n / pushes, LONGEST);
    if (refused > 0) {
      throw new IOException(
          refused
              + " events of "
              + n
              + " were not accepted; a bench measures only work that is done");
    }
    final long until = System.nanoTime() + LONGEST.toNanos();
    for (long come = arrivals.pushes(); come < pushesBefore + pushes; come = arrivals.pushes()) {
      if (System.nanoTime() > until) {
        throw new IOException(
            (pushesBefore + pushes - come) + " pushes of " + pushes + " did not arrive");
      }
      Thread.sleep(20);
    }
  }
}

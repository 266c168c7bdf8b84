package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;

/// Paired measurements of benches that hold phones, on the server of any checkout: over TLS,
/// because the packaged server has no listener without it, and with long polls. In each turn every
/// phone must get an event once; otherwise the turn fails, and there is no figure.
final class HeldTurns {
  private final int count;
  private final HeldStage.Phones phones;
  private final PrintStream out;

  /// @param count phones to hold
  HeldTurns(final int count, final HeldStage.Phones phones, final PrintStream out) {
    this.count = count;
    this.phones = phones;
    this.out = out;
  }

  /// @throws IllegalArgumentException when no bench of this name holds phones
  PairedBench<HeldStage> named(final String bench) {
    return switch (bench) {
      case "hold" ->
          bench(
              new PairedBench.Figure("live heap of a held phone", "bytes", false, 1),
              HeldServer::new,
              HeldServer::hold);
      case "broadcast" ->
          bench(
              new PairedBench.Figure("handed in to last phone", "ms", false, 9),
              HeldServer::holding,
              HeldServer::broadcast);
      case "reconnect" ->
          bench(
              new PairedBench.Figure("CPU per accept, full handshakes", "us", false, 6),
              HeldServer::visited,
              HeldServer::reconnect);
      default -> throw new IllegalArgumentException(bench + " cannot be held against a checkout");
    };
  }

  private interface Start {
    HeldServer on(HeldStage copy, int count, Progress progress)
        throws IOException, InterruptedException;
  }

  private interface Measure {
    double of(HeldServer server) throws IOException, InterruptedException;
  }

  private PairedBench<HeldStage> bench(
      final PairedBench.Figure figure, final Start start, final Measure measure) {
    return new PairedBench<>() {
      @Override
      public Figure figure() {
        return figure;
      }

      @Override
      public HeldStage register(final Checkout checkout) throws IOException {
        return new HeldStage(checkout, count, phones.of(checkout), out);
      }

      @Override
      public WarmServer start(final HeldStage registered) throws IOException, InterruptedException {
        final var copy = new HeldStage(registered);
        final HeldServer server;
        try {
          server = start.on(copy, count, new Progress(out, "phones", 2L * count));
        } catch (final IOException | InterruptedException failed) {
          copy.close();
          throw failed;
        }
        return new WarmServer() {
          @Override
          public double turn() throws IOException, InterruptedException {
            return measure.of(server);
          }

          @Override
          public void close() throws IOException {
            server.close();
            copy.close();
          }
        };
      }
    };
  }
}

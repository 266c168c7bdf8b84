package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;

/// One turn of the benches that hold phones, on the server of any checkout: over TLS, because the
/// packaged server has no listener without it, and with long polls. In each turn every phone must
/// get an event once; otherwise the turn fails, and there is no figure.
final class HeldTurns {
  private static final int ROUNDS = 5;

  private final HeldStage stage;
  private final int count;
  private final PrintStream out;

  HeldTurns(final HeldStage stage, final int count, final PrintStream out) {
    this.stage = stage;
    this.count = count;
    this.out = out;
  }

  /// @throws IllegalArgumentException when no bench of this name holds phones
  OneTurn named(final String bench) {
    return switch (bench) {
      case "hold" ->
          turn(new OneTurn.Figure("live heap of a held phone", "bytes", false), this::hold);
      case "broadcast" ->
          turn(new OneTurn.Figure("handed in to last phone", "ms", false), this::broadcast);
      case "reconnect" ->
          turn(new OneTurn.Figure("accepts, full handshakes", "1/s", true), this::reconnect);
      default -> throw new IllegalArgumentException(bench + " cannot be held against a checkout");
    };
  }

  private interface Measure {
    double of(ReveilleKeeper keeper, HeldPhones phones) throws IOException, InterruptedException;
  }

  private OneTurn turn(final OneTurn.Figure figure, final Measure measure) {
    return new OneTurn() {
      @Override
      public Figure figure() {
        return figure;
      }

      @Override
      public double turn(final Checkout checkout) throws IOException, InterruptedException {
        stage.startFrom(checkout);
        final var progress = new Progress(out, figure.name(), count);
        try (var keeper = new ReveilleKeeper(stage, true, false);
            var phones = new HeldPhones(keeper, false, progress)) {
          final double found = measure.of(keeper, phones);
          phones.hangUp();
          progress.end();
          return found;
        }
      }
    };
  }

  /// The heap is counted twice: what the first collection handed to cleaners is gone at the second.
  private double hold(final ReveilleKeeper keeper, final HeldPhones phones)
      throws IOException, InterruptedException {
    final long server = keeper.processes().getFirst();
    final double before = live(server);
    phones.open(0, count);
    final double after = live(server);
    final var _ = tellAll(phones);
    return (after - before) / count;
  }

  /// @throws IOException when a phone did not get its event, got it twice, or got another one
  private static HeldPhones.Round tellAll(final HeldPhones phones)
      throws IOException, InterruptedException {
    final var told = phones.tellAll();
    if (!told.arrivals().isRight()) {
      throw new IOException("events were lost, doubled or went astray: " + told.arrivals());
    }
    return told;
  }

  private static double live(final long server) throws IOException, InterruptedException {
    final double _ = Heap.live(server);
    Thread.sleep(2_000);
    return Heap.live(server);
  }

  private double broadcast(final ReveilleKeeper keeper, final HeldPhones phones)
      throws IOException, InterruptedException {
    phones.open(0, count);
    final var _ = tellAll(phones); // code that never ran is slow
    final var last = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      last[round] = tellAll(phones).last();
    }
    return Report.median(last);
  }

  private double reconnect(final ReveilleKeeper keeper, final HeldPhones phones)
      throws IOException, InterruptedException {
    phones.open(0, count);
    phones.hangUp();
    final double perSecond = count / phones.open(0, count).seconds();
    final var _ = tellAll(phones);
    return perSecond;
  }
}

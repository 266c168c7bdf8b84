package dev.reveille.bench;

import java.io.IOException;

/// A server with phones, for the turns of [HeldTurns]. Each server serves one of three
/// measurements: memory on a new one ([#hold]), broadcasts on one that already holds its phones,
/// reconnects on one whose phones left. Must be closed, or the process stays.
final class HeldServer implements AutoCloseable {
  private final ReveilleServer keeper;
  private final HeldPhones phones;
  private final int count;

  HeldServer(final HeldStage stage, final int count, final Progress progress) throws IOException {
    this.keeper = new ReveilleServer(stage, true, false);
    this.phones = new HeldPhones(keeper, false, progress);
    this.count = count;
  }

  /// A server that holds the phones and has told them an event, since code that never ran is slow.
  static HeldServer holding(final HeldStage stage, final int count, final Progress progress)
      throws IOException, InterruptedException {
    final var server = new HeldServer(stage, count, progress);
    try {
      server.phones.open(0, count);
      final var _ = server.tellAll();
      return server;
    } catch (final IOException | InterruptedException failed) {
      server.close(); // or it would go on by itself
      throw failed;
    }
  }

  /// A server that the phones have left again.
  static HeldServer visited(final HeldStage stage, final int count, final Progress progress)
      throws IOException, InterruptedException {
    final var server = new HeldServer(stage, count, progress);
    try {
      final double _ = server.reconnect();
      final double _ = server.reconnect();
      return server;
    } catch (final IOException | InterruptedException failed) {
      server.close(); // or it would go on by itself
      throw failed;
    }
  }

  /// Bytes of live heap for each phone. The heap is counted twice: what the first collection handed
  /// to cleaners is gone at the second.
  double hold() throws IOException, InterruptedException {
    final long server = keeper.processes().getFirst();
    final double before = live(server);
    phones.open(0, count);
    final double after = live(server);
    final var _ = tellAll();
    return (after - before) / count;
  }

  private static double live(final long server) throws IOException, InterruptedException {
    final double _ = Heap.live(server);
    Thread.sleep(2_000);
    return Heap.live(server);
  }

  /// Milliseconds until the last phone has an event.
  double broadcast() throws IOException, InterruptedException {
    return tellAll().last();
  }

  /// Microseconds of the processor for each phone that comes; afterwards they have left.
  double reconnect() throws IOException, InterruptedException {
    final double before = keeper.work();
    phones.open(0, count);
    final double spent = keeper.work() - before;
    final var _ = tellAll();
    phones.hangUp();
    return spent * 1e6 / count;
  }

  /// @throws IOException when a phone did not get its event, got it twice, or got another one
  private HeldPhones.Round tellAll() throws IOException, InterruptedException {
    final var told = phones.tellAll();
    if (!told.arrivals().isRight()) {
      throw new IOException("events were lost, doubled or went astray: " + told.arrivals());
    }
    return told;
  }

  @Override
  public void close() {
    phones.close();
    keeper.close();
  }
}

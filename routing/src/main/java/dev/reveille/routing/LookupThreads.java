package dev.reveille.routing;

import dev.reveille.model.Lane;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The threads that read the stores for the dispatcher: one per lane and one for waiting rows, so
/// that a call never waits behind what a broadcast has to read; one that writes what push services
/// report about addresses; and one that tells waiting requests that a call changed. Platform
/// threads, because a read of SQLite holds its carrier thread anyway.
///
/// Their queues have no limit of their own. What is asked is bounded by its asker: events by the
/// intake's credits, rows by one claim at a time, pushes by what may be in flight.
final class LookupThreads implements AutoCloseable {
  private final Executor urgent;
  private final Executor normal;
  private final Executor bulk;
  private final Executor rows;
  private final Executor verdicts;
  private final Executor watchers;

  /// All work is done by one executor.
  LookupThreads(final Executor all) {
    this(all, all, all, all, all, all);
  }

  private LookupThreads(
      final Executor urgent,
      final Executor normal,
      final Executor bulk,
      final Executor rows,
      final Executor verdicts,
      final Executor watchers) {
    this.urgent = urgent;
    this.normal = normal;
    this.bulk = bulk;
    this.rows = rows;
    this.verdicts = verdicts;
    this.watchers = watchers;
  }

  static LookupThreads start() {
    return new LookupThreads(
        named("lookups-urgent"),
        named("lookups-normal"),
        named("lookups-bulk"),
        named("lookups-rows"),
        named("address-verdicts"),
        named("call-watchers"));
  }

  private static ExecutorService named(final String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  Executor of(final Lane lane) {
    return switch (lane) {
      case URGENT -> urgent;
      case NORMAL -> normal;
      case BULK -> bulk;
    };
  }

  Executor ofRows() {
    return rows;
  }

  /// In the order in which they came.
  Executor ofVerdicts() {
    return verdicts;
  }

  /// In the order in which they came.
  Executor ofWatchers() {
    return watchers;
  }

  /// Drops what was asked and not begun; answers have no reader any more.
  @Override
  public void close() {
    for (final var one : List.of(urgent, normal, bulk, rows, verdicts, watchers)) {
      if (one instanceof final ExecutorService threads) {
        threads.shutdownNow();
      }
    }
  }
}

package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The files with the projections of events, one per day of the journal. Any thread reads; the
/// projector makes days, and maintenance removes old ones.
///
/// [#lock] keeps readers and the projector's commits apart: a reader who holds its read side sees
/// each event either in memory or on disk, never in both and never in neither.
final class HistoryDays implements AutoCloseable {
  private static final String SUFFIX = ".history.db";

  private final Path directory;
  private final java.util.concurrent.locks.ReentrantReadWriteLock lock =
      new java.util.concurrent.locks.ReentrantReadWriteLock();
  private final DayFiles<HistoryDay> days = new DayFiles<>();

  HistoryDays(final Path directory) throws IOException {
    this.directory = directory;
    final List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (final Path file : files) {
      final String name = file.getFileName().toString();
      day(LocalDate.parse(name.substring(0, name.length() - SUFFIX.length())));
    }
  }

  java.util.concurrent.locks.ReentrantReadWriteLock lock() {
    return lock;
  }

  boolean has(final LocalDate date) {
    return days.now().containsKey(date);
  }

  /// For the projector: the day's file, made when missing.
  HistoryDay day(final LocalDate date) {
    final HistoryDay known = days.now().get(date);
    if (known != null) {
      return known;
    }
    final HistoryDay made = new HistoryDay(date, directory.resolve(date + SUFFIX));
    days.add(date, made);
    return made;
  }

  Optional<HistoryDay> find(final LocalDate date) {
    return Optional.ofNullable(days.now().get(date));
  }

  /// Oldest first.
  List<HistoryDay> all() {
    return new ArrayList<>(days.now().values());
  }

  /// Oldest first, from this day on.
  List<HistoryDay> since(final LocalDate date) {
    return new ArrayList<>(days.now().tailMap(date, true).values());
  }

  /// Whether a file of this day or a later one may have an entry after this sequence, or is about
  /// to.
  boolean mayHaveEntryAfter(final LocalDate date, final long sequence) {
    for (final HistoryDay day : days.now().tailMap(date, true).values()) {
      if (day.mayHaveEntryAfter(sequence)) {
        return true;
      }
    }
    return false;
  }

  void removeBefore(final LocalDate date) throws IOException {
    if (days.now().headMap(date, false).isEmpty()) {
      return;
    }
    lock.writeLock().lock();
    try {
      for (final HistoryDay day : days.removeBefore(date)) {
        day.delete();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public void close() {
    days.now().values().forEach(HistoryDay::close);
  }
}

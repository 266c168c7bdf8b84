package dev.reveille.storage.sqlite;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Which days have a file, in order. One thread adds a day while another removes old ones: no
/// change undoes another, and each reader sees a state as it was at one moment.
///
/// Thread-safe, by copies: a change makes a new map under a lock.
///
/// @param <D> what reads and writes the file of a day
final class DayFiles<D> {
  private final ReentrantLock changing = new ReentrantLock();

  /// Never changed in place.
  private volatile NavigableMap<LocalDate, D> days = Collections.emptyNavigableMap();

  /// As they are now, the oldest first.
  NavigableMap<LocalDate, D> now() {
    return days;
  }

  /// The newest; null when there is none.
  @Nullable D newest() {
    final var last = days.lastEntry();
    return last == null ? null : last.getValue();
  }

  void add(final LocalDate date, final D day) {
    changing.lock();
    try {
      final NavigableMap<LocalDate, D> more = new TreeMap<>(days);
      more.put(date, day);
      days = Collections.unmodifiableNavigableMap(more);
    } finally {
      changing.unlock();
    }
  }

  /// Takes the days before this one away; answers them, the oldest first.
  List<D> removeBefore(final LocalDate date) {
    changing.lock();
    try {
      final NavigableMap<LocalDate, D> all = days;
      days = Collections.unmodifiableNavigableMap(new TreeMap<>(all.tailMap(date, true)));
      return new ArrayList<>(all.headMap(date, false).values());
    } finally {
      changing.unlock();
    }
  }
}

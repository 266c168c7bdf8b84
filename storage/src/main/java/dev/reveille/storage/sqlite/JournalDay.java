package dev.reveille.storage.sqlite;

import dev.reveille.storage.codec.GroupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one day's journal file beside the writer. Thread-safe; blocks on the disk.
final class JournalDay implements AutoCloseable {
  private final LocalDate date;
  private final Path file;
  private final Database reader;

  /// `Long.MAX_VALUE` while the file is empty.
  private volatile long first;

  private @Nullable PreparedStatement find;
  private boolean gone;

  JournalDay(final LocalDate date, final Path file, final int knownSteps) {
    this.date = date;
    this.file = file;
    this.reader = Database.openForReading(file, knownSteps);
    this.first =
        reader.locked(() ->
            reader.number(
                "SELECT coalesce(min(first), " + Long.MAX_VALUE + ") FROM journal_group"));
  }

  LocalDate date() {
    return date;
  }

  Path file() {
    return file;
  }

  long first() {
    return first;
  }

  void begunWith(final long sequence) {
    if (first == Long.MAX_VALUE) {
      first = sequence;
    }
  }

  /// The last group that begins at or before this sequence.
  Optional<GroupReader> group(final long sequence) {
    return reader.locked(() -> {
      if (gone) {
        return Optional.empty();
      }
      if (find == null) {
        find =
            reader.prepare(
                "SELECT body FROM journal_group WHERE first <= ? ORDER BY first DESC LIMIT 1");
      }
      find.setLong(1, sequence);
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? Optional.of(JournalDays.read(file, row.getBytes(1))) : Optional.empty();
      }
    });
  }

  /// Every group from the one that holds `from` on. Reads some at a time, so that no reader waits
  /// for the whole.
  void scan(
      final long from, final int rows, final boolean callsOnly, final Consumer<GroupReader> to) {
    if (first == Long.MAX_VALUE) {
      return;
    }
    long next = group(from).map(GroupReader::first).orElse(0L);
    for (List<GroupReader> some = some(next, rows, callsOnly);
        !some.isEmpty();
        some = some(next, rows, callsOnly)) {
      some.forEach(to);
      next = some.getLast().first() + 1;
    }
  }

  private List<GroupReader> some(final long from, final int rows, final boolean callsOnly) {
    final String sql =
        "SELECT body FROM journal_group WHERE first >= ?"
            + (callsOnly ? " AND calls > 0" : "")
            + " ORDER BY first LIMIT ?";
    return reader.locked(() -> {
      if (gone) {
        return List.of();
      }
      try (PreparedStatement statement = reader.prepare(sql)) {
        statement.setLong(1, from);
        statement.setInt(2, rows);
        final List<GroupReader> some = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            some.add(JournalDays.read(file, row.getBytes(1)));
          }
        }
        return some;
      }
    });
  }

  /// The first group committed at or after a moment, by halving: the moments grow with the groups.
  long firstSince(final Instant moment) {
    return reader.locked(() -> {
      if (gone) {
        return Long.MAX_VALUE;
      }
      long low = first;
      long high = reader.number("SELECT coalesce(max(first), 0) FROM journal_group") + 1;
      while (low < high) {
        final long middle = low + (high - low) / 2;
        final long next = number(middle, "first");
        if (next == 0 || number(middle, "at") >= moment.getEpochSecond()) {
          high = middle;
        } else {
          low = next + 1;
        }
      }
      return low;
    });
  }

  private long number(final long from, final String column) throws SQLException {
    return reader.number(
        "SELECT "
            + column
            + " FROM journal_group WHERE first >= "
            + from
            + " ORDER BY first LIMIT 1");
  }

  void checkpoint() {
    reader.locked(() -> {
      reader.checkpoint();
      return true;
    });
  }

  long logSize() {
    return reader.logSize();
  }

  void delete() throws IOException {
    close();
    deleteDatabase(file);
  }

  static void deleteDatabase(final Path file) throws IOException {
    for (final String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
  }

  @Override
  public void close() {
    reader.lock().lock();
    try {
      gone = true;
      reader.close();
    } finally {
      reader.lock().unlock();
    }
  }
}

package dev.reveille.storage.sqlite;

import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.DamagedException;
import dev.reveille.storage.codec.GroupReader;
import dev.reveille.storage.codec.NewerFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The journal's files, one per UTC day, and their groups by sequence.
///
/// Only the writer's thread calls [#roll] and [#insert], and only maintenance [#removeBefore], at
/// the same time perhaps; questions may come from any thread and block on the disk. Sequences grow
/// over the files: the day of a sequence is the last one that begins at or before it.
final class JournalDays implements AutoCloseable {
  private static final String SUFFIX = ".journal.db";
  private static final int CACHED_GROUPS = 32;
  private static final int CACHED_EVENTS = 16;
  private static final int SCAN_ROWS = 64;
  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE journal_group(
            first INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            calls INTEGER NOT NULL,
            body BLOB NOT NULL)\
          """);

  private final Path directory;
  private final Map<Long, GroupReader> cache =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Long, GroupReader> eldest) {
          return size() > CACHED_GROUPS;
        }
      };

  /// An event for a thousand users is asked for a thousand times in a row, and reading it anew for
  /// each of them would read all thousand names each time. Guarded by itself.
  private final Map<Long, StoredJob> events =
      new LinkedHashMap<>(32, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Long, StoredJob> eldest) {
          return size() > CACHED_EVENTS;
        }
      };

  private final DayFiles<JournalDay> days = new DayFiles<>();

  private volatile long mostPages = 0xFFFFFFFEL; // what SQLite allows at most
  private volatile boolean limitChanged;
  private @Nullable Database writer;
  private @Nullable PreparedStatement insert;

  JournalDays(final Path directory) throws IOException {
    this.directory = directory;
    final List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (final Path file : files) {
      final String name = file.getFileName().toString();
      final LocalDate date = LocalDate.parse(name.substring(0, name.length() - SUFFIX.length()));
      days.add(date, new JournalDay(date, file, STEPS.size()));
    }
  }

  /// Begins a new file when the day has changed; a clock that goes back stays in the newest file.
  void roll(final Instant now) {
    final LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    final JournalDay last = days.newest();
    final LocalDate newest = last == null ? LocalDate.MIN : last.date();
    if (writer != null && !today.isAfter(newest) && !limitChanged) {
      return;
    }
    limitChanged = false;
    final LocalDate date = today.isAfter(newest) ? today : newest;
    final Path file = directory.resolve(date + SUFFIX);
    closeWriter();
    final Database next = Database.open(file, Database.Durability.FULL, STEPS);
    try {
      next.execute("PRAGMA max_page_count=" + mostPages);
      insert = next.prepare("INSERT INTO journal_group(first, at, calls, body) VALUES(?,?,?,?)");
    } catch (SQLException e) {
      next.close();
      throw Database.failed(file, e);
    }
    writer = next;
    if (date.isAfter(newest)) {
      days.add(date, new JournalDay(date, file, STEPS.size()));
    }
  }

  /// Commits one group; on disk when it returns.
  void insert(final long first, final Instant at, final int calls, final byte[] body)
      throws SQLException {
    final PreparedStatement statement = Objects.requireNonNull(insert, "not rolled yet");
    try {
      statement.setLong(1, first);
      statement.setLong(2, at.getEpochSecond());
      statement.setInt(3, calls);
      statement.setBytes(4, body);
      statement.executeUpdate();
    } catch (SQLException e) {
      closeWriter(); // the driver gives up a statement that failed; the next group opens anew
      throw e;
    }
    Objects.requireNonNull(days.newest(), "not rolled yet").begunWith(first);
  }

  /// For tests of a full disk: a file may have so many pages, from the next group on.
  void limitPages(final long most) {
    mostPages = most;
    limitChanged = true;
  }

  /// Oldest first.
  List<JournalDay> days() {
    return List.copyOf(days.now().values());
  }

  /// The file that is written to.
  Path newestFile() {
    final JournalDay last = days.newest();
    return last == null ? directory : last.file();
  }

  /// The first sequence that is still kept, or `otherwise` when there is none.
  long oldest(final long otherwise) {
    for (final JournalDay day : days.now().values()) {
      if (day.first() != Long.MAX_VALUE) {
        return day.first();
      }
    }
    return otherwise;
  }

  /// Whether this day is still kept.
  boolean has(final LocalDate date) {
    return days.now().containsKey(date);
  }

  /// The day in whose file this sequence is.
  LocalDate dateOf(final long sequence) {
    return dayOf(sequence).map(JournalDay::date).orElse(LocalDate.EPOCH);
  }

  private Optional<JournalDay> dayOf(final long sequence) {
    for (final JournalDay day : days.now().descendingMap().values()) {
      if (day.first() <= sequence) {
        return Optional.of(day);
      }
    }
    return Optional.empty();
  }

  /// The highest sequence in the files, 0 when there is none.
  long last() {
    for (final JournalDay day : days.now().descendingMap().values()) {
      if (day.first() != Long.MAX_VALUE) {
        final GroupReader group =
            group(Long.MAX_VALUE).orElseThrow(() -> new IllegalStateException("no last group"));
        return Math.max(group.first(), group.first() + group.events() - 1);
      }
    }
    return 0;
  }

  /// The group that holds this sequence, if it is still kept. Synchronise on it while reading it.
  Optional<GroupReader> group(final long sequence) {
    synchronized (cache) {
      // The cache knows groups by their first sequence only; few enough to look at them all.
      for (final GroupReader group : cache.values()) {
        if (group.first() <= sequence && sequence < group.first() + group.events()) {
          return Optional.of(group);
        }
      }
    }
    final Optional<JournalDay> day = dayOf(sequence);
    if (day.isEmpty()) {
      return Optional.empty();
    }
    final Optional<GroupReader> group = day.get().group(sequence);
    group.ifPresent(found -> {
      synchronized (cache) {
        cache.put(found.first(), found);
      }
    });
    return group;
  }

  /// One event, if it is still kept.
  Optional<StoredJob> event(final long sequence) {
    synchronized (events) {
      final StoredJob known = events.get(sequence);
      if (known != null) {
        return Optional.of(known);
      }
    }
    final Optional<StoredJob> found =
        group(sequence)
            .flatMap(group -> {
              synchronized (group) {
                return group.stored(sequence);
              }
            });
    found.ifPresent(stored -> {
      synchronized (events) {
        events.put(sequence, stored);
      }
    });
    return found;
  }

  /// Every group from the one that holds `from` on, in order.
  void scan(final long from, final Consumer<GroupReader> reader) {
    for (final JournalDay day : days.now().values()) {
      day.scan(from, SCAN_ROWS, false, reader);
    }
  }

  /// Groups with calls in them that were committed at or after a moment, in order.
  void scanCalls(final Instant from, final Consumer<GroupReader> reader) {
    final List<JournalDay> all = days();
    for (final JournalDay day : all) {
      if (!day.date().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().isBefore(from)
          || day == all.getLast()) {
        day.scan(day.firstSince(from), SCAN_ROWS, true, reader);
      }
    }
  }

  /// The first sequence that was committed at or after a moment (a second too early at most).
  long firstSince(final Instant moment) {
    for (final JournalDay day : days.now().values()) {
      if (!day.date().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().isBefore(moment)) {
        final long first = day.firstSince(moment);
        if (first != Long.MAX_VALUE && day.group(Long.MAX_VALUE).isPresent()) {
          return first;
        }
      }
    }
    return Long.MAX_VALUE;
  }

  /// Forgets and deletes all days before this one, but for the newest.
  void removeBefore(final LocalDate date) throws IOException {
    final JournalDay last = days.newest();
    final List<JournalDay> old =
        days.removeBefore(last != null && last.date().isBefore(date) ? last.date() : date);
    synchronized (cache) {
      cache.clear();
    }
    synchronized (events) {
      events.clear();
    }
    for (final JournalDay day : old) {
      day.delete();
    }
  }

  static GroupReader read(final Path file, final byte[] body) {
    try {
      return new GroupReader(body);
    } catch (DamagedException e) {
      throw Database.damaged(file, e);
    } catch (NewerFormatException e) {
      throw new StoreException(
          file + ": " + e.getMessage() + ".",
          "Start the version that wrote it, or a newer one.",
          e);
    }
  }

  private void closeWriter() {
    if (writer != null) {
      final Database last = writer;
      writer = null;
      insert = null;
      last.close();
    }
  }

  @Override
  public void close() {
    days.now().values().forEach(JournalDay::close);
    closeWriter();
  }
}

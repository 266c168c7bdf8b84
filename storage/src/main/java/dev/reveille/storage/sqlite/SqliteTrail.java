package dev.reveille.storage.sqlite;

import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.storage.codec.GroupReader;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Reads trails from the file of the event's day, and from memory what is not folded yet.
/// Thread-safe; blocks on the disk.
record SqliteTrail(ReadSources sources, SendStates sends) implements TrailStore {
  @Override
  public void read(final long event, final Consumer<TrailEntry> reader) {
    sources.history().lock().readLock().lock();
    try {
      sources.history().find(dayOf(event)).ifPresent(day -> read(day, event, reader));
      for (final CommittedGroup group : sources.unfolded().groupsSince(event)) {
        for (final Note note : group.notes()) {
          if (note instanceof Note.TrailLine(var line) && line.event() == event) {
            reader.accept(line);
          }
        }
      }
    } finally {
      sources.history().lock().readLock().unlock();
    }
  }

  private LocalDate dayOf(final long job) {
    final long toldIn = sends.toldIn(job);
    return toldIn == 0 ? sources.journal().dateOf(job) : LocalDate.ofEpochDay(toldIn);
  }

  private static void read(
      final HistoryDay day, final long event, final Consumer<TrailEntry> reader) {
    day.reader()
        .locked(() ->
            day.reader()
                .query(
                    "SELECT lines FROM trail WHERE bucket = ? ORDER BY fold",
                    row -> {
                      GroupReader.readTrail(row.getBytes(1), event, reader);
                      return event;
                    },
                    event >> HistoryDay.BUCKET_BITS));
  }

  @Override
  public List<Long> recent(final UserId user, final Instant since, final int most) {
    final LocalDate first = LocalDate.ofInstant(since, ZoneOffset.UTC);
    final long from =
        Math.max(sources.journal().firstSince(since) - 1, sources.erasures().upTo(user));
    final TreeSet<Long> found = new TreeSet<>(Comparator.reverseOrder());
    sources.history().lock().readLock().lock();
    try {
      for (final Unfolded.News one : sources.unfolded().of(user)) {
        if (one.job() instanceof StoredJob stored && stored.sequence() > from) {
          found.add(stored.sequence());
        }
      }
      final long hash = sources.hashes().user(user);
      found.addAll(hints(hash, from));
      for (final HistoryDay day : sources.history().since(first).reversed()) {
        found.addAll(
            day.entries("seq", "1", hash, from, Long.MIN_VALUE, most, true, row -> row.getLong(1)));
        if (found.size() >= most) {
          break;
        }
      }
    } finally {
      sources.history().lock().readLock().unlock();
    }
    return found.stream().limit(most).toList();
  }

  private List<Long> hints(final long user, final long from) {
    return sources
        .present()
        .reader()
        .locked(() ->
            sources
                .present()
                .reader()
                .query(
                    "SELECT seq FROM hint WHERE user = ? AND seq > ?",
                    row -> row.getLong(1),
                    user,
                    from));
  }
}

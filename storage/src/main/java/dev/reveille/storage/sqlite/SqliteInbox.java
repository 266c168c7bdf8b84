package dev.reveille.storage.sqlite;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.FolderId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Note;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads users' inboxes by joining the projection on disk with what is not folded yet. Under the
/// read side of the history's lock each entry is in exactly one of both. Thread-safe; blocks on the
/// disk, and while the projector commits.
record SqliteInbox(
    ReadSources sources,
    JobBodies bodies,
    UnreadCounts counts,
    long epoch,
    LongSupplier lastSequence,
    InstantSource clock)
    implements Inbox {
  private static final int DISMISSED = 1 << Mark.DISMISSED.number();
  private static final int READ = 1 << Mark.READ.number();
  private static final Mark[] MARKS = Mark.values();

  @Override
  public Position end() {
    return new Position(epoch, lastSequence.getAsLong());
  }

  @Override
  public Position beginning() {
    return new Position(epoch, sources.journal().oldest(lastSequence.getAsLong() + 1) - 1);
  }

  @Override
  public Page after(final UserId user, final Position position, final int most) {
    final long end = lastSequence.getAsLong();
    final long floor = beginning().sequence();
    final boolean gap =
        position.epoch() != epoch || position.sequence() < floor || position.sequence() > end;
    final long from = Math.max(gap ? floor : position.sequence(), sources.erasures().upTo(user));
    final Page atHand = gap ? null : unfolded(user, from, end, most);
    if (atHand != null) {
      return atHand;
    }
    final TreeMap<Long, Integer> found = reading(() -> entries(user, from, end, most + 1));
    final boolean more = found.size() > most;
    final List<Entry> entries = new ArrayList<>();
    long upTo = end;
    int taken = 0;
    for (final Map.Entry<Long, Integer> one : found.entrySet()) {
      if (taken == most) {
        break;
      }
      taken++;
      upTo = more ? one.getKey() : end;
      bodies
          .find(one.getKey())
          .filter(stored -> stored.event().recipients().contains(user))
          .ifPresent(stored -> entries.add(new Entry(stored, marks(one.getValue()))));
    }
    return new Page(entries, new Position(epoch, upTo), gap, more);
  }

  /// The page of a user who has seen everything that is folded, as most have who are told an event:
  /// no file is looked at and no lock taken. Null when that is not sure, or not simple.
  ///
  /// The order matters: memory first, then whether a fold may have taken something from there. A
  /// fold raises what it will have on disk before it commits, and leaves memory after that.
  private @Nullable Page unfolded(
      final UserId user, final long from, final long end, final int most) {
    final long now = clock.instant().getEpochSecond();
    final List<Entry> entries = new ArrayList<>(2);
    for (Unfolded.News one = sources.unfolded().newestOf(user); one != null; one = one.older()) {
      if (one.job() instanceof StoredJob stored
          && stored.sequence() > from
          && stored.sequence() <= end) {
        if (stored.event() instanceof Event.ChangeHint || entries.size() == most) {
          return null;
        }
        if (EntryKind.of(stored.event()) != EntryKind.NO_ENTRY
            && stored.event().life().keepUntil().getEpochSecond() > now) {
          bodies.visible(stored).ifPresent(seen -> entries.add(new Entry(seen, Set.of())));
        }
      } else if (one.note() instanceof Note.Marked marked && isAfter(marked, from)) {
        return null;
      }
    }
    if (!sources.present().hasSurelyNoHintAfter(from)
        || sources.history().mayHaveEntryAfter(sources.journal().dateOf(from + 1), from)) {
      return null;
    }
    return new Page(entries.reversed(), new Position(epoch, end), false, false);
  }

  private static boolean isAfter(final Note.Marked marked, final long from) {
    for (final long sequence : marked.sequences()) {
      if (sequence > from) {
        return true;
      }
    }
    return false;
  }

  private <T> T reading(final Supplier<T> work) {
    sources.history().lock().readLock().lock();
    try {
      return work.get();
    } finally {
      sources.history().lock().readLock().unlock();
    }
  }

  private static Set<Mark> marks(final int bits) {
    final Set<Mark> marks = EnumSet.noneOf(Mark.class);
    for (final Mark mark : MARKS) {
      if ((bits & 1 << mark.number()) != 0) {
        marks.add(mark);
      }
    }
    return marks;
  }

  /// Sequences and marks of the first entries in a range, without dismissed and expired ones.
  private TreeMap<Long, Integer> entries(
      final UserId user, final long from, final long end, final int most) {
    final long now = clock.instant().getEpochSecond();
    final List<Unfolded.News> news = sources.unfolded().of(user);
    final Map<Long, Integer> freshMarks = freshMarks(news);
    final TreeMap<Long, Integer> found = new TreeMap<>();
    final long hash = sources.hashes().user(user);
    // What fresh notes dismiss is not known to SQL: read as many more.
    final int enough = most + freshMarks.size();
    for (final HistoryDay day : sources.history().since(sources.journal().dateOf(from + 1))) {
      if (found.size() >= enough) {
        break;
      }
      folded(day, hash, from, enough - found.size(), now, found);
    }
    for (final Unfolded.News one : news) {
      if (one.job() instanceof StoredJob stored
          && stored.sequence() > from
          && EntryKind.of(stored.event()) != EntryKind.NO_ENTRY
          && stored.event().life().keepUntil().getEpochSecond() > now) {
        found.put(stored.sequence(), 0);
      }
    }
    hints(user, hash, news, from, now, found);
    freshMarks.forEach((sequence, bits) -> found.computeIfPresent(sequence, (_, b) -> b | bits));
    found.values().removeIf(bits -> (bits & DISMISSED) != 0);
    found.tailMap(end, false).clear();
    while (found.size() > most) {
      found.pollLastEntry();
    }
    return found;
  }

  private static Map<Long, Integer> freshMarks(final List<Unfolded.News> news) {
    final Map<Long, Integer> marks = new HashMap<>();
    for (final Unfolded.News one : news) {
      if (one.note() instanceof Note.Marked marked) {
        final int bit = 1 << marked.mark().number();
        marked.sequences().forEach(sequence -> marks.merge(sequence, bit, (a, b) -> a | b));
      }
    }
    return marks;
  }

  private static void folded(
      final HistoryDay day,
      final long user,
      final long from,
      final int most,
      final long now,
      final Map<Long, Integer> into) {
    day.entries(
        "seq, marks",
        "kind <> " + EntryKind.NO_ENTRY + " AND marks & " + DISMISSED + " = 0",
        user,
        from,
        now,
        most,
        false,
        row -> into.put(row.getLong(1), row.getInt(2)) == null);
  }

  /// One hint per folder, the newest: those on disk, and over them the fresh ones.
  private void hints(
      final UserId user,
      final long hash,
      final List<Unfolded.News> news,
      final long from,
      final long now,
      final Map<Long, Integer> into) {
    final Set<Long> covered = new HashSet<>();
    for (final Unfolded.News one : news) { // newest first
      if (one.job() instanceof StoredJob stored
          && stored.event() instanceof Event.ChangeHint hint) {
        boolean newest = false;
        for (final FolderId folder : hint.folders()) {
          newest |= covered.add(sources.hashes().folder(user.organisation(), folder));
        }
        if (newest && stored.sequence() > from && hint.life().keepUntil().getEpochSecond() > now) {
          into.put(stored.sequence(), 0);
        }
      }
    }
    if (!sources.present().mayHaveHintAfter(from)) {
      return;
    }
    sources
        .present()
        .reader()
        .locked(() -> {
          final PreparedStatement rows =
              sources
                  .present()
                  .reader()
                  .kept("SELECT folder, seq, marks FROM hint WHERE user = ? AND keep > ?");
          rows.setLong(1, hash);
          rows.setLong(2, now);
          try (ResultSet row = rows.executeQuery()) {
            while (row.next()) {
              if (row.getLong(2) > from && !covered.contains(row.getLong(1))) {
                into.merge(row.getLong(2), row.getInt(3), (a, b) -> a | b);
              }
            }
          }
          return true;
        });
  }

  @Override
  public Position cursor(final UserId user, final InstallationId device) {
    return reading(
            () -> {
              for (final Unfolded.News one : sources.unfolded().of(user)) {
                if (one.note() instanceof Note.Cursor cursor && cursor.device().equals(device)) {
                  return Optional.of(cursor.sequence());
                }
              }
              return number(
                  "SELECT seq FROM cursor WHERE user = ? AND device = ?",
                  sources.hashes().user(user),
                  device.value());
            })
        .map(sequence -> new Position(epoch, sequence))
        .orElseGet(this::beginning);
  }

  private Optional<Long> number(final String sql, final Object... values) {
    return sources
        .present()
        .reader()
        .locked(() -> sources.present().reader().query(sql, row -> row.getLong(1), values))
        .stream()
        .findFirst();
  }

  @Override
  public boolean hasEntryOf(final UserId user, final ConversationId conversation) {
    final long now = clock.instant().getEpochSecond();
    final long from = sources.erasures().upTo(user);
    return reading(() -> {
      for (final Unfolded.News one : sources.unfolded().of(user)) {
        if (one.job() instanceof StoredJob stored
            && stored.sequence() > from
            && stored.event() instanceof Event.Message message
            && message.in().equals(conversation)) {
          return true;
        }
      }
      final long hash = sources.hashes().conversation(user.organisation(), conversation);
      for (final HistoryDay day : sources.history().all()) {
        if (!day.entries(
                "seq",
                "conv = ?",
                sources.hashes().user(user),
                from,
                now,
                1,
                true,
                row -> row.getLong(1),
                hash)
            .isEmpty()) {
          return true;
        }
      }
      return false;
    });
  }

  @Override
  public long readUpTo(final UserId user, final ConversationId conversation) {
    return reading(() -> {
      long upTo =
          number(
                  "SELECT seq FROM read_up_to WHERE user = ? AND conv = ?",
                  sources.hashes().user(user),
                  sources.hashes().conversation(user.organisation(), conversation))
              .orElse(0L);
      for (final Unfolded.News one : sources.unfolded().of(user)) {
        if (one.note() instanceof Note.ReadUpTo read && read.in().equals(conversation)) {
          upTo = Math.max(upTo, read.sequence());
        }
      }
      return upTo;
    });
  }

  @Override
  public int unread(final UserId user) {
    final long now = clock.instant().getEpochSecond();
    return counts.count(user, now, () -> reading(() -> unreadEntries(user, now)));
  }

  @Override
  public OptionalInt unreadInMemory(final UserId user) {
    final Optional<Integer> known = counts.known(user, clock.instant().getEpochSecond());
    return known.isPresent() ? OptionalInt.of(known.get()) : OptionalInt.empty();
  }

  private Map<Long, UnreadCounts.Unread> unreadEntries(final UserId user, final long now) {
    final long hash = sources.hashes().user(user);
    final long from = sources.erasures().upTo(user);
    final Map<Long, UnreadCounts.Unread> unread = new HashMap<>();
    final List<Unfolded.News> news = sources.unfolded().of(user);
    for (final HistoryDay day : sources.history().all()) {
      unreadOf(day, hash, from, now, unread);
    }
    final Map<Long, Long> readUpTo = readUpTo(hash, unread.values());
    for (final Unfolded.News one : news) {
      if (one.job() instanceof StoredJob stored
          && stored.sequence() > from
          && EntryKind.countsAsUnread(EntryKind.of(stored.event()))) {
        unread.put(stored.sequence(), counts.unread(stored));
      } else if (one.note() instanceof Note.ReadUpTo read) {
        readUpTo.merge(
            sources.hashes().conversation(user.organisation(), read.in()),
            read.sequence(),
            Math::max);
      }
    }
    freshMarks(news)
        .forEach((sequence, bits) -> {
          if ((bits & (READ | DISMISSED)) != 0) {
            unread.remove(sequence);
          }
        });
    unread
        .entrySet()
        .removeIf(one ->
            one.getValue().conversation() != 0
                && one.getKey() <= readUpTo.getOrDefault(one.getValue().conversation(), 0L));
    return unread;
  }

  private static void unreadOf(
      final HistoryDay day,
      final long user,
      final long from,
      final long now,
      final Map<Long, UnreadCounts.Unread> into) {
    day.entries(
        "seq, conv, keep",
        "kind IN ("
            + EntryKind.MESSAGE
            + ","
            + EntryKind.MISSED_CALL
            + ") AND marks & "
            + (READ | DISMISSED)
            + " = 0",
        user,
        from,
        now,
        Integer.MAX_VALUE,
        false,
        row ->
            into.put(row.getLong(1), new UnreadCounts.Unread(row.getLong(2), row.getLong(3)))
                == null);
  }

  /// Of the conversations in which something is unread; what an older version noted of others is
  /// not read.
  private Map<Long, Long> readUpTo(final long user, final Collection<UnreadCounts.Unread> unread) {
    final Set<Long> conversations = new HashSet<>();
    unread.forEach(one -> conversations.add(one.conversation()));
    final Map<Long, Long> upTo = new HashMap<>();
    sources
        .present()
        .reader()
        .locked(() -> {
          final PreparedStatement rows =
              sources
                  .present()
                  .reader()
                  .kept("SELECT seq FROM read_up_to WHERE user = ? AND conv = ?");
          rows.setLong(1, user);
          for (final long conversation : conversations) {
            rows.setLong(2, conversation);
            try (ResultSet row = rows.executeQuery()) {
              if (row.next()) {
                upTo.put(conversation, row.getLong(1));
              }
            }
          }
          return true;
        });
    return upTo;
  }
}

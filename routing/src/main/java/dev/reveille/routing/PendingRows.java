package dev.reveille.routing;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The rows of the waiting room as the present turn of the dispatcher must see them: what is
/// committed there, corrected by the notes that were written since and are not committed yet.
/// Without the correction a row that was just deferred could come back once more, and an
/// acknowledgement could miss a row that was just written.
///
/// In the waiting room moments stand on the time line without steps of the clock ([ServerClock]),
/// so that nothing there changes when the clock is set; those of the calendar stand as the clock
/// shows them, for the same reason.
///
/// Belongs to the dispatcher's thread, except [#onDisk].
final class PendingRows {
  /// Many times what can be noted between two commits; what is older is committed.
  private static final int REMEMBERED = 8_192;

  /// How much of a line that is too long is given up at once.
  private static final int MOST_SURPLUS = 1_000;

  private final WaitingRoom room;
  private final Trail trail;
  private final long longest;
  private final ServerClock clock;

  private boolean claiming;
  private Instant soonest = Instant.MAX;

  /// Rows as they were noted last, by moments without steps of the clock; empty for one that is no
  /// more.
  private final Map<WorkKey, Optional<Waiting>> noted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<WorkKey, Optional<Waiting>> eldest) {
          return size() > REMEMBERED && !claiming;
        }
      };

  /// @param longest how many rows may wait behind a breaker that the app's own settings opened
  PendingRows(
      final WaitingRoom room, final Trail trail, final long longest, final ServerClock clock) {
    this.room = room;
    this.trail = trail;
    this.longest = longest;
    this.clock = clock;
  }

  void park(final Waiting parked) {
    keep(
        parked.isByCalendar()
            ? parked
            : parked.by(clock.steady(parked.notBefore()), clock.steady(parked.deadline())));
  }

  private void keep(final Waiting row) {
    final var moment = row.isByCalendar() ? clock.steady(row.notBefore()) : row.notBefore();
    soonest = moment.isBefore(soonest) ? moment : soonest;
    note(row.key(), Optional.of(row));
    trail.note(new Note.Parked(row));
  }

  /// The moment of a row that was found here has come.
  void comeNow(final Waiting found, final Instant now) {
    keep(found.by(clock.steady(now), found.deadline()));
  }

  /// The row is over.
  void unpark(final WorkKey key) {
    note(key, Optional.empty());
    trail.note(new Note.Unparked(key));
  }

  private void note(final WorkKey key, final Optional<Waiting> row) {
    noted.remove(key); // so that it counts as the newest
    noted.put(key, row);
  }

  /// Whether a row waits for this, as far as memory knows; empty when the disk must be asked.
  Optional<Boolean> waits(final WorkKey key) {
    return known(key).map(Optional::isPresent);
  }

  /// The row of this, as far as memory knows; empty when the disk must be asked.
  Optional<Optional<Waiting>> known(final WorkKey key) {
    final var row = noted.get(key);
    return row != null || room.size() > 0
        ? Optional.ofNullable(row)
        : Optional.of(Optional.empty());
  }

  /// The row of this, as far as committed. Reads the disk; from any thread.
  Optional<Waiting> onDisk(final WorkKey key) {
    return room.find(key);
  }

  /// Whether nothing waits, as far as committed.
  boolean isEmpty() {
    return room.size() == 0;
  }

  /// When the first of the rows that were parked since the last claim is due, `Instant.MAX` when
  /// there is none.
  Instant soonest() {
    return clock.unsteady(soonest);
  }

  /// What was claimed.
  ///
  /// @param moments rows whose moment has come, and rows that are over
  /// @param surplus rows that their line has no room for
  /// @param behind rows of breakers, by the breaker's name, in their line's order
  /// @param breakers behind which more rows wait
  /// @param nextDue when the next row's moment comes, without steps of the clock
  /// @param fault why the claim broke off; what was claimed before counts
  record Claimed(
      List<Waiting> moments,
      List<Waiting> surplus,
      Map<String, List<Waiting>> behind,
      Set<String> breakers,
      Instant nextDue,
      Optional<RuntimeException> fault) {
    List<Waiting> moments(final Predicate<Waiting> wanted) {
      return moments.stream().filter(wanted).toList();
    }
  }

  /// What is to be claimed: asked for by the dispatcher's thread, taken by a [Lookups] thread.
  ///
  /// @param now without steps of the clock
  /// @param ahead how far the clock is ahead of that
  /// @param due how many rows whose moment has come
  /// @param overdue how many rows behind breakers that are over
  /// @param bounded breakers whose line may be at most `longest`; the oldest of what is more is
  ///   claimed
  /// @param behind how many rows of each breaker
  record Claim(
      WaitingRoom room,
      Instant now,
      Duration ahead,
      int due,
      int overdue,
      Set<String> bounded,
      long longest,
      Map<String, Integer> behind) {

    /// Reads the disk. Never throws, so that no claimed row is lost.
    Claimed take() {
      final var moments = new ArrayList<Waiting>();
      final var surplus = new ArrayList<Waiting>();
      final Map<String, List<Waiting>> lines = new LinkedHashMap<>();
      try {
        if (due > 0 && !room.nextDue().isAfter(now)) {
          moments.addAll(room.claimDue(now, due));
        }
        final var shown = now.plus(ahead);
        if (moments.size() < due && !room.nextByCalendar().isAfter(shown)) {
          moments.addAll(room.claimByCalendar(shown, due - moments.size()));
        }
        if (overdue > 0) {
          moments.addAll(room.claimOverdue(now, overdue));
        }
        for (final var line : bounded) {
          final long more = room.waiting(line) - longest;
          if (more > 0) {
            surplus.addAll(room.claimOldest(line, (int) Math.min(more, MOST_SURPLUS)));
          }
        }
        for (final var line : behind.entrySet()) {
          lines.put(line.getKey(), room.claimBehind(line.getKey(), line.getValue()));
        }
        return new Claimed(moments, surplus, lines, room.breakers(), next(), Optional.empty());
      } catch (final RuntimeException fault) {
        return brokenOff(moments, surplus, lines, fault);
      } catch (final Error fault) { // what was claimed before would wait for ever
        final var failed = new IllegalStateException("the claim broke off", fault);
        return brokenOff(moments, surplus, lines, failed);
      }
    }

    private Instant next() {
      final var due = room.nextDue();
      final var calendar = room.nextByCalendar();
      final boolean isBoundless = calendar.equals(Instant.MAX) || calendar.equals(Instant.MIN);
      final var other = isBoundless ? calendar : calendar.minus(ahead);
      return due.isBefore(other) ? due : other;
    }

    private static Claimed brokenOff(
        final List<Waiting> moments,
        final List<Waiting> surplus,
        final Map<String, List<Waiting>> lines,
        final RuntimeException fault) {
      return new Claimed(moments, surplus, lines, Set.of(), Instant.MAX, Optional.of(fault));
    }
  }

  /// From now until [#arrived] everything that is noted is remembered.
  Claim claim(
      final Instant now,
      final int due,
      final int overdue,
      final Set<String> bounded,
      final Map<String, Integer> behind) {
    claiming = true;
    soonest = Instant.MAX;
    final var steady = clock.steady(now);
    final var ahead = Duration.between(steady, now);
    return new Claim(room, steady, ahead, due, overdue, bounded, longest, behind);
  }

  /// The claimed rows are here. Answers when the next one's moment comes.
  Instant arrived(final Instant nextDue) {
    claiming = false;
    final var eldest = noted.keySet().iterator();
    for (int tooMany = noted.size() - REMEMBERED; tooMany > 0; tooMany--) {
      eldest.next();
      eldest.remove();
    }
    return clock.unsteady(nextDue);
  }

  /// Whether the claimed row is still there: when something newer was noted of it since it was
  /// committed, it is elsewhere, or over.
  boolean isStillThere(final Waiting row, final Instant now) {
    final var newest = noted.get(row.key());
    return newest == null || newest.isPresent() && isDue(newest.get(), row.behind(), now);
  }

  private boolean isDue(final Waiting newest, final String behind, final Instant now) {
    if (!newest.behind().equals(behind)) {
      return false;
    }
    return newest.isByCalendar()
        ? !now.isBefore(newest.notBefore())
        : !behind.isEmpty() || !clock.steady(now).isBefore(newest.notBefore());
  }
}

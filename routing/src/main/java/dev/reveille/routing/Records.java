package dev.reveille.routing;

import dev.reveille.model.EventIds;
import dev.reveille.model.EventKey;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/// Reads accepted events, sends and their trails for the protocols. Thread-safe; all methods but
/// [#ids] may block on the disk.
public final class Records {
  private final EventIds ids;
  private final EventJournal journal;
  private final TrailStore trail;
  private final LongFunction<List<TrailEntry.Opening>> underWay;

  /// @param ids of the events of this journal
  /// @param underWay decisions of an event of which memory knows no answer yet
  Records(
      final EventIds ids,
      final EventJournal journal,
      final TrailStore trail,
      final LongFunction<List<TrailEntry.Opening>> underWay) {
    this.ids = ids;
    this.underWay = underWay;
    this.journal = journal;
    this.trail = trail;
  }

  /// An event; empty for a send.
  public Optional<StoredJob> event(final long sequence) {
    return journal.find(sequence).filter(StoredJob::isEvent);
  }

  /// An event by its key, among those remembered (72 h and until its life ends).
  public Optional<StoredJob> event(final EventKey key) {
    return journal.find(key).filter(StoredJob::isEvent);
  }

  /// All lines of one event in the order they were noted, and behind them the decisions that are
  /// carried out now and not noted yet: a line is noted with the first answer.
  public List<TrailEntry> trail(final long sequence) {
    final var decided = underWay.apply(sequence); // first: what ends meanwhile is noted then
    final var noted = trail.of(sequence);
    final var opened = new HashSet<TargetKey>();
    for (final var line : noted) {
      if (line instanceof TrailEntry.Opening opening) {
        opened.add(opening.target());
      }
    }
    final var all = new ArrayList<TrailEntry>(noted);
    for (final var opening : decided) {
      if (!opened.contains(opening.target())) {
        all.add(opening);
      }
    }
    return all;
  }

  /// The newest events that concern a user, newest first, each read when it is taken.
  public Stream<StoredJob> recent(final UserId user, final Instant since, final int most) {
    return trail.recent(user, since, most).stream().map(journal::find).flatMap(Optional::stream);
  }

  /// The public ids of events.
  public EventIds ids() {
    return ids;
  }

  /// Whether an event of this sequence was accepted, at whatever time.
  public boolean reach(final long sequence) {
    return sequence >= 1 && sequence <= journal.lastSequence();
  }
}

package dev.reveille.routing;

import dev.reveille.model.EventKey;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Position;
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

/// What was accepted, and what became of it. All methods but those about ids may read the disk,
/// from any thread.
public final class Records {
  private final EventJournal journal;
  private final TrailStore trail;
  private final LongFunction<List<TrailEntry.Opening>> underWay;

  /// @param underWay decisions of an event of which memory knows no answer yet
  Records(
      final EventJournal journal,
      final TrailStore trail,
      final LongFunction<List<TrailEntry.Opening>> underWay) {
    this.underWay = underWay;
    this.journal = journal;
    this.trail = trail;
  }

  public Optional<Kept> event(final long sequence) {
    return journal.find(sequence);
  }

  /// An event by its key, among those remembered (72 h and until its life ends).
  public Optional<Kept> event(final EventKey key) {
    return journal.find(key);
  }

  /// All lines of one event in the order they were noted, and behind them the decisions that are
  /// carried out now and not noted yet: a line is noted with the first answer.
  public List<TrailEntry> trail(final long sequence) {
    final var decided = underWay.apply(sequence); // first: what ends meanwhile is noted then
    final var noted = trail.of(sequence);
    final var opened = new HashSet<InstallationId>();
    for (final var line : noted) {
      if (line instanceof TrailEntry.Opening opening) {
        opened.add(opening.device());
      }
    }
    final var all = new ArrayList<TrailEntry>(noted);
    for (final var opening : decided) {
      if (!opened.contains(opening.device())) {
        all.add(opening);
      }
    }
    return all;
  }

  /// The newest events that concern a user, newest first, each read when it is taken.
  public Stream<Kept> recent(final UserId user, final Instant since, final int most) {
    return trail.recent(user, since, most).stream().map(journal::find).flatMap(Optional::stream);
  }

  /// An event's public id.
  public String id(final long sequence) {
    return new Position(journal.epoch(), sequence).toString();
  }

  /// The sequence that an event's public id names; empty for an id of another store. Whether there
  /// is such an event is another question.
  ///
  /// @throws IllegalArgumentException when it is no id
  public Optional<Long> sequence(final String id) {
    final var position = Position.of(id);
    return position.epoch() == journal.epoch()
        ? Optional.of(position.sequence())
        : Optional.empty();
  }

  /// Whether an event of this sequence was accepted, at whatever time.
  public boolean reach(final long sequence) {
    return sequence >= 1 && sequence <= journal.lastSequence();
  }

  /// Born with the store; part of every public id.
  public long epoch() {
    return journal.epoch();
  }
}

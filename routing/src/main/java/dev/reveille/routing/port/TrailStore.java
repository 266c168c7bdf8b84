package dev.reveille.routing.port;

import dev.reveille.model.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Finds the trails of events and sends. Thread-safe; all methods may block on the disk. They see
/// everything noted up to the last commit.
public interface TrailStore {
  /// Reads the lines of one event in the order they were noted, one after the other: those of a
  /// send to many addresses are not to be held at once.
  ///
  /// @param reader must be quick: what is noted meanwhile may wait for it
  void read(long event, Consumer<TrailEntry> reader);

  /// All lines of one event in the order they were noted.
  default List<TrailEntry> of(final long event) {
    final var lines = new ArrayList<TrailEntry>();
    read(event, lines::add);
    return lines;
  }

  /// The newest events that concern a user, newest first; sequences.
  List<Long> recent(UserId user, Instant since, int most);
}

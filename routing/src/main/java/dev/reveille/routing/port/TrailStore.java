package dev.reveille.routing.port;

import dev.reveille.model.UserId;
import java.time.Instant;
import java.util.List;

/// Finds trails again. All methods may read the disk, from any thread; they see everything noted up
/// to the last commit.
public interface TrailStore {
  /// All lines of one event in the order they were noted.
  List<TrailEntry> of(long event);

  /// The newest events that concern a user, newest first; sequences.
  List<Long> recent(UserId user, Instant since, int most);
}

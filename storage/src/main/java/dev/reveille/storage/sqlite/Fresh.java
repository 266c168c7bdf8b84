package dev.reveille.storage.sqlite;

import dev.reveille.model.Kept;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Committed groups that the projections do not show yet.
final class Fresh {
  private final ConcurrentSkipListMap<Long, CommittedGroup> groups = new ConcurrentSkipListMap<>();

  void add(final CommittedGroup group) {
    groups.put(group.first(), group);
  }

  Optional<Kept> find(final long sequence) {
    final Map.Entry<Long, CommittedGroup> entry = groups.floorEntry(sequence);
    if (entry == null) {
      return Optional.empty();
    }
    final long place = sequence - entry.getKey();
    return place < entry.getValue().events().size()
        ? Optional.of(entry.getValue().events().get((int) place))
        : Optional.empty();
  }
}

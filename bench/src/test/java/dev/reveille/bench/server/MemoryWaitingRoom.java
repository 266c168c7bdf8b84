package dev.reveille.bench.server;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.WaitingRoom;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Waiting work in memory; guarded by its own lock. Meant for the little that waits beside a
/// measurement: each claim looks at all rows.
final class MemoryWaitingRoom implements WaitingRoom {
  private record Place(long event, TargetKey target) {
    static Place of(final Waiting row) {
      return new Place(row.event(), row.target());
    }
  }

  private final Map<Place, Waiting> rows = new LinkedHashMap<>();
  private final Set<Place> claimed = new HashSet<>();

  /// What the journal committed; called by its writer in order.
  synchronized void noted(final Note note) {
    switch (note) {
      case Note.Parked(var row) -> {
        final var place = Place.of(row);
        rows.remove(place); // to the end of its line
        rows.put(place, row);
        claimed.remove(place);
      }
      case Note.Unparked(var event, var target) -> {
        final var place = new Place(event, target);
        rows.remove(place);
        claimed.remove(place);
      }
      case Note.Told _, Note.Marked _, Note.ReadUpTo _, Note.Cursor _ -> {}
    }
  }

  private List<Waiting> claim(final Predicate<Waiting> wanted, final int most) {
    return claim(wanted, most, Comparator.comparing(Waiting::lane));
  }

  private synchronized List<Waiting> claim(
      final Predicate<Waiting> wanted, final int most, final Comparator<Waiting> lanes) {
    final var some =
        rows.values().stream()
            .filter(wanted)
            .filter(row -> !claimed.contains(Place.of(row)))
            .sorted(lanes.thenComparing(Waiting::notBefore).thenComparing(Waiting::event))
            .limit(most)
            .toList();
    some.forEach(row -> claimed.add(Place.of(row)));
    return some;
  }

  @Override
  public List<Waiting> claimDue(final Instant now, final int most) {
    return claim(row -> row.behind().isEmpty() && !row.notBefore().isAfter(now), most);
  }

  @Override
  public List<Waiting> claimBehind(final String gate, final int most) {
    return claim(row -> row.behind().equals(gate), most);
  }

  @Override
  public List<Waiting> claimOldest(final String gate, final int most) {
    return claim(
        row -> row.behind().equals(gate), most, Comparator.comparing(Waiting::lane).reversed());
  }

  @Override
  public synchronized long waiting(final String gate) {
    return rows.values().stream()
        .filter(row -> row.behind().equals(gate) && !claimed.contains(Place.of(row)))
        .count();
  }

  @Override
  public List<Waiting> claimOverdue(final Instant now, final int most) {
    return claim(row -> !row.behind().isEmpty() && !row.deadline().isAfter(now), most);
  }

  @Override
  public synchronized Instant nextDue() {
    return rows.values().stream()
        .filter(row -> row.behind().isEmpty() && !claimed.contains(Place.of(row)))
        .map(Waiting::notBefore)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  @Override
  public synchronized Set<String> gates() {
    return rows.values().stream()
        .filter(row -> !row.behind().isEmpty() && !claimed.contains(Place.of(row)))
        .map(Waiting::behind)
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized long size() {
    return rows.size();
  }

  @Override
  public synchronized boolean waits(final long event, final TargetKey target) {
    return rows.containsKey(new Place(event, target));
  }
}

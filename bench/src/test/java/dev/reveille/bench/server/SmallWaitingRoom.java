package dev.reveille.bench.server;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WorkKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Waiting work in memory; guarded by its own lock. Meant for the little that waits beside a
/// measurement: each claim looks at all rows.
final class SmallWaitingRoom implements WaitingRoom {
  private final Map<WorkKey, Waiting> rows = new LinkedHashMap<>();
  private final Set<WorkKey> claimed = new HashSet<>();

  /// What the journal committed; called by its writer in order.
  synchronized void noted(final Note note) {
    switch (note) {
      case Note.Parked(var row) -> {
        final var place = row.key();
        rows.remove(place); // to the end of its line
        rows.put(place, row);
        claimed.remove(place);
      }
      case Note.Unparked(var work) -> {
        rows.remove(work);
        claimed.remove(work);
      }
      case Note.TrailLine _, Note.Advanced _, Note.Marked _, Note.ReadUpTo _, Note.Cursor _ -> {}
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
            .filter(row -> !claimed.contains(row.key()))
            .sorted(lanes.thenComparing(Waiting::notBefore).thenComparing(Waiting::event))
            .limit(most)
            .toList();
    some.forEach(row -> claimed.add(row.key()));
    return some;
  }

  @Override
  public List<Waiting> claimDue(final Instant now, final int most) {
    return claim(row -> row.behind().isEmpty() && !row.notBefore().isAfter(now), most);
  }

  @Override
  public List<Waiting> claimBehind(final String breaker, final int most) {
    return claim(row -> row.behind().equals(breaker), most);
  }

  @Override
  public List<Waiting> claimOldest(final String breaker, final int most) {
    return claim(
        row -> row.behind().equals(breaker), most, Comparator.comparing(Waiting::lane).reversed());
  }

  @Override
  public synchronized long waiting(final String breaker) {
    return rows.values().stream()
        .filter(row -> row.behind().equals(breaker) && !claimed.contains(row.key()))
        .count();
  }

  @Override
  public List<Waiting> claimOverdue(final Instant now, final int most) {
    return claim(row -> !row.behind().isEmpty() && !row.deadline().isAfter(now), most);
  }

  @Override
  public synchronized Instant nextDue() {
    return next("");
  }

  @Override
  public List<Waiting> claimByCalendar(final Instant shown, final int most) {
    return claim(row -> row.isByCalendar() && !row.notBefore().isAfter(shown), most);
  }

  @Override
  public synchronized Instant nextByCalendar() {
    return next(CALENDAR);
  }

  private Instant next(final String behind) {
    return rows.values().stream()
        .filter(row -> row.behind().equals(behind) && !claimed.contains(row.key()))
        .map(Waiting::notBefore)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  @Override
  public synchronized Set<String> breakers() {
    return rows.values().stream()
        .filter(row -> !row.behind().isEmpty() && !claimed.contains(row.key()))
        .filter(row -> !row.isByCalendar())
        .map(Waiting::behind)
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized long size() {
    return rows.size();
  }

  @Override
  public synchronized Optional<Waiting> find(final WorkKey work) {
    return Optional.ofNullable(rows.get(work));
  }
}

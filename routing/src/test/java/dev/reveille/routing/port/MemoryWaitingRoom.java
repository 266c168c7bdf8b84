package dev.reveille.routing.port;

import dev.reveille.model.TargetKey;
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

/// Waiting rows in memory, as the notes of a store without files say. Each claim looks at all rows,
/// so it is for the few that a test or a measurement has. Thread-safe.
public final class MemoryWaitingRoom implements WaitingRoom {
  private final Runnable mayRead;
  private final Map<WorkKey, Waiting> waiting = new LinkedHashMap<>();
  private final Set<WorkKey> claimed = new HashSet<>();

  /// @param mayRead asked before each read, on the thread that reads
  public MemoryWaitingRoom(final Runnable mayRead) {
    this.mayRead = mayRead;
  }

  /// What the journal committed; told in its order.
  public synchronized void noted(final Note note) {
    switch (note) {
      case Note.Parked(var row) -> {
        final var key = row.key();
        waiting.remove(key); // to the end of its line
        waiting.put(key, row);
        claimed.remove(key);
      }
      case Note.Unparked(var key) -> {
        waiting.remove(key);
        claimed.remove(key);
      }
      case Note.TrailLine _, Note.Advanced _, Note.Marked _, Note.ReadUpTo _, Note.Cursor _ -> {}
    }
  }

  /// The process died: nothing is claimed any more.
  public synchronized void forgetClaims() {
    claimed.clear();
  }

  public synchronized List<Waiting> rows() {
    return List.copyOf(waiting.values());
  }

  public synchronized Set<TargetKey> targetsOf(final long event) {
    return waiting.keySet().stream()
        .filter(key -> key.job() == event)
        .map(WorkKey::target)
        .collect(Collectors.toSet());
  }

  private List<Waiting> claim(final Predicate<Waiting> wanted, final int most) {
    return claim(wanted, most, Comparator.comparing(Waiting::lane));
  }

  private synchronized List<Waiting> claim(
      final Predicate<Waiting> wanted, final int most, final Comparator<Waiting> lanes) {
    mayRead.run();
    final var some =
        waiting.values().stream()
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
  public synchronized Set<String> breakers() {
    return waiting.values().stream()
        .filter(row -> !claimed.contains(row.key()))
        .map(Waiting::behind)
        .filter(breaker -> !breaker.isEmpty() && !breaker.equals(CALENDAR))
        .collect(Collectors.toSet());
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
    return waiting.values().stream()
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
    return waiting.values().stream()
        .filter(row -> row.behind().equals(behind) && !claimed.contains(row.key()))
        .map(Waiting::notBefore)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  @Override
  public synchronized long size() {
    return waiting.size();
  }

  @Override
  public synchronized Optional<Waiting> find(final WorkKey work) {
    mayRead.run();
    return Optional.ofNullable(waiting.get(work));
  }
}

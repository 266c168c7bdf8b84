package dev.reveille.routing;

import dev.reveille.model.TargetKey;
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

/// Waiting rows in memory, the projection of what [MemoryStore] committed. Thread-safe.
final class MemoryWaitingRoom implements WaitingRoom {
  private final Runnable mayRead;
  private final Map<WorkKey, Waiting> waiting = new LinkedHashMap<>();
  private final Set<WorkKey> claimed = new HashSet<>();

  /// @param mayRead asked before each read, on the thread that reads
  MemoryWaitingRoom(final Runnable mayRead) {
    this.mayRead = mayRead;
  }

  synchronized void park(final Waiting row) {
    final var key = row.key();
    waiting.remove(key);
    waiting.put(key, row);
    claimed.remove(key);
  }

  synchronized void unpark(final WorkKey key) {
    waiting.remove(key);
    claimed.remove(key);
  }

  /// The process died.
  synchronized void forgetClaims() {
    claimed.clear();
  }

  synchronized List<Waiting> rows() {
    return List.copyOf(waiting.values());
  }

  synchronized Set<TargetKey> targetsOf(final long event) {
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

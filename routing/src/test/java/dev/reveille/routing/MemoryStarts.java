package dev.reveille.routing;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.StartLog;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Starts in memory.
final class MemoryStarts implements StartLog {
  /// What each start that has not stood works on; the newest last.
  private final List<Set<Long>> starts = new ArrayList<>();

  private record Told(OrganisationId organisation, long event, Instant at) {}

  private final Map<Long, Told> givenUp = new TreeMap<>();

  @Override
  public synchronized int begins() {
    starts.add(Set.of());
    return starts.size() - 1;
  }

  @Override
  public synchronized Map<Long, Integer> suspects() {
    final Map<Long, Integer> suspects = new TreeMap<>();
    for (final var start : starts.subList(0, starts.size() - 1)) {
      start.forEach(event -> suspects.merge(event, start.size(), Math::min));
    }
    return Map.copyOf(suspects);
  }

  @Override
  public synchronized int worksOn(final Set<Long> events) {
    if (!starts.isEmpty()) {
      starts.removeLast();
    }
    final int fallen =
        events.isEmpty()
            ? 0
            : (int) starts.stream().filter(start -> start.containsAll(events)).count();
    starts.add(Set.copyOf(events));
    return fallen;
  }

  @Override
  public synchronized void givesUp(
      final OrganisationId organisation, final long event, final Instant at) {
    givenUp.putIfAbsent(event, new Told(organisation, event, at.truncatedTo(ChronoUnit.SECONDS)));
  }

  @Override
  public synchronized Optional<GivenUp> givenUp(
      final OrganisationId organisation, final Instant from) {
    final var told =
        givenUp.values().stream()
            .filter(one -> one.organisation().equals(organisation) && !one.at().isBefore(from))
            .sorted(Comparator.comparing(Told::at).thenComparing(Told::event))
            .toList();
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new GivenUp(
                told.size(), told.getFirst().at(), told.getLast().event(), told.getLast().at()));
  }

  @Override
  public synchronized void stands() {
    starts.clear();
  }
}

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
import java.util.stream.Collectors;

/// Starts in memory.
final class MemoryStarts implements StartLog {
  /// What each start that has not stood works on, 0 before it works on anything; the newest last.
  private final List<Long> starts = new ArrayList<>();

  private record Told(OrganisationId organisation, long event, Instant at) {}

  private final Map<Long, Told> givenUp = new TreeMap<>();

  @Override
  public synchronized int begins() {
    starts.add(0L);
    return starts.size() - 1;
  }

  @Override
  public synchronized Set<Long> suspects() {
    return starts.subList(0, starts.size() - 1).stream()
        .filter(event -> event > 0)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public synchronized int worksOn(final long event) {
    if (starts.isEmpty()) {
      starts.add(0L);
    }
    starts.removeLast();
    final int fallen = (int) starts.stream().filter(it -> it == event).count();
    starts.add(event);
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

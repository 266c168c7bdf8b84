package dev.reveille.routing;

import dev.reveille.routing.port.StartLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Starts in memory.
final class MemoryStarts implements StartLog {
  /// What each start that has not stood works on, 0 before it works on anything; the newest last.
  private final List<Long> starts = new ArrayList<>();

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
  public synchronized void stands() {
    starts.clear();
  }
}

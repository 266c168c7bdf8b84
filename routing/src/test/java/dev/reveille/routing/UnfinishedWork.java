package dev.reveille.routing;

import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.EventJournal.Unfinished;
import dev.reveille.routing.port.MemoryWaitingRoom;
import dev.reveille.routing.port.TrailEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a store finds unfinished at a start, told from everything that [MemoryStore] committed.
final class UnfinishedWork {
  private UnfinishedWork() {}

  static List<Unfinished> of(
      final Collection<StoredJob> events,
      final List<TrailEntry> trail,
      final MemoryWaitingRoom waiting) {
    final var left = new ArrayList<Unfinished>();
    for (final var event : events) {
      if (!event.isEvent() || event.event().recipients().isEmpty()) {
        continue;
      }
      final Set<TargetKey> done = new HashSet<>();
      int of = -1;
      for (final var line : trail) {
        if (line.event() == event.sequence()) {
          switch (line) {
            case TrailEntry.Opening opening -> {
              of = opening.devices();
              if (opening.settled()) {
                done.add(opening.target());
              }
            }
            case TrailEntry.Later later -> {
              if (later.settled()) {
                done.add(later.target());
              }
            }
            case TrailEntry.NoDevice noDevice -> of = noDevice.devices();
            case TrailEntry.Targets _ -> {}
          }
        }
      }
      if (!settles(done, of)) {
        done.addAll(waiting.targetsOf(event.sequence()));
        if (!settles(done, of)) {
          left.add(new Unfinished(event, Set.copyOf(done)));
        }
      }
    }
    return left;
  }

  private static boolean settles(final Set<TargetKey> targets, final int of) {
    return of >= 0 && targets.size() >= of;
  }
}

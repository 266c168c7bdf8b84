package dev.reveille.storage.sqlite;

import dev.reveille.model.CallId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.CallLog;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Finds the events of a call: by an index on disk, and by a search through what is not folded yet.
/// Thread-safe; blocks on the disk.
record SqliteCalls(ReadSources sources, JobBodies bodies) implements CallLog {
  @Override
  public List<StoredJob> of(final OrganisationId organisation, final CallId call) {
    final TreeSet<Long> found = new TreeSet<>();
    sources.history().lock().readLock().lock();
    try {
      for (final CommittedGroup group : sources.unfolded().groups()) {
        for (final StoredJob stored : group.jobs()) {
          if (ProjectionBatch.belongsTo(stored, organisation, call)) {
            found.add(stored.sequence());
          }
        }
      }
      final long hash = sources.hashes().call(organisation, call);
      for (final HistoryDay day : sources.history().all()) {
        found.addAll(day.callEvents(hash));
      }
    } finally {
      sources.history().lock().readLock().unlock();
    }
    final List<StoredJob> events = new ArrayList<>();
    for (final long sequence : found) {
      bodies
          .find(sequence)
          .filter(stored -> ProjectionBatch.belongsTo(stored, organisation, call))
          .ifPresent(events::add);
    }
    return events;
  }
}

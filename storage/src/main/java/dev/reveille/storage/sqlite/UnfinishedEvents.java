package dev.reveille.storage.sqlite;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.EventJournal.Unfinished;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Finds the events that a former run accepted and did not settle. Called once after the start,
/// when everything is folded: it walks over the whole table of open events. Blocks on the disk.
final class UnfinishedEvents {
  private final PresentFile present;
  private final JobBodies bodies;

  UnfinishedEvents(final PresentFile present, final JobBodies bodies) {
    this.present = present;
    this.bodies = bodies;
  }

  List<Unfinished> all() {
    final List<Unfinished> all = new ArrayList<>();
    open()
        .forEach((sequence, done) ->
            bodies.find(sequence).ifPresent(stored -> all.add(new Unfinished(stored, done))));
    return all;
  }

  /// Open events, and their devices that are settled or wait.
  private Map<Long, Set<TargetKey>> open() {
    final Database reader = present.reader();
    return reader.locked(() -> {
      final Map<Long, Set<TargetKey>> open = new TreeMap<>();
      try (PreparedStatement rows =
              reader.prepare(
                  "SELECT seq, state, (SELECT group_concat(device, char(10)) FROM waiting"
                      + " WHERE event = seq) FROM open_event ORDER BY seq");
          ResultSet row = rows.executeQuery()) {
        while (row.next()) {
          final OpenEvents.State state = OpenEvents.State.of(row.getBytes(2));
          final Set<TargetKey> done = state.done();
          final String waiting = row.getString(3);
          if (waiting != null) {
            for (final String device : waiting.split("\n", -1)) {
              done.add(new TargetKey(device));
            }
          }
          if (!state.needsOnly(done)) {
            open.put(row.getLong(1), done);
          }
        }
      }
      return open;
    });
  }
}

package dev.reveille.storage.sqlite;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.storage.codec.ByteReader;
import dev.reveille.storage.codec.ByteWriter;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Tracks which events still have devices to settle, so that the next start finds them (table
/// `open_event`). The [Projector] feeds it while it applies the journal to the projections, a batch
/// at a time: `accepted` and `told`, then `write` inside the open transaction, or [#forget] when
/// that failed. Not thread-safe: under the projector's lock only. An event that is accepted and
/// settled within one batch is never inserted; nearly every event is. Keeps up to 50,000 open
/// events in memory. A line of a send is refused with IllegalArgumentException.
final class OpenEvents {
  private static final int UNKNOWN = -1;
  private static final int MOST_STANDING = 50_000;

  /// What the trail said so far of one event.
  static final class State {
    private boolean stored;
    private int devices = UNKNOWN;

    /// Nearly every event has one device: it stands here, and the map is for the others.
    private @Nullable TargetKey first;

    private boolean firstDone;
    private Map<TargetKey, Boolean> others = Map.of();

    private State(final boolean stored) {
      this.stored = stored;
    }

    private void read(final TrailEntry line) {
      switch (line) {
        case TrailEntry.Opening opening -> {
          devices = opening.devices();
          note(opening.target(), opening.settled());
        }
        case TrailEntry.Later later -> note(later.target(), later.settled());
        case TrailEntry.NoDevice noDevice -> devices = noDevice.devices();
        case TrailEntry.Targets _ -> throw new IllegalArgumentException("a line of a send");
      }
    }

    private void note(final TargetKey target, final boolean isDone) {
      if (first == null || first.equals(target)) {
        first = target;
        firstDone |= isDone;
        return;
      }
      if (others.isEmpty()) {
        others = new HashMap<>();
      }
      others.merge(target, isDone, Boolean::logicalOr);
    }

    private boolean isSettled() {
      int done = firstDone ? 1 : 0;
      for (final boolean isDone : others.values()) {
        done += isDone ? 1 : 0;
      }
      return devices != UNKNOWN && done >= devices;
    }

    private Map<TargetKey, Boolean> all() {
      final Map<TargetKey, Boolean> all = new HashMap<>(others);
      if (first != null) {
        all.put(first, firstDone);
      }
      return all;
    }

    Set<TargetKey> done() {
      final Set<TargetKey> done = new HashSet<>();
      all()
          .forEach((target, isDone) -> {
            if (isDone) {
              done.add(target);
            }
          });
      return done;
    }

    /// Nothing is left but these targets.
    boolean needsOnly(final Set<TargetKey> done) {
      final var all = all().keySet();
      return devices != UNKNOWN && all.size() >= devices && done.containsAll(all);
    }

    private byte[] bytes() {
      final ByteWriter out = new ByteWriter(64);
      final var all = all();
      out.number(devices + 1L).number(all.size());
      all.forEach((target, isDone) -> out.text(target.value()).bool(isDone));
      return out.copy();
    }

    static State of(final byte[] bytes) {
      final State state = new State(true);
      final ByteReader in = new ByteReader(bytes);
      state.devices = (int) in.number() - 1;
      for (int left = in.count(); left > 0; left--) {
        state.note(new TargetKey(in.text()), in.bool());
      }
      return state;
    }
  }

  private final Database database;
  private final Map<Long, Optional<State>> known = new HashMap<>();

  /// What is in the table, as far as memory knows, so that the next fold need not ask for it.
  private final Map<Long, State> standing =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Long, State> eldest) {
          return size() > MOST_STANDING;
        }
      };

  private @Nullable PreparedStatement find;
  private @Nullable PreparedStatement keep;
  private @Nullable PreparedStatement drop;

  /// Events up to this one were folded by a former run: what is folded again may have a row
  /// already.
  private final long foldedBefore;

  OpenEvents(final Database database, final long foldedBefore) {
    this.database = database;
    this.foldedBefore = foldedBefore;
  }

  void accepted(final long sequence) {
    known.put(sequence, Optional.of(new State(sequence <= foldedBefore)));
  }

  void told(final TrailEntry line) throws SQLException {
    Optional<State> state = known.get(line.event());
    if (state == null) {
      final State stands = standing.get(line.event());
      state = stands != null ? Optional.of(stands) : load(line.event());
      known.put(line.event(), state);
    }
    if (state.isPresent()) { // else it was settled before: what is said now changes nothing
      state.get().read(line);
    }
  }

  private Optional<State> load(final long sequence) throws SQLException {
    if (find == null) {
      find = database.prepare("SELECT state FROM open_event WHERE seq = ?");
    }
    find.setLong(1, sequence);
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? Optional.of(State.of(row.getBytes(1))) : Optional.empty();
    }
  }

  /// Writes what one fold changed, inside the open transaction, and forgets it.
  void write() throws SQLException {
    if (keep == null || drop == null) {
      keep = database.prepare("INSERT OR REPLACE INTO open_event(seq, state) VALUES(?,?)");
      drop = database.prepare("DELETE FROM open_event WHERE seq = ?");
    }
    final Map<Long, State> changed = new TreeMap<>(); // most were settled at once: nothing to write
    known.forEach((sequence, state) ->
        state
            .filter(one -> one.stored || !one.isSettled())
            .ifPresent(one -> changed.put(sequence, one)));
    int kept = 0;
    int dropped = 0;
    for (final var one : changed.entrySet()) {
      final State state = one.getValue();
      if (!state.isSettled()) {
        keep.setLong(1, one.getKey());
        keep.setBytes(2, state.bytes());
        keep.addBatch();
        kept++;
        state.stored = true;
        standing.put(one.getKey(), state);
      } else {
        standing.remove(one.getKey());
        drop.setLong(1, one.getKey());
        drop.addBatch();
        dropped++;
      }
    }
    if (kept > 0) {
      keep.executeBatch();
    }
    if (dropped > 0) {
      drop.executeBatch();
    }
    known.clear();
  }

  /// After a fold that failed: nothing of it counts.
  void forget() {
    known.clear();
    standing.clear();
    find = null;
    keep = null;
    drop = null;
  }
}

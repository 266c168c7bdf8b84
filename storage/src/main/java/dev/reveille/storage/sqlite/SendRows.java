package dev.reveille.storage.sqlite;

import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rows of sends' progress in `present.db`; the changes of one fold are written once per send.
/// Under the projector's lock only.
final class SendRows {
  private final Database database;
  private final ScheduledSendRows farAhead;
  private final long foldedBefore;
  private final Map<Long, Optional<SendState>> known = new HashMap<>();
  private @Nullable PreparedStatement find;
  private @Nullable PreparedStatement keep;

  /// @param foldedBefore sends up to this one were folded by a former run: what is folded again may
  ///   have a row already
  SendRows(final Database database, final ScheduledSendRows farAhead, final long foldedBefore) {
    this.database = database;
    this.farAhead = farAhead;
    this.foldedBefore = foldedBefore;
  }

  /// A send was accepted.
  void accepted(final StoredJob stored) throws SQLException {
    final long send = stored.sequence();
    final var before = send <= foldedBefore ? load(send) : Optional.<SendState>empty();
    final var state = before.orElseGet(SendState::new);
    known.put(send, Optional.of(state));
    if (ScheduledSendRows.isFarAhead(stored) && state.state().isOpen()) {
      state.liesFarAhead();
      farAhead.accepted(stored);
    }
  }

  /// @param day of the group, since 1970
  void advanced(final Note.Advanced note, final long group, final long day) throws SQLException {
    final var known = state(note.send());
    if (known.isEmpty()) {
      return; // its life is over and it was forgotten
    }
    final var state = known.get();
    state.read(note, group);
    if (note.state() != State.SCHEDULED) {
      state.begins(day);
    }
    if (state.isFarAhead() && !state.state().isOpen()) {
      farAhead.ended(note.send(), state.state() == State.CANCELLED);
    }
  }

  /// Answers in which day the line belongs, since 1970; 0 for that in which the send was accepted.
  ///
  /// @param day of the group, since 1970
  long told(final TrailEntry line, final long group, final long day) throws SQLException {
    final var state = state(line.event());
    if (state.isEmpty()) {
      return 0;
    }
    state.get().read(line, group);
    state.get().begins(day);
    return state.get().toldIn();
  }

  /// Whether only a send has such a line.
  static boolean isOfSend(final TrailEntry line) {
    return switch (line) {
      case TrailEntry.Targets _ -> true;
      case TrailEntry.Later later -> later.target().kind() != TargetKey.Kind.INSTALLATION;
      case TrailEntry.Opening _, TrailEntry.NoDevice _ -> false;
    };
  }

  private Optional<SendState> state(final long send) throws SQLException {
    final var state = known.get(send);
    if (state != null) {
      return state;
    }
    final var stored = load(send);
    known.put(send, stored);
    return stored;
  }

  private Optional<SendState> load(final long send) throws SQLException {
    if (find == null) {
      find = database.prepare("SELECT progress FROM send WHERE job = ?");
    }
    find.setLong(1, send);
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? Optional.of(SendState.of(row.getBytes(1))) : Optional.empty();
    }
  }

  /// Writes what one fold changed, inside the open transaction, and forgets it.
  void write() throws SQLException {
    if (known.isEmpty()) {
      return;
    }
    if (keep == null) {
      keep =
          database.prepare(
              "INSERT OR REPLACE INTO send(job, goes_on, progress, told_in) VALUES(?,?,?,?)");
    }
    boolean some = false;
    for (final var one : new TreeMap<>(known).entrySet()) {
      if (one.getValue().isPresent()) {
        final var state = one.getValue().get();
        keep.setLong(1, one.getKey());
        keep.setInt(2, state.state() == State.GOES_ON ? 1 : 0);
        keep.setBytes(3, state.bytes());
        keep.setLong(4, state.toldIn());
        keep.addBatch();
        some = true;
      }
    }
    if (some) {
      keep.executeBatch();
    }
    known.clear();
  }

  /// After a fold that failed: nothing of it counts.
  void forget() {
    known.clear();
    find = null;
    keep = null;
  }
}

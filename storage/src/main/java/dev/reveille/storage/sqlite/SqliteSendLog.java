package dev.reveille.storage.sqlite;

import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.SendLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads the progress of sends: from `present.db`, and from memory what is not folded yet.
/// Thread-safe; may block on the disk.
record SqliteSendLog(
    SendStates states, PresentFile present, JobBodies bodies, ScheduledSendRows farAhead)
    implements SendLog {
  @Override
  public Optional<Progress> progress(final long send) {
    return states.of(send).map(SendState::progress);
  }

  @Override
  public List<Settled> settled(final long send) {
    return states.of(send).map(SendState::settled).orElse(List.of());
  }

  @Override
  public Remainder remainder(final long send) {
    return states.of(send).map(SendState::remainder).orElse(Remainder.NONE);
  }

  @Override
  public long size(final Send send) {
    return ScheduledSendRows.size(send);
  }

  @Override
  public long bytesFarAhead() {
    return farAhead.bytes();
  }

  /// Asked once after the start, when everything is folded.
  @Override
  public List<Unfinished> unfinished() {
    final Map<Long, SendState> open = new TreeMap<>();
    final Database reader = present.reader();
    reader
        .locked(() ->
            reader.query(
                "SELECT job, progress FROM send WHERE goes_on = 1",
                row -> Map.entry(row.getLong(1), SendState.of(row.getBytes(2)))))
        .forEach(row -> open.put(row.getKey(), row.getValue()));
    final List<Unfinished> all = new ArrayList<>(open.size());
    open.forEach((send, state) ->
        bodies
            .find(send)
            .filter(stored -> !stored.isEvent())
            .ifPresent(stored -> all.add(unfinished(stored, state))));
    return all;
  }

  private static Unfinished unfinished(final StoredJob send, final SendState state) {
    return new Unfinished(
        send, state.reached(), state.begun(), state.done(), state.ofAnotherService());
  }
}

package dev.reveille.storage.sqlite;

import dev.reveille.model.Kept;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How far sends have come: from `present.db`, and from memory what is not folded yet.
final class SqliteSendLog implements SendLog {
  private final Fresh fresh;
  private final HistoryDays history;
  private final PresentFile present;
  private final Bodies bodies;

  SqliteSendLog(
      final Fresh fresh,
      final HistoryDays history,
      final PresentFile present,
      final Bodies bodies) {
    this.fresh = fresh;
    this.history = history;
    this.present = present;
    this.bodies = bodies;
  }

  @Override
  public Optional<Progress> progress(final long send) {
    history.lock().readLock().lock(); // a fold that commits takes its groups out of memory
    try {
      final var state = stored(send).or(() -> accepted(send));
      state.ifPresent(one -> fresh.groupsSince(send).forEach(group -> read(group, send, one)));
      return state.map(SendState::progress);
    } finally {
      history.lock().readLock().unlock();
    }
  }

  private Optional<SendState> stored(final long send) {
    final Database reader = present.reader();
    return reader
        .locked(() ->
            reader.query(
                "SELECT progress FROM send WHERE job = ?",
                row -> SendState.of(row.getBytes(1)),
                send))
        .stream()
        .findFirst();
  }

  private Optional<SendState> accepted(final long send) {
    return fresh.find(send).filter(kept -> !kept.isEvent()).map(_ -> new SendState());
  }

  private static void read(final CommittedGroup group, final long send, final SendState state) {
    for (final Note note : group.notes()) {
      switch (note) {
        case Note.Advanced advanced when advanced.send() == send ->
            state.read(advanced, group.first());
        case Note.Told(var line) when line.event() == send && SendRows.isOfSend(line) ->
            state.read(line, group.first());
        case Note.Advanced _,
            Note.Told _,
            Note.Parked _,
            Note.Unparked _,
            Note.Marked _,
            Note.ReadUpTo _,
            Note.Cursor _ -> {}
      }
    }
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
            .filter(kept -> !kept.isEvent())
            .ifPresent(kept -> all.add(unfinished(kept, state))));
    return all;
  }

  private static Unfinished unfinished(final Kept send, final SendState state) {
    return new Unfinished(
        send, state.reached(), state.begun(), state.done(), state.ofAnotherService());
  }
}

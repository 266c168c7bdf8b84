package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog.State;
import java.util.Optional;

/// Reads the progress of a send: from `present.db`, and from memory what is not folded yet.
/// Thread-safe; may block on the disk.
final class SendStates {
  private final Unfolded unfolded;
  private final HistoryDays history;
  private final PresentFile present;

  SendStates(final Unfolded unfolded, final HistoryDays history, final PresentFile present) {
    this.unfolded = unfolded;
    this.history = history;
    this.present = present;
  }

  /// Empty for what is no send, or was forgotten.
  Optional<SendState> of(final long send) {
    history.lock().readLock().lock(); // a fold that commits takes its groups out of memory
    try {
      final var state = stored(send).or(() -> accepted(send));
      state.ifPresent(one -> unfolded.groupsSince(send).forEach(group -> read(group, send, one)));
      return state;
    } finally {
      history.lock().readLock().unlock();
    }
  }

  boolean isCancelled(final long send) {
    return of(send).filter(state -> state.state() == State.CANCELLED).isPresent();
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
    return unfolded.find(send).filter(stored -> !stored.isEvent()).map(_ -> new SendState());
  }

  /// The day of the lines of a send that lay far ahead, since 1970, as far as it is folded; 0 for
  /// everything else.
  long toldIn(final long job) {
    if (!present.hasLinesElsewhere()) {
      return 0;
    }
    final Database reader = present.reader();
    return reader
        .locked(() ->
            reader.query("SELECT told_in FROM send WHERE job = ?", row -> row.getLong(1), job))
        .stream()
        .findFirst()
        .orElse(0L);
  }

  private static void read(final CommittedGroup group, final long send, final SendState state) {
    for (final Note note : group.notes()) {
      switch (note) {
        case Note.Advanced advanced when advanced.send() == send ->
            state.read(advanced, group.first());
        case Note.TrailLine(var line) when line.event() == send && SendRows.isOfSend(line) ->
            state.read(line, group.first());
        case Note.Advanced _,
            Note.TrailLine _,
            Note.Parked _,
            Note.Unparked _,
            Note.Marked _,
            Note.ReadUpTo _,
            Note.Cursor _ -> {}
      }
    }
  }
}

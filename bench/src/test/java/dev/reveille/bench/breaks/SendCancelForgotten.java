package dev.reveille.bench.breaks;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.Stores;
import java.util.List;

/// Answers that a send is cancelled, and does not write it down: the next start goes on with it.
record SendCancelForgotten(Strikes strikes) implements Break {
  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.in(
        stores,
        new WrappedJournal(stores.journal()) {
          @Override
          public void note(final List<Note> notes) {
            journal.note(without(notes));
          }

          @Override
          public void noteDurably(final List<Note> notes, final Runnable committed) {
            journal.noteDurably(without(notes), committed);
          }
        });
  }

  private List<Note> without(final List<Note> notes) {
    return notes.stream().filter(note -> !isStruck(note)).toList();
  }

  private boolean isStruck(final Note note) {
    return note instanceof Note.Advanced(var send, _, _, var state, _)
        && state == State.CANCELLED
        && strikes.hit(send);
  }
}

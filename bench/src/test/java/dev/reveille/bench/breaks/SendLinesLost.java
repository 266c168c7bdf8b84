package dev.reveille.bench.breaks;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TrailEntry;
import java.util.ArrayList;
import java.util.List;

/// Writes down that targets of a send begin, and neither what becomes of them nor that the send is
/// over: after a kill all of them may have been under way.
///
/// Sends of a process before this one are left alone, so that they come to an end.
record SendLinesLost(Strikes strikes) implements Break {
  @Override
  public Stores stores(final Stores stores) {
    final long before = stores.journal().lastSequence();
    return WrappedJournal.in(
        stores,
        new WrappedJournal(stores.journal()) {
          @Override
          public void note(final List<Note> notes) {
            journal.note(without(notes, before));
          }

          @Override
          public void noteDurably(final List<Note> notes, final Runnable committed) {
            journal.noteDurably(without(notes, before), committed);
          }
        });
  }

  private List<Note> without(final List<Note> notes, final long before) {
    final var left = new ArrayList<Note>(notes.size());
    for (final var note : notes) {
      switch (note) {
        case Note.TrailLine(TrailEntry.Targets targets) when isStruck(targets.event(), before) -> {}
        case Note.Advanced(var send, _, var begun, var state, _) when isStruck(send, before) -> {
          if (state == State.GOES_ON) {
            left.add(new Note.Advanced(send, 0, begun, state));
          }
        }
        case Note.TrailLine _,
            Note.Advanced _,
            Note.Parked _,
            Note.Unparked _,
            Note.Marked _,
            Note.ReadUpTo _,
            Note.Cursor _ ->
            left.add(note);
      }
    }
    return left;
  }

  private boolean isStruck(final long send, final long before) {
    return send > before && strikes.hit(send);
  }
}

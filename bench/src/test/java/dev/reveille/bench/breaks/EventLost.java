package dev.reveille.bench.breaks;

import dev.reveille.model.Event;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Stores;
import java.util.List;

/// Answers that a message is stored, and forgets it.
///
/// Messages only: a lost call would be missed by its end too, and more than one verdict would see
/// it.
record EventLost(Strikes strikes) implements Break {
  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.appending(
        stores,
        (journal, submissions) ->
            WrappedJournal.appendAllBut(journal, submissions, one -> loses(journal, one)));
  }

  private boolean loses(final EventJournal journal, final Submission one) {
    if (!(one.job() instanceof Event.Message) || !strikes.hit(one.job().key())) {
      return false;
    }
    // on the writer's thread, as every answer
    journal.noteDurably(
        List.of(),
        () -> one.receipt().answered(new EventJournal.Answer.Stored(journal.lastSequence())));
    return true;
  }
}

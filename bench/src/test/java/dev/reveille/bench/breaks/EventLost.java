package dev.reveille.bench.breaks;

import dev.reveille.model.Event;
import dev.reveille.routing.port.Stores;
import java.util.ArrayList;
import java.util.List;

/// Answers that a message is stored, and forgets it.
///
/// Messages only: a lost call would be missed by its end too, and more than one verdict would see
/// it.
final class EventLost implements Break {
  static final String NAME = "event-lost";

  private final Chance chance;

  EventLost(final Chance chance) {
    this.chance = chance;
  }

  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.in(
        stores,
        new WrappedJournal(stores.journal()) {
          @Override
          public void append(final List<Submission> submissions) {
            final var left = new ArrayList<Submission>();
            for (final var one : submissions) {
              if (one.job() instanceof Event.Message && chance.strikes(NAME, one.job().key())) {
                // on the writer's thread, as every answer
                journal.noteDurably(
                    List.of(),
                    () -> one.receipt().answered(new Answer.Stored(journal.lastSequence())));
              } else {
                left.add(one);
              }
            }
            if (!left.isEmpty()) {
              journal.append(left);
            }
          }
        });
  }
}

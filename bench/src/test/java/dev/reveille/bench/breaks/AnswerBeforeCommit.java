package dev.reveille.bench.breaks;

import dev.reveille.model.Event;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Answers that a message is stored before it is, and stores it seconds later: a kill in between
/// loses it. Without a kill nothing is lost.
final class AnswerBeforeCommit implements Break {
  static final Duration AFTER = Duration.ofSeconds(3);

  private final Strikes strikes;
  private final Later later;
  private final Set<Submission> owed = ConcurrentHashMap.newKeySet();

  AnswerBeforeCommit(final Strikes strikes, final Later later) {
    this.strikes = strikes;
    this.later = later;
  }

  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.in(
        stores,
        new WrappedJournal(stores.journal()) {
          @Override
          public void append(final List<Submission> submissions) {
            appendAllBut(journal, submissions, this::takes);
          }

          private boolean takes(final Submission one) {
            if (!(one.job() instanceof Event.Message) || !strikes.hit(one.job().key())) {
              return false;
            }
            owe(new Submission(one.job(), one.contentHash(), _ -> {}));
            one.receipt().answered(new Answer.Stored(journal.lastSequence() + 1));
            return true;
          }

          private void owe(final Submission one) {
            owed.add(one);
            later.after(AFTER, () -> pay(one));
          }

          private void pay(final Submission one) {
            if (owed.remove(one)) {
              journal.append(List.of(one));
            }
          }

          @Override
          public void close() {
            List.copyOf(owed).forEach(this::pay);
            journal.close();
          }
        });
  }
}

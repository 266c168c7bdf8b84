package dev.reveille.bench.breaks;

import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Stores;
import java.util.ArrayList;
import java.util.List;

/// Stores a message once more under another id: two entries with one content.
record EventTwice(Strikes strikes) implements Break {
  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.appending(
        stores, (journal, submissions) -> journal.append(withCopies(submissions)));
  }

  private List<Submission> withCopies(final List<Submission> submissions) {
    final var all = new ArrayList<>(submissions);
    for (final var one : submissions) {
      if (one.job() instanceof Event.Message message && strikes.hit(message.key())) {
        all.add(new Submission(again(message), one.contentHash(), _ -> {}));
      }
    }
    return all;
  }

  private static Event again(final Event.Message message) {
    final var key = message.key();
    return new Event.Message(
        new EventKey(key.organisation(), key.source(), key.id() + ".2"),
        message.recipients(),
        message.type(),
        message.in(),
        message.content(),
        message.life());
  }
}

package dev.reveille.bench.breaks;

import dev.reveille.model.Send;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Stores;
import java.time.Instant;

/// Keeps a scheduled send as one for now.
record SendTooEarly(Strikes strikes) implements Break {
  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.appending(
        stores,
        (journal, submissions) -> journal.append(submissions.stream().map(this::broken).toList()));
  }

  private Submission broken(final Submission one) {
    return one.job() instanceof final Send send
            && send.notBefore().isAfter(Instant.EPOCH)
            && strikes.hit(send.key())
        ? new Submission(
            new Send(send.key(), send.life(), send.lane(), Instant.EPOCH, send.to(), send.what()),
            one.contentHash(),
            one.receipt())
        : one;
  }
}

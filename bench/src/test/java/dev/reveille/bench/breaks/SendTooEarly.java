package dev.reveille.bench.breaks;

import dev.reveille.model.Send;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Stores;
import java.time.Instant;

/// Keeps a scheduled send as one for now.
final class SendTooEarly implements Break {
  static final String NAME = "send-too-early";

  private final Chance chance;

  SendTooEarly(final Chance chance) {
    this.chance = chance;
  }

  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.appending(
        stores,
        (journal, submissions) -> journal.append(submissions.stream().map(this::broken).toList()));
  }

  private Submission broken(final Submission one) {
    return one.job() instanceof final Send send
            && send.notBefore().isAfter(Instant.EPOCH)
            && chance.strikes(NAME, send.key())
        ? new Submission(
            new Send(send.key(), send.life(), send.lane(), Instant.EPOCH, send.to(), send.what()),
            one.contentHash(),
            one.receipt())
        : one;
  }
}

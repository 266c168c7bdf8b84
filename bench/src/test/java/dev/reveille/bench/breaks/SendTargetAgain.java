package dev.reveille.bench.breaks;

import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.Stores;
import java.util.List;
import java.util.Optional;

/// A start reads that a send has come less far than it has, so that targets are told again of which
/// the trail says what became of them.
record SendTargetAgain(Strikes strikes) implements Break {
  static final int TARGETS = 200;

  @Override
  public Stores stores(final Stores stores) {
    final var log = stores.sends();
    return WrappedJournal.in(
        stores,
        new SendLog() {
          @Override
          public Optional<Progress> progress(final long send) {
            return log.progress(send);
          }

          @Override
          public List<Settled> settled(final long send) {
            return log.settled(send);
          }

          @Override
          public Remainder remainder(final long send) {
            return log.remainder(send);
          }

          @Override
          public long size(final Send send) {
            return log.size(send);
          }

          @Override
          public long bytesFarAhead() {
            return log.bytesFarAhead();
          }

          @Override
          public List<Unfinished> unfinished() {
            return log.unfinished().stream()
                .map(one ->
                    one.reached() > 0 && strikes.hit(name(one.send()))
                        ? new Unfinished(
                            one.send(),
                            Math.max(0, one.reached() - TARGETS),
                            one.maybeBegun(),
                            one.done())
                        : one)
                .toList();
          }
        });
  }

  private static String name(final StoredJob send) {
    return send.job().key().id();
  }
}

package dev.reveille.bench.breaks;

import dev.reveille.model.UserId;
import dev.reveille.routing.port.TrailStore;
import java.time.Instant;
import java.util.List;

/// A trail in front of another one: a break says which lines readers see.
abstract class WrappedTrail implements TrailStore {
  final TrailStore trail;

  WrappedTrail(final TrailStore trail) {
    this.trail = trail;
  }

  @Override
  public final List<Long> recent(final UserId user, final Instant since, final int most) {
    return trail.recent(user, since, most);
  }
}

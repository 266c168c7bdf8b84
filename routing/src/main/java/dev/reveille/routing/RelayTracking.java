package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Applies what relays report about pushes that wait as rows for their report, and writes receipts
/// of push services into the trail.
///
/// Belongs to the dispatcher's thread.
final class RelayTracking {
  /// Reports may come again; of so many it is remembered that their lines stand in the trail.
  private static final int MOST_NOTED = 10_000;

  private final PendingRows pending;
  private final Lookups lookups;
  private final Pushing pushing;
  private final Trail trail;
  private final Counters counters;
  private final LinkedHashSet<WorkKey> noted = new LinkedHashSet<>();

  RelayTracking(
      final PendingRows pending,
      final Lookups lookups,
      final Pushing pushing,
      final Trail trail,
      final Counters counters) {
    this.pending = pending;
    this.lookups = lookups;
    this.pushing = pushing;
    this.trail = trail;
    this.counters = counters;
  }

  /// @param work of which something else is under way, null for none
  void reported(final RelayReport report, final @Nullable Work work, final Instant now) {
    final var row = pending.known(report.work());
    if (row.isPresent()) {
      reported(report, row.get(), work, now);
    } else {
      lookups.ask(pending, report);
    }
  }

  /// @param row of the push, empty when it has none
  void reported(
      final RelayReport report,
      final Optional<Waiting> row,
      final @Nullable Work work,
      final Instant now) {
    noted(report, work, now);
    row.filter(one -> one.why() == Reason.RELAY_HAS_IT)
        .ifPresent(one -> reported(report, one, work, now));
    trail.tellWhenKept(report.kept());
  }

  /// The relay's lines go into the trail, once, whatever else is known of the push by now.
  void noted(final RelayReport report, final @Nullable Work work, final Instant now) {
    if (report.lines().isEmpty() || !noted.add(report.work())) {
      return;
    }
    if (noted.size() > MOST_NOTED) {
      noted.removeFirst();
    }
    if (work != null) {
      work.untold.addAll(report.lines());
    } else {
      trail.later(report.work().job(), report.work().target(), report.lines(), now, false);
    }
  }

  /// That the platform took it is the end; for anything else the relay is asked at once, and what
  /// it answers counts.
  private void reported(
      final RelayReport report, final Waiting row, final @Nullable Work work, final Instant now) {
    if (!(report.outcome() instanceof HandedOver(var receipt, _))) {
      pending.comeNow(row, now);
    } else if (work != null) {
      pushing.handedOver(work, receipt, now);
      work.pushDone = true;
      work.parked = false;
      work.hasRow = false;
      pending.unpark(row.key());
    } else {
      counters.handedOver.increment();
      trail.later(row.event(), row.target(), Pushing.handedOver(row, receipt, now), true);
      pending.unpark(row.key());
    }
  }

  /// What the device says, by its push service, of a push that the service took.
  static Try receipt(
      final int attempt, final boolean has, final Duration after, final Instant now) {
    return has
        ? new Try(
            "push",
            attempt,
            now,
            Outcome.ACKNOWLEDGED,
            Reason.BROWSER_ACKNOWLEDGED,
            after.toMillis() + " ms")
        : new Try("push", attempt, now, Outcome.UNACKNOWLEDGED, Reason.BROWSER_NEVER_GOT_IT, "");
  }
}

package dev.reveille.routing;

import dev.reveille.model.Cause;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;

/// Turns pushes that must wait into rows: for another try, behind a [CircuitBreaker], or for what a
/// relay reports.
///
/// Belongs to the dispatcher's thread.
final class Parking {
  private static final Duration LONGEST_PAUSE_URGENT = TimeScale.divide(Duration.ofSeconds(2));

  /// So long before the work is over a relay is asked for the last time.
  private static final Duration LAST_QUESTION = TimeScale.divide(Duration.ofSeconds(5));

  private final Senders senders;
  private final PendingRows pending;
  private final Trail trail;
  private final ServerClock clock;
  private final Counters counters;
  private final SplittableRandom lot = new SplittableRandom();

  Parking(
      final Senders senders,
      final PendingRows pending,
      final Trail trail,
      final ServerClock clock,
      final Counters counters) {
    this.senders = senders;
    this.pending = pending;
    this.trail = trail;
    this.clock = clock;
    this.counters = counters;
  }

  void tryLater(
      final Work work,
      final PushAddress.Direct to,
      final Reason why,
      final Instant notBefore,
      final Instant now) {
    if (work.acknowledged) {
      return; // the app has it meanwhile
    }
    if (!retries(to).allows(work.pushTries, work.targetJob.since(), notBefore)) {
      Pushing.said(work, now, Outcome.GIVEN_UP, Reason.TRIED_OFTEN_ENOUGH, Pushing.waitedFor(why));
    } else if (notBefore.isBefore(work.deadline)) {
      park(work, why, notBefore, now);
    } else {
      Pushing.said(work, now, Outcome.EXPIRED, Reason.TOO_LATE_TO_ALERT, Pushing.waitedFor(why));
    }
  }

  /// The relay is asked when its report is late, each time after a longer while, and for the last
  /// time a little before the work is over.
  void askLater(
      final Work work, final PushAddress.Direct to, final Instant reportBefore, final Instant now) {
    if (work.acknowledged) {
      return;
    }
    final var left = Duration.between(now, work.deadline).dividedBy(4);
    final var last = work.deadline.minus(left.compareTo(LAST_QUESTION) < 0 ? left : LAST_QUESTION);
    final var usual = pause(work, to, Duration.ZERO);
    final var longer = Duration.between(work.targetJob.since(), now).dividedBy(4);
    final var soonest = now.plus(longer.compareTo(usual) > 0 ? longer : usual);
    final var late = clock.unlessJustSet(reportBefore, now);
    final var next = late.isAfter(soonest) ? late : soonest;
    park(
        work,
        Reason.RELAY_HAS_IT,
        next.isBefore(last) || !last.isAfter(now.plus(usual)) ? next : last,
        now);
  }

  void park(final Work work, final Reason why, final Instant notBefore, final Instant now) {
    final var moment =
        notBefore.isBefore(work.deadline) ? notBefore : work.deadline; // to say it in time
    park(work, row(work, moment, why), Optional.empty(), now);
  }

  /// Its line goes on when the service answers again.
  void parkBehind(
      final CircuitBreaker breaker, final Work work, final Reason why, final Instant now) {
    final var row = row(work, Instant.EPOCH, why).behind(breaker.name());
    final boolean isOut = why == Reason.SERVICE_UNREACHABLE;
    park(work, row, isOut ? breaker.cause() : Optional.empty(), now);
  }

  /// The row of a push that was uncertain, or is in transit, says so for as long as it waits,
  /// whatever it waits for: then the trail is asked how often.
  private static Waiting row(final Work work, final Instant notBefore, final Reason why) {
    return Waiting.until(
        notBefore,
        work.key.job(),
        work.key.target(),
        work.lane,
        work.pushTries,
        work.deadline,
        work.inTransit
            ? Reason.RELAY_HAS_IT
            : work.uncertain > 0 && !Pushing.isUncertain(why) ? Reason.NO_ANSWER : why);
  }

  private void park(
      final Work work, final Waiting row, final Optional<Cause> cause, final Instant now) {
    counters.parked.increment();
    if (work.untold.isEmpty() && work.waitedFor != row.why()) { // say why nothing happens
      Pushing.said(work, now, Outcome.WAITS, row.why(), "", cause);
    }
    pending.park(row); // before the line of a send's target, which says that the row is there
    work.waitedFor = row.why();
    work.hasRow = true;
    work.parked = true;
    trail.tell(work, now, false);
  }

  RetryPolicy retries(final PushAddress.Direct to) {
    return senders.retries(to.sender());
  }

  /// How long to wait before the next try, and at least this; a call must come while it rings.
  Duration pause(final Work work, final PushAddress.Direct to, final Duration least) {
    final var policy = retries(to);
    final var usual = policy.pauseAfter(work.pushTries);
    final var pause =
        work.lane == Lane.URGENT && usual.compareTo(LONGEST_PAUSE_URGENT) > 0
            ? LONGEST_PAUSE_URGENT
            : usual;
    return policy.jittered(pause.compareTo(least) > 0 ? pause : least, lot);
  }

  /// A pause with the jitter of the address's sender.
  Duration jittered(final PushAddress.Direct to, final Duration pause) {
    return retries(to).jittered(pause, lot);
  }
}

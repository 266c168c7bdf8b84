package dev.reveille.routing;

import dev.reveille.model.Cause;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Acknowledged;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.InTransit;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushAddress.Doubt;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The part of [Delivery] that pushes: decides whether a push goes now ([Departures]), judges the
/// outcomes, and turns what must wait into rows. Every push under way is marked by `work.pushOut`;
/// only the outcome of that very try ends it.
///
/// Belongs to the dispatcher's thread.
final class Pushing {
  private static final Logger LOG = LoggerFactory.getLogger(Pushing.class);
  private static final Duration WHILE_ANOTHER_TRIES = Duration.ofMillis(500);

  /// With these reasons no push can have left.
  private static final Set<Reason> IMPOSSIBLE =
      EnumSet.of(
          Reason.PUSH_SWITCHED_OFF,
          Reason.PUSH_NOT_NEEDED,
          Reason.NO_PUSH_ADDRESS,
          Reason.NO_VOIP_ADDRESS,
          Reason.NO_MESSAGE_ADDRESS,
          Reason.NEVER_RANG_HERE,
          Reason.ANSWERED_HERE);

  private final Senders senders;
  private final Addresses addresses;
  private final AddressVerdicts verdicts;
  private final Departures departures;
  private final Parking parking;
  private final CircuitBreakers breakers;
  private final ServerClock clock;
  private final Counters counters;

  Pushing(
      final Senders senders,
      final Addresses addresses,
      final Departures departures,
      final PendingRows pending,
      final Trail trail,
      final CircuitBreakers breakers,
      final ServerClock clock,
      final Counters counters) {
    this.senders = senders;
    this.addresses = addresses;
    this.verdicts = new AddressVerdicts(addresses);
    this.departures = departures;
    this.parking = new Parking(senders, pending, trail, clock, counters);
    this.breakers = breakers;
    this.clock = clock;
    this.counters = counters;
  }

  /// Sends it, parks it, or writes down why not.
  ///
  /// @param fallsBack it takes over from a live delivery: the message may have been read elsewhere
  /// @param crowded so much is under way that this push waits as a row
  void send(
      final Work work,
      final PushAddress address,
      final boolean fallsBack,
      final boolean crowded,
      final Instant now) {
    final var to =
        switch (address) {
          case PushAddress.Direct direct -> direct;
        };
    final boolean isHere = senders.has(to.sender());
    if (!now.isBefore(work.deadline)) {
      expired(work, now);
    } else if (UncertainRepeats.areUsedUp(work)) {
      return; // the trail's last line says that it is uncertain
    } else if (!isHere) { // it may come again
      parking.parkBehind(breakers.before(to), work, Reason.SERVICE_UNREACHABLE, now);
    } else if (crowded) {
      parking.park(work, Reason.SERVICE_BUSY, now, now);
    } else if (breakers.before(to) instanceof final CircuitBreaker breaker
        && !breaker.lets(work.key, work.lane, now)) {
      parking.parkBehind(breaker, work, breaker.why(), now);
    } else if (work.inTransit) {
      departures.ask(work, to);
    } else {
      work.pushDoubt = addresses.doubtOf(to).orElse(null);
      departures.depart(work, to, fallsBack, now);
    }
  }

  /// What the push needs was read. To a doubted address it goes only as the trial whether a change
  /// of the app's settings made it work; otherwise that is its end.
  void inputRead(final Work work, final PushInput input, final Instant now) {
    final var to = work.pushTo;
    if (work.pushOut
        && !work.pushSent
        && work.pushInput == null
        && to != null
        && work.pushDoubt instanceof final Doubt doubt
        && !mayTry(work, to, doubt, input.credentials(), now)) {
      work.pushOut = false;
      breakers.before(to).cameBack(work.key, now);
    } else {
      departures.inputRead(work, input, now);
      if (to != null && !work.pushOut) {
        addresses.ended(to, work.key);
      }
    }
  }

  private boolean mayTry(
      final Work work,
      final PushAddress.Direct to,
      final Doubt doubt,
      final long credentials,
      final Instant now) {
    if (!doubt.isWorthATry(credentials)) {
      if (doubt.isTooOld(clock.calm())) {
        said(work, now, Outcome.REFUSED, Reason.DOUBTED_TOO_LONG, doubt.why().code());
        verdicts.gone(work, to, now, Reason.DOUBTED_TOO_LONG);
        return false;
      }
      said(work, now, Outcome.REFUSED, doubt.why(), "not sent: doubted since " + doubt.since());
      return false;
    }
    if (!addresses.mayTry(to, work.key)) {
      work.pushTries--; // it has not left
      final var pause = parking.jittered(to, WHILE_ANOTHER_TRIES);
      parking.tryLater(work, to, doubt.why(), now.plus(pause), now);
      return false;
    }
    return true;
  }

  /// There is nothing to send to it.
  void unsaid(final Work work, final SendWords.Unsaid words, final Instant now) {
    if (!work.pushOut) { // else one of an earlier template is on its way
      counters.refused.increment();
      work.inTransit = false;
      said(work, now, Outcome.REFUSED, words.why(), words.detail());
    }
  }

  /// The server stopped while the last push may have been on its way. That is told whatever becomes
  /// of the event now, since the push may have arrived.
  void mayHaveLeft(final Work work, final Instant now) {
    if (work.mayHaveLeft && !IMPOSSIBLE.contains(work.targetJob.why())) {
      work.uncertain++;
      said(work, now, Outcome.UNCERTAIN, Reason.STOPPED_WHILE_SENDING, "");
    }
    work.mayHaveLeft = false;
  }

  // ---- the answer -----------------------------------------------------------------------------

  /// It could not be started, and waits.
  void putBack(final Work work, final Instant until, final Instant now) {
    parking.park(work, Reason.INTERNAL, until, now);
  }

  /// What became of the push that is under way. Afterwards the work is idle, parked, or out again.
  void outcome(
      final Work work,
      final PushAddress.Direct to,
      final DeliveryOutcome outcome,
      final boolean crowded,
      final Instant now) {
    work.pushOut = false;
    addresses.ended(to, work.key);
    final var breaker = breakers.before(to);
    breaker.cameBack(work.key, now);
    final boolean inVain = isOneMoreProbeInVain(breaker, work, outcome);
    if (!inVain) {
      breaker.endNoted(work.key);
    }
    if (work.inTransit && !endsTransit(outcome)) {
      goesOnInTransit(breaker, work, to, outcome, now);
      return;
    }
    switch (outcome) {
      case Acknowledged(var after) -> {
        breaker.answered();
        said(work, now, Outcome.ACKNOWLEDGED, Reason.LIVE_ACKNOWLEDGED, after.toMillis() + " ms");
      }
      case HandedOver(var receipt, var elsewhere) -> {
        breaker.answered();
        handedOver(work, receipt, now);
        if (elsewhere || work.pushDoubt != null) {
          verdicts.proven(work, to, to.sandbox() != elsewhere);
        }
      }
      case InTransit(var receipt, var reportBefore) -> {
        breaker.answered();
        said(work, now, Outcome.IN_TRANSIT, Reason.RELAY_HAS_IT, receipt);
        work.inTransit = true;
        parking.askLater(work, to, reportBefore, now);
      }
      case final Refused refused -> refused(breaker, work, to, refused, now);
      case Withheld(var why, var words, var asked, var _) -> {
        counters.withheld.increment();
        final var notBefore = clock.unlessJustSet(asked, now);
        breaker.withheld(why, notBefore, now);
        waitAtBreaker(breaker, work, to, inVain, why, words, now);
      }
      case final TryAgain tryAgain -> tryAgain(breaker, work, to, tryAgain, inVain, crowded, now);
      case Uncertain(var why) -> uncertain(breaker, work, to, why, crowded, now);
    }
  }

  private void refused(
      final CircuitBreaker breaker,
      final Work work,
      final PushAddress.Direct to,
      final Refused refused,
      final Instant now) {
    final var why = refused.why();
    if (why == Reason.FOLDED || why == Reason.HUB_CARRIES_CALLS) { // no refusal
      said(work, now, Outcome.NOT_SENT, why, refused.theirWords());
      return;
    }
    counters.refused.increment();
    work.inTransit = false;
    if (why == Reason.CALL_OVER) {
      notWanted(work, refused.theirWords(), now);
    } else if (why == Reason.TOO_LATE_TO_ALERT
        && clock.wasJustSet()
        && now.isBefore(work.deadline)) {
      // the clock was set while it was on its way to the sender
      parking.tryLater(work, to, why, now, now);
    } else if (why == Reason.TOO_LATE_TO_ALERT) { // it was never sent
      said(work, now, Outcome.EXPIRED, why, refused.theirWords());
    } else {
      if (!refused.byUs()) {
        breaker.answered();
      }
      said(work, now, Outcome.REFUSED, why, refused.theirWords());
      verdicts.learned(work, to, why, refused.address(), now);
    }
  }

  /// It goes out again at once where the sender sees no reason to wait, waits for its own moment,
  /// or waits until the service is there again.
  private void tryAgain(
      final CircuitBreaker breaker,
      final Work work,
      final PushAddress.Direct to,
      final TryAgain answer,
      final boolean inVain,
      final boolean crowded,
      final Instant now) {
    counters.triedAgain.increment();
    final var why = answer.why();
    final var reply = answer.reply();
    final var notBefore = clock.unlessJustSet(answer.notBefore(), now);
    if (why == Reason.SERVICE_UNREACHABLE) {
      breaker.unreachable(answer.cause(), now);
    } else if (why == Reason.SERVICE_UNAVAILABLE) {
      breaker.failed(reply == ServiceReply.MOMENT ? notBefore : Instant.MIN, now);
    } else if (reply != ServiceReply.NOTHING) { // the service is overloaded, but it answers
      breaker.answered();
    }
    if (why == Reason.SERVICE_UNREACHABLE
        || (why == Reason.SERVICE_UNAVAILABLE && breaker.isOpen(now))) {
      waitAtBreaker(breaker, work, to, inVain, why, answer.theirWords(), now);
      return;
    }
    said(work, now, Outcome.TRY_AGAIN, why, answer.theirWords());
    if (reply == ServiceReply.ANSWER && !notBefore.isAfter(now) && repeats(work, to, now)) {
      send(work, to, false, crowded, now);
    } else {
      final var soonest = now.plus(parking.pause(work, to, Duration.ZERO));
      final var next = notBefore.isAfter(soonest) ? notBefore : soonest;
      parking.tryLater(work, to, why, next, now);
    }
  }

  /// It was sent, and no answer was seen. A ring goes out again at once, since the call's UUID
  /// folds it on the device; a message that did arrive is best left alone for a while.
  private void uncertain(
      final CircuitBreaker breaker,
      final Work work,
      final PushAddress.Direct to,
      final Reason why,
      final boolean crowded,
      final Instant now) {
    counters.uncertain.increment();
    if (work.inTransit) { // the relay answered, but does not know it
      breaker.answered();
      work.inTransit = false;
      work.uncertain = Math.max(work.uncertain, work.pushTries - 1);
    } else {
      breaker.unanswered(now);
    }
    work.uncertain++;
    said(work, now, Outcome.UNCERTAIN, why, "");
    if (UncertainRepeats.areUsedUp(work)) {
      LOG.debug("event {} is not repeated any more", work.key.job());
    } else if (work.targetJob.rings() && repeats(work, to, now)) {
      send(work, to, false, crowded, now);
    } else {
      parking.tryLater(
          work, to, why, now.plus(parking.pause(work, to, UncertainRepeats.pause(work, now))), now);
    }
  }

  /// The platform has it.
  void handedOver(final Work work, final String receipt, final Instant now) {
    counters.handedOver.increment();
    work.inTransit = false;
    said(work, now, Outcome.HANDED_OVER, Reason.HANDED_TO_PLATFORM, receipt);
  }

  /// The same for a push of which nothing but its row is there.
  static Try handedOver(final Waiting row, final String receipt, final Instant now) {
    return new Try(
        "push",
        Math.max(1, row.attempts()),
        now,
        Outcome.HANDED_OVER,
        Reason.HANDED_TO_PLATFORM,
        receipt);
  }

  /// Its time is over: it was not sent, or no report came of what a relay took.
  static void expired(final Work work, final Instant now) {
    if (work.inTransit) {
      said(work, now, Outcome.UNCERTAIN, Reason.NO_REPORT, "");
    } else {
      said(work, now, Outcome.EXPIRED, Reason.TOO_LATE_TO_ALERT, waitedFor(work.waitedFor));
    }
  }

  /// Whether a relay's answer to a question is the end of its part.
  private static boolean endsTransit(final DeliveryOutcome answer) {
    return switch (answer) {
      case Acknowledged _, HandedOver _, Refused _ -> true;
      case Uncertain(var why) -> why == Reason.NO_REPORT; // it does not know the push
      case InTransit _, TryAgain _, Withheld _ -> false;
    };
  }

  /// Nothing new is known of the push. That is not told question by question.
  private void goesOnInTransit(
      final CircuitBreaker breaker,
      final Work work,
      final PushAddress.Direct to,
      final DeliveryOutcome answer,
      final Instant now) {
    var reportBefore = now;
    switch (answer) {
      case InTransit(var _, var other) -> {
        breaker.answered();
        reportBefore = other;
      }
      case TryAgain again when again.why() == Reason.SERVICE_UNREACHABLE ->
          breaker.unreachable(again.cause(), now);
      case Withheld withheld ->
          breaker.withheld(withheld.why(), clock.unlessJustSet(withheld.notBefore(), now), now);
      case TryAgain again -> {
        breaker.answered();
        reportBefore = again.notBefore();
      }
      case Uncertain _ -> breaker.unanswered(now);
      case Acknowledged _, HandedOver _, Refused _ -> throw new IllegalStateException("its end");
    }
    parking.askLater(work, to, reportBefore, now);
  }

  /// Whether it goes once more at once: after the first try only.
  private boolean repeats(final Work work, final PushAddress.Direct to, final Instant now) {
    return work.pushTries <= 1
        && !work.acknowledged
        && parking.retries(to).allows(work.pushTries, work.targetJob.since(), now);
  }

  /// Nothing gets through to the service now, so the push joins the line that waits for it.
  private void waitAtBreaker(
      final CircuitBreaker breaker,
      final Work work,
      final PushAddress.Direct to,
      final boolean inVain,
      final Reason why,
      final String words,
      final Instant now) {
    if (!inVain) {
      said(work, now, Outcome.TRY_AGAIN, why, words, breaker.cause());
      breaker.vainTold(work.key);
    }
    if (!parking.retries(to).isEndless()) { // each try counts: it waits for its own moment
      parking.tryLater(work, to, why, now.plus(parking.pause(work, to, Duration.ZERO)), now);
    } else if (!work.acknowledged) {
      parking.parkBehind(breaker, work, why, now);
    }
  }

  /// That there is still no way to a service, or that it still refuses the app's credentials, is
  /// not told probe by probe, unless there is another cause now. Whatever may have arrived is told.
  private static boolean isOneMoreProbeInVain(
      final CircuitBreaker breaker, final Work work, final DeliveryOutcome outcome) {
    final var why =
        switch (outcome) {
          case TryAgain again when again.why() == Reason.SERVICE_UNREACHABLE ->
              again.cause().isPresent() && !again.cause().equals(breaker.cause())
                  ? null
                  : again.why();
          case Withheld withheld -> withheld.why();
          case TryAgain _, Acknowledged _, HandedOver _, InTransit _, Refused _, Uncertain _ ->
              null;
        };
    return why != null && (work.waitedFor == why || breaker.isVainTold(work.key));
  }

  /// The sender asked right before it wrote the push, and it was not wanted any more.
  ///
  /// @param before what the service said to a try just before, "" when there was none
  private static void notWanted(final Work work, final String before, final Instant now) {
    if (work.targetJob instanceof TargetJob.ForAddress) {
      said(work, now, Outcome.NOT_SENT, Reason.SEND_CANCELLED, before);
      return;
    }
    final boolean over = work.targetJob.rings() && (work.pushTries <= 1 || !work.acknowledged);
    said(work, now, Outcome.NOT_SENT, over ? Reason.CALL_OVER : Reason.LIVE_ACKNOWLEDGED, before);
  }

  /// Adds a line about the last push.
  static void said(
      final Work work,
      final Instant now,
      final Outcome outcome,
      final Reason why,
      final String detail) {
    said(work, now, outcome, why, detail, Optional.empty());
  }

  static void said(
      final Work work,
      final Instant now,
      final Outcome outcome,
      final Reason why,
      final String detail,
      final Optional<Cause> cause) {
    work.untold.add(
        new Try("push", Math.max(1, work.pushTries), now, outcome, why, detail).withCause(cause));
  }

  /// What kept a push until it was too late, for its last line in the trail.
  static String waitedFor(final @Nullable Reason why) {
    return why == null ? "" : "it waited: " + why.code() + " " + why.sentence();
  }

  /// Whether this reason speaks of a push that may have arrived without an answer.
  static boolean isUncertain(final Reason why) {
    return switch (why) {
      case NO_ANSWER, NO_REPORT, STOPPED_WHILE_SENDING, INTERNAL -> true;
      default -> false;
    };
  }

  /// Whether a row with this reason must keep it, whatever it waits for: else it would be sent
  /// again as if nothing of it had left.
  static boolean isOpen(final Reason why) {
    return isUncertain(why) || why == Reason.RELAY_HAS_IT;
  }
}

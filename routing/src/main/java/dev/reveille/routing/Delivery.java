package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.Route;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.SenderId;
import dev.reveille.routing.Directory.Person;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries work out: live channel, push, both, or live and else push.
///
/// Nothing here waits on a thread. A live delivery that waits for its acknowledgement is [Work] in
/// memory until its time-out (2 s by default); everything that waits for longer, and everything
/// that is too much ([InFlightLimit]), becomes a row in the waiting room and comes back through the
/// dispatcher. Belongs to the dispatcher's thread, except [#underWay], which any thread may call.
///
/// Work is in `open` exactly as long as a frame or a push of it is under way. When both are over it
/// is settled, once, or only its row goes on.
///
/// Frames are gathered during a turn of the dispatcher and leave together in [#flush], so that a
/// commit group costs one flush per connection. [Departures] does the same for pushes.
final class Delivery implements ClockSteps.Waits {
  private static final List<Route.Held> BY_HELD = List.of(Route.PING, Route.LIVE);

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private final LiveRoutes live;
  private final Calls calls;
  private final Pushing pushing;
  private final Departures departures;
  private final InFlightLimit load;
  private final RelayTracking transit;
  private final PendingRows pending;
  private final Lookups lookups;
  private final Trail trail;
  private final Duration patience;
  private final ServerClock clock;
  private final Mailbox<DispatcherInput> mailbox;
  private final Counters counters;

  /// Changed by the dispatcher's thread only; others read it in [#underWay].
  private final Map<WorkKey, Work> open = new ConcurrentHashMap<>();

  /// What is to be answered when it is known whether a row waited for what a device said.
  private final Map<WorkKey, List<Confirmation>> lookedFor = new HashMap<>();

  private List<Frame> frames = new ArrayList<>();

  private final Deadlines deadlines = new Deadlines();

  Delivery(
      final LiveRoutes live,
      final Calls calls,
      final Pushing pushing,
      final Departures departures,
      final InFlightLimit load,
      final RelayTracking transit,
      final PendingRows pending,
      final Lookups lookups,
      final Trail trail,
      final Duration patience,
      final ServerClock clock,
      final Mailbox<DispatcherInput> mailbox,
      final Counters counters) {
    this.live = live;
    this.calls = calls;
    this.pushing = pushing;
    this.departures = departures;
    this.load = load;
    this.transit = transit;
    this.pending = pending;
    this.lookups = lookups;
    this.trail = trail;
    this.patience = patience;
    this.clock = clock;
    this.mailbox = mailbox;
    this.counters = counters;
  }

  int inFlight() {
    return open.size();
  }

  /// What was decided about an event's devices of which no answer came yet, as lines of its trail;
  /// from any thread.
  List<TrailEntry.Opening> underWay(final long event) {
    return open.values().stream()
        .filter(work -> work.key.job() == event)
        .map(Work::decided)
        .flatMap(Optional::stream)
        .toList();
  }

  /// Whether a delivery of one of these events is under way; from the dispatcher's thread.
  boolean isUnderWay(final Set<Long> events) {
    return open.keySet().stream().anyMatch(key -> events.contains(key.job()));
  }

  /// Whether memory holds what pushes of this event to the person's devices need, as far as they
  /// are likely: a push that has to ask could be overtaken by the next one.
  boolean isReadyFor(final Event event, final Person person) {
    for (final var installation : person.installations()) {
      if (!departures.isReadyFor(event, person.user().id(), installation)
          && !live.of(installation.id()).channelOpen()) {
        return false;
      }
    }
    return true;
  }

  /// Begins with a decision.
  void start(final Work work, final Instant now) {
    final var before = open.put(work.key, work);
    if (before == null) {
      load.begins(work);
    } else {
      work.takesOver(before);
      before.ends();
      if (work.isHeldOut()) {
        deadlines.add(work);
      }
    }
    pushing.mayHaveLeft(work, now);
    switch (work.targetJob) {
      case TargetJob.ForDevice device -> begin(work, device, now);
      case TargetJob.ForAddress(_, var to, var words, _, _) -> {
        switch (words) {
          case SendWords.Said _ -> sendPush(work, to.address(), now);
          case SendWords.Unsaid unsaid -> pushing.unsaid(work, unsaid, now);
        }
      }
    }
    goOn(work, now);
  }

  private void begin(final Work work, final TargetJob.ForDevice device, final Instant now) {
    switch (device.decision()) {
      case RouteDecision.Now(var routes, _) -> {
        final boolean isTold = routes.size() > 1 && isToldOnItsChannel(work);
        for (final var route : routes) {
          switch (route) {
            case Route.Held held -> {
              if (!isTold) {
                sendHeld(work, device, held, now);
              }
            }
            case Route.Push(var address) -> sendPush(work, address, now);
          }
        }
      }
      case RouteDecision.Then(var first, _, _, _) -> sendHeld(work, device, first, now);
      case RouteDecision.Suppress(var why) -> {
        counters.suppressed.increment();
        if (work.hasRow) {
          if (why == Reason.TOO_LATE_TO_ALERT || work.inTransit) {
            Pushing.expired(work, now);
          } else {
            Pushing.said(work, now, Outcome.GIVEN_UP, why, "");
          }
        }
      }
    }
  }

  /// A call whose push comes back from the waiting room was told on the channel when it began, or
  /// when the channel opened.
  private static boolean isToldOnItsChannel(final Work work) {
    return work.hasRow && work.targetJob.rings();
  }

  private void sendPush(final Work work, final PushAddress address, final Instant now) {
    work.targetJob.leaves(calls);
    if (!work.pushOut && !work.pushDone) { // else taken over from before: it is on its way, or over
      pushing.send(work, address, false, load.isCrowdedFor(work), now);
    }
  }

  // ---- ways that apps hold --------------------------------------------------------------------

  private void sendHeld(
      final Work work, final TargetJob.ForDevice device, final Route.Held way, final Instant now) {
    if (work.isOut(way)) {
      return; // taken over from before: the frame is on its way
    }
    work.targetJob.leaves(calls);
    if (!work.isHeldOut()) {
      work.liveTries++;
      work.liveSince = now;
      work.liveUntil = now.plus(patience);
      deadlines.add(work);
    }
    work.out(way, true);
    frames.add(device.frame(way));
    counters.frames.increment();
  }

  /// A frame never reached its phone.
  void lost(final Frame frame, final Reason why, final Instant now) {
    final var work = open.get(new WorkKey(frame.stored().sequence(), frame.to().target()));
    if (work != null && work.isOut(frame.over())) {
      heldEnded(work, frame.over(), Outcome.LOST, why, now);
      goOn(work, now);
    }
  }

  /// No app acknowledged what is out on the ways that it holds.
  private void unacknowledged(final Work work, final Instant now) {
    for (final var way : BY_HELD) {
      if (work.isOut(way)) {
        heldEnded(work, way, Outcome.UNACKNOWLEDGED, Reason.LIVE_NOT_ACKNOWLEDGED, now);
      }
    }
    goOn(work, now);
  }

  private void heldEnded(
      final Work work,
      final Route.Held way,
      final Outcome outcome,
      final Reason why,
      final Instant now) {
    work.out(way, false);
    work.untold.add(new Try(way.word(), work.liveTries, now, outcome, why, ""));
    if (!work.isHeldOut()
        && work.targetJob.otherwise() instanceof final PushAddress address
        && !work.pushOut
        && !work.pushDone
        && !work.parked) {
      pushing.send(work, address, true, load.isCrowdedFor(work), now);
    }
  }

  /// Lets go of live deliveries that no app acknowledged, as long as there is time in this turn.
  /// Answers when to ask again at the latest.
  Instant sweep(final Instant now, final Budget budget) {
    return deadlines.sweep(now, budget, work -> unacknowledged(work, now));
  }

  // ---- what comes back ------------------------------------------------------------------------

  /// The app says what became of an entry, on whatever way it came.
  void acknowledged(
      final InstallationId by,
      final Mark mark,
      final long event,
      final Confirmation answer,
      final Instant now) {
    final var line = receipt(Outcome.ACKNOWLEDGED, mark.word(), Reason.LIVE_ACKNOWLEDGED, now);
    said(new WorkKey(event, by.target()), line, answer, now);
  }

  /// The same once more: it counts where work that was started since does not know it.
  void acknowledgedAgain(
      final InstallationId by,
      final Mark mark,
      final long event,
      final Confirmation answer,
      final Instant now) {
    final var key = new WorkKey(event, by.target());
    final var work = open.get(key);
    if (work != null && !work.acknowledged) {
      acknowledged(by, mark, event, answer, now);
    } else if (lookedFor.get(key) instanceof final List<Confirmation> answers) {
      answer.waits();
      answers.add(answer);
    }
  }

  /// The user declined on this device only: nothing more of this call goes there.
  void declinedHere(
      final InstallationId device, final long call, final Confirmation answer, final Instant now) {
    final var line = receipt(Outcome.DECLINED, "", Reason.DECLINED_HERE, now);
    said(new WorkKey(call, device.target()), line, answer, now);
  }

  private static Try receipt(
      final Outcome outcome, final String detail, final Reason why, final Instant now) {
    return new Try("receipt", 1, now, outcome, why, detail);
  }

  private void said(
      final WorkKey key, final Try receipt, final Confirmation answer, final Instant now) {
    final var work = open.get(key);
    if (work != null) {
      arrived(work, receipt, now);
      return;
    }
    final var waits = pending.waits(key);
    if (waits.isPresent()) {
      receiptWithoutItem(key, receipt, waits.get());
    } else {
      answer.waits();
      lookedFor.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(answer);
      lookups.ask(pending, key, receipt);
    }
  }

  /// The app has it: nothing further is sent to this device.
  private void arrived(final Work work, final Try receipt, final Instant now) {
    work.acknowledged = true;
    work.parked = false; // the row goes when the work is settled
    if (work.isHeldOut()) {
      counters.acknowledged.increment();
      final var after = Duration.between(work.liveSince, now).toMillis() + " ms";
      for (final var way : BY_HELD) {
        if (work.isOut(way)) {
          work.out(way, false);
          work.untold.add(
              new Try(way.word(), work.liveTries, now, receipt.outcome(), receipt.why(), after));
        }
      }
    } else {
      work.untold.add(receipt);
    }
    goOn(work, now);
  }

  private void receiptWithoutItem(final WorkKey key, final Try receipt, final boolean waits) {
    trail.later(key.job(), key.target(), receipt, waits);
    if (waits) {
      pending.unpark(key);
    }
  }

  /// Whether a row waited for the device that said something; it may be under way meanwhile.
  void rowLookedUp(final WorkKey key, final Try receipt, final boolean waits, final Instant now) {
    final var work = open.get(key);
    if (work != null) {
      arrived(work, receipt, now);
    } else {
      receiptWithoutItem(key, receipt, pending.waits(key).orElse(waits));
    }
    final var answers = lookedFor.remove(key);
    if (answers != null) {
      answers.forEach(answer -> answer.noted(trail));
    }
  }

  /// What a push that is to leave needs was read.
  void inputRead(final WorkKey key, final PushInput input, final Instant now) {
    final var work = open.get(key);
    if (work != null) {
      pushing.inputRead(work, input, now);
      goOn(work, now);
    }
  }

  /// The line of a push that leaves is on disk.
  void departureNoted(final WorkKey key, final int attempt) {
    final var work = open.get(key);
    if (work != null) {
      departures.departureNoted(work, attempt);
    }
  }

  /// A push service's answer, or that there was none.
  void outcome(
      final WorkKey key, final int attempt, final DeliveryOutcome outcome, final Instant now) {
    final var work = open.get(key);
    final var to = work == null ? null : work.pushTo;
    if (work != null && to != null && work.pushOut && attempt == work.pushTries) {
      pushing.outcome(work, to, outcome, load.isCrowdedFor(work), now);
      goOn(work, now);
    } // else a sender told twice, which changes nothing
  }

  /// A relay says what became of a push that it took.
  void reported(final RelayReport report, final Instant now) {
    final var work = open.get(report.work());
    if (work != null && work.pushOut) {
      transit.noted(report, work, now);
      if (work.pushSent && report.outcome() instanceof DeliveryOutcome.HandedOver) {
        outcome(work.key, work.pushTries, report.outcome(), now); // it overtook the relay's answer
      }
      trail.tellWhenKept(report.kept());
      return;
    }
    transit.reported(report, work, now);
    if (work != null) {
      goOn(work, now);
    }
  }

  /// The row of a push of which a relay reported was looked up.
  void reportedRowFound(final RelayReport report, final Optional<Waiting> row, final Instant now) {
    final var work = open.get(report.work());
    if (work != null && work.pushOut) {
      reported(report, now);
      return;
    }
    transit.reported(report, pending.known(report.work()).orElse(row), work, now);
    if (work != null) {
      goOn(work, now);
    }
  }

  /// A row is given up. What else is under way of its work goes on, and settles it.
  void givenUp(final WorkKey key, final Try line, final Instant now) {
    final var work = open.get(key);
    if (work == null) {
      trail.later(key.job(), key.target(), line, true);
      pending.unpark(key);
    } else {
      work.untold.add(line);
      work.parked = false;
      goOn(work, now);
    }
  }

  @Override
  public void clockSet(final Duration step) {
    deadlines.clockSet(step);
    open.values().forEach(work -> work.clockSet(clock, step));
  }

  // ---- the end --------------------------------------------------------------------------------

  /// Lets go of work of which nothing is under way any more: settles it, unless its row goes on.
  private void goOn(final Work work, final Instant now) {
    if (!work.isIdle() || !open.remove(work.key, work)) {
      return;
    }
    load.ends(work);
    departures.ended(work);
    trail.tell(work, now, !work.parked);
    if (work.hasRow && !work.parked) {
      pending.unpark(work.key);
    }
    work.ends();
  }

  /// As [InFlightLimit#hasRoom].
  boolean hasRoom(final Lane lane) {
    return load.hasRoom(lane);
  }

  /// As [InFlightLimit#roomForMore].
  int roomForMore() {
    return load.roomForMore();
  }

  /// Work that could not be started waits as a row.
  void putBack(final Work work, final Instant until, final Instant now) {
    if (open.remove(work.key, work)) {
      load.ends(work);
      departures.ended(work);
    }
    work.pushOut = false;
    pushing.putBack(work, until, now);
    work.ends();
  }

  /// A sender came or went.
  void senderChanged(final SenderId id) {
    departures.senderChanged(id);
  }

  /// What was gathered leaves.
  void flush() {
    if (!frames.isEmpty()) {
      final var group = frames;
      frames = new ArrayList<>(group.size());
      try {
        live.send(group, (frame, why) -> mailbox.put(new DispatcherInput.FrameLost(frame, why)));
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error("{} frames could not be sent", group.size(), fault);
        group.forEach(frame -> mailbox.put(new DispatcherInput.FrameLost(frame, Reason.INTERNAL)));
      }
    }
    departures.flush();
  }
}

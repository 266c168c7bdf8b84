package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.SenderId;
import dev.reveille.routing.Directory.Person;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
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
/// memory for two seconds; everything that waits for longer, and everything above
/// [Limits#mostInFlight], becomes a row in the waiting room and comes back through the dispatcher.
///
/// Work is in `open` exactly as long as a frame or a push of it is under way. When both are over it
/// is settled, once, or only its row goes on.
///
/// Frames are gathered during a turn of the dispatcher and leave together in [#flush], so that a
/// commit group costs one flush per connection. [Departures] does the same for pushes.
///
/// Belongs to the dispatcher's thread.
final class Delivery implements ClockSteps.Waits {
  /// @param patience how long a live delivery waits for its acknowledgement
  /// @param mostInFlight pieces of work in memory before the less urgent ones wait as rows; a large
  ///   event counts as several
  record Limits(Duration patience, int mostInFlight) {
    /// How many more urgent ones there may be before they wait as rows as well.
    private int urgentReserve() {
      return Math.max(1, mostInFlight / 4);
    }
  }

  /// So many rows come back at least when urgent ones wait because too much was under way: those
  /// are the first.
  private static final int FEWEST_ROWS = 16;

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private final LiveRoutes live;
  private final Calls calls;
  private final Pushing pushing;
  private final Departures departures;
  private final Rows rows;
  private final Lookups lookups;
  private final Trail trail;
  private final Limits limits;
  private final ServerClock clock;
  private final Mailbox<Letter> mailbox;
  private final Counters counters;

  /// Changed by the dispatcher's thread only; others read it in [#underWay].
  private final Map<WorkKey, Work> open = new ConcurrentHashMap<>();

  private long weightOfOpen;

  /// What the urgent ones of it weigh, by organisation.
  private final Map<OrganisationId, Long> urgentOfOpen = new HashMap<>();

  private long weightOfUrgent;

  /// Urgent pushes became rows because too much was under way.
  private boolean urgentWaits;

  /// What is to be answered when it is known whether a row waited for what a device said.
  private final Map<WorkKey, List<Confirmation>> lookedFor = new HashMap<>();

  private List<Frame> frames = new ArrayList<>();

  private final Deadlines deadlines = new Deadlines();

  Delivery(
      final LiveRoutes live,
      final Calls calls,
      final Pushing pushing,
      final Departures departures,
      final Rows rows,
      final Lookups lookups,
      final Trail trail,
      final Limits limits,
      final ServerClock clock,
      final Mailbox<Letter> mailbox,
      final Counters counters) {
    this.live = live;
    this.calls = calls;
    this.pushing = pushing;
    this.departures = departures;
    this.rows = rows;
    this.lookups = lookups;
    this.trail = trail;
    this.limits = limits;
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
      weigh(work, work.what.weight());
    } else {
      work.takesOver(before);
      before.ends();
      if (work.liveOut) {
        deadlines.add(work);
      }
    }
    pushing.mayHaveLeft(work, now);
    switch (work.what) {
      case What.ForDevice device -> begin(work, device, now);
      case What.ForAddress address -> sendPush(work, address.to().address(), now);
    }
    goOn(work, now);
  }

  private void begin(final Work work, final What.ForDevice device, final Instant now) {
    switch (device.decision()) {
      case RouteDecision.Live _, RouteDecision.LiveElsePush _ -> sendLive(work, device, now);
      case RouteDecision.Push(var address, _) -> sendPush(work, address, now);
      case RouteDecision.LiveAndPush(var address, _) -> {
        if (!isToldOnItsChannel(work)) {
          sendLive(work, device, now);
        }
        sendPush(work, address, now);
      }
      case RouteDecision.Suppress(var why) -> {
        counters.suppressed.increment();
        if (work.hasRow) {
          final var outcome = why == Reason.TOO_LATE_TO_ALERT ? Outcome.EXPIRED : Outcome.GIVEN_UP;
          final var detail = outcome == Outcome.EXPIRED ? Pushing.waitedFor(work.waitedFor) : "";
          work.untold.add(new Try("push", Math.max(1, work.pushTries), now, outcome, why, detail));
        }
      }
    }
  }

  /// A call whose push comes back from the waiting room was told on the channel when it began, or
  /// when the channel opened.
  private static boolean isToldOnItsChannel(final Work work) {
    return work.hasRow && work.what.rings();
  }

  private void sendPush(final Work work, final PushAddress address, final Instant now) {
    work.what.leaves(calls);
    if (!work.pushOut) { // else taken over from before: it is on its way
      pushing.send(work, address, false, isCrowdedFor(work), now);
    }
  }

  /// Whether so much is under way that this push waits as a row. An urgent one waits only for
  /// urgent ones, first of all for those of its own organisation: neither messages that phones did
  /// not acknowledge yet nor the calls of another organisation may hold a ring up.
  private boolean isCrowdedFor(final Work work) {
    if (work.lane != Lane.URGENT) {
      return weight() > limits.mostInFlight;
    }
    final long reserve = limits.urgentReserve();
    final long own = urgentOfOpen.getOrDefault(work.what.organisation(), 0L);
    final boolean crowded =
        weight() > limits.mostInFlight + reserve
            && (own > reserve / 2 || weightOfUrgent > limits.mostInFlight + 2 * reserve);
    urgentWaits |= crowded;
    return crowded;
  }

  private void weigh(final Work work, final int more) {
    weightOfOpen += more;
    if (work.lane == Lane.URGENT) {
      weightOfUrgent += more;
      urgentOfOpen.merge(
          work.what.organisation(),
          (long) more,
          (held, change) -> held + change == 0 ? null : held + change);
    }
  }

  private long weight() {
    return weightOfOpen + departures.weightOfTexts();
  }

  // ---- live -----------------------------------------------------------------------------------

  private void sendLive(final Work work, final What.ForDevice device, final Instant now) {
    if (work.liveOut) {
      return; // taken over from before: the frame is on its way
    }
    work.what.leaves(calls);
    work.liveOut = true;
    work.liveTries++;
    work.liveSince = now;
    work.liveUntil = now.plus(limits.patience);
    frames.add(device.frame());
    deadlines.add(work);
    counters.frames.increment();
  }

  /// A frame never reached its phone.
  void lost(final Frame frame, final Reason why, final Instant now) {
    final var work = open.get(new WorkKey(frame.kept().sequence(), frame.to().target()));
    if (work != null && work.liveOut) {
      liveEnded(work, Outcome.LOST, why, now);
    }
  }

  private void liveEnded(
      final Work work, final Outcome outcome, final Reason why, final Instant now) {
    work.liveOut = false;
    work.untold.add(new Try("live", work.liveTries, now, outcome, why, ""));
    if (work.what.otherwise() instanceof final PushAddress address
        && !work.pushOut
        && !work.parked) {
      pushing.send(work, address, true, isCrowdedFor(work), now);
    }
    goOn(work, now);
  }

  /// Lets go of live deliveries that no app acknowledged, as long as there is time in this turn.
  /// Answers when to ask again at the latest.
  Instant sweep(final Instant now, final Budget budget) {
    return deadlines.sweep(
        now,
        budget,
        work -> liveEnded(work, Outcome.UNACKNOWLEDGED, Reason.LIVE_NOT_ACKNOWLEDGED, now));
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
    final var waits = rows.waits(key);
    if (waits.isPresent()) {
      receiptWithoutItem(key, receipt, waits.get());
    } else {
      answer.waits();
      lookedFor.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(answer);
      lookups.ask(rows, key, receipt);
    }
  }

  /// The app has it: nothing further is sent to this device.
  private void arrived(final Work work, final Try receipt, final Instant now) {
    work.acknowledged = true;
    work.parked = false; // the row goes when the work is settled
    if (work.liveOut) {
      work.liveOut = false;
      counters.acknowledged.increment();
      final var after = Duration.between(work.liveSince, now).toMillis() + " ms";
      work.untold.add(
          new Try("live", work.liveTries, now, receipt.outcome(), receipt.why(), after));
    } else {
      work.untold.add(receipt);
    }
    goOn(work, now);
  }

  private void receiptWithoutItem(final WorkKey key, final Try receipt, final boolean waits) {
    trail.later(key.job(), key.target(), receipt, waits);
    if (waits) {
      rows.unpark(key);
    }
  }

  /// Whether a row waited for the device that said something; it may be under way meanwhile.
  void rowLookedUp(final WorkKey key, final Try receipt, final boolean waits, final Instant now) {
    final var work = open.get(key);
    if (work != null) {
      arrived(work, receipt, now);
    } else {
      receiptWithoutItem(key, receipt, rows.waits(key).orElse(waits));
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
  void outcome(final Push push, final DeliveryOutcome outcome, final Instant now) {
    final var work = open.get(push.work());
    if (work != null && work.pushOut && push.attempt() == work.pushTries) {
      pushing.outcome(work, push, outcome, isCrowdedFor(work), now);
      goOn(work, now);
    } // else a sender told twice, which changes nothing
  }

  /// A row is given up. What else is under way of its work goes on, and settles it.
  void givenUp(final WorkKey key, final Try line, final Instant now) {
    final var work = open.get(key);
    if (work == null) {
      trail.later(key.job(), key.target(), line, true);
      rows.unpark(key);
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
    weigh(work, -work.what.weight());
    departures.ended(work);
    trail.tell(work, now, !work.parked);
    if (work.hasRow && !work.parked) {
      rows.unpark(work.key);
    }
    work.ends();
  }

  /// Whether there is room for more targets of a send: the fewer, the less urgent they are. Other
  /// than for urgent ones it ends before rows have no room to come back ([#roomForMore]).
  boolean hasRoom(final Lane lane) {
    return switch (lane) {
      case URGENT -> weight() < limits.mostInFlight;
      case NORMAL -> weight() < limits.mostInFlight / 5;
      case BULK -> weight() < limits.mostInFlight / 8;
    };
  }

  /// Work that could not be started waits as a row.
  void putBack(final Work work, final Instant until, final Instant now) {
    if (open.remove(work.key, work)) {
      weigh(work, -work.what.weight());
      departures.ended(work);
    }
    work.pushOut = false;
    pushing.putBack(work, until, now);
    work.ends();
  }

  /// How many rows may come back now: fewer while much is under way.
  int roomForMore() {
    final long weight = weight();
    final int room = (int) Math.max(0, limits.mostInFlight / 4 - weight);
    if (room >= FEWEST_ROWS) {
      urgentWaits = false;
      return room;
    }
    return urgentWaits && weight < limits.mostInFlight ? FEWEST_ROWS : room;
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
        live.send(group, (frame, why) -> mailbox.put(new Letter.Lost(frame, why)));
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error("{} frames could not be sent", group.size(), fault);
        group.forEach(frame -> mailbox.put(new Letter.Lost(frame, Reason.INTERNAL)));
      }
    }
    departures.flush();
  }
}

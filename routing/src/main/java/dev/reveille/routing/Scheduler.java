package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what the dispatcher's thread works on next, and takes each event through its steps.
///
/// ```
///   add ─► admit ─► all in memory? ─► begin ─► EventFanOut, device by device ─► finished
///            │ no                       ▲
///            └─► Lookups ─► lookedUp ───┘  when no earlier event of the recipients waits
/// ```
///
/// Urgent events come first; of the others, waiting rows, looked-up events and new ones go on by
/// turns. An event holds its credits of the intake until its last device is started. A fault is
/// contained where it happens: an event that cannot be looked up (the registry's disk fails, say)
/// is tried again later, and everything else goes on.
///
/// Belongs to the dispatcher's thread.
final class Scheduler implements ClockSteps.Waits {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  /// How many devices are told, or rows go on, before the time is looked at.
  private static final int DEVICES_BETWEEN_CLOCKS = 32;

  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final int MOST_ATTEMPTS = 8;

  private final DueWork dueWork;
  private final Lookups lookups;
  private final EventFanOut eventFanOut;
  private final SendFanOut sends;
  private final Delivery delivery;
  private final Calls calls;
  private final Admission admission;
  private final Trail trail;
  private final Counters counters;
  private final ArrayDeque<StoredJob> urgentBacklog = new ArrayDeque<>();
  private final Backlog backlog = new Backlog();
  private final RecipientOrder order = new RecipientOrder();

  /// Events whose input is there and that wait for no other one.
  private final ArrayDeque<PendingEvent> ready = new ArrayDeque<>();

  private final ArrayDeque<EventFanOut.RemainingDevices> urgent = new ArrayDeque<>();

  /// Events that could not be read, and are the first of their lines by now.
  private final ArrayDeque<PendingEvent> freed = new ArrayDeque<>();

  private boolean failing;

  /// Sends had targets that could be begun when they were last asked.
  private boolean urgentSendsGoOn;

  private boolean otherSendsGoOn;
  private final ArrayDeque<EventFanOut.RemainingDevices> others = new ArrayDeque<>();

  Scheduler(
      final DueWork dueWork,
      final Lookups lookups,
      final EventFanOut eventFanOut,
      final SendFanOut sends,
      final Delivery delivery,
      final Calls calls,
      final Admission admission,
      final Trail trail,
      final Counters counters) {
    this.dueWork = dueWork;
    this.lookups = lookups;
    this.eventFanOut = eventFanOut;
    this.sends = sends;
    this.delivery = delivery;
    this.calls = calls;
    this.admission = admission;
    this.trail = trail;
    this.counters = counters;
  }

  static boolean isUrgent(final StoredJob stored) {
    return stored.job().lane() == Lane.URGENT;
  }

  /// A job was committed.
  void add(final StoredJob stored) {
    if (!stored.isEvent()) {
      sends.add(stored);
    } else if (isUrgent(stored)) {
      urgentBacklog.add(stored);
    } else {
      backlog.add(stored);
    }
  }

  /// A device came while a call rang that was dispatched before.
  void joins(final InstallationId device, final StoredJob call, final Instant now) {
    admit(PendingEvent.joinedBy(device, call), now);
  }

  /// The event goes on at this moment.
  void hold(final PendingEvent event, final Instant until) {
    backlog.hold(event, until);
  }

  @Override
  public void clockSet(final Duration step) {
    backlog.clockSet(step);
  }

  /// When the next held event goes on, `Instant.MAX` when there is none.
  Instant nextMoment() {
    return backlog.nextMoment();
  }

  // ---- what comes next ------------------------------------------------------------------------

  /// Works until the budget is spent or nothing is left: what is urgent first, of the rest a little
  /// of each kind by turns. Answers whether something is left.
  ///
  /// @param urgentCame whether an urgent input is there, which is to be read first
  boolean work(final Instant now, final Budget budget, final BooleanSupplier urgentCame) {
    boolean more = true;
    for (int events = 1; more; events++) { // after a start all unfinished events are due at once
      final var held = backlog.nextHeld(now);
      if (held == null) {
        break;
      }
      admit(held, now);
      more = events % DEVICES_BETWEEN_CLOCKS != 0 || !budget.isSpent();
    }
    while (more && workUrgently(now, budget)) {
      more = !budget.isSpent();
    }
    if (more && hasOtherWork()) {
      delivery.flush(); // what is urgent does not wait for the rest of the turn
    }
    while (more && !urgentCame.getAsBoolean()) {
      more = workALittle(now, budget) && !budget.isSpent();
    }
    return hasUrgentWork() || hasOtherWork();
  }

  private boolean hasUrgentWork() {
    return !urgentBacklog.isEmpty() || !urgent.isEmpty() || dueWork.hasUrgent() || urgentSendsGoOn;
  }

  private boolean hasOtherWork() {
    return !ready.isEmpty()
        || !others.isEmpty()
        || !backlog.isEmpty()
        || dueWork.hasOthers()
        || otherSendsGoOn;
  }

  /// Does one piece of urgent work; false when there is none.
  private boolean workUrgently(final Instant now, final Budget budget) {
    takeReady(now);
    if (urgent.isEmpty() && urgentBacklog.poll() instanceof final StoredJob stored) {
      admit(PendingEvent.fresh(stored), now);
      goOn(urgent, now, budget);
      return true;
    }
    boolean done = goOn(urgent, now, budget);
    for (int rows = 0; !done && rows < DEVICES_BETWEEN_CLOCKS; rows++) {
      if (!dueWork.nextUrgent(now)) {
        done = rows > 0;
        break;
      }
      done = rows == DEVICES_BETWEEN_CLOCKS - 1;
    }
    urgentSendsGoOn = sends.work(Lane.URGENT, now);
    return done || urgentSendsGoOn;
  }

  /// Does one piece of each kind of other work; false when there is none.
  private boolean workALittle(final Instant now, final Budget budget) {
    takeReady(now);
    boolean done = false;
    for (int rows = 0; rows < DEVICES_BETWEEN_CLOCKS && dueWork.nextOther(now); rows++) {
      done = true;
    }
    if (others.isEmpty() && backlog.next() instanceof final StoredJob stored) {
      admit(PendingEvent.fresh(stored), now);
      done = true;
    }
    done |= goOn(others, now, budget);
    final boolean normal = sends.work(Lane.NORMAL, now);
    otherSendsGoOn = sends.work(Lane.BULK, now) || normal;
    return done || otherSendsGoOn;
  }

  /// Goes on with the first event of a queue; false when it is empty.
  private boolean goOn(
      final ArrayDeque<EventFanOut.RemainingDevices> queue,
      final Instant now,
      final Budget budget) {
    final var remaining = queue.peek();
    if (remaining == null) {
      return false;
    }
    for (int devices = 1; remaining.next(now); devices++) {
      if (devices % DEVICES_BETWEEN_CLOCKS == 0 && budget.isSpent()) {
        return true;
      }
    }
    queue.poll();
    finished(remaining.event, now);
    return true;
  }

  // ---- one event ------------------------------------------------------------------------------

  /// Dispatches the event if it can be, else lets it wait for the stores, or for earlier events of
  /// its recipients.
  private void admit(final PendingEvent event, final Instant now) {
    final boolean free = order.isFree(event.stored);
    event.input = event.isOld() ? null : eventFanOut.fromMemory(event.stored, now);
    if (free && event.input != null) {
      begin(event, event.input, now);
      return;
    }
    order.add(event);
    if (event.input == null) {
      lookups.ask(event);
    }
  }

  /// The stores have answered for an event.
  void lookedUp(final PendingEvent event, final EventInput input) {
    if (!eventFanOut.accepts(event, input)) {
      lookups.ask(event);
    } else if (event.behind == 0) {
      ready.add(event);
    }
  }

  private void takeReady(final Instant now) {
    for (var event = ready.poll(); event != null; event = ready.poll()) {
      if (event.input != null) {
        begin(event, event.input, now);
      }
    }
  }

  private void begin(final PendingEvent event, final EventInput input, final Instant now) {
    try {
      final var remaining = eventFanOut.begin(event, input, now);
      (event.lane() == Lane.URGENT ? urgent : others).add(remaining);
    } catch (final RuntimeException fault) { // a fault in one event must not hold up its group
      failed(event, fault, now);
    }
  }

  /// All devices of the event are started.
  private void finished(final PendingEvent event, final Instant now) {
    event.dispatched = true;
    givesCreditsBack(event);
    leavesOrder(event, now);
    calls.follow(event.stored.event());
  }

  /// The event waits no longer, so later ones of its recipients may go on.
  private void leavesOrder(final PendingEvent event, final Instant now) {
    if (!event.ordered) {
      return;
    }
    event.ordered = false;
    final var free = new ArrayDeque<PendingEvent>(2);
    order.remove(event, free);
    for (final var next : free) {
      if (next.input != null) {
        ready.add(next);
      } else if (next.fault != null) {
        freed.add(next);
      } // else the stores have not answered yet
    }
    failThose(now);
  }

  /// One after the other: each that fails may free the next of its line.
  private void failThose(final Instant now) {
    if (failing) {
      return;
    }
    failing = true;
    try {
      for (var next = freed.poll(); next != null; next = freed.poll()) {
        if (next.fault instanceof final RuntimeException fault) {
          failed(next, fault, now);
        }
      }
    } finally {
      failing = false;
    }
  }

  /// An event cannot be dispatched now; it is tried again, a few times.
  void failed(final PendingEvent event, final RuntimeException fault, final Instant now) {
    if (event.ordered && event.behind > 0) {
      event.fault = fault; // told when it is first in its lines
      return;
    }
    event.dispatched = true;
    counters.faults.increment();
    final boolean again = event.attempt < MOST_ATTEMPTS;
    LOG.error(
        "event {} could not be dispatched; {}",
        event.stored.sequence(),
        again ? "it is tried again" : "the next start takes it up",
        fault);
    if (event.attempt == 0) {
      trail.notYet(event, Reason.INTERNAL, now);
    }
    leavesOrder(event, now);
    if (again) {
      final var pause = AFTER_A_FAULT.multipliedBy(1L << event.attempt);
      backlog.hold(event.again(), now.plus(pause));
    } else {
      givesCreditsBack(event);
    }
  }

  private void givesCreditsBack(final PendingEvent event) {
    if (event.hasCredits) {
      admission.over(event.stored.event());
    }
  }

  // ---- acknowledged beforehand ----------------------------------------------------------------

  /// A phone has an event that is not dispatched to it yet: it will not be told.
  void acknowledged(final long sequence, final InstallationId by) {
    acknowledged(backlog.find(sequence), by);
    acknowledged(order.find(sequence), by);
    acknowledged(underWay(urgent, sequence), by);
    acknowledged(underWay(others, sequence), by);
  }

  private static void acknowledged(final @Nullable PendingEvent event, final InstallationId by) {
    if (event != null) {
      event.acknowledgedBy(by);
    }
  }

  private static @Nullable PendingEvent underWay(
      final ArrayDeque<EventFanOut.RemainingDevices> spreads, final long sequence) {
    final var first = spreads.peek();
    return first != null && first.event.stored.sequence() == sequence ? first.event : null;
  }
}

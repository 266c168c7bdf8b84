package dev.reveille.routing;

import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes committed events to the devices they concern, by way of [Fanout] and [Delivery].
///
/// One thread does all of it, in turns: what came in since the last turn (committed groups,
/// outcomes, acknowledgements, due rows) is worked off, then what it led to leaves together. So the
/// state of work under way needs no lock, and a busy server pays per group, not per event.
///
/// The thread never reads the disk and never waits for a peer. What memory does not hold about an
/// event's recipients, [Lookups] reads on other threads; meanwhile other events go on, but later
/// ones of the same recipients wait ([RecipientOrder]). Urgent events come first, and between two
/// looks at its input the thread works for at most [#LONGEST_WORK]: a call never waits behind a
/// broadcast.
///
/// ```
///   Committed ─► admit ─► all in memory? ─► dispatch ─► Fanout.Spread, device by device
///                  │ no                        ▲
///                  └─► Lookups ─► LookedUp ────┘  when no earlier event of the recipients waits
/// ```
///
/// An event holds its credits of the intake until its last device is started. A fault is contained
/// where it happens: an event that cannot be looked up (the registry's disk fails, say) is tried
/// again later, and everything else goes on.
///
/// The public methods may be called from any thread and never block.
public final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int LETTERS_PER_TURN = 4_096;
  private static final int LETTERS_BETWEEN_CLOCKS = 16;
  private static final int DEVICES_BETWEEN_CLOCKS = 32;

  /// How long the thread works between two looks at its input.
  static final Duration LONGEST_WORK = Duration.ofMillis(2);

  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final Duration LONGEST_SLEEP = Duration.ofMillis(250);
  static final Duration GRACE_AFTER_RESTART = Duration.ofSeconds(5);
  private static final int MOST_ATTEMPTS = 8;

  private final EventJournal journal;
  private final Returns returns;
  private final Lookups lookups;
  private final Fanout fanout;
  private final Delivery delivery;
  private final Calls calls;
  private final Admission admission;
  private final Trail trail;
  private final Mailbox<Letter> mailbox;
  private final InstantSource clock;
  private final Counters counters;
  private final Backlog backlog = new Backlog();
  private final RecipientOrder order = new RecipientOrder();
  private final MarksSaid marks = new MarksSaid();

  /// Events whose input is there and that wait for no other one.
  private final ArrayDeque<Pending> ready = new ArrayDeque<>();

  private final ArrayDeque<Fanout.Spread> urgent = new ArrayDeque<>();
  private final ArrayDeque<Fanout.Spread> others = new ArrayDeque<>();
  private final Thread thread;
  private volatile boolean running = true;
  private volatile int inFlight;
  private Instant nextSweepOfCalls = Instant.MIN;

  Dispatcher(
      final EventJournal journal,
      final Returns returns,
      final Lookups lookups,
      final Fanout fanout,
      final Delivery delivery,
      final Calls calls,
      final Admission admission,
      final Trail trail,
      final Mailbox<Letter> mailbox,
      final InstantSource clock,
      final Counters counters) {
    this.journal = journal;
    this.returns = returns;
    this.lookups = lookups;
    this.fanout = fanout;
    this.delivery = delivery;
    this.calls = calls;
    this.admission = admission;
    this.trail = trail;
    this.mailbox = mailbox;
    this.clock = clock;
    this.counters = counters;
    this.thread = Thread.ofPlatform().name("dispatcher").unstarted(this::turns);
  }

  // ---- from outside ---------------------------------------------------------------------------

  /// The journal hands over a committed group; on its thread, in order. What it says of calls
  /// counts from now on: no ring leaves for a call whose end is in the group.
  void committed(final List<Kept> group) {
    boolean urgent = false;
    boolean others = false;
    for (final var kept : group) {
      calls.apply(kept, false);
      final boolean isUrgent = isUrgent(kept);
      urgent |= isUrgent;
      others |= !isUrgent;
    }
    if (urgent) {
      mailbox.putUrgent(
          new Letter.Committed(
              others ? group.stream().filter(Dispatcher::isUrgent).toList() : group));
    }
    if (others) {
      mailbox.put(
          new Letter.Committed(
              urgent ? group.stream().filter(kept -> !isUrgent(kept)).toList() : group));
    }
  }

  private static boolean isUrgent(final Kept kept) {
    return kept.event().eventClass().lane() == Lane.URGENT;
  }

  /// The app says what became of entries. Any mark proves arrival and settles a live delivery that
  /// waits for it; all marks go into the inbox and the trail.
  public void acknowledged(
      final UserId user, final InstallationId by, final Mark mark, final List<Long> sequences) {
    mailbox.put(new Letter.Acknowledged(user, by, mark, List.copyOf(sequences)));
  }

  /// The app declined a ring on this device only: nothing more of the call goes there, the trail is
  /// told, and it rings on elsewhere.
  ///
  /// @param call the sequence of the call's event
  public void declinedHere(final InstallationId device, final long call) {
    mailbox.put(new Letter.Declined(device, call));
  }

  /// How many items are under way in memory.
  public int inFlight() {
    return inFlight;
  }

  /// Takes up what the last run accepted and did not finish, then starts to work.
  void resume() {
    takeUp();
    thread.start();
  }

  /// Calls that still ring go on at once; the rest waits a moment in which phones may return.
  void takeUp() {
    final var now = clock.instant();
    final var unfinished = journal.unfinished(); // before anything is appended
    calls.takeUp(journal);
    if (!unfinished.isEmpty()) {
      LOG.info("taking up {} events that the last run did not finish", unfinished.size());
    }
    for (final var left : unfinished) {
      final var kept = left.kept();
      final var event = Pending.recovered(kept, left.done());
      if (isUrgent(kept)) {
        backlog.hold(event, now);
      } else {
        notYet(event, Reason.WAITING_AFTER_RESTART, now);
        backlog.hold(event, now.plus(GRACE_AFTER_RESTART));
      }
    }
  }

  /// The trail says why an event is not dispatched yet; it stays unfinished.
  private void notYet(final Pending event, final Reason why, final Instant now) {
    final var kept = event.kept;
    final int devices = event.done.size() + 1; // at least one is owed the event
    trail.nobody(kept.sequence(), devices, kept.event().recipients().getFirst(), now, why);
  }

  /// Ends after the present turn. What has come in is written down; what is under way is taken up
  /// by the next run.
  @Override
  public void close() {
    running = false;
    mailbox.wakeReader();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the turns ------------------------------------------------------------------------------

  private void turns() {
    while (running) {
      try {
        final var next = turn();
        final var sleep = Duration.between(clock.instant(), next);
        if (sleep.isPositive()) {
          mailbox.await(sleep.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : sleep);
        }
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error("a turn failed", fault);
        mailbox.await(LONGEST_SLEEP);
      }
    }
    lastTurn();
  }

  /// One turn. Answers when the next one is due; a letter makes it due at once.
  Instant turn() {
    final var now = clock.instant();
    boolean more = readMail(now);
    more |= work(now);
    final var sweeps = Budget.of(LONGEST_WORK);
    var next = delivery.sweep(now, sweeps);
    if (!now.isBefore(nextSweepOfCalls)) {
      nextSweepOfCalls = calls.sweep(now);
    }
    next = earlier(next, nextSweepOfCalls);
    next = earlier(next, returns.look(now));
    next = earlier(next, backlog.nextMoment());
    delivery.flush();
    trail.flush();
    inFlight = delivery.inFlight();
    return more ? now : next;
  }

  /// Reads what came in, urgent letters first. Answers whether there may be more.
  private boolean readMail(final Instant now) {
    final var budget = Budget.of(LONGEST_WORK);
    for (int letters = 1; letters <= LETTERS_PER_TURN; letters++) {
      final var letter = mailbox.poll();
      if (letter == null) {
        return false;
      }
      try {
        open(letter, now);
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error("a letter could not be worked on: {}", letter.getClass().getSimpleName(), fault);
      }
      if (letters % LETTERS_BETWEEN_CLOCKS == 0 && budget.isSpent()) {
        break;
      }
    }
    return true;
  }

  private static Instant earlier(final Instant one, final Instant other) {
    return one.isBefore(other) ? one : other;
  }

  // ---- work -----------------------------------------------------------------------------------

  /// Works until its time is over or nothing is left: what is urgent first, of the rest a little of
  /// each kind by turns. Answers whether something is left.
  private boolean work(final Instant now) {
    final var budget = Budget.of(LONGEST_WORK);
    for (var held = backlog.nextHeld(now); held != null; held = backlog.nextHeld(now)) {
      admit(held, now);
    }
    boolean more = true;
    while (more && workUrgently(now, budget)) {
      more = !budget.isSpent();
    }
    if (more && !isIdle()) {
      delivery.flush(); // what is urgent does not wait for the rest of the turn
    }
    while (more && !mailbox.hasUrgent()) {
      more = workALittle(now, budget) && !budget.isSpent();
    }
    return !isIdle() || hasUrgentWork();
  }

  private boolean hasUrgentWork() {
    return !urgent.isEmpty() || returns.hasUrgent();
  }

  private boolean isIdle() {
    return ready.isEmpty() && others.isEmpty() && backlog.isEmpty() && !returns.hasOthers();
  }

  /// Does one piece of urgent work; false when there is none.
  private boolean workUrgently(final Instant now, final Budget budget) {
    takeReady(now);
    final var spread = urgent.peek();
    if (spread != null) {
      if (isSpread(spread, now, budget)) {
        urgent.poll();
        finished(spread.event);
      }
      return true;
    }
    boolean done = false;
    for (int rows = 0; rows < DEVICES_BETWEEN_CLOCKS && returns.nextUrgent(now); rows++) {
      done = true;
    }
    return done;
  }

  /// Does one piece of each kind of other work; false when there is none.
  private boolean workALittle(final Instant now, final Budget budget) {
    takeReady(now);
    boolean done = false;
    for (int rows = 0; rows < DEVICES_BETWEEN_CLOCKS && returns.nextOther(now); rows++) {
      done = true;
    }
    if (others.isEmpty() && backlog.next() instanceof final Kept kept) {
      admit(Pending.fresh(kept), now);
      done = true;
    }
    final var spread = others.peek();
    if (spread != null) {
      if (isSpread(spread, now, budget)) {
        others.poll();
        finished(spread.event);
      }
      done = true;
    }
    return done;
  }

  private static boolean isSpread(
      final Fanout.Spread spread, final Instant now, final Budget budget) {
    for (int devices = 1; spread.next(now); devices++) {
      if (devices % DEVICES_BETWEEN_CLOCKS == 0 && budget.isSpent()) {
        return false;
      }
    }
    return true;
  }

  // ---- letters --------------------------------------------------------------------------------

  private void open(final Letter letter, final Instant now) {
    switch (letter) {
      case Letter.Committed(var group) -> {
        for (final var kept : group) {
          if (isUrgent(kept)) {
            admit(Pending.fresh(kept), now);
          } else {
            backlog.add(kept);
          }
        }
      }
      case Letter.LookedUp(var event, var input) -> lookedUp(event, input);
      case Letter.LookUpFailed(var event, var fault) -> failed(event, fault, now);
      case Letter.RowsFound(var found) -> returns.arrived(found, now);
      case Letter.PushInputRead(var item, var input) -> delivery.inputRead(item, input, now);
      case Letter.DepartureNoted(var item, var attempt) -> delivery.departureNoted(item, attempt);
      case Letter.RowLookedUp(var item, var receipt, var waits) ->
          delivery.rowLookedUp(item, receipt, waits, now);
      case Letter.Told(var push, var outcome) -> delivery.outcome(push, outcome, now);
      case Letter.Lost(var frame, var why) -> delivery.lost(frame, why, now);
      case Letter.Acknowledged(var user, var by, var mark, var sequences) -> {
        final var news = marks.news(by, mark, sequences);
        if (!news.isEmpty()) {
          trail.note(new Note.Marked(user, by, mark, news, now));
        }
        for (final long sequence : news) {
          acknowledgedBeforehand(sequence, by);
          delivery.acknowledged(by, mark, sequence, now);
        }
      }
      case Letter.Declined(var device, var call) -> delivery.declinedHere(device, call, now);
      case Letter.Retired(var push, var dropped) ->
          trail.later(
              push.event(),
              push.device(),
              new Try(
                  "push",
                  push.attempt(),
                  now,
                  dropped ? Outcome.ADDRESS_DROPPED : Outcome.ADDRESS_KEPT,
                  dropped ? Reason.TOKEN_RETIRED : Reason.TOKEN_KEPT_NEWER,
                  ""),
              false);
    }
  }

  /// A phone has an event that is not dispatched to it yet: it will not be told.
  private void acknowledgedBeforehand(final long sequence, final InstallationId by) {
    acknowledgedBeforehand(backlog.find(sequence), by);
    acknowledgedBeforehand(order.find(sequence), by);
    acknowledgedBeforehand(underWay(urgent, sequence), by);
    acknowledgedBeforehand(underWay(others, sequence), by);
  }

  private static void acknowledgedBeforehand(
      final @Nullable Pending event, final InstallationId by) {
    if (event != null) {
      event.acknowledgedBy(by);
    }
  }

  private static @Nullable Pending underWay(
      final ArrayDeque<Fanout.Spread> spreads, final long sequence) {
    final var first = spreads.peek();
    return first != null && first.event.kept.sequence() == sequence ? first.event : null;
  }

  // ---- one event ------------------------------------------------------------------------------

  /// Dispatches the event if it can be, else lets it wait for the stores, or for earlier events of
  /// its recipients.
  private void admit(final Pending event, final Instant now) {
    if (!event.isOld()) {
      counters.events.increment();
    }
    final boolean free = order.isFree(event.kept);
    event.input = event.isOld() ? null : fanout.fromMemory(event.kept, now);
    if (free && event.input != null) {
      begin(event, event.input, now);
      return;
    }
    order.add(event);
    if (event.input == null) {
      lookups.ask(event);
    }
  }

  private void lookedUp(final Pending event, final EventInput input) {
    if (!fanout.accepts(event, input)) {
      lookups.ask(event);
    } else if (event.behind == 0) {
      ready.add(event);
    }
  }

  /// Begins with what became ready.
  private void takeReady(final Instant now) {
    for (var event = ready.poll(); event != null; event = ready.poll()) {
      if (event.input != null) {
        begin(event, event.input, now);
      }
    }
  }

  private void begin(final Pending event, final EventInput input, final Instant now) {
    try {
      final var spread = fanout.begin(event, input, now);
      (event.lane() == Lane.URGENT ? urgent : others).add(spread);
    } catch (final RuntimeException fault) { // one bad event must not hold up its group
      failed(event, fault, now);
    }
  }

  /// All devices of the event are started, or it is held to be tried again.
  private void finished(final Pending event) {
    givesCreditsBack(event);
    leavesOrder(event);
    if (event.kept.event() instanceof CallEnded ended) {
      calls.follow(ended);
    }
  }

  private void leavesOrder(final Pending event) {
    if (event.ordered) {
      final var free = new ArrayDeque<Pending>(2);
      order.remove(event, free);
      for (final var next : free) {
        if (next.input != null) {
          ready.add(next);
        }
      }
      event.ordered = false;
    }
  }

  private void failed(final Pending event, final RuntimeException fault, final Instant now) {
    counters.faults.increment();
    final boolean again = event.attempt < MOST_ATTEMPTS;
    LOG.error(
        "event {} could not be dispatched; {}",
        event.kept.sequence(),
        again ? "it is tried again" : "the next start takes it up",
        fault);
    if (event.attempt == 0) {
      notYet(event, Reason.INTERNAL, now);
    }
    leavesOrder(event);
    if (again) {
      final var pause = AFTER_A_FAULT.multipliedBy(1L << event.attempt);
      backlog.hold(event.again(), now.plus(pause));
    } else {
      givesCreditsBack(event);
    }
  }

  private void givesCreditsBack(final Pending event) {
    if (event.hasCredits) {
      event.hasCredits = false;
      admission.over(event.kept.event());
    }
  }

  // ---- the end --------------------------------------------------------------------------------

  /// Writes down what is known already. New events stay in the journal for the next run: to start
  /// them now would only make more answers come too late.
  private void lastTurn() {
    try {
      final var now = clock.instant();
      for (var letter = mailbox.poll(); letter != null; letter = mailbox.poll()) {
        if (!(letter instanceof Letter.Committed)) {
          open(letter, now);
        }
      }
      trail.flush();
    } catch (final RuntimeException fault) {
      LOG.error("the last turn failed; the next run repeats some of what was done", fault);
    }
  }
}

package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes committed events to the devices they concern, by way of [EventFanOut] and [Delivery].
///
/// One thread does all of it, in turns: what came in since the last turn (committed groups,
/// outcomes, acknowledgements, due rows) is worked off, then what it led to leaves together. So the
/// state of work under way needs no lock, and a busy server pays per group, not per event.
///
/// The thread never reads the disk and never waits for a peer. What memory does not hold about an
/// event's recipients, [Lookups] reads on other threads; meanwhile other events go on, but later
/// ones of the same recipients wait. Urgent events come first, and between two looks at its input
/// the thread works for at most [#LONGEST_WORK]: a call never waits behind a broadcast.
///
/// What it works on next is decided by the [Scheduler].
///
/// The public methods may be called from any thread and never block, except [#close], which waits
/// up to 10 seconds.
public final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int INPUTS_PER_TURN = 4_096;
  private static final int INPUTS_BETWEEN_CLOCKS = 16;

  /// How long the thread works between two looks at its input.
  static final Duration LONGEST_WORK = Duration.ofMillis(2);

  private static final Duration LONGEST_SLEEP = Duration.ofMillis(250);
  static final Duration GRACE_AFTER_RESTART = TimeScale.divide(Duration.ofSeconds(5));

  private final EventJournal journal;
  private final DueWork dueWork;
  private final Scheduler scheduler;
  private final SendFanOut sends;
  private final SendLog sendLog;
  private final Delivery delivery;
  private final RecentMarks marks;
  private final Addresses addresses;
  private final Calls calls;
  private final RingingDevices ringing;
  private final Trail trail;
  private final Mailbox<DispatcherInput> mailbox;
  private final ServerClock clock;
  private final ClockSteps steps;
  private final CrashLoopGuard start;
  private final Counters counters;
  private final Thread thread;
  private volatile boolean running = true;
  private volatile int inFlight;
  private Instant nextSweepOfCalls = Instant.MIN;

  Dispatcher(
      final EventJournal journal,
      final DueWork dueWork,
      final Scheduler scheduler,
      final SendFanOut sends,
      final SendLog sendLog,
      final Delivery delivery,
      final RecentMarks marks,
      final Addresses addresses,
      final Calls calls,
      final RingingDevices ringing,
      final Trail trail,
      final Mailbox<DispatcherInput> mailbox,
      final ServerClock clock,
      final ClockSteps steps,
      final CrashLoopGuard start,
      final Counters counters) {
    this.journal = journal;
    this.dueWork = dueWork;
    this.scheduler = scheduler;
    this.sends = sends;
    this.sendLog = sendLog;
    this.delivery = delivery;
    this.marks = marks;
    this.addresses = addresses;
    this.calls = calls;
    this.ringing = ringing;
    this.trail = trail;
    this.mailbox = mailbox;
    this.clock = clock;
    this.steps = steps;
    this.start = start;
    this.counters = counters;
    this.thread = CriticalThread.of("dispatcher", this::turns);
  }

  // ---- from outside ---------------------------------------------------------------------------

  /// The journal hands over a committed group; on its thread, in order. What it says of calls
  /// counts from now on: no ring leaves for a call whose end is in the group.
  void committed(final List<StoredJob> group) {
    boolean urgent = false;
    boolean others = false;
    for (final var stored : group) {
      if (stored.isEvent()) {
        calls.apply(stored, false);
      }
      final boolean isUrgent = Scheduler.isUrgent(stored);
      urgent |= isUrgent;
      others |= !isUrgent;
    }
    if (urgent) {
      mailbox.putUrgent(
          new DispatcherInput.Committed(
              others ? group.stream().filter(Scheduler::isUrgent).toList() : group));
    }
    if (others) {
      mailbox.put(
          new DispatcherInput.Committed(
              urgent
                  ? group.stream().filter(stored -> !Scheduler.isUrgent(stored)).toList()
                  : group));
    }
  }

  /// The app says what became of entries. Any mark proves arrival and settles a live delivery that
  /// waits for it; all marks go into the inbox and the trail.
  public void acknowledged(
      final UserId user, final InstallationId by, final Mark mark, final List<Long> sequences) {
    acknowledged(user, by, mark, sequences, Trail.UNASKED);
  }

  /// The same, for an app that is answered.
  ///
  /// @param kept told when this is on disk, and everything that was said or noted before it; on the
  ///   journal's thread: must be quick and must not block. Not told when the store cannot commit
  public void acknowledged(
      final UserId user,
      final InstallationId by,
      final Mark mark,
      final List<Long> sequences,
      final Runnable kept) {
    mailbox.put(new DispatcherInput.Acknowledged(user, by, mark, List.copyOf(sequences), kept));
  }

  /// The app declined a ring on this device only: nothing more of the call goes there, the trail is
  /// told, and it rings on elsewhere.
  ///
  /// @param call the sequence of the call's event
  /// @param kept as in [#acknowledged]
  public void declinedHere(final InstallationId device, final long call, final Runnable kept) {
    mailbox.put(new DispatcherInput.RingDeclined(device, call, kept));
  }

  /// No address of a send is told any more that was not begun.
  ///
  /// @param kept told when that is on disk, as in [#acknowledged]
  void cancel(final long send, final Runnable kept) {
    mailbox.put(new DispatcherInput.SendCancelled(send, kept));
  }

  /// News of a send's targets are told each time when they are on disk, first when everything is on
  /// disk that was noted before.
  ///
  /// @param told as `kept` in [#acknowledged]; the same object ends it with [#unwatch]
  void watch(final long send, final Runnable told) {
    mailbox.put(new DispatcherInput.SendWatched(send, told, true));
  }

  void unwatch(final long send, final Runnable told) {
    mailbox.put(new DispatcherInput.SendWatched(send, told, false));
  }

  /// How many pieces of work are under way in memory.
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
    steps.takeUp(journal.find(journal.lastSequence()));
    final var now = clock.instant();
    start.begins(now, GRACE_AFTER_RESTART);
    final var unfinished = journal.unfinished(); // before anything is appended
    final var unfinishedSends = sendLog.unfinished();
    calls.takeUp(journal);
    if (!unfinished.isEmpty()) {
      LOG.info("taking up {} events that the last run did not finish", unfinished.size());
    }
    for (final var left : unfinished) {
      final var stored = calls.asHeld(left.stored());
      final var event = PendingEvent.recovered(stored, left.done());
      if (!Scheduler.isUrgent(stored)) {
        trail.notYet(event, Reason.WAITING_AFTER_RESTART, now);
      }
      start.takeUp(new UnfinishedJob.OfEvent(event, scheduler, trail), now);
    }
    if (!unfinishedSends.isEmpty()) {
      LOG.info("taking up {} sends that the last run did not finish", unfinishedSends.size());
    }
    for (final var left : unfinishedSends) {
      start.takeUp(new UnfinishedJob.OfSend(left, sends), now);
    }
  }

  /// The server ends in order, so this start does not count as a crash.
  void endsInOrder() {
    start.ended();
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

  /// One turn. Answers when the next one is due; an input makes it due at once.
  Instant turn() {
    if (steps.look()) {
      nextSweepOfCalls = Instant.MIN;
    }
    final var now = clock.instant();
    boolean more = readMail(now);
    more |= scheduler.work(now, Budget.of(LONGEST_WORK), mailbox::hasUrgent);
    final var sweeps = Budget.of(LONGEST_WORK);
    var next = delivery.sweep(now, sweeps);
    if (!now.isBefore(nextSweepOfCalls)) {
      nextSweepOfCalls = calls.sweep(now);
      ringing.forgetOld(now);
      addresses.forgetOld(now);
    }
    next = earlier(next, nextSweepOfCalls);
    next = earlier(next, dueWork.look(now));
    next = earlier(next, start.look(now));
    next = earlier(next, sends.look(now));
    next = earlier(next, scheduler.nextMoment());
    delivery.flush();
    trail.flush();
    inFlight = delivery.inFlight();
    return more || steps.isDue() ? now : next;
  }

  /// Reads what came in, urgent inputs first. Answers whether there may be more.
  private boolean readMail(final Instant now) {
    final var budget = Budget.of(LONGEST_WORK);
    for (int inputs = 1; inputs <= INPUTS_PER_TURN; inputs++) {
      final var input = mailbox.poll();
      if (input == null) {
        return false;
      }
      try {
        open(input, now);
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error("an input could not be worked on: {}", input.getClass().getSimpleName(), fault);
      }
      if (inputs % INPUTS_BETWEEN_CLOCKS == 0 && budget.isSpent()) {
        break;
      }
    }
    return true;
  }

  private static Instant earlier(final Instant one, final Instant other) {
    return one.isBefore(other) ? one : other;
  }

  // ---- inputs ---------------------------------------------------------------------------------

  private void open(final DispatcherInput input, final Instant now) {
    switch (input) {
      case DispatcherInput.Begins begins -> begin(begins, now);
      case DispatcherInput.OfWork ofWork -> deliver(ofWork, now);
      case DispatcherInput.OfDevice ofDevice -> heed(ofDevice, now);
      case DispatcherInput.OfSend ofSend -> goOn(ofSend, now);
      case DispatcherInput.Changed changed -> take(changed, now);
    }
  }

  private void begin(final DispatcherInput.Begins begins, final Instant now) {
    switch (begins) {
      case DispatcherInput.Committed(var group) -> {
        for (final var stored : group) {
          if (stored.isEvent()) {
            counters.events.increment();
          }
          scheduler.add(stored);
        }
      }
      case DispatcherInput.LookedUp(var event, var input) -> scheduler.lookedUp(event, input);
      case DispatcherInput.LookUpFailed(var event, var fault) ->
          scheduler.failed(event, fault, now);
      case DispatcherInput.RowsFound(var found) -> dueWork.arrived(found, now);
      case DispatcherInput.UrgentRowsFound(var rows) -> dueWork.urgentArrived(rows);
      case DispatcherInput.RowReadAgain(var row) -> dueWork.readAgain(row);
      case DispatcherInput.CameDuringRing(var device, var ringingCalls) -> {
        for (final long call : ringingCalls) {
          ringing.newTo(device, call).ifPresent(stored -> scheduler.joins(device, stored, now));
        }
      }
    }
  }

  private void deliver(final DispatcherInput.OfWork ofWork, final Instant now) {
    switch (ofWork) {
      case DispatcherInput.PushInputRead(var work, var input) ->
          delivery.inputRead(work, input, now);
      case DispatcherInput.DepartureNoted(var work, var attempt) ->
          delivery.departureNoted(work, attempt);
      case DispatcherInput.RowLookedUp(var work, var receipt, var waits) ->
          delivery.rowLookedUp(work, receipt, waits, now);
      case DispatcherInput.PushAnswered(var push, var outcome) ->
          delivery.outcome(push.work(), push.attempt(), outcome, now);
      case DispatcherInput.QuestionAnswered(var question, var outcome) ->
          delivery.outcome(question.work(), question.attempt(), outcome, now);
      case DispatcherInput.RelayReported(var report) -> delivery.reported(report, now);
      case DispatcherInput.ReceiptCame(var work, var attempt, var has, var after) ->
          trail.later(
              work.job(), work.target(), RelayTracking.receipt(attempt, has, after, now), false);
      case DispatcherInput.ReportedRowFound(var report, var row) ->
          delivery.reportedRowFound(report, row, now);
      case DispatcherInput.FrameLost(var frame, var why) -> delivery.lost(frame, why, now);
    }
  }

  private void heed(final DispatcherInput.OfDevice ofDevice, final Instant now) {
    switch (ofDevice) {
      case DispatcherInput.Acknowledged(var user, var by, var mark, var sequences, var kept) -> {
        final var answer = new Confirmation(kept);
        final var news = marks.news(by, mark, sequences);
        if (!news.isEmpty()) {
          trail.note(new Note.Marked(user, by, mark, news, now));
        }
        for (final long sequence : news) {
          scheduler.acknowledged(sequence, by);
          delivery.acknowledged(by, mark, sequence, answer, now);
        }
        if (news.size() < sequences.size()) {
          acknowledgedAgain(by, mark, sequences, news, answer, now);
        }
        answer.noted(trail); // also where nothing is news: what made it known may be under way
      }
      case DispatcherInput.RingDeclined(var device, var call, var kept) -> {
        calls.declinedOn(call, device);
        final var answer = new Confirmation(kept);
        delivery.declinedHere(device, call, answer, now);
        answer.noted(trail);
      }
    }
  }

  private void goOn(final DispatcherInput.OfSend ofSend, final Instant now) {
    switch (ofSend) {
      case final DispatcherInput.PageRead read -> sends.pageRead(read);
      case DispatcherInput.PageFailed(var send, var fault) -> sends.pageUnread(send, fault, now);
      case DispatcherInput.PageNoted(var send, var upTo) -> sends.pageNoted(send, upTo);
      case DispatcherInput.SendWatched(var send, var told, var begins) -> {
        if (begins) {
          trail.watch(send, told);
        } else {
          trail.unwatch(send, told);
        }
      }
      case DispatcherInput.SendCancelled(var send, var kept) -> {
        sends.cancel(send);
        trail.tellWhenKept(kept);
      }
    }
  }

  private void take(final DispatcherInput.Changed changed, final Instant now) {
    switch (changed) {
      case DispatcherInput.AddressRetired(var push, var attempt, var dropped, var why) ->
          trail.later(
              push.job(),
              push.target(),
              new Try(
                  "push",
                  attempt,
                  now,
                  dropped ? Outcome.ADDRESS_DROPPED : Outcome.ADDRESS_KEPT,
                  dropped ? why : Reason.TOKEN_KEPT_NEWER,
                  ""),
              false);
      case DispatcherInput.ClockStepKept step -> steps.arrived(step);
      case DispatcherInput.StartNoted(var events, var fallen) -> start.noted(events, fallen, now);
      case DispatcherInput.AppChanged(var app) -> dueWork.appChanged(app, now);
      case DispatcherInput.WayChanged(var id) -> dueWork.wayChanged(id, now);
      case DispatcherInput.SendersChanged(var id) -> dueWork.senderChanged(id);
      case DispatcherInput.DoubtKept(var address, var doubt) -> addresses.kept(address, doubt, now);
    }
  }

  /// A phone may have said so before its event was dispatched to it.
  private void acknowledgedAgain(
      final InstallationId by,
      final Mark mark,
      final List<Long> sequences,
      final List<Long> news,
      final Confirmation answer,
      final Instant now) {
    final var known = new HashSet<>(news);
    for (final long sequence : sequences) {
      if (!known.contains(sequence)) {
        scheduler.acknowledged(sequence, by);
        delivery.acknowledgedAgain(by, mark, sequence, answer, now);
      }
    }
  }

  // ---- the end --------------------------------------------------------------------------------

  /// Writes down what is known already. New events stay in the journal for the next run: to start
  /// them now would only make more answers come too late.
  private void lastTurn() {
    try {
      final var now = clock.instant();
      for (var input = mailbox.poll(); input != null; input = mailbox.poll()) {
        if (!(input instanceof DispatcherInput.Committed)) {
          open(input, now);
        }
      }
      trail.flush();
    } catch (final RuntimeException fault) {
      LOG.error("the last turn failed; the next run repeats some of what was done", fault);
    }
  }
}

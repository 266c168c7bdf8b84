package dev.reveille.routing;

import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.Fanout.Left;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes committed events to the devices they concern, by way of [Fanout] and [Delivery].
///
/// One thread does all of it, in turns: what came in since the last turn (committed groups,
/// outcomes, acknowledgements, due rows) is worked off, then what it led to leaves together. So the
/// state of work under way needs no lock, and a busy server pays per group, not per event. Urgent
/// events are dispatched as soon as they are read; of the others each turn takes a limited number,
/// so that a call never waits behind a broadcast. The thread may read the disk when a cache misses;
/// it never waits for a peer.
///
/// A fault is contained where it happens: an event that cannot be dispatched (the registry's disk
/// fails, say) is tried again later, and everything else goes on.
///
/// The public methods may be called from any thread and never block.
public final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int LETTERS_PER_TURN = 4_096;
  private static final int RECIPIENTS_PER_TURN = 1_024;
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final Duration LONGEST_SLEEP = Duration.ofMillis(250);
  static final Duration GRACE_AFTER_RESTART = Duration.ofSeconds(5);
  private static final int MOST_ATTEMPTS = 8;

  private final EventJournal journal;
  private final Returns returns;
  private final Fanout fanout;
  private final Delivery delivery;
  private final Calls calls;
  private final Admission admission;
  private final Trail trail;
  private final Mailbox<Letter> mailbox;
  private final InstantSource clock;
  private final Counters counters;
  private final Backlog backlog = new Backlog();
  private final MarksSaid marks = new MarksSaid();
  private final Thread thread;
  private volatile boolean running = true;
  private volatile int inFlight;
  private Instant nextSweepOfCalls = Instant.MIN;

  Dispatcher(
      final EventJournal journal,
      final Returns returns,
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
    for (final var kept : group) {
      calls.apply(kept, false);
    }
    mailbox.put(new Letter.Committed(group));
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
    mailbox.put(new Letter.Acknowledged(user, by, mark, List.copyOf(sequences), kept));
  }

  /// The app declined a ring on this device only: nothing more of the call goes there, the trail is
  /// told, and it rings on elsewhere.
  ///
  /// @param call the sequence of the call's event
  /// @param kept as in [#acknowledged]
  public void declinedHere(final InstallationId device, final long call, final Runnable kept) {
    mailbox.put(new Letter.Declined(device, call, kept));
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
      final boolean urgent = left.kept().event().eventClass().lane() == Lane.URGENT;
      backlog.hold(left.kept(), left.done(), urgent ? now : now.plus(GRACE_AFTER_RESTART), 0);
    }
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
    final boolean more = readMail(now);
    for (var held = backlog.nextHeld(now); held != null; held = backlog.nextHeld(now)) {
      dispatch(held.kept(), new Left(held.done(), held.acknowledged()), held.attempt(), now);
    }
    if (!backlog.isEmpty()) {
      delivery.flush(); // what is urgent does not wait for the rest of the turn
    }
    int recipients = 0;
    while (recipients < RECIPIENTS_PER_TURN && backlog.next() instanceof final Kept kept) {
      recipients += kept.event().recipients().size();
      dispatchNew(kept, now);
    }
    var next = delivery.sweep(now);
    if (!now.isBefore(nextSweepOfCalls)) {
      nextSweepOfCalls = calls.sweep(now);
    }
    next = earlier(next, nextSweepOfCalls);
    next = earlier(next, returns.look(now));
    next = earlier(next, backlog.nextMoment());
    delivery.flush();
    trail.flush();
    inFlight = delivery.inFlight();
    return more || !backlog.isEmpty() ? now : next;
  }

  /// Reads what came in. Answers whether there may be more.
  private boolean readMail(final Instant now) {
    for (int letters = 0; letters < LETTERS_PER_TURN; letters++) {
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
    }
    return true;
  }

  private static Instant earlier(final Instant one, final Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void open(final Letter letter, final Instant now) {
    switch (letter) {
      case Letter.Committed(var group) -> {
        for (final var kept : group) {
          if (kept.event().eventClass().lane() == Lane.URGENT) {
            dispatchNew(kept, now);
          } else {
            backlog.add(kept);
          }
        }
      }
      case Letter.Told(var push, var outcome) -> delivery.outcome(push, outcome, now);
      case Letter.Lost(var frame, var why) -> delivery.lost(frame, why, now);
      case Letter.Acknowledged(var user, var by, var mark, var sequences, var kept) -> {
        final var news = marks.news(by, mark, sequences);
        if (!news.isEmpty()) {
          trail.note(new Note.Marked(user, by, mark, news, now));
        }
        for (final long sequence : news) {
          backlog.acknowledged(sequence, by);
          delivery.acknowledged(by, mark, sequence, now);
        }
        trail.tellWhenKept(kept); // also where nothing is news: what made it known may be under way
      }
      case Letter.Declined(var device, var call, var kept) -> {
        delivery.declinedHere(device, call, now);
        trail.tellWhenKept(kept);
      }
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

  // ---- one event ------------------------------------------------------------------------------

  private void dispatchNew(final Kept kept, final Instant now) {
    counters.events.increment();
    admission.over(kept.event());
    dispatch(kept, null, 0, now);
  }

  private void dispatch(
      final Kept kept, final @Nullable Left left, final int attempt, final Instant now) {
    try {
      fanout.dispatch(kept, left, now);
      if (kept.event() instanceof CallEnded ended) {
        calls.follow(ended);
      }
    } catch (final RuntimeException fault) { // one bad event must not hold up its group
      counters.faults.increment();
      final boolean again = attempt < MOST_ATTEMPTS;
      LOG.error(
          "event {} could not be dispatched; {}",
          kept.sequence(),
          again ? "it is tried again" : "the next start takes it up",
          fault);
      if (again) {
        final var done = left == null ? Set.<InstallationId>of() : left.done();
        backlog.hold(kept, done, now.plus(AFTER_A_FAULT.multipliedBy(1L << attempt)), attempt + 1);
      }
      if (attempt == 0) {
        trail.nobody(
            kept.sequence(), 1, kept.event().recipients().getFirst(), now, Reason.INTERNAL);
      }
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

package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.Directory.Person;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.EventJournal.Unfinished;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.TrailEntry.Known;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes committed events to the devices they concern: finds the installations, asks the [Router],
/// hands its decisions to [Delivery], and has the [Trail] written.
///
/// One thread does all of it, in turns: everything that came in since the last turn (committed
/// groups, outcomes, acknowledgements, due rows) is worked off, then what it led to leaves together.
/// So the state of work under way needs no lock, and a busy server pays per group, not per event.
/// The thread may read the disk when a cache misses; it never waits for a peer.
///
/// The public methods may be called from any thread and never block.
public final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int LETTERS_PER_TURN = 4_096;
  private static final int ROWS_PER_LOOK = 500;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final Duration LONGEST_SLEEP = Duration.ofMillis(250);
  private static final Duration GRACE_AFTER_RESTART = Duration.ofSeconds(5);

  /// What comes into a turn.
  private sealed interface Letter {
    record Committed(List<Kept> group) implements Letter {}

    record Told(Push push, DeliveryOutcome outcome) implements Letter {}

    record Lost(Frame frame, Reason why) implements Letter {}

    record Acknowledged(UserId user, InstallationId by, Mark mark, List<Long> sequences) implements Letter {}

    record Declined(InstallationId device, long call) implements Letter {}

    record Recovered(Unfinished unfinished) implements Letter {}

    record Retired(Push push, boolean dropped) implements Letter {}
  }

  private final EventJournal journal;
  private final WaitingRoom waiting;
  private final Directory directory;
  private final Switches switches;
  private final LiveRoutes live;
  private final Calls calls;
  private final Admission admission;
  private final Router router;
  private final Trail trail;
  private final Delivery delivery;
  private final InstantSource clock;
  private final Counters counters;
  private final Mailbox<Letter> mailbox = new Mailbox<>();
  private final Thread thread;
  private volatile boolean running = true;
  private Instant nextLook = Instant.MIN;
  private Instant nextSweepOfCalls = Instant.MIN;
  private Instant graceUntil = Instant.MIN;
  private final List<Unfinished> held = new ArrayList<>();
  private volatile int inFlight;

  Dispatcher(
      final EventJournal journal,
      final WaitingRoom waiting,
      final Registry registry,
      final Directory directory,
      final Switches switches,
      final LiveRoutes live,
      final Calls calls,
      final Admission admission,
      final Router router,
      final Trail trail,
      final java.util.function.Function<Delivery.Outside, Delivery> delivery,
      final InstantSource clock,
      final Counters counters) {
    this.journal = journal;
    this.waiting = waiting;
    this.directory = directory;
    this.switches = switches;
    this.live = live;
    this.calls = calls;
    this.admission = admission;
    this.router = router;
    this.trail = trail;
    this.clock = clock;
    this.counters = counters;
    this.delivery = delivery.apply(outside(registry));
    this.thread = Thread.ofPlatform().name("dispatcher").unstarted(this::turns);
  }

  private Delivery.Outside outside(final Registry registry) {
    return new Delivery.Outside() {
      @Override
      public void outcome(final Push push, final DeliveryOutcome outcome) {
        mailbox.put(new Letter.Told(push, outcome));
      }

      @Override
      public void lost(final Frame frame, final Reason why) {
        mailbox.put(new Letter.Lost(frame, why));
      }

      @Override
      public void retire(final Push push, final PushAddress address, final Instant deadSince) {
        Thread.ofVirtual()
            .name("retire")
            .start(() -> mailbox.put(new Letter.Retired(push, registry.retire(push.device(), address, deadSince))));
      }
    };
  }

  // ---- from outside ---------------------------------------------------------------------------

  /// The journal hands over a committed group; on its thread, in order.
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
    mailbox.put(new Letter.Acknowledged(user, by, mark, List.copyOf(sequences)));
  }

  /// The app declined a ring on this device only: the trail is told, the call rings on elsewhere.
  ///
  /// @param call the sequence of the call's event
  public void declinedHere(final InstallationId device, final long call) {
    mailbox.put(new Letter.Declined(device, call));
  }

  /// How many items are under way in memory.
  public int inFlight() {
    return inFlight;
  }

  /// Takes up what the last run accepted and did not finish, then starts to work. Calls that still
  /// ring go on at once; the rest waits a moment in which phones may return.
  void resume() {
    for (final var kept : journal.callsSince(clock.instant().minus(Calls.LONGEST_RINGING))) {
      calls.apply(kept, true);
      if (kept.event() instanceof CallEnded ended) {
        calls.follow(ended);
      }
    }
    final var unfinished = journal.unfinished();
    if (!unfinished.isEmpty()) {
      LOG.info("taking up {} events that the last run accepted and did not finish", unfinished.size());
    }
    graceUntil = clock.instant().plus(GRACE_AFTER_RESTART);
    for (final var left : unfinished) {
      mailbox.put(new Letter.Recovered(left));
    }
    thread.start();
  }

  /// Ends after the present turn; what is under way is taken up by the next run.
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
        turn();
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error("a turn failed; its events are taken up after the next start", fault);
      }
    }
  }

  private void turn() {
    final var now = clock.instant();
    int letters = 0;
    for (var letter = mailbox.poll(); letter != null; letter = mailbox.poll()) {
      open(letter, now);
      if (++letters == LETTERS_PER_TURN) {
        break;
      }
    }
    var next = delivery.sweep(now);
    if (!held.isEmpty() && !now.isBefore(graceUntil)) {
      final var left = List.copyOf(held);
      held.clear();
      left.forEach(each -> recover(each, now));
    }
    if (!now.isBefore(nextSweepOfCalls)) {
      nextSweepOfCalls = calls.sweep(now);
    }
    next = earlier(next, nextSweepOfCalls);
    next = earlier(next, lookForDueRows(now));
    delivery.flush();
    trail.flush();
    inFlight = delivery.inFlight();
    if (letters == 0) {
      final var sleep = Duration.between(clock.instant(), next);
      mailbox.await(sleep.isNegative() ? Duration.ZERO : sleep.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : sleep);
    }
  }

  private static Instant earlier(final Instant one, final Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void open(final Letter letter, final Instant now) {
    switch (letter) {
      case Letter.Committed(var group) -> group.forEach(kept -> dispatch(kept, now));
      case Letter.Told(var push, var outcome) -> delivery.outcome(push, outcome, now);
      case Letter.Lost(var frame, var why) -> delivery.lost(frame, why, now);
      case Letter.Acknowledged(var user, var by, var mark, var sequences) -> {
        trail.note(new Note.Marked(user, by, mark, sequences, now));
        sequences.forEach(sequence -> delivery.acknowledged(by, mark, sequence, now));
      }
      case Letter.Declined(var device, var call) ->
          trail.later(call, device, new Try("receipt", 1, now, "declined", Reason.DECLINED_HERE, ""));
      case Letter.Recovered(var left) -> recover(left, now);
      case Letter.Retired(var push, var dropped) ->
          trail.later(
              push.event(),
              push.device(),
              new Try(
                  "push",
                  push.attempt(),
                  now,
                  dropped ? "address-dropped" : "address-kept",
                  dropped ? Reason.TOKEN_RETIRED : Reason.TOKEN_KEPT_NEWER,
                  ""));
    }
  }

  // ---- one event ------------------------------------------------------------------------------

  private void dispatch(final Kept kept, final Instant now) {
    counters.events.increment();
    admission.over(kept.event().eventClass().lane());
    try {
      dispatch(kept, Set.of(), now);
      if (kept.event() instanceof CallEnded ended) {
        calls.follow(ended);
      }
    } catch (final RuntimeException fault) { // one bad event must not hold up its group
      counters.faults.increment();
      LOG.error("event {} could not be dispatched; the next start takes it up", kept.sequence(), fault);
      trail.nobody(kept.sequence(), 1, kept.event().recipients().getFirst(), now, Reason.INTERNAL);
    }
  }

  /// What the last run left: calls and their ends at once, the rest after the grace.
  private void recover(final Unfinished left, final Instant now) {
    if (left.kept().event().eventClass().lane() != Lane.URGENT && now.isBefore(graceUntil)) {
      held.add(left);
      return;
    }
    dispatch(left.kept(), left.done(), now);
    if (left.kept().event() instanceof CallEnded ended) {
      calls.follow(ended);
    }
  }

  private void dispatch(final Kept kept, final Set<InstallationId> done, final Instant now) {
    final var event = kept.event();
    final var people = new ArrayList<Person>(event.recipients().size());
    int devices = 0;
    for (final var recipient : event.recipients()) {
      final var person = directory.person(recipient);
      if (person.isPresent()) {
        people.add(person.get());
        devices += person.get().installations().size();
      }
    }
    if (devices == 0) {
      trail.nobody(kept.sequence(), 0, event.recipients().getFirst(), now, Reason.NO_DEVICES);
      return;
    }
    final Set<InstallationId> seen = people.size() > 1 ? new HashSet<>() : Set.of();
    if (people.size() > 1) { // a shared device is told once
      devices = people.stream().flatMap(person -> person.installations().stream()).map(Installation::id).distinct().toList().size();
    }
    for (final var person : people) {
      final var state = stateOf(person, now);
      for (final var installation : person.installations()) {
        if (!done.contains(installation.id()) && (people.size() == 1 || seen.add(installation.id()))) {
          start(kept, person, installation, state, devices, 0, false, now);
        }
      }
      if (person.installations().isEmpty()) {
        trail.nobody(kept.sequence(), devices, person.user().id(), now, Reason.NO_DEVICES);
      }
    }
  }

  private void start(
      final Kept kept,
      final Person person,
      final Installation installation,
      final UserState state,
      final int devices,
      final int triesBefore,
      final boolean claimed,
      final Instant now) {
    final var sight = live.of(installation.id());
    final var user = person.user().id();
    final var event = kept.event();
    final var device =
        new Device(
            installation,
            sight,
            isPushless(installation),
            !(event instanceof IncomingCall call)
                || calls.stillRings(call.key().organisation(), call.call(), user),
            !(event instanceof CallEnded end)
                || calls.mayHaveRung(end.key().organisation(), end.call(), installation.id()));
    final var decision = router.decide(event, device, state, now);
    counters.decisions.increment();
    final var known =
        new Known(
            sight.channelOpen(),
            device.inForeground(),
            sight.reported(),
            installation.platform().word(),
            installation.osMajor());
    delivery.start(
        new Item(
            new Item.Key(kept.sequence(), installation.id()), kept, user, decision, known, devices, triesBefore, claimed),
        now);
  }

  private UserState stateOf(final Person person, final Instant now) {
    final var user = person.user();
    final var on = switches.on(user.id().organisation(), user.site());
    if (person.installations().size() < 2) {
      return new UserState(user.preferences(), on, List.of());
    }
    final var activities = new ArrayList<UserState.Activity>(person.installations().size());
    for (final var installation : person.installations()) {
      final var sight = live.of(installation.id());
      final boolean foreground = sight.channelOpen() && sight.state() == AppState.FOREGROUND;
      final var last = foreground ? now : later(sight.since(), installation.lastSeen());
      activities.add(new UserState.Activity(installation.id(), foreground, last));
    }
    return new UserState(user.preferences(), on, activities);
  }

  private static Instant later(final Instant one, final Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// Lync: an Apple device with the 2013 client keeps its own connection. Other apps say in their
  /// registration which of their generations do.
  private boolean isPushless(final Installation installation) {
    final var generation = installation.generation();
    if (generation.isEmpty()) {
      return false;
    }
    final boolean lync2013OnApple =
        installation.platform() == dev.reveille.model.Platform.IOS && generation.equals("lync-2013");
    return lync2013OnApple
        || directory
            .app(installation.app())
            .map(app -> List.of(app.pushlessGenerations().split(",")).contains(generation))
            .orElse(false);
  }

  // ---- what waited ----------------------------------------------------------------------------

  private Instant lookForDueRows(final Instant now) {
    if (now.isBefore(nextLook)) {
      return nextLook;
    }
    final var due = waiting.nextDue();
    if (due.isAfter(now)) {
      return due.equals(Instant.MAX) ? due : earlier(due, now.plus(LONGEST_SLEEP));
    }
    final int room = Math.min(ROWS_PER_LOOK, delivery.roomForMore());
    if (room > 0) {
      waiting.claimDue(now, room).forEach(row -> comeBack(row, now));
    }
    nextLook = room <= 0 || delivery.someServiceIsDown() ? now.plus(BETWEEN_LOOKS) : now;
    return nextLook;
  }

  /// A row's moment has come: everything is decided anew, since the world has moved on.
  private void comeBack(final Waiting row, final Instant now) {
    final var kept = journal.find(row.event());
    final var person = kept.flatMap(found -> ownerOf(found.event(), row.device()));
    if (kept.isEmpty() || person.isEmpty()) {
      final var why = kept.isEmpty() ? Reason.TOO_LATE_TO_ALERT : Reason.SIGNED_OUT;
      trail.gone(row, now, why);
      return;
    }
    final var installation =
        person.get().installations().stream().filter(each -> each.id().equals(row.device())).findFirst();
    start(
        kept.get(), person.get(), installation.orElseThrow(), stateOf(person.get(), now), -1, row.attempts(), true, now);
  }

  private java.util.Optional<Person> ownerOf(final Event event, final InstallationId device) {
    for (final var recipient : event.recipients()) {
      final var person = directory.person(recipient);
      if (person.isPresent()
          && person.get().installations().stream().anyMatch(each -> each.id().equals(device))) {
        return person;
      }
    }
    return java.util.Optional.empty();
  }
}

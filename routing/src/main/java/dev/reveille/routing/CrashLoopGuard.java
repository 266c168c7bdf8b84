package dev.reveille.routing;

import dev.reveille.routing.port.StartLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes up the unfinished jobs of the last run, so that a job that crashes the server does not
/// crash each further start.
///
/// ```
///   begins ─► fewer than 2 starts before crashed: everything at once
///          └► else: note a hundred events ─► dispatch them ─► their deliveries are over ─► the next …
///             those among which a start crashed before, ten at a time; and of such ten, each alone
///                └► 3 starts crashed while they worked on it: given up, and named in its trail
///   nothing is left, and 30 s ─► stands
/// ```
///
/// So one event that ends the process is found within three crashes, and 20,000 are taken up in
/// seconds when it was something else.
///
/// A start counts as crashed until it stands: 30 s after its last unfinished job, or when the
/// server is stopped in order.
///
/// Belongs to the dispatcher's thread, except [#begins] and [#ended].
final class CrashLoopGuard implements ClockSteps.Waits {
  private static final Logger LOG = LoggerFactory.getLogger(CrashLoopGuard.class);

  /// After so many crashed starts, events are taken up some at a time.
  static final int FALLEN_UNTIL_CAREFUL = 2;

  /// An event is given up when so many starts crashed while they worked on it.
  static final int FALLEN_UNTIL_GIVEN_UP = 3;

  static final Duration UNTIL_IT_STANDS = Duration.ofSeconds(30);

  /// What an event leads to may end the process a moment later; then it must be known which it was.
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(50);

  /// What is read for an event may end the process too, and takes long when the disk is busy.
  private static final Duration LONGEST_UNTIL_DISPATCHED = Duration.ofSeconds(10);

  /// Deliveries may take longer than what ends a process: from then on the event is not suspected.
  private static final Duration LONGEST_FOR_ONE = Duration.ofMillis(500);

  /// How many events go at a time: those that are not suspected, those among the first which a
  /// start crashed, and those among which two did.
  static final int MANY = 100;

  static final int SOME = 10;
  private static final int ALONE = 1;

  private final StartLog log;
  private final LookupThreads threads;
  private final Mailbox<DispatcherInput> mailbox;
  private final Delivery delivery;

  /// In the order in which they are taken up. Those on which a start crashed before come after all
  /// others, since a process may also be ended from outside, which would hit the first ones again
  /// and again; and those that are suspected most come last.
  private enum Turn {
    URGENT(MANY),
    OTHER(MANY),
    AMONG_MANY(SOME),
    AMONG_SOME(ALONE),
    ON_IT_ALONE(ALONE);

    final int most;

    Turn(final int most) {
      this.most = most;
    }
  }

  private final EnumMap<Turn, ArrayDeque<UnfinishedJob>> left = new EnumMap<>(Turn.class);

  /// By event: how many events a start worked on that crashed while it worked on this one too.
  private Map<Long, Integer> suspected = Map.of();

  private boolean isCareful;
  private boolean asked;
  private boolean stands;
  private List<UnfinishedJob> current = List.of();
  private Instant currentSince = Instant.MIN;
  private Instant graceEnds = Instant.MIN;
  private Instant standsAt = Instant.MAX;

  CrashLoopGuard(
      final StartLog log,
      final LookupThreads threads,
      final Mailbox<DispatcherInput> mailbox,
      final Delivery delivery) {
    this.log = log;
    this.threads = threads;
    this.mailbox = mailbox;
    this.delivery = delivery;
  }

  /// A start begins; by the starting thread.
  void begins(final Instant now, final Duration grace) {
    final int fallen = log.begins();
    isCareful = fallen >= FALLEN_UNTIL_CAREFUL;
    suspected = isCareful ? log.suspects() : Map.of();
    graceEnds = now.plus(grace);
    standsAt = now.plus(UNTIL_IT_STANDS);
    if (isCareful) {
      LOG.warn(
          "{} starts before this one crashed: unfinished events are taken up a few at a time",
          fallen);
    }
  }

  @Override
  public void clockSet(final Duration step) {
    graceEnds = moved(graceEnds, step);
    standsAt = moved(standsAt, step);
    currentSince = moved(currentSince, step);
  }

  /// Before a start begins, or an event is worked on, there is no moment that could move.
  private static Instant moved(final Instant moment, final Duration step) {
    return moment.equals(Instant.MIN) || moment.equals(Instant.MAX) ? moment : moment.plus(step);
  }

  /// An event or a send of a former run goes on.
  void takeUp(final UnfinishedJob event, final Instant now) {
    if (isCareful) {
      left.computeIfAbsent(turn(event), _ -> new ArrayDeque<>()).add(event);
    } else {
      event.resumeAt(event.waitsForPhones() ? graceEnds : now);
    }
  }

  private Turn turn(final UnfinishedJob event) {
    final Integer among = suspected.get(event.stored().sequence());
    if (among == null) {
      return Scheduler.isUrgent(event.stored()) ? Turn.URGENT : Turn.OTHER;
    }
    return among > SOME ? Turn.AMONG_MANY : among > ALONE ? Turn.AMONG_SOME : Turn.ON_IT_ALONE;
  }

  /// Lets the next events go on when it is their turn. Answers when to look again.
  Instant look(final Instant now) {
    if (asked || stands) {
      return Instant.MAX;
    }
    if (!isOver(now)) {
      return now.plus(BETWEEN_EVENTS);
    }
    final var events = next(now);
    if (events.isEmpty()) {
      rests();
      return left.isEmpty() ? untilItStands(now) : graceEnds;
    }
    asked = true;
    standsAt = now.plus(UNTIL_IT_STANDS);
    threads
        .ofVerdicts()
        .execute(() -> mailbox.put(new DispatcherInput.StartNoted(events, noteWork(events, now))));
    return Instant.MAX;
  }

  /// Takes those out whose turn it is; none when what is left waits for the phones to come back.
  private List<UnfinishedJob> next(final Instant now) {
    final var events = new ArrayList<UnfinishedJob>();
    for (final var turn : Turn.values()) {
      final var from = left.get(turn);
      while (from != null
          && !from.isEmpty()
          && events.size() < turn.most
          && mayGo(from.getFirst(), now)) {
        events.add(from.removeFirst());
      }
      if (from != null && from.isEmpty()) {
        left.remove(turn);
      }
      if (!events.isEmpty()) {
        return events;
      }
    }
    return events;
  }

  private boolean mayGo(final UnfinishedJob event, final Instant now) {
    return !event.waitsForPhones() || !now.isBefore(graceEnds);
  }

  /// Nothing is worked on for a while: what ends the process meanwhile is none of the last events.
  private void rests() {
    if (!current.isEmpty()) {
      current = List.of();
      threads
          .ofVerdicts()
          .execute(() -> {
            try {
              final int _ = log.worksOn(Set.of());
            } catch (final RuntimeException fault) { // then the last ones stay suspected
              LOG.error("could not clear the list of events that this start works on", fault);
            }
          });
    }
  }

  private static Set<Long> sequences(final List<UnfinishedJob> events) {
    return events.stream().map(event -> event.stored().sequence()).collect(Collectors.toSet());
  }

  private int noteWork(final List<UnfinishedJob> events, final Instant now) {
    try {
      final int fallen = log.worksOn(sequences(events));
      if (isGuilty(events, fallen)) { // before its trail says so: `check` must know of it
        final var stored = events.getFirst().stored();
        log.givesUp(stored.job().key().organisation(), stored.sequence(), now);
      }
      return fallen;
    } catch (final RuntimeException fault) { // then they are taken up without a note
      LOG.error(
          "could not record that event {} and {} more are being processed",
          events.getFirst().stored().sequence(),
          events.size() - 1,
          fault);
      return 0;
    }
  }

  /// Enough starts crashed on this one, and one of them when nothing else was worked on.
  private boolean isGuilty(final List<UnfinishedJob> events, final int fallen) {
    return fallen >= FALLEN_UNTIL_GIVEN_UP && turn(events.getFirst()) == Turn.ON_IT_ALONE;
  }

  private Instant untilItStands(final Instant now) {
    if (now.isBefore(standsAt)) {
      return standsAt;
    }
    stands = true;
    threads.ofVerdicts().execute(this::noteThatItStands);
    return Instant.MAX;
  }

  private void noteThatItStands() {
    try {
      log.stands();
    } catch (final RuntimeException fault) {
      LOG.error("could not record that this start succeeded", fault);
    }
  }

  private boolean isOver(final Instant now) {
    if (current.isEmpty()) {
      return true;
    }
    if (current.stream().anyMatch(event -> !event.isDispatched())) {
      return !now.isBefore(currentSince.plus(LONGEST_UNTIL_DISPATCHED));
    }
    return !now.isBefore(currentSince.plus(BETWEEN_EVENTS))
        && (!delivery.isUnderWay(sequences(current))
            || !now.isBefore(currentSince.plus(LONGEST_FOR_ONE)));
  }

  /// It is on disk that this start works on the events.
  void noted(final List<UnfinishedJob> events, final int fallen, final Instant now) {
    asked = false;
    if (isGuilty(events, fallen)) {
      final var stored = events.getFirst().stored();
      LOG.error(
          "{} starts crashed while they worked on {}: it is given up", fallen, stored.sequence());
      current = List.of();
      events.getFirst().giveUp(now);
    } else {
      current = events;
      currentSince = now;
      events.forEach(event -> event.resumeAt(now));
    }
  }

  /// The server ends in order.
  void ended() {
    noteThatItStands();
  }
}

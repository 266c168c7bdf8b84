package dev.reveille.routing;

import dev.reveille.model.Reason;
import dev.reveille.routing.port.StartLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes up what the last run left, so that what ended one start does not end each one after it.
///
/// ```
///   begins ─► fewer than 2 starts before fell: everything at once
///          └► else: note the first event ─► dispatch it ─► its deliveries are over ─► the next …
///                        └► 3 starts fell while they worked on it: given up, and named in its trail
///   nothing is left, and 30 s ─► stands
/// ```
///
/// A start fell when it never stood; a start that was ended in order stands.
///
/// Belongs to the dispatcher's thread, except [#begins] and [#ended].
final class CarefulStart {
  private static final Logger LOG = LoggerFactory.getLogger(CarefulStart.class);

  /// After so many starts that fell, events are taken up one by one.
  static final int FALLEN_UNTIL_CAREFUL = 2;

  /// An event on which so many starts fell is given up.
  static final int FALLEN_UNTIL_GIVEN_UP = 3;

  static final Duration UNTIL_IT_STANDS = Duration.ofSeconds(30);

  /// What an event leads to may end the process a moment later; then it must be known which it was.
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(50);

  /// Deliveries may take longer than what ends a process: from then on the event is not suspected.
  private static final Duration LONGEST_FOR_ONE = Duration.ofMillis(500);

  /// No event.
  private static final long NONE = 0;

  private final StartLog log;
  private final LookupThreads threads;
  private final Mailbox<Letter> mailbox;
  private final Scheduler scheduler;
  private final Delivery delivery;
  private final Trail trail;
  private final ArrayDeque<Pending> urgent = new ArrayDeque<>();
  private final ArrayDeque<Pending> others = new ArrayDeque<>();

  /// Those on which a start fell before; they come after all others, since a process may also be
  /// ended from outside, which would hit the first one again and again.
  private final ArrayDeque<Pending> suspects = new ArrayDeque<>();

  private Set<Long> suspected = Set.of();
  private boolean isCareful;
  private boolean asked;
  private boolean stands;
  private long current;
  private Instant currentSince = Instant.MIN;
  private Instant graceEnds = Instant.MIN;
  private Instant standsAt = Instant.MAX;

  CarefulStart(
      final StartLog log,
      final LookupThreads threads,
      final Mailbox<Letter> mailbox,
      final Scheduler scheduler,
      final Delivery delivery,
      final Trail trail) {
    this.log = log;
    this.threads = threads;
    this.mailbox = mailbox;
    this.scheduler = scheduler;
    this.delivery = delivery;
    this.trail = trail;
  }

  /// A start begins; by the starting thread.
  void begins(final Instant now, final Duration grace) {
    final int fallen = log.begins();
    isCareful = fallen >= FALLEN_UNTIL_CAREFUL;
    suspected = isCareful ? log.suspects() : Set.of();
    graceEnds = now.plus(grace);
    standsAt = now.plus(UNTIL_IT_STANDS);
    if (isCareful) {
      LOG.warn("{} starts before this one fell: unfinished events are taken up one by one", fallen);
    }
  }

  /// An event of a former run goes on.
  void takeUp(final Pending event, final Instant now) {
    if (isCareful && suspected.contains(event.kept.sequence())) {
      suspects.add(event);
    } else if (isCareful) {
      (Scheduler.isUrgent(event.kept) ? urgent : others).add(event);
    } else {
      scheduler.hold(event, Scheduler.isUrgent(event.kept) ? now : graceEnds);
    }
  }

  /// Lets the next event go on when it is its turn. Answers when to look again.
  Instant look(final Instant now) {
    if (asked || stands) {
      return Instant.MAX;
    }
    if (!isOver(now)) {
      return now.plus(BETWEEN_EVENTS);
    }
    final var from = !urgent.isEmpty() ? urgent : !others.isEmpty() ? others : suspects;
    final var next = from.peek();
    if (next == null || !Scheduler.isUrgent(next.kept) && now.isBefore(graceEnds)) {
      rests();
    }
    if (next == null) {
      return untilItStands(now);
    }
    if (!Scheduler.isUrgent(next.kept) && now.isBefore(graceEnds)) {
      return graceEnds;
    }
    from.poll();
    asked = true;
    standsAt = now.plus(UNTIL_IT_STANDS);
    threads.ofVerdicts().execute(() -> mailbox.put(new Letter.StartNoted(next, note(next, now))));
    return Instant.MAX;
  }

  /// Nothing is worked on for a while: what ends the process meanwhile is not the last event.
  private void rests() {
    if (current != NONE) {
      current = NONE;
      threads
          .ofVerdicts()
          .execute(() -> {
            try {
              final int _ = log.worksOn(NONE);
            } catch (final RuntimeException fault) { // then the last one stays suspected
              LOG.error("that no event is worked on could not be noted", fault);
            }
          });
    }
  }

  private int note(final Pending event, final Instant now) {
    try {
      final long sequence = event.kept.sequence();
      final int fallen = log.worksOn(sequence);
      if (fallen >= FALLEN_UNTIL_GIVEN_UP) { // before its trail says so: `check` must know of it
        log.givesUp(event.kept.event().key().organisation(), sequence, now);
      }
      return fallen;
    } catch (final RuntimeException fault) { // then it is taken up without a note
      LOG.error("that event {} is taken up could not be noted", event.kept.sequence(), fault);
      return 0;
    }
  }

  private Instant untilItStands(final Instant now) {
    if (now.isBefore(standsAt)) {
      return standsAt;
    }
    stands = true;
    threads.ofVerdicts().execute(this::note);
    return Instant.MAX;
  }

  private void note() {
    try {
      log.stands();
    } catch (final RuntimeException fault) {
      LOG.error("that this start stands could not be noted", fault);
    }
  }

  private boolean isOver(final Instant now) {
    if (current == NONE) {
      return true;
    }
    return !now.isBefore(currentSince.plus(BETWEEN_EVENTS))
        && (delivery.underWay(current).isEmpty()
            || !now.isBefore(currentSince.plus(LONGEST_FOR_ONE)));
  }

  /// It is on disk that this start works on the event.
  void noted(final Pending event, final int fallen, final Instant now) {
    asked = false;
    if (fallen >= FALLEN_UNTIL_GIVEN_UP) {
      LOG.error(
          "{} starts fell while they worked on event {}: it is given up",
          fallen,
          event.kept.sequence());
      current = NONE;
      trail.nobody(
          event.kept.sequence(),
          0,
          event.kept.event().recipients().getFirst(),
          now,
          Reason.GIVEN_UP_AT_START);
    } else {
      current = event.kept.sequence();
      currentSince = now;
      scheduler.hold(event, now);
    }
  }

  /// The server ends in order.
  void ended() {
    note();
  }
}

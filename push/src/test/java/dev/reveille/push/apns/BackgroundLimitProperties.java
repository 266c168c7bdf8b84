package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.EventClass;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// Whatever the rhythm of events and Apple's answers: no two background pushes are taken within 20
/// minutes, and each event is sent, folds into a push that left after it had been accepted, or ends
/// with its life.
final class BackgroundLimitProperties {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  /// An event and what its way is like.
  ///
  /// @param pause seconds after the event before it
  /// @param handedIn seconds from its acceptance until the sender gets it
  /// @param way milliseconds until it is written, and again until the answer comes
  /// @param failures tries that Apple does not take
  /// @param life minutes
  record Given(int pause, int handedIn, int way, int failures, int life, boolean change) {
    Given(final int seed) {
      this(
          seed % 7 == 0 ? 0 : seed / 7 % 1_500,
          seed % 5 == 0 ? seed % 90 : 0,
          seed % 3 * 400,
          seed % 11 == 0 ? seed % 4 : 0,
          seed % 13 == 0 ? 5 : 600,
          seed % 4 != 0);
    }
  }

  /// Something that happens at a moment.
  private record Due(Instant at, long order, Runnable what) implements Comparable<Due> {
    @Override
    public int compareTo(final Due other) {
      final int byTime = at.compareTo(other.at);
      return byTime == 0 ? Long.compare(order, other.order) : byTime;
    }
  }

  /// One course of events.
  private static final class Course {
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final ManualClock clock = new ManualClock(NOON);
    private final BackgroundLimit limit = new BackgroundLimit(clock);
    private final Map<UUID, Instant> leftAt = new HashMap<>();
    private final Map<UUID, Instant> deadlines = new HashMap<>();
    private final List<Instant> taken = new ArrayList<>();
    private UUID lastLeft = new UUID(0, 0);
    private long orders;
    private int settled;

    private void at(final Instant moment, final Runnable what) {
      due.add(new Due(moment, orders++, what));
    }

    private void trying(final Push push, final Given given, final Instant accepted) {
      if (!clock.instant().isBefore(push.deadline())) {
        settled++; // its life is over
        return;
      }
      final var told =
          limit.admit(push, (same, outcome) -> outcome(same, given, accepted, outcome));
      if (told == null) {
        return;
      }
      at(
          clock.instant().plusMillis(given.way()),
          () -> {
            ((BackgroundLimit.Leaving) told).leaves();
            final var left = clock.instant();
            final boolean isTaken = push.attempt() > given.failures();
            at(
                left.plusMillis(given.way()),
                () -> {
                  left(push, left);
                  if (isTaken) {
                    leftAt.put(push.id(), left);
                    deadlines.put(push.id(), push.deadline());
                  }
                  told.outcome(
                      push, isTaken ? new HandedOver("") : new Uncertain(Reason.NO_ANSWER));
                });
          });
    }

    /// Whether Apple took it or may have; a repeat counts once.
    private void left(final Push push, final Instant moment) {
      if (!push.id().equals(lastLeft)) {
        taken.add(moment);
        lastLeft = push.id();
      }
    }

    private void outcome(
        final Push push, final Given given, final Instant accepted, final DeliveryOutcome outcome) {
      switch (outcome) {
        case HandedOver _ -> settled++;
        case Refused refused -> {
          assertEquals(Reason.FOLDED, refused.why());
          final var into = UUID.fromString(refused.theirWords().split(" ")[3]);
          final var left = leftAt.get(into);
          assertFalse(left == null, "into a push that Apple did not take");
          assertFalse(left.isBefore(accepted), "into one that left before the event was accepted");
          assertFalse(
              push.deadline()
                  .isAfter(deadlines.getOrDefault(into, Instant.MIN).plus(BackgroundLimit.PAUSE)),
              "into one that ends sooner");
          settled++;
        }
        case TryAgain later -> {
          assertEquals(Reason.BACKGROUND_HELD, later.why());
          assertTrue(later.notBefore().isAfter(clock.instant()), "at once is not later");
          at(later.notBefore(), () -> trying(push.again(), given, accepted));
        }
        default -> at(clock.instant().plusSeconds(5), () -> trying(push.again(), given, accepted));
      }
    }

    void run() {
      for (var next = due.poll(); next != null; next = due.poll()) {
        clock.set(next.at());
        next.what().run();
      }
    }
  }

  private final ManualClock clock = new ManualClock(NOON);

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void at_most_one_in_20_minutes_and_each_event_is_told_or_ends(
      @ForAll @Size(min = 2, max = 60) final List<@IntRange(min = 1, max = 20_000) Integer> seeds) {
    final var course = new Course();
    var accepted = NOON;
    long number = 0;
    for (final int seed : seeds) {
      final var given = new Given(seed);
      accepted = accepted.plusSeconds(given.pause());
      final var push = push(++number, accepted, given);
      final var when = accepted;
      course.at(accepted.plusSeconds(given.handedIn()), () -> course.trying(push, given, when));
    }
    course.run();
    assertEquals(seeds.size(), course.settled, "each event has one end");
    final var taken = course.taken;
    for (int i = 1; i < taken.size(); i++) {
      final var between = Duration.between(taken.get(i - 1), taken.get(i));
      assertTrue(between.compareTo(Duration.ofMinutes(20)) >= 0, "two within " + between);
    }
    assertFalse(taken.isEmpty());
  }

  private static Push push(final long number, final Instant accepted, final Given given) {
    final var wake =
        new PushContent.Wake(
            "e-" + number,
            given.change() ? EventClass.CHANGE : EventClass.SILENT,
            given.change() ? "mail" : "sync",
            "");
    return Backgrounds.push(
        number, "phone-1", wake, accepted.plus(Duration.ofMinutes(given.life())));
  }

  /// No more phones are remembered than allowed, and the one woken last is among them.
  @Example
  void memory_is_bounded_and_the_newest_is_kept() {
    final var few = new BackgroundLimit(clock, 100);
    for (int i = 0; i < 1_000; i++) {
      Backgrounds.take(few, Backgrounds.change(i, "phone-" + i));
      assertTrue(few.remembered() <= 100, few.remembered() + " are remembered");
    }
    assertEquals(
        Reason.BACKGROUND_HELD,
        ((TryAgain) Backgrounds.asked(few, Backgrounds.change(2_000, "phone-999"))).why());
    assertEquals(
        Reason.BACKGROUND_HELD,
        ((TryAgain) Backgrounds.asked(few, Backgrounds.change(2_001, "phone-960"))).why());
  }

  /// What no rule speaks of any more takes no memory.
  @Example
  void phones_whose_pause_is_over_are_forgotten() {
    final var limit = new BackgroundLimit(clock);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 50; i++) {
        Backgrounds.take(limit, Backgrounds.change(i, "phone-" + round + "-" + i));
      }
      clock.set(clock.instant().plus(BackgroundLimit.PAUSE));
    }
    assertTrue(limit.remembered() <= 100, limit.remembered() + " are remembered");
  }
}

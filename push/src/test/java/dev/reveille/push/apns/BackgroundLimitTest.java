package dev.reveille.push.apns;

import static dev.reveille.push.apns.Backgrounds.asked;
import static dev.reveille.push.apns.Backgrounds.change;
import static dev.reveille.push.apns.Backgrounds.leaves;
import static dev.reveille.push.apns.Backgrounds.silent;
import static dev.reveille.push.apns.Backgrounds.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.EventClass;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender.Outcomes;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// One background push in 20 minutes, case by case.
final class BackgroundLimitTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.750Z");
  private final ManualClock clock = new ManualClock(NOON);
  private final BackgroundLimit limit = new BackgroundLimit(clock);

  private static TryAgain throttled(final Object outcome) {
    final var later = assertInstanceOf(TryAgain.class, outcome);
    assertEquals(Reason.BACKGROUND_HELD, later.why());
    return later;
  }

  @Test
  void an_event_accepted_after_the_last_push_left_waits_until_20_minutes_are_over() {
    take(limit, change(1, "a"));
    clock.forward(Duration.ofMinutes(3));
    final var later = throttled(asked(limit, change(2, "a")));
    assertEquals(NOON.plus(Duration.ofMinutes(20)), later.notBefore());
    assertEquals(
        "a background push left at 2026-03-01T12:00:00Z; the next one may leave at"
            + " 2026-03-01T12:20:00Z",
        later.theirWords());
    clock.forward(Duration.ofMinutes(17));
    take(limit, change(2, "a").again());
  }

  @Test
  void other_phones_do_not_wait() {
    take(limit, change(1, "a"));
    take(limit, change(2, "b"));
  }

  @Test
  void what_was_accepted_before_a_push_left_folds_into_it() {
    take(limit, change(1, "a"));
    throttled(asked(limit, change(2, "a")));
    throttled(asked(limit, change(3, "a")));
    clock.forward(Duration.ofMinutes(20));
    take(limit, change(2, "a"));
    final var folded = assertInstanceOf(Refused.class, asked(limit, change(3, "a")));
    assertEquals(Reason.FOLDED, folded.why());
    assertEquals(
        "into the push " + change(2, "a").id() + " of 2026-03-01T12:20:00Z", folded.theirWords());
  }

  @Test
  void what_is_accepted_while_a_push_is_on_its_way_does_not_fold_into_it() {
    final var first = leaves(limit, change(1, "a"));
    final var shortly = throttled(asked(limit, change(2, "a")));
    assertEquals(NOON.plusSeconds(1), shortly.notBefore());
    assertEquals("another background push is on its way to this phone", shortly.theirWords());
    first.outcome(change(1, "a"), new HandedOver(""));
    clock.forward(Duration.ofSeconds(1));
    final var later = throttled(asked(limit, change(2, "a")));
    assertEquals(NOON.plus(Duration.ofMinutes(20)), later.notBefore());
  }

  @Test
  void what_is_accepted_before_a_push_is_written_folds_into_it() {
    final var first = limit.admit(change(1, "a"), (_, _) -> {});
    throttled(asked(limit, change(2, "a")));
    final var leaving = assertInstanceOf(BackgroundLimit.Leaving.class, first);
    leaving.leaves();
    leaving.outcome(change(1, "a"), new HandedOver(""));
    assertInstanceOf(Refused.class, asked(limit, change(2, "a")));
  }

  @Test
  void a_push_that_apple_did_not_take_leaves_no_trace() {
    leaves(limit, change(1, "a"))
        .outcome(change(1, "a"), new TryAgain(Reason.SERVICE_BUSY, "", clock.instant()));
    take(limit, change(2, "a"));
  }

  @Test
  void a_push_that_is_taken_back_before_it_left_may_be_asked_about_again() {
    final Outcomes outcomes = (_, _) -> {};
    final var admitted = limit.admit(change(1, "a"), outcomes);
    assertNotNull(admitted);
    assertSame(outcomes, BackgroundLimit.notLeft(admitted));
    take(limit, change(1, "a"));
    assertSame(outcomes, BackgroundLimit.notLeft(outcomes), "one that was not counted");
  }

  @Test
  void a_push_without_an_answer_holds_back_others_but_not_its_own_repeat() {
    leaves(limit, change(2, "a")).outcome(change(2, "a"), new Uncertain(Reason.NO_ANSWER));
    throttled(asked(limit, change(1, "a"))); // nothing folds into it
    throttled(asked(limit, change(3, "a")));
    take(limit, change(2, "a").again());
    assertInstanceOf(Refused.class, asked(limit, change(1, "a")));
  }

  @Test
  void nothing_folds_into_a_push_that_apple_gives_up_sooner() {
    final var brief =
        Backgrounds.push(
            5, "a", new PushContent.Wake("e", EventClass.SILENT, "x", ""), NOON.plusSeconds(60));
    take(limit, brief);
    throttled(asked(limit, change(4, "a")));
  }

  @Test
  void nothing_folds_into_a_push_for_another_app_with_the_same_token() {
    take(limit, change(5, "a"));
    final var other = change(4, "a");
    throttled(
        asked(
            limit,
            new Push(
                new WorkKey(4, new TargetKey("i-other")),
                other.to(),
                other.id(),
                other.content(),
                other.lane(),
                other.deadline(),
                other.attempt(),
                other.wanted())));
  }

  @Test
  void a_push_whose_outcome_is_never_told_does_not_hold_the_phone_for_good() {
    leaves(limit, change(1, "a"));
    clock.forward(Duration.ofSeconds(59));
    throttled(asked(limit, change(2, "a")));
    clock.forward(Duration.ofSeconds(1));
    take(limit, change(2, "a"));
  }

  @Test
  void a_silent_event_folds_only_into_one_of_its_type() {
    take(limit, silent(5, "a", "sync"));
    assertInstanceOf(Refused.class, asked(limit, silent(4, "a", "sync")));
    throttled(asked(limit, silent(3, "a", "locate")));
    assertInstanceOf(Refused.class, asked(limit, change(2, "a")));
  }

  private static Push ofSend(final Push push) {
    return new Push(
        new WorkKey(push.event(), new TargetKey("a-one")),
        push.to(),
        push.id(),
        push.content(),
        push.lane(),
        push.deadline(),
        push.attempt(),
        push.wanted());
  }

  @Test
  void targets_of_sends_wait_and_never_fold_and_nothing_folds_into_them() {
    take(limit, silent(5, "a", "sync"));
    throttled(asked(limit, ofSend(silent(4, "a", "sync"))));
    take(limit, ofSend(silent(5, "b", "sync")));
    throttled(asked(limit, silent(4, "b", "sync")));
    throttled(asked(limit, change(3, "b")));
  }

  @Test
  void the_challenge_for_a_token_leaves_at_once_and_counts_for_nothing() {
    take(limit, change(1, "a"));
    final Outcomes outcomes = (_, _) -> {};
    final var challenge = silent(2, "a", "reveille:token-challenge");
    assertSame(outcomes, limit.admit(challenge, outcomes));
    final var other = silent(3, "b", "reveille:token-challenge");
    assertSame(outcomes, limit.admit(other, outcomes));
    take(limit, change(4, "b"));
  }

  @Test
  void a_clock_that_is_set_back_makes_no_pause_longer() {
    take(limit, change(1, "a"));
    clock.forward(Duration.ofDays(-1));
    final var later = throttled(asked(limit, change(2, "a")));
    assertEquals(clock.instant().plus(Duration.ofMinutes(20)), later.notBefore());
  }

  @Test
  void a_silent_event_does_not_fold_into_a_change_of_the_same_type() {
    take(
        limit,
        Backgrounds.push(
            5,
            "a",
            new PushContent.Wake("e", EventClass.CHANGE, "sync", ""),
            NOON.plusSeconds(60)));
    throttled(asked(limit, silent(4, "a", "sync")));
  }
}

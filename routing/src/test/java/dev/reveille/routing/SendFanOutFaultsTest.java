package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.address;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.Life;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.SendLog.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Kills in the middle of sends, cancelled ones, and addresses that do not answer.
final class SendFanOutFaultsTest extends SendFanOutStage {
  @Test
  void
      after_a_crash_what_may_have_been_told_is_told_again_with_the_same_id_and_the_trail_says_so() {
    heart.audiences = new Even(6_000, new HashSet<>());
    heart.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 6_000), NOW));
    final Map<String, Integer> pushes = new HashMap<>();
    final Map<String, Set<UUID>> ids = new HashMap<>();
    final Set<String> answered = new HashSet<>();
    note(pushes, ids);
    for (final var push : List.copyOf(heart.apns().taken).subList(0, 700)) {
      heart.apns().handOver(push);
      heart.apns().taken.remove(push);
      answered.add(push.to().token().value());
    }
    heart.turn();
    note(pushes, ids);
    final var before = Map.copyOf(pushes);
    heart.crashAndStartAgain();
    while (!heart.apns().taken.isEmpty()) {
      note(pushes, ids);
      handOverAll();
    }
    assertEquals(3_000, pushes.size(), "targets that were told");
    for (int number = 2; number <= 6_000; number += 2) {
      final var one = address(number);
      final var token = ((PushAddress.Direct) one.address()).token().value();
      final var story = heart.story(send, one.key());
      final boolean repeats = before.containsKey(token) && !answered.contains(token);
      assertEquals(repeats ? 2 : 1, pushes.get(token), () -> one + ": " + story);
      assertEquals(1, ids.getOrDefault(token, Set.of()).size(), "one id for both");
      assertEquals(
          repeats, story.contains("push uncertain STOPPED_WHILE_SENDING"), story::toString);
      assertEquals("settled", story.getLast(), story::toString);
    }
    assertEquals(State.OVER, progress(send).state());
    assertEquals(Map.of("handed-over", 3_000L), progress(send).outcomes());
    heart.nothingIsLeft();
  }

  private final Set<Push> noted = new HashSet<>();

  private void note(final Map<String, Integer> pushes, final Map<String, Set<UUID>> ids) {
    for (final var push : heart.apns().taken) {
      if (noted.add(push)) {
        final var token = push.to().token().value();
        pushes.merge(token, 1, Integer::sum);
        ids.computeIfAbsent(token, _ -> new HashSet<>()).add(push.id());
      }
    }
  }

  // ---- kills and peers that do not answer -------------------------------------------------------

  @Test
  void a_cancel_that_was_confirmed_survives_a_kill() {
    heart.audiences = new Even(20_000, new HashSet<>());
    heart.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 20_000), NOW));
    final boolean[] kept = {false};
    heart.routing.sends().cancel(send, () -> kept[0] = true);
    heart.turn();
    assertTrue(kept[0]);
    heart.crashAndStartAgain();
    heart.pass(Duration.ofMinutes(1));
    assertEquals(List.of(), heart.apns().taken);
    assertEquals(State.CANCELLED, progress(send).state());
  }

  @Test
  void a_cancel_counts_while_the_audience_cannot_be_read() {
    heart.audiences =
        new Audiences() {
          @Override
          public Page page(final Audience.Registered audience, final long after, final int most) {
            throw new IllegalStateException("the disk cannot be read");
          }

          @Override
          public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
            return Optional.empty();
          }
        };
    heart.crashAndStartAgain();
    heart.looks = false;
    final long send = accept(send("1", new Audience.Registered("news", "", 10), NOW));
    heart.routing.sends().cancel(send, () -> {});
    heart.looks = true;
    heart.turn();
    assertEquals(State.CANCELLED, progress(send).state());
    assertEquals(0, heart.routing.backlog(), "credits not given back");
  }

  @Test
  void a_send_whose_audience_cannot_be_read_ends_when_its_time_is_over() {
    final var readable = new boolean[1];
    final var asked = new int[1];
    final var even = new Even(6_000, new HashSet<>());
    heart.audiences =
        new Audiences() {
          @Override
          public Page page(final Audience.Registered audience, final long after, final int most) {
            asked[0]++;
            if (after == 0 || readable[0]) {
              return even.page(audience, after, most);
            }
            throw new IllegalStateException("the disk cannot be read");
          }

          @Override
          public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
            return even.find(audience, key);
          }
        };
    heart.crashAndStartAgain();
    heart.pass(Duration.ofSeconds(2)); // its end is no moment at which it would be tried anyway
    final long send = accept(send("1", new Audience.Registered("news", "", 6_000), NOW));
    handOverAll();
    assertEquals(State.GOES_ON, progress(send).state());
    heart.pass(LIFE.minusSeconds(3));
    assertEquals(State.GOES_ON, progress(send).state());
    heart.pass(Duration.ofSeconds(1));
    assertEquals(State.GIVEN_UP, progress(send).state());
    assertEquals(Map.of("handed-over", 500L), progress(send).outcomes());
    assertEquals("push expired TOO_LATE_TO_ALERT", heart.story(send, TargetKey.WHOLE).getFirst());
    final int looks = asked[0];
    readable[0] = true;
    heart.pass(Duration.ofMinutes(5));
    assertEquals(looks, asked[0], "it is not tried any more");
    assertEquals(0, heart.routing.backlog(), "credits not given back");
    heart.crashAndStartAgain();
    heart.nothingIsLeft();
  }

  @Test
  void a_send_whose_audience_can_be_read_again_goes_on() {
    final var fails = new int[] {3};
    final var even = new Even(600, new HashSet<>());
    heart.audiences =
        new Audiences() {
          @Override
          public Page page(final Audience.Registered audience, final long after, final int most) {
            if (fails[0]-- > 0) {
              throw new IllegalStateException("the disk cannot be read");
            }
            return even.page(audience, after, most);
          }

          @Override
          public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
            return even.find(audience, key);
          }
        };
    heart.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 600), NOW));
    assertEquals(List.of(), heart.apns().taken);
    heart.pass(Duration.ofSeconds(20));
    handOverAll();
    assertEquals(Map.of("handed-over", 300L), progress(send).outcomes());
    assertEquals(State.OVER, progress(send).state());
  }

  @Test
  void a_push_that_was_cancelled_before_it_was_written_is_told_as_such() {
    final var to = addresses(1);
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    heart.routing.sends().cancel(send, () -> {});
    heart.turn();
    final var push = heart.apns().take();
    assertFalse(push.wanted().getAsBoolean());
    heart.apns().answer(push, Refused.byUs(Reason.CALL_OVER, ""));
    heart.turn();
    assertEquals(
        List.of("push not-sent SEND_CANCELLED", "settled"), heart.story(send, to.getFirst().key()));
  }

  @Test
  void after_a_kill_at_its_moment_a_scheduled_send_says_what_it_repeats() {
    final var moment = NOW.plus(Duration.ofMinutes(10));
    final var to = addresses(2);
    final long send = accept(send("1", new Audience.Addresses(to), moment));
    heart.pass(Duration.ofMinutes(11));
    assertEquals(2, heart.apns().taken.size());
    heart.crashAndStartAgain();
    assertEquals(2, heart.apns().taken.size());
    handOverAll();
    for (final var one : to) {
      assertTrue(
          heart.story(send, one.key()).contains("push uncertain STOPPED_WHILE_SENDING"),
          () -> heart.story(send, one.key()).toString());
    }
    heart.nothingIsLeft();
  }

  @Test
  void one_address_that_does_not_answer_holds_up_the_window_and_fills_no_memory() {
    heart.audiences = new Even(20_000, new HashSet<>());
    heart.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 20_000), NOW));
    final var silent = heart.apns().taken.removeFirst();
    int told = 1;
    while (!heart.apns().taken.isEmpty()) {
      told += heart.apns().taken.size();
      for (final var push : List.copyOf(heart.apns().taken)) {
        heart.apns().handOver(push);
      }
      heart.apns().taken.clear();
      heart.turn();
    }
    assertTrue(told <= SendFanOut.WINDOW, told + " were told behind one that does not answer");
    heart.apns().handOver(silent);
    heart.turn();
    while (!heart.apns().taken.isEmpty()) {
      handOverAll();
    }
    assertEquals(Map.of("handed-over", 10_000L), progress(send).outcomes());
    heart.nothingIsLeft();
  }

  @Test
  void an_address_is_named_once() {
    final var twice = List.of(address(1), address(1));
    assertThrows(IllegalArgumentException.class, () -> new Audience.Addresses(twice));
  }

  @Test
  void a_page_ascends_and_is_empty_only_as_the_last_one() {
    final var one = new Audiences.Numbered(1, address(1));
    final var two = new Audiences.Numbered(2, address(2));
    assertThrows(IllegalArgumentException.class, () -> new Audiences.Page(List.of(), false));
    assertThrows(IllegalArgumentException.class, () -> new Audiences.Page(List.of(two, one), true));
  }

  @Test
  void the_clock_set_back_by_more_than_a_send_lives_does_not_end_it() {
    final var to = addresses(2);
    final var until = NOW.plus(Duration.ofMinutes(5));
    final var life = new Life(until, until, heart.time.generation().number());
    final var now = send("1", new Audience.Addresses(to), NOW);
    final long send = accept(now.with(life));
    heart.clock.step(Duration.ofDays(-1));
    heart.turn();
    handOverAll();
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    heart.nothingIsLeft();
  }

  @Test
  void a_page_leaves_only_when_it_is_on_disk_that_it_begins() {
    heart.audiences = new Even(5_000, new HashSet<>());
    heart.crashAndStartAgain();
    submit(send("1", new Audience.Registered("news", "", 5_000), NOW));
    heart.commits = false;
    heart.turn();
    assertEquals(SendFanOut.PAGE, heart.apns().taken.size(), "the first page needs no note");
    heart.commits = true;
    heart.turn();
    assertEquals(SendFanOut.WINDOW, heart.apns().taken.size());
  }
}

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
import dev.reveille.model.Send;
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
    fixture.audiences = new Even(6_000, new HashSet<>());
    fixture.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 6_000), NOW));
    final Map<String, Integer> pushes = new HashMap<>();
    final Map<String, Set<UUID>> ids = new HashMap<>();
    final Set<String> answered = new HashSet<>();
    note(pushes, ids);
    for (final var push : List.copyOf(fixture.apns().taken).subList(0, 700)) {
      fixture.apns().handOver(push);
      fixture.apns().taken.remove(push);
      answered.add(push.to().token().value());
    }
    fixture.turn();
    note(pushes, ids);
    final var before = Map.copyOf(pushes);
    fixture.crashAndStartAgain();
    while (!fixture.apns().taken.isEmpty()) {
      note(pushes, ids);
      handOverAll();
    }
    assertEquals(3_000, pushes.size(), "targets that were told");
    for (int number = 2; number <= 6_000; number += 2) {
      final var one = address(number);
      final var token = ((PushAddress.Direct) one.address()).token().value();
      final var story = fixture.story(send, one.key());
      final boolean repeats = before.containsKey(token) && !answered.contains(token);
      assertEquals(repeats ? 2 : 1, pushes.get(token), () -> one + ": " + story);
      assertEquals(1, ids.getOrDefault(token, Set.of()).size(), "one id for both");
      assertEquals(
          repeats, story.contains("push uncertain STOPPED_WHILE_SENDING"), story::toString);
      assertEquals("settled", story.getLast(), story::toString);
    }
    assertEquals(State.OVER, progress(send).state());
    assertEquals(Map.of("handed-over", 3_000L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  private final Set<Push> noted = new HashSet<>();

  private void note(final Map<String, Integer> pushes, final Map<String, Set<UUID>> ids) {
    for (final var push : fixture.apns().taken) {
      if (noted.add(push)) {
        final var token = push.to().token().value();
        pushes.merge(token, 1, Integer::sum);
        ids.computeIfAbsent(token, _ -> new HashSet<>()).add(push.id());
      }
    }
  }

  @Test
  void server_after_server_that_dies_repeats_a_registered_address_at_most_twice() {
    fixture.audiences = new Even(2_400, new HashSet<>());
    fixture.crashAndStartAgain();
    diesAgainAndAgain(send("1", new Audience.Registered("news", "", 2_400), NOW), 1_200);
  }

  @Test
  void server_after_server_that_dies_repeats_a_listed_address_at_most_twice() {
    diesAgainAndAgain(send("1", new Audience.Addresses(addresses(1_000)), NOW), 1_000);
  }

  @Test
  void server_after_server_that_dies_repeats_an_address_of_a_single_page_at_most_twice() {
    fixture.audiences = new Even(20, new HashSet<>());
    fixture.crashAndStartAgain();
    diesAgainAndAgain(send("1", new Audience.Registered("news", "", 20), NOW), 10);
    fixture.apns().taken.clear();
    diesAgainAndAgain(send("2", new Audience.Addresses(addresses(7)), NOW), 7);
  }

  /// No push is ever answered.
  private void diesAgainAndAgain(final Send sent, final int targets) {
    final long send = accept(sent);
    final Map<String, Integer> pushes = new HashMap<>();
    for (int start = 0; start < 6; start++) {
      fixture
          .apns()
          .taken
          .forEach(push -> pushes.merge(push.to().token().value(), 1, Integer::sum));
      fixture.crashAndStartAgain();
    }
    assertEquals(targets, pushes.size());
    assertEquals(Set.of(3), Set.copyOf(pushes.values()), "how often each was told");
    assertEquals(Map.of("uncertain", (long) targets), progress(send).outcomes());
    assertEquals(State.OVER, progress(send).state());
    fixture.nothingIsLeft();
  }

  // ---- kills and peers that do not answer -------------------------------------------------------

  @Test
  void a_cancel_that_was_confirmed_survives_a_kill() {
    fixture.audiences = new Even(20_000, new HashSet<>());
    fixture.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 20_000), NOW));
    final boolean[] kept = {false};
    fixture.routing.sends().cancel(send, () -> kept[0] = true);
    fixture.turn();
    assertTrue(kept[0]);
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofMinutes(1));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(State.CANCELLED, progress(send).state());
  }

  @Test
  void a_cancel_counts_while_the_audience_cannot_be_read() {
    fixture.audiences =
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
    fixture.crashAndStartAgain();
    fixture.looks = false;
    final long send = accept(send("1", new Audience.Registered("news", "", 10), NOW));
    fixture.routing.sends().cancel(send, () -> {});
    fixture.looks = true;
    fixture.turn();
    assertEquals(State.CANCELLED, progress(send).state());
    assertEquals(0, fixture.routing.backlog(), "credits not given back");
  }

  @Test
  void a_send_whose_audience_cannot_be_read_ends_when_its_time_is_over() {
    final var readable = new boolean[1];
    final var asked = new int[1];
    final var even = new Even(6_000, new HashSet<>());
    fixture.audiences =
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
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(2)); // its end is no moment at which it would be tried anyway
    final long send = accept(send("1", new Audience.Registered("news", "", 6_000), NOW));
    handOverAll();
    assertEquals(State.GOES_ON, progress(send).state());
    fixture.pass(LIFE.minusSeconds(3));
    assertEquals(State.GOES_ON, progress(send).state());
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(State.GIVEN_UP, progress(send).state());
    assertEquals(Map.of("handed-over", 500L), progress(send).outcomes());
    assertEquals("push expired TOO_LATE_TO_ALERT", fixture.story(send, TargetKey.WHOLE).getFirst());
    final int looks = asked[0];
    readable[0] = true;
    fixture.pass(Duration.ofMinutes(5));
    assertEquals(looks, asked[0], "it is not tried any more");
    assertEquals(0, fixture.routing.backlog(), "credits not given back");
    fixture.crashAndStartAgain();
    fixture.nothingIsLeft();
  }

  @Test
  void a_send_whose_audience_can_be_read_again_goes_on() {
    final var fails = new int[] {3};
    final var even = new Even(600, new HashSet<>());
    fixture.audiences =
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
    fixture.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 600), NOW));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.pass(Duration.ofSeconds(20));
    handOverAll();
    assertEquals(Map.of("handed-over", 300L), progress(send).outcomes());
    assertEquals(State.OVER, progress(send).state());
  }

  @Test
  void a_push_that_was_cancelled_before_it_was_written_is_told_as_such() {
    final var to = addresses(1);
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    fixture.routing.sends().cancel(send, () -> {});
    fixture.turn();
    final var push = fixture.apns().take();
    assertFalse(push.wanted().getAsBoolean());
    fixture.apns().answer(push, Refused.byUs(Reason.CALL_OVER, ""));
    fixture.turn();
    assertEquals(
        List.of("push not-sent SEND_CANCELLED", "settled"),
        fixture.story(send, to.getFirst().key()));
  }

  @Test
  void after_a_kill_at_its_moment_a_scheduled_send_says_what_it_repeats() {
    final var moment = NOW.plus(Duration.ofMinutes(10));
    final var to = addresses(2);
    final long send = accept(send("1", new Audience.Addresses(to), moment));
    fixture.pass(Duration.ofMinutes(11));
    assertEquals(2, fixture.apns().taken.size());
    fixture.crashAndStartAgain();
    assertEquals(2, fixture.apns().taken.size());
    handOverAll();
    for (final var one : to) {
      assertTrue(
          fixture.story(send, one.key()).contains("push uncertain STOPPED_WHILE_SENDING"),
          () -> fixture.story(send, one.key()).toString());
    }
    fixture.nothingIsLeft();
  }

  @Test
  void one_address_that_does_not_answer_holds_up_the_window_and_fills_no_memory() {
    fixture.audiences = new Even(20_000, new HashSet<>());
    fixture.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 20_000), NOW));
    final var silent = fixture.apns().taken.removeFirst();
    int told = 1;
    while (!fixture.apns().taken.isEmpty()) {
      told += fixture.apns().taken.size();
      for (final var push : List.copyOf(fixture.apns().taken)) {
        fixture.apns().handOver(push);
      }
      fixture.apns().taken.clear();
      fixture.turn();
    }
    assertTrue(told <= SendFanOut.WINDOW, told + " were told behind one that does not answer");
    fixture.apns().handOver(silent);
    fixture.turn();
    while (!fixture.apns().taken.isEmpty()) {
      handOverAll();
    }
    assertEquals(Map.of("handed-over", 10_000L), progress(send).outcomes());
    fixture.nothingIsLeft();
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
    final var life = new Life(until, until, fixture.time.generation().number());
    final var now = send("1", new Audience.Addresses(to), NOW);
    final long send = accept(now.with(life));
    fixture.clock.step(Duration.ofDays(-1));
    fixture.turn();
    handOverAll();
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  @Test
  void a_page_leaves_only_when_it_is_on_disk_that_it_begins() {
    fixture.audiences = new Even(5_000, new HashSet<>());
    fixture.crashAndStartAgain();
    submit(send("1", new Audience.Registered("news", "", 5_000), NOW));
    fixture.commits = false;
    fixture.turn();
    assertEquals(SendFanOut.PAGE, fixture.apns().taken.size(), "the first page needs no note");
    fixture.commits = true;
    fixture.turn();
    assertEquals(SendFanOut.WINDOW, fixture.apns().taken.size());
  }
}

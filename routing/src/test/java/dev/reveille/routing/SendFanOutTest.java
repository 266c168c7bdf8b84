package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.address;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Bytes;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.SendLog.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Sends to addresses: each is told once, in pages.
final class SendFanOutTest extends SendFanOutStage {
  // ---- a few addresses ------------------------------------------------------------------------

  @Test
  void each_address_is_told_once_and_the_trail_says_so() {
    final var to = addresses(3);
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    assertEquals(3, fixture.apns().taken.size());
    for (final var push : fixture.apns().taken) {
      final var notice = assertInstanceOf(PushContent.Notice.class, push.content());
      assertEquals("Hello", notice.title());
      assertEquals(
          Optional.of(send), fixture.routing.records().ids().sequenceOfSealed(notice.event()));
    }
    assertEquals(State.GOES_ON, progress(send).state());
    handOverAll();
    assertEquals(new Progress(State.OVER, 3, 3, Map.of("handed-over", 3L)), progress(send));
    for (final var one : to) {
      assertEquals(
          List.of("push handed-over HANDED_TO_PLATFORM", "settled"),
          fixture.story(send, one.key()));
    }
    fixture.nothingIsLeft();
  }

  @Test
  void the_same_send_again_is_a_repeat_and_another_one_a_conflict() {
    fixture.apns().always = _ -> new HandedOver("");
    final var to = new Audience.Addresses(addresses(1));
    final long send = accept(send("1", to, NOW));
    assertEquals(new Answer.Repeat(send), submit(send("1", to, NOW)));
    final var told = new ArrayList<Answer>();
    fixture.routing.sends().submit(send("1", to, NOW), 2, told::add);
    fixture.store.commit();
    assertEquals(List.of(new Answer.Conflict(send, Reason.OTHER_BODY)), told);
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void an_address_that_has_to_wait_is_tried_again_and_the_others_are_not() {
    final var to = addresses(2);
    final var late = to.getFirst().address();
    fixture.apns().always =
        push ->
            push.to().equals(late) && push.attempt() <= 2
                ? RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant())
                : new HandedOver("");
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    assertEquals(State.OVER, progress(send).state(), "what waits as a row is none of its pages'");
    fixture.pass(Duration.ofMinutes(1));
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    assertEquals(
        "push handed-over HANDED_TO_PLATFORM",
        fixture.story(send, to.getFirst().key()).reversed().get(1));
    assertEquals(
        List.of("push handed-over HANDED_TO_PLATFORM", "settled"),
        fixture.story(send, to.getLast().key()));
    fixture.nothingIsLeft();
  }

  @Test
  void a_send_whose_life_is_over_is_refused() {
    final var old = send("1", new Audience.Addresses(addresses(1)), NOW.minus(LIFE));
    final var refusal = assertInstanceOf(Answer.NotKept.class, submit(old));
    assertEquals(Reason.LIFE_OVER, refusal.why());
    fixture.nothingIsLeft();
  }

  @Test
  void a_push_as_its_caller_wrote_it_is_one_object_for_all_addresses_of_its_service() {
    fixture.apns().always = null;
    final var given =
        new SendContent.Native(
            PushService.APNS, Map.of("apns-priority", "5"), Bytes.of("{\"aps\":{}}"));
    final var to = new ArrayList<>(addresses(3));
    to.add(1, google(4));
    final long send = accept(with(send("1", new Audience.Addresses(to), NOW), given));
    final var pushes = List.copyOf(fixture.apns().taken);
    assertEquals(3, pushes.size());
    final var content = assertInstanceOf(PushContent.Native.class, pushes.getFirst().content());
    assertEquals(given.headers(), content.headers());
    assertEquals(given.body(), content.body());
    pushes.forEach(push -> assertSame(content, push.content()));
    handOverAll();
    assertEquals(new Progress(State.OVER, 4, 4, Map.of("handed-over", 3L), 1), progress(send));
    assertEquals(List.of(), fixture.story(send, to.get(1).key()), "no line, but a count");
    fixture.nothingIsLeft();
  }

  @Test
  void who_is_of_another_service_is_counted_once_also_after_a_crash() {
    final var given = new SendContent.Native(PushService.FCM, Map.of(), Bytes.of("{}"));
    fixture.audiences = new Even(5_000, new HashSet<>());
    fixture.crashAndStartAgain();
    final long send =
        accept(with(send("1", new Audience.Registered("news", "", 5_000), NOW), given));
    fixture.crashAndStartAgain();
    fixture.turn();
    assertEquals(new Progress(State.OVER, 5_000, 5_000, Map.of(), 2_500), progress(send));
    fixture.nothingIsLeft();
  }

  private static Addressed google(final int number) {
    final var apple = (PushAddress.Direct) address(number).address();
    return new Addressed(
        address(number).key(),
        new PushAddress.Direct(
            PushService.FCM, apple.channel(), apple.app(), false, apple.token(), NOW));
  }

  private static Send with(final Send send, final SendContent what) {
    return new Send(send.key(), send.life(), send.lane(), send.notBefore(), send.to(), what);
  }

  // ---- many -----------------------------------------------------------------------------------

  @Test
  void a_large_audience_is_told_page_by_page_and_no_more_than_a_window_at_once() {
    final var asked = new HashSet<Integer>();
    fixture.audiences = new Even(20_000, asked);
    fixture.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 20_000), NOW));
    final var told = new ArrayList<String>();
    int most = 0;
    while (!fixture.apns().taken.isEmpty()) {
      most = Math.max(most, fixture.apns().taken.size());
      told.addAll(tokens());
      handOverAll();
    }
    assertEquals(Set.of(SendFanOut.PAGE), asked);
    assertEquals(SendFanOut.WINDOW, most);
    assertEquals(
        IntStream.rangeClosed(1, 10_000)
            .mapToObj(number -> address(2 * number))
            .map(Addressed::address)
            .map(PushAddress.Direct.class::cast)
            .map(to -> to.token().value())
            .toList(),
        told);
    assertEquals(
        new Progress(State.OVER, 20_000, 20_000, Map.of("handed-over", 10_000L)), progress(send));
    fixture.nothingIsLeft();
  }

  @Test
  void an_audience_that_cannot_be_read_is_read_again() {
    final boolean[] fails = {true};
    fixture.audiences = unreadableWhile(fails, new Even(10, new HashSet<>()));
    fixture.crashAndStartAgain();
    fixture.apns().always = _ -> new HandedOver("");
    final long send = accept(send("1", new Audience.Registered("news", "", 10), NOW));
    assertEquals(State.GOES_ON, progress(send).state());
    fails[0] = false;
    fixture.pass(Duration.ofSeconds(6));
    assertEquals(new Progress(State.OVER, 10, 10, Map.of("handed-over", 5L)), progress(send));
  }

  @Test
  void an_audience_without_addresses_is_over_at_once() {
    final long send = accept(send("1", new Audience.Registered("news", "", 0), NOW));
    assertEquals(new Progress(State.OVER, 0, 0, Map.of()), progress(send));
    fixture.nothingIsLeft();
  }

  // ---- later, and not at all ------------------------------------------------------------------

  @Test
  void a_scheduled_send_waits_as_a_row_and_leaves_at_its_moment_also_after_a_restart() {
    final var moment = NOW.plus(Duration.ofMinutes(10));
    final long send = accept(send("1", new Audience.Addresses(addresses(2)), moment));
    assertEquals(State.SCHEDULED, progress(send).state());
    assertEquals(1, fixture.store.rows().size());
    fixture.pass(Duration.ofMinutes(5));
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofMinutes(4));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(1, fixture.store.rows().size());
    fixture.pass(Duration.ofMinutes(2));
    assertEquals(2, fixture.apns().taken.size());
    handOverAll();
    assertEquals(State.OVER, progress(send).state());
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  @Test
  void a_cancelled_send_tells_no_further_address() {
    fixture.audiences = new Even(20_000, new HashSet<>());
    fixture.crashAndStartAgain();
    final long send = accept(send("1", new Audience.Registered("news", "", 20_000), NOW));
    final boolean[] kept = {false};
    fixture.routing.sends().cancel(send, () -> kept[0] = true);
    fixture.turn();
    assertTrue(kept[0]);
    assertFalse(fixture.apns().taken.getFirst().wanted().getAsBoolean());
    handOverAll();
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(State.CANCELLED, progress(send).state());
    assertEquals(Map.of("handed-over", (long) SendFanOut.WINDOW), progress(send).outcomes());
    fixture.crashAndStartAgain();
    assertEquals(List.of(), fixture.apns().taken);
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_of_a_send_that_began_without_it_begins_nothing() {
    fixture.apns().always = _ -> new HandedOver("");
    final var moment = NOW.plus(Duration.ofMinutes(10));
    final long send = accept(send("1", new Audience.Addresses(addresses(2)), moment));
    final var row = fixture.store.rows().getFirst();
    fixture.pass(Duration.ofMinutes(11));
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.store.journal().note(List.of(new Note.Parked(row)));
    fixture.turn();
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofMinutes(1));
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  @Test
  void rows_of_a_former_run_know_what_may_have_left_since() {
    final var to = addresses(2);
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    fixture.apns().always = null;
    fixture.pass(Duration.ofSeconds(10)); // both are on their way once more
    assertEquals(2, fixture.apns().taken.size());
    fixture.apns().handOver(fixture.apns().taken.removeFirst());
    fixture.turn();
    fixture.apns().taken.clear();
    fixture.apns().always = _ -> new HandedOver("");
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofMinutes(1));
    final var uncertain =
        to.stream()
            .filter(one ->
                fixture.story(send, one.key()).contains("push uncertain STOPPED_WHILE_SENDING"))
            .count();
    assertEquals(1, uncertain);
    assertEquals(
        Map.of("handed-over", 2L),
        progress(send).outcomes(),
        () -> to.stream().map(one -> fixture.story(send, one.key())).toList().toString());
    fixture.nothingIsLeft();
  }

  @Test
  void a_send_goes_on_after_the_clock_was_set() {
    final boolean[] fails = {true};
    fixture.audiences = unreadableWhile(fails, new Even(4, new HashSet<>()));
    fixture.crashAndStartAgain();
    fixture.apns().always = _ -> new HandedOver("");
    final long send = accept(send("1", new Audience.Registered("news", "", 4), NOW));
    fixture.clock.step(Duration.ofDays(-1));
    fixture.turn();
    fails[0] = false;
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
  }

  @Test
  void a_scheduled_send_that_was_cancelled_never_leaves() {
    final var moment = NOW.plus(Duration.ofMinutes(10));
    final long send = accept(send("1", new Audience.Addresses(addresses(2)), moment));
    fixture.routing.sends().cancel(send, () -> {});
    fixture.turn();
    fixture.pass(Duration.ofMinutes(11));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(new Progress(State.CANCELLED, 0, 0, Map.of()), progress(send));
    fixture.nothingIsLeft();
  }

  /// An audience that cannot be read page by page as long as the flag is set.
  private static Audiences unreadableWhile(final boolean[] fails, final Even even) {
    return new Audiences() {
      @Override
      public Page page(final Audience.Registered audience, final long after, final int most) {
        if (fails[0]) {
          throw new IllegalStateException("the disk cannot be read");
        }
        return even.page(audience, after, most);
      }

      @Override
      public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
        return even.find(audience, key);
      }
    };
  }
}

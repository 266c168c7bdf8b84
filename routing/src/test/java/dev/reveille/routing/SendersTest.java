package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.PHONE;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Lane;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Senders come and go while the server runs, each with its own way to repeat. See
/// [RoutingFixture].
class SendersTest {
  private static final SenderId APPLE = PushService.APNS.sender();
  private static final SenderId GOOGLE = PushService.FCM.sender();

  private final RoutingFixture fixture = new RoutingFixture();

  @BeforeEach
  void peopleHavePhones() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.person(BEN, android("bens", BEN));
  }

  private void goes() {
    assertSame(fixture.apns(), fixture.reach.remove(APPLE).orElseThrow());
    fixture.turn();
  }

  private void comes() {
    fixture.reach.add(fixture.apns());
    fixture.turn();
  }

  // ---- coming and going -----------------------------------------------------------------------

  @Test
  void what_is_for_a_sender_that_is_gone_waits_and_leaves_when_it_comes_again() {
    goes();
    final long event = fixture.accept(message("m"));
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push waits SERVICE_UNREACHABLE"),
        fixture.story(event, "phone"));
    comes();
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals("settled", fixture.story(event, "phone").getLast());
    fixture.nothingIsLeft();
  }

  @Test
  void a_push_under_way_when_its_sender_goes_waits_as_well() {
    fixture.accept(message("m"));
    final var push = fixture.apns().take();
    goes();
    fixture.apns().answer(push, new TryAgain(Reason.SHUTTING_DOWN, "", NOW));
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(1, fixture.store.rows().size());
    comes();
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void a_push_that_was_gathered_when_its_sender_went_waits_as_well() {
    fixture.person(ANNA, iPhone("second", 18, ANNA));
    final var asked = new ArrayList<Boolean>();
    fixture.live.whenAsked =
        () -> {
          asked.add(true);
          if (asked.size() == 3) { // of the one device, to warm up, to decide; then of the other
            fixture.reach.remove(APPLE);
          }
        };
    fixture.accept(message("m"));
    fixture.pass(Duration.ofSeconds(20));
    assertTrue(asked.size() >= 3);
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(2, fixture.store.rows().size());
    comes();
    assertEquals(2, fixture.apns().taken.size());
    fixture.apns().taken.forEach(fixture.apns()::handOver);
    fixture.apns().taken.clear();
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void what_waits_for_a_sender_that_never_comes_ends_with_its_time() {
    goes();
    final long event = fixture.accept(message("m"));
    fixture.pass(Duration.ofSeconds(63));
    assertEquals(
        List.of("push expired TOO_LATE_TO_ALERT", "settled"),
        fixture.story(event, "phone").reversed().subList(0, 2).reversed());
    fixture.nothingIsLeft();
  }

  @Test
  void what_waited_before_a_restart_for_a_sender_that_comes_later_leaves_then() {
    goes();
    fixture.accept(message("m"));
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), fixture.apns().taken);
    comes();
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void a_thousand_lines_of_senders_that_are_gone_take_nothing_from_the_others() {
    for (int i = 0; i < 1_000; i++) {
      final var row =
          Waiting.until(
              NOW,
              1_000_000 + i,
              PHONE.target(),
              Lane.URGENT,
              1,
              NOW.plus(Duration.ofHours(1)),
              Reason.SERVICE_UNREACHABLE);
      fixture.store.journal().note(List.of(new Note.Parked(row.behind("house:" + i))));
    }
    fixture.turn();
    final var sent = new ArrayList<Push>();
    fixture.fcm().always = _ -> TryAgain.unreachable("no", Instant.EPOCH, Optional.empty());
    for (int i = 0; i < 200; i++) {
      fixture.accept(message("m" + i, BEN));
    }
    fixture.fcm().always =
        push -> {
          sent.add(push);
          return new HandedOver("");
        };
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(200, sent.size());
    assertEquals(1_000, fixture.store.rows().size());
  }

  @Test
  void two_senders_of_one_name_are_a_mistake() {
    assertThrows(IllegalArgumentException.class, () -> fixture.reach.add(fixture.apns()));
    goes();
    assertEquals(Optional.empty(), fixture.reach.remove(APPLE));
    comes();
    assertTrue(fixture.reach.has(APPLE));
  }

  // ---- what was known -------------------------------------------------------------------------

  @Test
  void the_breakers_of_a_sender_that_is_gone_are_forgotten() {
    final var senders = Senders.of(fixture.senders.values());
    final var breakers = new CircuitBreakers(senders);
    final var apple = People.address("t", PushService.APNS, PushChannel.MESSAGE);
    final var google = People.address("t", PushService.FCM, PushChannel.SINGLE);
    final var before = breakers.before(apple);
    assertSame(before, breakers.before(apple));
    assertSame(before, breakers.named("apns com.example.phone"), "as earlier versions named it");
    breakers.before(google);
    before.unreachable(Optional.empty(), NOW);
    senders.remove(APPLE);
    breakers.forget(APPLE);
    assertEquals(1, breakers.size());
    assertFalse(breakers.hasSender("apns com.example.phone"));
    assertTrue(breakers.hasSender("fcm com.example.phone"));
    assertFalse(breakers.before(apple).isOpen(NOW), "what was known is forgotten");
    breakers.named("apns sandbox com.example.phone");
    assertEquals(1, breakers.size(), "and nothing is remembered of it");
    senders.add(fixture.apns());
    assertNotSame(before, breakers.before(apple));
    assertSame(breakers.before(apple), breakers.before(apple));
    assertEquals(2, breakers.size());
  }

  @Test
  void senders_that_came_and_went_leave_nothing_behind() {
    final var senders = new Senders();
    final var breakers = new CircuitBreakers(senders);
    senders.onChange(breakers::forget);
    for (int i = 0; i < 1_000; i++) {
      senders.add(new Partner(new SenderId("house:" + i)));
      breakers.named("house:" + i).unreachable(Optional.empty(), NOW);
      breakers.named("house:" + i + " app");
      assertEquals(2, breakers.size());
      senders.remove(new SenderId("house:" + i));
      assertEquals(0, breakers.size());
    }
  }

  @Test
  void a_line_belongs_to_the_sender_that_its_first_word_names() {
    final var house = new SenderId("house:b");
    assertTrue(CircuitBreakers.isOf("house:b", house));
    assertTrue(CircuitBreakers.isOf("house:b app", house));
    assertFalse(CircuitBreakers.isOf("house:b.example app", house));
    assertFalse(CircuitBreakers.isOf("house", house));
    assertThrows(IllegalArgumentException.class, () -> new SenderId("two words"));
  }

  private record Partner(SenderId id) implements Sender {
    @Override
    public RetryPolicy retries() {
      return RetryPolicy.DOUBLING;
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      throw new AssertionError("nothing is sent");
    }

    @Override
    public void close() {}
  }

  // ---- how it is repeated ---------------------------------------------------------------------

  private static RetryPolicy policy(final int most, final Optional<Duration> within) {
    return new RetryPolicy(List.of(Duration.ofSeconds(1), Duration.ofSeconds(4)), 0, most, within);
  }

  /// Answers each push so, and when they left.
  private List<Duration> answered(final RetryPolicy policy, final DeliveryOutcome outcome) {
    final var times = new ArrayList<Duration>();
    fixture.apns().retries = policy;
    fixture.apns().always =
        _ -> {
          times.add(Duration.between(NOW, fixture.clock.instant()));
          return outcome;
        };
    fixture.accept(message("m"));
    fixture.pass(Duration.ofSeconds(40));
    return times;
  }

  private static void assertLeftAt(final List<Duration> times, final int... seconds) {
    assertEquals(seconds.length, times.size(), times::toString);
    for (int i = 0; i < seconds.length; i++) {
      final var late = times.get(i).minusSeconds(seconds[i]);
      assertTrue(!late.isNegative() && late.toMillis() < 1_000, times::toString);
    }
  }

  @Test
  void a_sender_says_how_often_and_when_its_pushes_are_repeated() {
    final var times =
        answered(
            policy(4, Optional.empty()),
            new TryAgain(Reason.SERVICE_THROTTLED, "429", Instant.EPOCH));
    assertLeftAt(times, 0, 1, 5, 9);
    assertEquals(
        List.of("push try-again SERVICE_THROTTLED", "push given-up TRIED_OFTEN_ENOUGH", "settled"),
        fixture.story(1, "phone").reversed().subList(0, 3).reversed());
    fixture.nothingIsLeft();
  }

  @Test
  void a_sender_says_for_how_long_its_pushes_are_repeated() {
    final var times =
        answered(
            policy(RetryPolicy.UNLIMITED, Optional.of(Duration.ofSeconds(8))),
            new TryAgain(Reason.SERVICE_THROTTLED, "429", Instant.EPOCH));
    assertLeftAt(times, 0, 1, 5);
    assertEquals(
        List.of("push given-up TRIED_OFTEN_ENOUGH", "settled"),
        fixture.story(1, "phone").reversed().subList(0, 2).reversed());
    fixture.nothingIsLeft();
  }

  @Test
  void tries_that_are_counted_are_not_spent_on_probes() {
    final var times =
        answered(
            policy(3, Optional.empty()),
            TryAgain.unreachable("no", Instant.EPOCH, Optional.empty()));
    assertLeftAt(times, 0, 1, 5);
    assertEquals(
        List.of("push given-up TRIED_OFTEN_ENOUGH", "settled"),
        fixture.story(1, "phone").reversed().subList(0, 2).reversed());
    fixture.nothingIsLeft();
  }

  @Test
  void one_try_is_one_try_also_when_the_service_sees_no_reason_to_wait() {
    final var times =
        answered(
            policy(1, Optional.empty()),
            new TryAgain(Reason.SERVICE_THROTTLED, "429", Instant.EPOCH, ServiceReply.ANSWER));
    assertLeftAt(times, 0);
    assertEquals("push given-up TRIED_OFTEN_ENOUGH", fixture.story(1, "phone").get(2));
    fixture.nothingIsLeft();
  }

  @Test
  void what_goes_to_one_receiver_is_repeated_by_its_own_sender() {
    fixture.fcm().retries = policy(1, Optional.empty());
    fixture.fcm().always = _ -> new TryAgain(Reason.SERVICE_THROTTLED, "429", Instant.EPOCH);
    final int[] tries = {0};
    fixture.apns().always =
        _ -> {
          tries[0]++;
          return new TryAgain(Reason.SERVICE_THROTTLED, "429", Instant.EPOCH);
        };
    final long event = fixture.accept(message("m", ANNA, BEN));
    fixture.pass(Duration.ofSeconds(30));
    assertTrue(tries[0] > 3, () -> "tries: " + tries[0]);
    assertEquals("settled", fixture.story(event, "bens").getLast());
    assertTrue(fixture.reach.retries(GOOGLE) == fixture.fcm().retries);
    assertSame(RetryPolicy.DOUBLING, fixture.reach.retries(new SenderId("none")));
  }
}

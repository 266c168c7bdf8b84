package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.ClockGeneration;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Event;
import dev.reveille.model.Life;
import dev.reveille.model.Preferences;
import dev.reveille.model.Reason;
import dev.reveille.routing.Intake.HandIn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The system's clock is set while something is under way: each wait takes as long as it was meant
/// to, each moment that a sender wrote stays what it was.
class ClockStepsTest {
  private static final String HOUR_BACK = "-PT1H";
  private static final String HOUR_AHEAD = "PT1H";
  private static final String SECONDS_BACK = "-PT10S";

  private final RoutingFixture fixture = RoutingFixture.ofAnna();

  /// What the server computes from a duration.
  private Event lasting(final Event event, final Duration alert) {
    return event.with(fixture.time.read().life(alert, alert));
  }

  private Event rings(final int seconds) {
    return lasting(incomingCall("c"), Duration.ofSeconds(seconds));
  }

  private void set(final String step) {
    fixture.clock.step(Duration.parse(step));
    fixture.turn();
    fixture.turn();
  }

  private boolean isRinging() {
    return fixture.routing.calls().isRinging(ACME, call("c"));
  }

  private void unreachable() {
    fixture.apns().always = _ -> new TryAgain(Reason.SERVICE_UNREACHABLE, "", Instant.EPOCH);
  }

  /// The pushes that Apple takes from now on.
  private void reachable() {
    fixture.apns().always = null;
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void a_call_rings_as_long_as_it_was_meant_to(final String step) {
    fixture.accept(rings(6));
    fixture.apns().handOver(fixture.apns().take());
    fixture.pass(Duration.ofSeconds(3));
    set(step);
    fixture.pass(Duration.ofMillis(2_500));
    assertTrue(isRinging(), "half a second before its time");
    fixture.pass(Duration.ofSeconds(1));
    assertFalse(isRinging(), "half a second after it");
    assertEquals(
        new CallEnd.TimedOut(),
        fixture.routing.calls().view(ACME, call("c")).orElseThrow().end().orElseThrow());
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void a_call_that_was_handed_in_afterwards_rings_as_long_as_it_was_meant_to(final String step) {
    set(step);
    fixture.accept(rings(5));
    fixture.apns().handOver(fixture.apns().take());
    fixture.pass(Duration.ofMillis(4_500));
    assertTrue(isRinging());
    fixture.pass(Duration.ofSeconds(1));
    assertFalse(isRinging());
    fixture.endTheCall();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void a_call_whose_push_was_refused_for_a_moment_is_tried_again_within_seconds(final String step) {
    fixture.accept(rings(30));
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new TryAgain(Reason.SERVICE_UNAVAILABLE, "503", Instant.EPOCH));
    fixture.turn();
    set(step);
    fixture.pass(Duration.ofSeconds(3));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.endTheCall();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void a_message_that_waits_as_a_row_comes_back_when_it_was_to(final String step) {
    final long event = fixture.accept(lasting(message("m"), Duration.ofHours(3)));
    final var asked = fixture.clock.instant().plusSeconds(300);
    fixture.apns().answer(fixture.apns().take(), new TryAgain(Reason.SERVICE_BUSY, "429", asked));
    fixture.turn();
    fixture.pass(Duration.ofSeconds(10));
    set(step);
    fixture.pass(Duration.ofSeconds(280));
    assertEquals(List.of(), fixture.apns().taken, "10 s too early");
    fixture.pass(Duration.ofSeconds(15));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertTrue(fixture.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void a_row_comes_back_when_it_was_to_after_a_crash_as_well(final String step) {
    fixture.accept(lasting(message("m"), Duration.ofHours(3)));
    final var asked = fixture.clock.instant().plusSeconds(300);
    fixture.apns().answer(fixture.apns().take(), new TryAgain(Reason.SERVICE_BUSY, "429", asked));
    fixture.turn();
    set(step);
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(290));
    assertEquals(List.of(), fixture.apns().taken, "10 s too early");
    fixture.pass(Duration.ofSeconds(15));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void what_waits_after_a_start_for_phones_to_return_waits_as_long_as_it_was_meant_to(
      final String step) {
    fixture.accept(lasting(message("m"), Duration.ofHours(3)));
    fixture.crashAndStartAgain();
    set(step);
    fixture.pass(Duration.ofSeconds(4));
    assertEquals(List.of(), fixture.apns().taken, "1 s too early");
    fixture.pass(Duration.ofSeconds(2));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  /// After two crashed starts: a call is worked on when the clock is set, a message waits for the
  /// phones to return, and the start has yet to stand.
  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void a_start_that_takes_up_a_few_at_a_time_takes_as_long_as_it_was_meant_to(final String step) {
    fixture.store.remembersStarts = true;
    for (final var event : List.of(rings(60), lasting(message("m"), Duration.ofHours(3)))) {
      fixture.routing.intake().submit(new HandIn(event, event.hashCode(), _ -> {}));
    }
    fixture.store.commit();
    fixture.store.starts.begins();
    fixture.store.starts.begins();
    fixture.crashAndStartAgain();
    fixture.advance(Duration.ofMillis(10));
    fixture.apns().handOver(fixture.apns().take());
    set(step);
    fixture.pass(Duration.ofSeconds(4));
    assertEquals(List.of(), fixture.apns().taken, "1 s too early");
    fixture.pass(Duration.ofSeconds(2));
    fixture.apns().handOver(fixture.apns().take());
    fixture.pass(Duration.ofSeconds(10));
    set(step);
    fixture.pass(CrashLoopGuard.UNTIL_IT_STANDS.minusSeconds(14));
    assertEquals(4, fixture.store.starts.begins(), "too early to stand");
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(0, fixture.store.starts.begins(), "it stands");
    fixture.endTheCall();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void an_alert_waits_as_long_as_it_was_meant_to_and_then_it_is_too_late(final String step) {
    unreachable();
    final long event = fixture.accept(lasting(message("m"), Duration.ofMinutes(10)));
    fixture.pass(Duration.ofMinutes(5));
    set(step);
    fixture.pass(Duration.ofSeconds(290));
    assertFalse(fixture.story(event, "phone").contains("settled"), "10 s before its end");
    fixture.pass(Duration.ofSeconds(15));
    assertEquals("push expired TOO_LATE_TO_ALERT", lastLineOf(event), "5 s after it");
    fixture.nothingIsLeft();
  }

  private String lastLineOf(final long event) {
    return fixture.story(event, "phone").stream()
        .filter(line -> !line.equals("settled"))
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  /// The sender compared a moment of before with the time of after.
  @Test
  void a_push_that_was_on_its_way_to_its_sender_is_not_too_late_because_of_a_step() {
    fixture.accept(rings(30));
    final var push = fixture.apns().take();
    set(HOUR_AHEAD);
    fixture.apns().answer(push, Refused.byUs(Reason.TOO_LATE_TO_ALERT, ""));
    fixture.pass(Duration.ofSeconds(1));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.endTheCall();
  }

  @Test
  void a_call_that_is_asked_about_in_the_store_shows_until_when_it_was_to_ring() {
    fixture.accept(rings(30));
    fixture.apns().handOver(fixture.apns().take());
    fixture.endTheCall();
    fixture.pass(Duration.ofMinutes(11)); // memory has forgotten it
    final var until = fixture.routing.calls().view(ACME, call("c")).orElseThrow().ringsUntil();
    set(HOUR_BACK);
    assertEquals(
        until.minus(Duration.ofHours(1)),
        fixture.routing.calls().view(ACME, call("c")).orElseThrow().ringsUntil());
  }

  @Test
  void a_phone_that_registers_during_a_ring_gets_the_call_although_the_clock_was_set_ahead() {
    fixture.accept(rings(30));
    fixture.apns().handOver(fixture.apns().take());
    set(HOUR_AHEAD);
    fixture.pass(Duration.ofSeconds(2));
    fixture.registry.keepInstallation(iPhone("new", 18, ANNA), "test");
    fixture.turn();
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.endTheCall();
  }

  @Test
  void an_event_that_was_on_its_way_to_the_door_while_the_clock_was_set_is_let_in() {
    final var call = rings(30);
    set(HOUR_AHEAD);
    fixture.accept(call);
    fixture.apns().handOver(fixture.apns().take());
    assertTrue(isRinging());
    fixture.endTheCall();
  }

  @Test
  void a_moment_that_the_sender_wrote_stays_what_it_was() {
    unreachable();
    final var until = fixture.clock.instant().plus(Duration.ofMinutes(90));
    final long event = fixture.accept(message("m").with(new Life(until, until)));
    set(HOUR_AHEAD);
    fixture.pass(Duration.ofMinutes(29));
    assertFalse(fixture.story(event, "phone").contains("settled"));
    fixture.pass(Duration.ofMinutes(2));
    assertEquals("push expired TOO_LATE_TO_ALERT", lastLineOf(event));
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void a_frame_that_is_not_acknowledged_is_followed_by_a_push_after_the_patience(
      final String step) {
    fixture.live.foreground("phone");
    fixture.accept(lasting(message("m"), Duration.ofMinutes(5)));
    fixture.live.take();
    set(step);
    fixture.pass(Duration.ofMillis(1_500));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.pass(Duration.ofSeconds(1));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void what_waits_for_a_service_goes_out_a_moment_after_it_is_back(final String step) {
    unreachable();
    fixture.accept(lasting(message("m"), Duration.ofHours(3)));
    fixture.pass(Duration.ofSeconds(5));
    set(step);
    reachable();
    fixture.pass(Duration.ofSeconds(2));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {HOUR_BACK, HOUR_AHEAD, SECONDS_BACK})
  void refused_credentials_are_asked_again_in_their_pace(final String step) {
    fixture.apns().always =
        _ ->
            new Withheld(
                Reason.CREDENTIALS_REFUSED,
                "403",
                fixture.clock.instant().plusSeconds(30),
                ServiceReply.MOMENT);
    fixture.accept(lasting(message("m"), Duration.ofHours(3)));
    fixture.pass(Duration.ofSeconds(40));
    set(step);
    reachable();
    fixture.pass(Duration.ofSeconds(32));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void an_end_that_came_first_waits_ten_minutes_for_its_call_whatever_the_clock_shows() {
    fixture.routing.calls().end(ACME, call("c"), new CallEnd.AnsweredElsewhere("desk"), _ -> {});
    fixture.turn();
    set(HOUR_AHEAD);
    fixture.pass(Duration.ofMinutes(9));
    fixture.accept(rings(30));
    assertEquals(List.of(), fixture.apns().taken, "the call is over");
    assertFalse(isRinging());
    fixture.turn();
    fixture.endTheCall();
  }

  @Test
  void an_end_that_came_first_waits_no_longer_than_that() {
    fixture.routing.calls().end(ACME, call("c"), new CallEnd.Cancelled(), _ -> {});
    fixture.turn();
    set(HOUR_BACK);
    fixture.pass(Duration.ofMinutes(11));
    fixture.accept(rings(30));
    fixture.apns().handOver(fixture.apns().take());
    assertTrue(isRinging());
    fixture.endTheCall();
  }

  @Test
  void an_end_that_came_long_before_its_call_does_not_end_it_after_a_step_and_a_crash() {
    fixture.routing.calls().end(ACME, call("c"), new CallEnd.Cancelled(), _ -> {});
    fixture.turn();
    fixture.pass(Duration.ofMinutes(11));
    fixture.accept(rings(60));
    fixture.apns().handOver(fixture.apns().take());
    set(HOUR_AHEAD);
    fixture.crashAndStartAgain();
    assertTrue(isRinging());
    fixture.endTheCall();
  }

  @Test
  void an_end_that_came_first_counts_when_the_clock_was_set_back_while_no_server_ran() {
    fixture.routing.calls().end(ACME, call("c"), new CallEnd.AnsweredElsewhere("desk"), _ -> {});
    fixture.turn();
    fixture.pass(Duration.ofMinutes(5));
    fixture.routing.intake().submit(new Intake.HandIn(rings(60), 1, _ -> {}));
    fixture.store.commit();
    fixture.clock.step(Duration.ofHours(-1));
    fixture.crashAndStartAgain();
    assertFalse(isRinging());
    assertEquals(List.of(), fixture.apns().taken);
    fixture.endTheCall();
  }

  @Test
  void quiet_hours_are_by_the_time_that_people_see() {
    final var wanted = fixture.clock.instant().plus(Duration.ofMinutes(30));
    fixture.person(ANNA, Preferences.DEFAULT.withDoNotDisturb(wanted), iPhone("phone", 18, ANNA));
    final long quiet = fixture.accept(lasting(message("one"), Duration.ofHours(3)));
    assertEquals("suppress DO_NOT_DISTURB", fixture.story(quiet, "phone").getFirst());
    set(HOUR_AHEAD);
    fixture.accept(lasting(message("two"), Duration.ofHours(3)));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void a_machine_that_slept_does_not_ring_afterwards_for_a_call_of_before() {
    unreachable();
    final long event = fixture.accept(rings(20));
    fixture.pass(Duration.ofSeconds(3));
    reachable();
    fixture.advance(Duration.ofHours(1)); // the machine's own clock tells that it slept
    assertFalse(isRinging());
    assertEquals(
        List.of(),
        fixture.apns().taken.stream().filter(push -> push.event() == event).toList(),
        "nothing but the missed call is told");
    assertEquals("push expired TOO_LATE_TO_ALERT", lastLineOf(event));
    assertEquals(ClockGeneration.FIRST, fixture.time.generation());
    fixture.endTheCall();
  }

  @Test
  void the_clock_set_back_while_no_server_ran_makes_no_ring_longer() {
    fixture.accept(rings(20));
    fixture.apns().handOver(fixture.apns().take());
    fixture.clock.step(Duration.ofHours(-1));
    fixture.crashAndStartAgain();
    assertEquals(2, fixture.time.generation().number());
    fixture.pass(Duration.ofSeconds(19));
    assertTrue(isRinging());
    fixture.pass(Duration.ofSeconds(2));
    assertFalse(isRinging());
    fixture.endTheCall();
  }

  @Test
  void a_step_that_cannot_be_kept_is_made_when_it_can() {
    fixture.accept(rings(20));
    fixture.apns().handOver(fixture.apns().take());
    fixture.store.clockFails = true;
    set(HOUR_BACK);
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(ClockGeneration.FIRST, fixture.time.generation());
    fixture.store.clockFails = false;
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(2, fixture.time.generation().number());
    assertEquals(1, fixture.store.clock().generations().size());
    fixture.pass(Duration.ofSeconds(12));
    assertTrue(isRinging());
    fixture.pass(Duration.ofSeconds(2));
    assertFalse(isRinging());
    fixture.endTheCall();
  }

  @Test
  void steps_there_and_back_leave_every_wait_as_it_was() {
    fixture.accept(rings(9));
    fixture.apns().handOver(fixture.apns().take());
    for (final var step : List.of(HOUR_BACK, HOUR_AHEAD, SECONDS_BACK, "PT10S", "P1D", "-P1D")) {
      fixture.pass(Duration.ofSeconds(1));
      set(step);
    }
    assertEquals(7, fixture.time.generation().number());
    assertEquals(Duration.ZERO, fixture.time.generation().ahead());
    fixture.pass(Duration.ofMillis(2_500));
    assertTrue(isRinging());
    fixture.pass(Duration.ofSeconds(1));
    assertFalse(isRinging());
    fixture.endTheCall();
  }
}

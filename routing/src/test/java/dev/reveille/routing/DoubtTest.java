package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.messageUntil;
import static dev.reveille.routing.port.Samples.missedCall;
import static dev.reveille.routing.port.Samples.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushAddress.Doubt;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A mistake of the operator costs no phone its address and no message its way.
class DoubtTest {
  private static final int SHARE = 8;
  private static final int MOST_WAITING = SHARE * 20;

  private final RoutingFixture fixture =
      new RoutingFixture(
          RoutingFixture.OPTIONS
              .withInHeap(10_000, 1_000)
              .withInFlight(10_000)
              .withWaiting(MOST_WAITING));

  @BeforeEach
  void annaHasAPhone() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    bundleId("com.example.phnoe");
  }

  @AfterEach
  void nothingIsLeft() {
    fixture.nothingIsLeft();
  }

  private void bundleId(final String id) {
    fixture.registry.keepApp(new App(People.APP, ACME, "phone", id, ""), "test");
    fixture.turn();
  }

  private PushAddress.Direct address(final PushChannel channel) {
    return fixture
        .registry
        .installation(new InstallationId("phone"))
        .orElseThrow()
        .addresses()
        .stream()
        .map(PushAddress.Direct.class::cast)
        .filter(each -> each.channel() == channel)
        .findFirst()
        .orElseThrow();
  }

  private static Refused wrongTopic() {
    return new Refused(Reason.TOKEN_WRONG_TOPIC, "400 DeviceTokenNotForTopic", Verdict.DOUBTED);
  }

  private void doubt() {
    final long event = fixture.accept(message("first"));
    fixture.apns().answer(fixture.apns().take(), wrongTopic());
    fixture.turn();
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push refused TOKEN_WRONG_TOPIC", "settled"),
        fixture.story(event, "phone"));
  }

  // ---- addresses ------------------------------------------------------------------------------

  @Test
  void an_address_refused_for_what_may_be_our_mistake_is_kept_and_left_alone() {
    doubt();
    assertEquals(
        Optional.of(new Doubt(NOW, Reason.TOKEN_WRONG_TOPIC, 1)),
        address(PushChannel.MESSAGE).doubt());

    final long next = fixture.accept(message("second"));
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push refused TOKEN_WRONG_TOPIC", "settled"),
        fixture.story(next, "phone"));
    assertEquals(List.of(), fixture.apns().taken);
  }

  @Test
  void an_address_is_left_alone_before_the_registry_knows_that_it_is_doubted() {
    fixture.accept(message("first"));
    fixture.looks = false; // what is to be written waits
    fixture.apns().answer(fixture.apns().take(), wrongTopic());
    fixture.turn();
    final long next = fixture.accept(message("second"));
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(), fixture.apns().taken);
    assertTrue(fixture.story(next, "phone").contains("push refused TOKEN_WRONG_TOPIC"));
  }

  @Test
  void a_mended_bundle_id_reaches_the_phone_with_the_next_message_and_without_the_app() {
    doubt();
    bundleId("com.example.phone");
    final long next = fixture.accept(message("second"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertTrue(fixture.story(next, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    assertEquals(Optional.empty(), address(PushChannel.MESSAGE).doubt());
    fixture.accept(message("third"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
  }

  @Test
  void a_change_that_does_not_help_leaves_the_address_doubted_since_the_newest_refusal() {
    doubt();
    fixture.advance(Duration.ofHours(1));
    bundleId("com.example.fone");
    fixture.accept(lasting("second"));
    fixture.apns().answer(fixture.apns().take(), wrongTopic());
    fixture.turn();
    final var doubt = address(PushChannel.MESSAGE).doubt().orElseThrow();
    assertEquals(2, doubt.credentials());
    assertEquals(NOW.plus(Duration.ofHours(1)), doubt.since());
    fixture.accept(lasting("third"));
    assertEquals(List.of(), fixture.apns().taken);
  }

  @Test
  void an_address_of_which_not_all_was_asked_is_asked_again_with_the_next_event() {
    fixture.accept(lasting("first"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            new Refused(Reason.TOKEN_BAD, "400, then 503", Verdict.DOUBTED_FOR_NOW));
    fixture.turn();
    final long next = fixture.accept(lasting("second"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertTrue(fixture.story(next, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    assertEquals(Optional.empty(), address(PushChannel.MESSAGE).doubt());
  }

  private Event.Message lasting(final String id) {
    return messageUntil(id, fixture.clock.instant().plusSeconds(3_600));
  }

  @Test
  void one_push_at_a_time_tries_a_doubted_address_and_the_others_follow() {
    doubt();
    bundleId("com.example.phone");
    final long one = fixture.accept(message("one"));
    final long other = fixture.accept(message("other"));
    final var trial = fixture.apns().take();
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.apns().handOver(trial);
    fixture.pass(Duration.ofSeconds(2));
    final var follower = fixture.apns().take();
    assertEquals(1, follower.attempt(), "to wait for the trial was no try");
    fixture.apns().handOver(follower);
    fixture.turn();
    for (final long event : List.of(one, other)) {
      assertTrue(fixture.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    }
  }

  @Test
  void a_trial_that_failed_makes_way_for_the_next_one() {
    doubt();
    bundleId("com.example.fone");
    fixture.accept(message("second"));
    fixture.apns().answer(fixture.apns().take(), wrongTopic());
    fixture.turn();
    bundleId("com.example.phone");
    fixture.accept(message("third"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
  }

  @Test
  void a_trial_that_is_not_needed_any_more_makes_way_for_the_next_one() {
    doubt();
    bundleId("com.example.phone");
    fixture.looks = false;
    final long event = fixture.accept(message("second"));
    while (fixture.apns().taken.isEmpty() && fixture.look()) { // up to what the push needs
      fixture.store.commit();
    }
    fixture.acknowledge(ANNA, "phone", event);
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(), fixture.apns().taken);
    fixture.accept(message("third"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
  }

  @Test
  void a_proven_address_gets_its_next_messages_at_once() {
    doubt();
    bundleId("com.example.phone");
    fixture.accept(message("second"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.accept(message("third"));
    fixture.accept(message("fourth"));
    assertEquals(2, fixture.apns().taken.size());
    List.copyOf(fixture.apns().taken).forEach(fixture.apns()::handOver);
    fixture.apns().taken.clear();
    fixture.turn();
  }

  private void registersAgain() {
    final var phone = iPhone("phone", 18, ANNA);
    fixture.registry.keepInstallation(
        People.with(
            phone,
            phone.addresses().stream()
                .map(PushAddress.Direct.class::cast)
                .<PushAddress>map(each ->
                    new PushAddress.Direct(
                        each.service(),
                        each.channel(),
                        each.app(),
                        each.sandbox(),
                        each.token(),
                        fixture.time.instant()))
                .toList()),
        "test");
  }

  @Test
  void an_app_that_registers_again_is_not_doubted() {
    doubt();
    fixture.advance(Duration.ofSeconds(1));
    registersAgain();
    fixture.accept(lasting("second"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
  }

  @Test
  void an_app_that_registers_again_is_not_doubted_although_the_clock_was_set_back() {
    doubt();
    fixture.clock.step(Duration.ofHours(-1));
    fixture.turn();
    registersAgain();
    fixture.accept(lasting("second"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
  }

  @Test
  void an_address_whose_app_was_corrected_is_tried_however_long_no_event_came() {
    doubt();
    bundleId("com.example.phone");
    fixture.clock.advance(Duration.ofDays(31));
    fixture.accept(lasting("late"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals(Optional.empty(), address(PushChannel.MESSAGE).doubt());
  }

  @Test
  void a_clock_that_is_a_year_fast_for_a_minute_costs_no_doubted_address() {
    doubt();
    fixture.advance(Duration.ofDays(2));
    fixture.clock.step(Duration.ofDays(365));
    fixture.turn();
    fixture.accept(lasting("next year"));
    fixture.clock.step(Duration.ofDays(-365));
    fixture.turn();
    assertTrue(address(PushChannel.MESSAGE).doubt().isPresent());
  }

  @Test
  void an_address_that_was_doubted_for_a_month_goes_with_a_reason_of_its_own() {
    doubt();
    fixture.clock.advance(Duration.ofDays(30));
    final long event =
        fixture.accept(messageUntil("late", fixture.clock.instant().plusSeconds(3_600)));
    assertEquals("push address-dropped DOUBTED_TOO_LONG", fixture.story(event, "phone").getLast());
    assertEquals(
        1,
        fixture
            .registry
            .installation(new InstallationId("phone"))
            .orElseThrow()
            .addresses()
            .size());
  }

  @Test
  void what_the_other_environment_took_is_remembered() {
    fixture.accept(message("m"));
    fixture
        .apns()
        .answer(fixture.apns().take(), new HandedOver("400 BadDeviceToken, then x", true));
    fixture.turn();
    assertTrue(address(PushChannel.MESSAGE).sandbox());
    assertFalse(address(PushChannel.VOIP).sandbox());
  }

  // ---- credentials ----------------------------------------------------------------------------

  private static Withheld refused(final Instant notBefore) {
    return new Withheld(
        Reason.CREDENTIALS_REFUSED, "403 InvalidProviderToken", notBefore, ServiceReply.MOMENT);
  }

  private final List<Push> asked = new ArrayList<>();

  private void refuseCredentials() {
    fixture.apns().always =
        push -> {
          asked.add(push);
          return refused(fixture.clock.instant().plusSeconds(30));
        };
  }

  private void accept() {
    fixture.apns().always =
        push -> {
          asked.add(push);
          return new HandedOver("");
        };
  }

  @Test
  void what_our_credentials_hold_up_goes_out_when_they_are_mended_calls_first() {
    refuseCredentials();
    final long first = fixture.accept(message("m"));
    for (int i = 0; i < 9; i++) {
      fixture.accept(missedCall("n" + i));
    }
    final long call = fixture.accept(incomingCall("c"));
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(1, asked.size(), "one push asks for all");
    asked.clear();

    accept();
    bundleId("com.example.phone");
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(11, asked.size());
    assertEquals(call, asked.getFirst().event());
    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push try-again CREDENTIALS_REFUSED",
            "push leaves SUSPENDED_MESSAGE",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        fixture.story(first, "phone"));
    fixture.endTheCall();
  }

  @Test
  void what_left_before_the_credentials_were_mended_holds_nothing_up() {
    final var inAnHour = fixture.clock.instant().plusSeconds(3_600);
    final long event = fixture.accept(lasting("m"));
    final var first = fixture.apns().take();
    fixture.apns().answer(first, refused(fixture.clock.instant()));
    fixture.pass(Duration.ofSeconds(1));
    final var probe = fixture.apns().take();
    bundleId("com.example.phone");
    fixture.apns().answer(probe, refused(inAnHour));
    fixture.turn();
    accept();
    fixture.pass(Duration.ofSeconds(2));
    assertTrue(fixture.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
  }

  @Test
  void refused_credentials_are_asked_again_now_and_then_without_a_line_for_each_probe() {
    refuseCredentials();
    final long event = fixture.accept(lasting("m"));
    fixture.pass(Duration.ofMinutes(10));
    assertTrue(asked.size() > 10 && asked.size() < 25, () -> "asked " + asked.size() + " times");
    assertTrue(
        fixture.story(event, "phone").size() < 5, () -> fixture.story(event, "phone").toString());
    accept();
    fixture.pass(Duration.ofMinutes(1));
    assertTrue(fixture.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
  }

  @Test
  void a_line_that_grows_too_long_gives_up_its_oldest_and_least_urgent() {
    refuseCredentials();
    fixture.accept(message("probe"));
    final var bulk = new ArrayList<Long>();
    for (int i = 0; i < 15; i++) {
      bulk.add(fixture.accept(silent("s" + i)));
    }
    final var alerts = new ArrayList<Long>();
    for (int i = 0; i < 15; i++) {
      alerts.add(fixture.accept(missedCall("n" + i)));
    }
    fixture.pass(Duration.ofSeconds(3));
    for (int i = 0; i < bulk.size(); i++) {
      final boolean gone =
          fixture.story(bulk.get(i), "phone").contains("push given-up LINE_TOO_LONG");
      assertEquals(i < 11, gone, "bulk event " + i);
    }
    for (final long alert : alerts) {
      assertFalse(fixture.story(alert, "phone").contains("push given-up LINE_TOO_LONG"));
    }
    accept();
    fixture.pass(Duration.ofMinutes(2));
  }

  @Test
  void one_app_s_sandbox_says_nothing_about_its_production() {
    final var phone = iPhone("developers", 18, BEN);
    fixture.person(
        BEN,
        People.with(
            phone,
            phone.addresses().stream()
                .<PushAddress>map(each -> ((PushAddress.Direct) each).proven(true))
                .toList()));
    fixture.apns().always =
        push ->
            push.to().sandbox()
                ? refused(fixture.clock.instant().plusSeconds(30))
                : new HandedOver("");
    fixture.accept(message("to-ben", BEN));
    final long toAnna = fixture.accept(message("to-anna", ANNA));
    assertTrue(fixture.story(toAnna, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    accept();
    fixture.pass(Duration.ofMinutes(2));
  }
}

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

  private final Heart heart =
      new Heart(
          Heart.OPTIONS.withInHeap(10_000, 1_000).withInFlight(10_000).withWaiting(MOST_WAITING));

  @BeforeEach
  void annaHasAPhone() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
    bundleId("com.example.phnoe");
  }

  @AfterEach
  void nothingIsLeft() {
    heart.nothingIsLeft();
  }

  private void bundleId(final String id) {
    heart.registry.keepApp(new App(People.APP, ACME, "phone", id, ""), "test");
    heart.turn();
  }

  private PushAddress.Direct address(final PushChannel channel) {
    return heart
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
    final long event = heart.accept(message("first"));
    heart.apns().answer(heart.apns().take(), wrongTopic());
    heart.turn();
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push refused TOKEN_WRONG_TOPIC", "settled"),
        heart.story(event, "phone"));
  }

  // ---- addresses ------------------------------------------------------------------------------

  @Test
  void an_address_refused_for_what_may_be_our_mistake_is_kept_and_left_alone() {
    doubt();
    assertEquals(
        Optional.of(new Doubt(NOW, Reason.TOKEN_WRONG_TOPIC, 1)),
        address(PushChannel.MESSAGE).doubt());

    final long next = heart.accept(message("second"));
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push refused TOKEN_WRONG_TOPIC", "settled"),
        heart.story(next, "phone"));
    assertEquals(List.of(), heart.apns().taken);
  }

  @Test
  void an_address_is_left_alone_before_the_registry_knows_that_it_is_doubted() {
    heart.accept(message("first"));
    heart.looks = false; // what is to be written waits
    heart.apns().answer(heart.apns().take(), wrongTopic());
    heart.turn();
    final long next = heart.accept(message("second"));
    heart.looks = true;
    heart.turn();
    assertEquals(List.of(), heart.apns().taken);
    assertTrue(heart.story(next, "phone").contains("push refused TOKEN_WRONG_TOPIC"));
  }

  @Test
  void a_mended_bundle_id_reaches_the_phone_with_the_next_message_and_without_the_app() {
    doubt();
    bundleId("com.example.phone");
    final long next = heart.accept(message("second"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertTrue(heart.story(next, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    assertEquals(Optional.empty(), address(PushChannel.MESSAGE).doubt());
    heart.accept(message("third"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
  }

  @Test
  void a_change_that_does_not_help_leaves_the_address_doubted_since_the_newest_refusal() {
    doubt();
    heart.advance(Duration.ofHours(1));
    bundleId("com.example.fone");
    heart.accept(lasting("second"));
    heart.apns().answer(heart.apns().take(), wrongTopic());
    heart.turn();
    final var doubt = address(PushChannel.MESSAGE).doubt().orElseThrow();
    assertEquals(2, doubt.credentials());
    assertEquals(NOW.plus(Duration.ofHours(1)), doubt.since());
    heart.accept(lasting("third"));
    assertEquals(List.of(), heart.apns().taken);
  }

  @Test
  void an_address_of_which_not_all_was_asked_is_asked_again_with_the_next_event() {
    heart.accept(lasting("first"));
    heart
        .apns()
        .answer(
            heart.apns().take(),
            new Refused(Reason.TOKEN_BAD, "400, then 503", Verdict.DOUBTED_FOR_NOW));
    heart.turn();
    final long next = heart.accept(lasting("second"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertTrue(heart.story(next, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    assertEquals(Optional.empty(), address(PushChannel.MESSAGE).doubt());
  }

  private Event.Message lasting(final String id) {
    return messageUntil(id, heart.clock.instant().plusSeconds(3_600));
  }

  @Test
  void one_push_at_a_time_tries_a_doubted_address_and_the_others_follow() {
    doubt();
    bundleId("com.example.phone");
    final long one = heart.accept(message("one"));
    final long other = heart.accept(message("other"));
    final var trial = heart.apns().take();
    heart.pass(Duration.ofSeconds(5));
    assertEquals(List.of(), heart.apns().taken);
    heart.apns().handOver(trial);
    heart.pass(Duration.ofSeconds(2));
    final var follower = heart.apns().take();
    assertEquals(1, follower.attempt(), "to wait for the trial was no try");
    heart.apns().handOver(follower);
    heart.turn();
    for (final long event : List.of(one, other)) {
      assertTrue(heart.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    }
  }

  @Test
  void a_trial_that_failed_makes_way_for_the_next_one() {
    doubt();
    bundleId("com.example.fone");
    heart.accept(message("second"));
    heart.apns().answer(heart.apns().take(), wrongTopic());
    heart.turn();
    bundleId("com.example.phone");
    heart.accept(message("third"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
  }

  @Test
  void a_trial_that_is_not_needed_any_more_makes_way_for_the_next_one() {
    doubt();
    bundleId("com.example.phone");
    heart.looks = false;
    final long event = heart.accept(message("second"));
    while (heart.apns().taken.isEmpty() && heart.look()) { // up to what the push needs
      heart.store.commit();
    }
    heart.acknowledge(ANNA, "phone", event);
    heart.looks = true;
    heart.turn();
    assertEquals(List.of(), heart.apns().taken);
    heart.accept(message("third"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
  }

  @Test
  void a_proven_address_gets_its_next_messages_at_once() {
    doubt();
    bundleId("com.example.phone");
    heart.accept(message("second"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.accept(message("third"));
    heart.accept(message("fourth"));
    assertEquals(2, heart.apns().taken.size());
    List.copyOf(heart.apns().taken).forEach(heart.apns()::handOver);
    heart.apns().taken.clear();
    heart.turn();
  }

  private void registersAgain() {
    final var phone = iPhone("phone", 18, ANNA);
    heart.registry.keepInstallation(
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
                        heart.time.instant()))
                .toList()),
        "test");
  }

  @Test
  void an_app_that_registers_again_is_not_doubted() {
    doubt();
    heart.advance(Duration.ofSeconds(1));
    registersAgain();
    heart.accept(lasting("second"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
  }

  @Test
  void an_app_that_registers_again_is_not_doubted_although_the_clock_was_set_back() {
    doubt();
    heart.clock.step(Duration.ofHours(-1));
    heart.turn();
    registersAgain();
    heart.accept(lasting("second"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
  }

  @Test
  void an_address_whose_app_was_corrected_is_tried_however_long_no_event_came() {
    doubt();
    bundleId("com.example.phone");
    heart.clock.advance(Duration.ofDays(31));
    heart.accept(lasting("late"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals(Optional.empty(), address(PushChannel.MESSAGE).doubt());
  }

  @Test
  void a_clock_that_is_a_year_fast_for_a_minute_costs_no_doubted_address() {
    doubt();
    heart.advance(Duration.ofDays(2));
    heart.clock.step(Duration.ofDays(365));
    heart.turn();
    heart.accept(lasting("next year"));
    heart.clock.step(Duration.ofDays(-365));
    heart.turn();
    assertTrue(address(PushChannel.MESSAGE).doubt().isPresent());
  }

  @Test
  void an_address_that_was_doubted_for_a_month_goes_with_a_reason_of_its_own() {
    doubt();
    heart.clock.advance(Duration.ofDays(30));
    final long event = heart.accept(messageUntil("late", heart.clock.instant().plusSeconds(3_600)));
    assertEquals("push address-dropped DOUBTED_TOO_LONG", heart.story(event, "phone").getLast());
    assertEquals(
        1,
        heart.registry.installation(new InstallationId("phone")).orElseThrow().addresses().size());
  }

  @Test
  void what_the_other_environment_took_is_remembered() {
    heart.accept(message("m"));
    heart.apns().answer(heart.apns().take(), new HandedOver("400 BadDeviceToken, then x", true));
    heart.turn();
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
    heart.apns().always =
        push -> {
          asked.add(push);
          return refused(heart.clock.instant().plusSeconds(30));
        };
  }

  private void accept() {
    heart.apns().always =
        push -> {
          asked.add(push);
          return new HandedOver("");
        };
  }

  @Test
  void what_our_credentials_hold_up_goes_out_when_they_are_mended_calls_first() {
    refuseCredentials();
    final long first = heart.accept(message("m"));
    for (int i = 0; i < 9; i++) {
      heart.accept(missedCall("n" + i));
    }
    final long call = heart.accept(incomingCall("c"));
    heart.pass(Duration.ofSeconds(10));
    assertEquals(1, asked.size(), "one push asks for all");
    asked.clear();

    accept();
    bundleId("com.example.phone");
    heart.pass(Duration.ofSeconds(1));
    assertEquals(11, asked.size());
    assertEquals(call, asked.getFirst().event());
    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push try-again CREDENTIALS_REFUSED",
            "push leaves SUSPENDED_MESSAGE",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        heart.story(first, "phone"));
    heart.endTheCall();
  }

  @Test
  void what_left_before_the_credentials_were_mended_holds_nothing_up() {
    final var inAnHour = heart.clock.instant().plusSeconds(3_600);
    final long event = heart.accept(lasting("m"));
    final var first = heart.apns().take();
    heart.apns().answer(first, refused(heart.clock.instant()));
    heart.pass(Duration.ofSeconds(1));
    final var probe = heart.apns().take();
    bundleId("com.example.phone");
    heart.apns().answer(probe, refused(inAnHour));
    heart.turn();
    accept();
    heart.pass(Duration.ofSeconds(2));
    assertTrue(heart.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
  }

  @Test
  void refused_credentials_are_asked_again_now_and_then_without_a_line_for_each_probe() {
    refuseCredentials();
    final long event = heart.accept(lasting("m"));
    heart.pass(Duration.ofMinutes(10));
    assertTrue(asked.size() > 10 && asked.size() < 25, () -> "asked " + asked.size() + " times");
    assertTrue(
        heart.story(event, "phone").size() < 5, () -> heart.story(event, "phone").toString());
    accept();
    heart.pass(Duration.ofMinutes(1));
    assertTrue(heart.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
  }

  @Test
  void a_line_that_grows_too_long_gives_up_its_oldest_and_least_urgent() {
    refuseCredentials();
    heart.accept(message("probe"));
    final var bulk = new ArrayList<Long>();
    for (int i = 0; i < 15; i++) {
      bulk.add(heart.accept(silent("s" + i)));
    }
    final var alerts = new ArrayList<Long>();
    for (int i = 0; i < 15; i++) {
      alerts.add(heart.accept(missedCall("n" + i)));
    }
    heart.pass(Duration.ofSeconds(3));
    for (int i = 0; i < bulk.size(); i++) {
      final boolean gone =
          heart.story(bulk.get(i), "phone").contains("push given-up LINE_TOO_LONG");
      assertEquals(i < 11, gone, "bulk event " + i);
    }
    for (final long alert : alerts) {
      assertFalse(heart.story(alert, "phone").contains("push given-up LINE_TOO_LONG"));
    }
    accept();
    heart.pass(Duration.ofMinutes(2));
  }

  @Test
  void one_app_s_sandbox_says_nothing_about_its_production() {
    final var phone = iPhone("developers", 18, BEN);
    heart.person(
        BEN,
        People.with(
            phone,
            phone.addresses().stream()
                .<PushAddress>map(each -> ((PushAddress.Direct) each).proven(true))
                .toList()));
    heart.apns().always =
        push ->
            push.to().sandbox()
                ? refused(heart.clock.instant().plusSeconds(30))
                : new HandedOver("");
    heart.accept(message("to-ben", BEN));
    final long toAnna = heart.accept(message("to-anna", ANNA));
    assertTrue(heart.story(toAnna, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    accept();
    heart.pass(Duration.ofMinutes(2));
  }
}

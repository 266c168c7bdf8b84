package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.browser;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.callEnded;
import static dev.reveille.routing.port.Samples.changeHint;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.missedCall;
import static dev.reveille.routing.port.Samples.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppState;
import dev.reveille.model.CallEnd;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.Spread;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.RouteDecision.Suppress;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.UserState.Activity;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The behaviour table, row by row.
class RouterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Set<PushService> ALL_ON = EnumSet.allOf(PushService.class);
  private static final UserState USER = new UserState(Preferences.DEFAULT, ALL_ON, List.of());

  private static final Installation OLD_IPHONE = iPhone("old", 12, ANNA);
  private static final Installation IPHONE = iPhone("new", 18, ANNA);
  private static final Installation ANDROID = android("android", ANNA);
  private static final Installation BROWSER = browser("browser", ANNA);
  static final List<Installation> EVERY_KIND = List.of(OLD_IPHONE, IPHONE, ANDROID, BROWSER);
  static final List<Installation> TWO_CHANNELS = List.of(IPHONE, ANDROID);

  private static final Event CALL = incomingCall("call");
  private static final Event MESSAGE = message("message");

  private final Router router = new Router(PATIENCE);

  private static LiveState foreground() {
    return new LiveState(true, AppState.FOREGROUND, "foreground", NOW.minusSeconds(9));
  }

  private static LiveState asleepOnItsChannel() {
    return new LiveState(true, AppState.SUSPENDED, "background", NOW.minusSeconds(9));
  }

  private static Device device(final Installation phone, final LiveState liveState) {
    return new Device(phone, liveState, false, true, true, Seen.NOT);
  }

  private static Device awake(final Installation phone) {
    return device(phone, foreground());
  }

  private static Device asleep(final Installation phone) {
    return device(phone, LiveState.NOTHING);
  }

  private RouteDecision decide(final Event event, final Device device) {
    return router.decide(event, device, USER, NOW);
  }

  private static PushAddress on(final Installation phone, final PushChannel channel) {
    return phone.addresses().stream()
        .filter(address -> address.channel() == channel)
        .findFirst()
        .orElseThrow();
  }

  private static UserState user(final Preferences preferences, final Activity... activities) {
    return new UserState(preferences, ALL_ON, List.of(activities));
  }

  // ---- the table ------------------------------------------------------------------------------

  @Test
  void a_call_to_an_iOS_12_app_in_the_foreground_goes_both_ways_C2_26_C2_27_C2_28() {
    assertEquals(
        RouteDecision.liveAndPush(on(OLD_IPHONE, PushChannel.SINGLE), Reason.FOREGROUND_CALL),
        decide(CALL, awake(OLD_IPHONE)));
  }

  @ParameterizedTest
  @FieldSource("TWO_CHANNELS")
  void a_call_to_a_newer_app_in_the_foreground_goes_both_ways_C2_31(final Installation phone) {
    assertEquals(
        RouteDecision.liveAndPush(on(phone, PushChannel.VOIP), Reason.FOREGROUND_CALL),
        decide(CALL, awake(phone)));
  }

  @Test
  void a_message_to_an_iOS_12_app_in_the_foreground_goes_over_the_channel_C2_29_C2_30() {
    assertEquals(
        RouteDecision.liveElsePush(
            on(OLD_IPHONE, PushChannel.SINGLE), PATIENCE, Reason.FOREGROUND_MESSAGE),
        decide(MESSAGE, awake(OLD_IPHONE)));
  }

  @ParameterizedTest
  @FieldSource("TWO_CHANNELS")
  void a_message_to_a_newer_app_in_the_foreground_goes_over_the_channel_C2_31(
      final Installation phone) {
    assertEquals(
        RouteDecision.liveElsePush(
            on(phone, PushChannel.MESSAGE), PATIENCE, Reason.FOREGROUND_MESSAGE),
        decide(MESSAGE, awake(phone)));
  }

  @Test
  void on_iOS_12_a_sleeping_app_gets_calls_and_messages_on_one_channel_C2_25_C2_32_C2_34() {
    final var single = on(OLD_IPHONE, PushChannel.SINGLE);
    assertEquals(
        RouteDecision.push(single, Reason.SUSPENDED_CALL), decide(CALL, asleep(OLD_IPHONE)));
    assertEquals(
        RouteDecision.push(single, Reason.SUSPENDED_MESSAGE), decide(MESSAGE, asleep(OLD_IPHONE)));
  }

  @ParameterizedTest
  @FieldSource("TWO_CHANNELS")
  void a_sleeping_newer_app_gets_calls_on_the_voip_channel_C2_23_C2_33_C2_40_C2_41_C2_42(
      final Installation phone) {
    assertEquals(
        RouteDecision.push(on(phone, PushChannel.VOIP), Reason.SUSPENDED_CALL),
        decide(CALL, asleep(phone)));
  }

  @ParameterizedTest
  @FieldSource("TWO_CHANNELS")
  void a_sleeping_newer_app_gets_messages_on_the_message_channel_C2_24_C2_43_L0_10_L1_02(
      final Installation phone) {
    assertEquals(
        RouteDecision.push(on(phone, PushChannel.MESSAGE), Reason.SUSPENDED_MESSAGE),
        decide(MESSAGE, asleep(phone)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"background", "locked", "screen-off", "stopped", "suspended"})
  void any_one_of_the_words_makes_it_suspended_C2_16_C2_17_C2_18_C2_19_C2_20_L0_10(
      final String word) {
    final var liveState = new LiveState(true, AppState.of(word), word, NOW);
    assertEquals(
        RouteDecision.push(on(IPHONE, PushChannel.MESSAGE), Reason.LIVE_BUT_SUSPENDED),
        decide(MESSAGE, device(IPHONE, liveState)));
  }

  @Test
  void a_call_to_a_sleeping_app_with_an_open_channel_is_not_trusted_to_the_channel() {
    assertEquals(
        RouteDecision.liveAndPush(on(IPHONE, PushChannel.VOIP), Reason.FOREGROUND_CALL),
        decide(CALL, device(IPHONE, asleepOnItsChannel())));
  }

  @Test
  void where_the_call_screen_is_not_permitted_an_alert_shows_the_caller() {
    final var phone = People.withoutCallKit(IPHONE);
    assertEquals(
        RouteDecision.push(on(phone, PushChannel.MESSAGE), Reason.CALLER_SHOWN_AS_ALERT),
        decide(CALL, asleep(phone)));
  }

  static final List<Event> ALERTS =
      Stream.of("voicemail", "missed-call", "missed-im-invitation").map(RouterTest::alert).toList();

  private static Event alert(final String type) {
    return new Event.Other(
        Samples.key(type),
        List.of(ANNA),
        type,
        EventClass.ALERT,
        "",
        new Content("title", "text", Map.of()),
        Samples.life());
  }

  @ParameterizedTest
  @FieldSource("ALERTS")
  void voicemail_and_missed_events_are_pushed_L0_08_L1_01_L1_03(final Event alert) {
    assertEquals(
        RouteDecision.push(on(IPHONE, PushChannel.MESSAGE), Reason.SUSPENDED_MESSAGE),
        decide(alert, asleep(IPHONE)));
  }

  @Test
  void an_instant_message_invitation_is_pushed_L0_08_L1_03() {
    assertEquals(
        RouteDecision.push(on(OLD_IPHONE, PushChannel.SINGLE), Reason.SUSPENDED_MESSAGE),
        decide(message("im-invitation"), asleep(OLD_IPHONE)));
  }

  // ---- what is missing ------------------------------------------------------------------------

  @ParameterizedTest
  @FieldSource("EVERY_KIND")
  void nothing_is_pushed_until_it_is_switched_on_and_the_remedy_names_the_command_L1_16(
      final Installation phone) {
    final var off = new UserState(Preferences.DEFAULT, Set.of(), List.of());
    for (final var event : List.of(CALL, MESSAGE)) {
      assertEquals(
          new Suppress(Reason.PUSH_SWITCHED_OFF), router.decide(event, asleep(phone), off, NOW));
    }
    final var remedy = Reason.PUSH_SWITCHED_OFF.remedy();
    assertTrue(
        remedy.contains("`reveille settings set push-notification SERVICE=true`")
            && remedy.contains("SERVICE: apple, google, microsoft, web"),
        remedy);
  }

  @Test
  void without_push_an_app_in_the_foreground_is_told_on_its_channel() {
    final var off = new UserState(Preferences.DEFAULT, Set.of(), List.of());
    assertEquals(
        RouteDecision.live(Reason.FOREGROUND_MESSAGE),
        router.decide(MESSAGE, awake(IPHONE), off, NOW));
    assertEquals(
        RouteDecision.live(Reason.PUSH_SWITCHED_OFF), router.decide(CALL, awake(IPHONE), off, NOW));
  }

  @Test
  void a_suspended_app_that_no_push_reaches_is_told_on_its_open_channel() {
    final var none = People.with(IPHONE, List.of());
    assertEquals(
        RouteDecision.live(Reason.NO_PUSH_ADDRESS),
        decide(MESSAGE, device(none, asleepOnItsChannel())));
    assertEquals(
        RouteDecision.live(Reason.NO_PUSH_ADDRESS),
        decide(CALL, device(none, asleepOnItsChannel())));
    assertEquals(new Suppress(Reason.NO_PUSH_ADDRESS), decide(MESSAGE, asleep(none)));
  }

  @Test
  void the_reason_names_the_address_that_is_missing() {
    final var none = People.with(IPHONE, List.of());
    final var onlyVoip = People.with(IPHONE, List.of(on(IPHONE, PushChannel.VOIP)));
    final var onlyMessage = People.with(IPHONE, List.of(on(IPHONE, PushChannel.MESSAGE)));
    assertEquals(new Suppress(Reason.NO_PUSH_ADDRESS), decide(CALL, asleep(none)));
    assertEquals(new Suppress(Reason.NO_MESSAGE_ADDRESS), decide(MESSAGE, asleep(onlyVoip)));
    assertEquals(new Suppress(Reason.NO_VOIP_ADDRESS), decide(CALL, asleep(onlyMessage)));
  }

  @Test
  void an_address_for_calls_never_gets_anything_else_on_iOS_whatever_the_version() {
    for (final int version : new int[] {0, 12, 18}) {
      final var phone = iPhone("of " + version, version, ANNA);
      final var voip = People.address("calls", PushService.APNS, PushChannel.VOIP);
      final var message = People.address("words", PushService.APNS, PushChannel.MESSAGE);
      final var both = People.with(phone, List.of(voip, message));
      final var onlyCalls = People.with(phone, List.of(voip));
      assertEquals(RouteDecision.push(voip, Reason.SUSPENDED_CALL), decide(CALL, asleep(both)));
      assertEquals(
          RouteDecision.push(message, Reason.SUSPENDED_MESSAGE), decide(MESSAGE, asleep(both)));
      assertEquals(
          RouteDecision.push(message, Reason.WITHDRAW), decide(ended(BY_BEN), asleep(both)));
      assertEquals(
          RouteDecision.push(voip, Reason.SUSPENDED_CALL), decide(CALL, asleep(onlyCalls)));
      assertEquals(new Suppress(Reason.NO_MESSAGE_ADDRESS), decide(MESSAGE, asleep(onlyCalls)));
      assertEquals(
          new Suppress(Reason.NO_MESSAGE_ADDRESS), decide(ended(BY_BEN), asleep(onlyCalls)));
    }
  }

  @Test
  void without_CallKit_a_phone_of_no_known_version_gets_calls_as_messages() {
    final var voip = People.address("calls", PushService.APNS, PushChannel.VOIP);
    final var message = People.address("words", PushService.APNS, PushChannel.MESSAGE);
    final var phone =
        People.withoutCallKit(People.with(iPhone("unknown", 0, ANNA), List.of(voip, message)));
    assertEquals(
        RouteDecision.push(message, Reason.CALLER_SHOWN_AS_ALERT), decide(CALL, asleep(phone)));
  }

  @Test
  void elsewhere_than_on_iOS_one_address_may_serve_both() {
    final var single =
        People.phone(
            "win",
            Platform.WINDOWS,
            11,
            List.of(People.address("win", PushService.WNS, PushChannel.SINGLE)),
            ANNA);
    final var address = on(single, PushChannel.SINGLE);
    assertEquals(RouteDecision.push(address, Reason.SUSPENDED_CALL), decide(CALL, asleep(single)));
    assertEquals(
        RouteDecision.push(address, Reason.SUSPENDED_MESSAGE), decide(MESSAGE, asleep(single)));
  }

  @Test
  void a_Windows_Phone_has_one_address_for_calls_and_messages_L1_06() {
    final var phone = People.windowsPhone("lumia", ANNA);
    final var address = on(phone, PushChannel.SINGLE);
    assertEquals(PushService.MPNS, address.service());
    assertEquals(RouteDecision.push(address, Reason.SUSPENDED_CALL), decide(CALL, asleep(phone)));
    assertEquals(
        RouteDecision.push(address, Reason.SUSPENDED_MESSAGE), decide(MESSAGE, asleep(phone)));
  }

  @Test
  void a_generation_that_needs_no_push_is_not_pushed_to_and_the_reason_says_so_L1_09() {
    final var pushless = new Device(IPHONE, LiveState.NOTHING, true, true, true, Seen.NOT);
    assertEquals(new Suppress(Reason.PUSH_NOT_NEEDED), decide(MESSAGE, pushless));
    assertEquals(new Suppress(Reason.PUSH_NOT_NEEDED), decide(CALL, pushless));
  }

  // ---- time and the user's wishes -------------------------------------------------------------

  @Test
  void nothing_alerts_at_or_after_alertBefore() {
    final var late = CALL.life().alertBefore();
    assertEquals(
        new Suppress(Reason.TOO_LATE_TO_ALERT), router.decide(CALL, awake(IPHONE), USER, late));
    assertEquals(
        new Suppress(Reason.TOO_LATE_TO_ALERT), router.decide(MESSAGE, asleep(IPHONE), USER, late));
    assertEquals(
        RouteDecision.live(Reason.TOO_LATE_TO_ALERT),
        router.decide(MESSAGE, awake(IPHONE), USER, late),
        "inside the app it is shown all the same");
  }

  @Test
  void do_not_disturb_silences_what_alerts_and_nothing_else() {
    final var user = user(new Preferences(new Spread.EveryDevice(), NOW.plusSeconds(1), Set.of()));
    for (final var event : List.of(CALL, MESSAGE, missedCall("m"))) {
      assertEquals(
          new Suppress(Reason.DO_NOT_DISTURB), router.decide(event, asleep(IPHONE), user, NOW));
    }
    for (final var event : List.of(silent("s"), changeHint("c", Set.of("INBOX")))) {
      assertEquals("push", router.decide(event, asleep(IPHONE), user, NOW).word());
    }
    assertEquals(
        "push",
        router.decide(MESSAGE, asleep(IPHONE), user, NOW.plusSeconds(1)).word(),
        "it is over");
  }

  @Test
  void a_muted_conversation_does_not_alert_but_shows_in_the_open_app() {
    final var user = user(new Preferences(new Spread.EveryDevice(), Instant.MIN, Set.of(TEAM)));
    assertEquals(
        new Suppress(Reason.CONVERSATION_MUTED), router.decide(MESSAGE, asleep(IPHONE), user, NOW));
    assertEquals(
        RouteDecision.live(Reason.CONVERSATION_MUTED),
        router.decide(MESSAGE, awake(IPHONE), user, NOW));
    assertEquals("push", router.decide(CALL, asleep(IPHONE), user, NOW).word());
  }

  private static final Preferences LAST_ACTIVE =
      new Preferences(new Spread.LastActive(Duration.ofSeconds(300)), Instant.MIN, Set.of());

  private static Activity active(final Installation phone, final int secondsAgo) {
    return new Activity(phone.id(), secondsAgo == 0, NOW.minusSeconds(secondsAgo));
  }

  @Test
  void messages_follow_the_device_that_is_in_use() {
    final var user = user(LAST_ACTIVE, active(IPHONE, 600), active(BROWSER, 0));
    assertEquals(
        new Suppress(Reason.OTHER_DEVICE_IN_USE),
        router.decide(MESSAGE, asleep(IPHONE), user, NOW));
    assertEquals("live-else-push", router.decide(MESSAGE, awake(BROWSER), user, NOW).word());
    assertEquals("push", router.decide(CALL, asleep(IPHONE), user, NOW).word(), "calls ring all");
  }

  @Test
  void a_device_counts_as_in_use_until_it_was_idle_for_long() {
    final var just = user(LAST_ACTIVE, active(IPHONE, 900), active(BROWSER, 299));
    final var longAgo = user(LAST_ACTIVE, active(IPHONE, 900), active(BROWSER, 300));
    assertEquals("suppress", router.decide(MESSAGE, asleep(IPHONE), just, NOW).word());
    assertEquals("push", router.decide(MESSAGE, asleep(IPHONE), longAgo, NOW).word());
  }

  // ---- what was seen already ------------------------------------------------------------------

  @Test
  void what_was_seen_meanwhile_is_not_told_again() {
    final var here = new Device(IPHONE, LiveState.NOTHING, false, true, true, Seen.HERE);
    final var elsewhere = new Device(IPHONE, LiveState.NOTHING, false, true, true, Seen.ELSEWHERE);
    assertEquals(new Suppress(Reason.LIVE_ACKNOWLEDGED), decide(MESSAGE, here));
    assertEquals(new Suppress(Reason.ALREADY_READ), decide(MESSAGE, elsewhere));
  }

  // ---- the end of a call ----------------------------------------------------------------------

  private static final CallEnd CANCELLED = new CallEnd.Cancelled();
  private static final CallEnd BY_BEN = new CallEnd.Answered(BEN, new InstallationId("bens"));

  private static Event ended(final CallEnd how) {
    return callEnded("end", "call", how);
  }

  @Test
  void a_call_that_is_over_rings_nowhere() {
    final var over = new Device(IPHONE, LiveState.NOTHING, false, false, true, Seen.NOT);
    assertEquals(new Suppress(Reason.CALL_OVER), decide(CALL, over));
  }

  @Test
  void the_device_that_answered_and_one_that_never_rang_are_left_alone() {
    assertEquals(
        new Suppress(Reason.ANSWERED_HERE),
        decide(ended(new CallEnd.Answered(ANNA, IPHONE.id())), awake(IPHONE)));
    final var never = new Device(IPHONE, LiveState.NOTHING, false, true, false, Seen.NOT);
    assertEquals(new Suppress(Reason.NEVER_RANG_HERE), decide(ended(CANCELLED), never));
  }

  @Test
  void from_iOS_13_on_a_missed_call_is_withdrawn_by_its_alert_and_never_by_a_voip_push() {
    assertEquals(new Suppress(Reason.MISSED_ALERT_TELLS), decide(ended(CANCELLED), asleep(IPHONE)));
    assertEquals(
        new Suppress(Reason.MISSED_ALERT_TELLS),
        decide(ended(new CallEnd.TimedOut()), asleep(IPHONE)));
    assertEquals(RouteDecision.live(Reason.WITHDRAW), decide(ended(CANCELLED), awake(IPHONE)));
    assertEquals(
        RouteDecision.push(on(IPHONE, PushChannel.MESSAGE), Reason.WITHDRAW),
        decide(ended(BY_BEN), asleep(IPHONE)));
  }

  @Test
  void where_the_missed_alert_does_not_go_the_end_is_pushed() {
    final var user = user(LAST_ACTIVE, active(IPHONE, 600), active(BROWSER, 0));
    assertEquals(
        RouteDecision.push(on(IPHONE, PushChannel.MESSAGE), Reason.WITHDRAW),
        router.decide(ended(CANCELLED), asleep(IPHONE), user, NOW));
  }

  @Test
  void on_iOS_12_and_elsewhere_a_second_push_ends_the_ringing() {
    assertEquals(
        RouteDecision.push(on(OLD_IPHONE, PushChannel.SINGLE), Reason.WITHDRAW),
        decide(ended(CANCELLED), asleep(OLD_IPHONE)));
    assertEquals(
        RouteDecision.push(on(ANDROID, PushChannel.MESSAGE), Reason.WITHDRAW),
        decide(ended(CANCELLED), asleep(ANDROID)));
    assertEquals(
        RouteDecision.push(on(BROWSER, PushChannel.SINGLE), Reason.WITHDRAW),
        decide(ended(BY_BEN), asleep(BROWSER)));
  }

  @Test
  void on_a_channel_the_end_is_a_frame_and_a_push_only_without_an_acknowledgement() {
    assertEquals(
        RouteDecision.liveElsePush(on(ANDROID, PushChannel.MESSAGE), PATIENCE, Reason.WITHDRAW),
        decide(ended(BY_BEN), awake(ANDROID)));
    assertEquals(
        RouteDecision.liveAndPush(on(ANDROID, PushChannel.MESSAGE), Reason.WITHDRAW),
        decide(ended(BY_BEN), device(ANDROID, asleepOnItsChannel())));
  }

  @Test
  void do_not_disturb_does_not_keep_a_phone_ringing() {
    final var user = user(new Preferences(new Spread.EveryDevice(), NOW.plusSeconds(60), Set.of()));
    assertEquals("push", router.decide(ended(BY_BEN), asleep(ANDROID), user, NOW).word());
  }
}

package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.silent;
import static dev.reveille.routing.port.Samples.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.Content;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.model.StoredJob;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.model.UserPresence;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Many events, many devices, and what happens to them meanwhile.
class DispatcherTest {
  private RoutingFixture fixture = new RoutingFixture();

  private void handsOverEverything() {
    fixture.senders.values().forEach(sender -> sender.always = _ -> new HandedOver(""));
  }

  private void annaHasAPhone() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
  }

  // ---- who is told ----------------------------------------------------------------------------

  @Test
  void a_fresh_installation_sends_no_push_L1_16() {
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    final long event = fixture.accept(message("m"));
    assertEquals(List.of("suppress PUSH_SWITCHED_OFF", "settled"), fixture.story(event, "phone"));
    fixture.switchOn("apple");
    fixture.accept(message("n"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void a_site_has_switches_of_its_own() {
    fixture.switchOn("apple");
    fixture.registry.keepUser(new User(ANNA, "berlin", List.of(), Preferences.DEFAULT), "test");
    fixture.registry.keepInstallation(iPhone("phone", 18, ANNA), "test");
    fixture.settings.put(
        ACME, Setting.PUSH_NOTIFICATION, "site:berlin", Map.of("apple", List.of("false")), -1, "t");
    final long event = fixture.accept(message("m"));
    assertEquals("suppress PUSH_SWITCHED_OFF", fixture.story(event, "phone").getFirst());
  }

  @Test
  void
      the_2013_client_on_an_Apple_device_needs_no_push_but_the_2010_client_does_L1_05_L1_08_L1_09() {
    fixture.switchEverythingOn();
    fixture.person(
        ANNA,
        People.of(iPhone("with-2010", 7, ANNA), "lync-2010"),
        People.of(iPhone("with-2013", 7, ANNA), "lync-2013"));
    handsOverEverything();
    final long event = fixture.accept(message("m"));
    assertEquals("push SUSPENDED_MESSAGE", fixture.story(event, "with-2010").getFirst());
    assertEquals("suppress PUSH_NOT_NEEDED", fixture.story(event, "with-2013").getFirst());
  }

  @Test
  void a_Windows_Phone_needs_push_with_the_2010_and_the_2013_client_L1_06_L1_07() {
    fixture.switchEverythingOn();
    fixture.person(
        ANNA,
        People.of(People.windowsPhone("with-2010", ANNA), "lync-2010"),
        People.of(People.windowsPhone("with-2013", ANNA), "lync-2013"));
    final var toMicrosoft = new ArrayList<String>();
    Objects.requireNonNull(fixture.senders.get(PushService.MPNS)).always =
        push -> {
          toMicrosoft.add(push.to().token().value());
          return new HandedOver("");
        };
    final long event = fixture.accept(message("m"));
    assertEquals("push SUSPENDED_MESSAGE", fixture.story(event, "with-2010").getFirst());
    assertEquals("push SUSPENDED_MESSAGE", fixture.story(event, "with-2013").getFirst());
    assertEquals(
        List.of("with-2010/single", "with-2013/single"), toMicrosoft.stream().sorted().toList());
  }

  @Test
  void an_app_names_the_generations_that_need_no_push_L1_09() {
    fixture.switchEverythingOn();
    fixture.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", "v8, v9"), "test");
    fixture.person(
        ANNA, People.of(android("eight", ANNA), "v8"), People.of(android("x", ANNA), "v"));
    handsOverEverything();
    final long event = fixture.accept(message("m"));
    assertEquals("suppress PUSH_NOT_NEEDED", fixture.story(event, "eight").getFirst());
    fixture.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", ""), "test");
    assertEquals("push SUSPENDED_MESSAGE", fixture.story(event, "x").getFirst());
    final long next = fixture.accept(message("n"));
    assertEquals("push SUSPENDED_MESSAGE", fixture.story(next, "eight").getFirst());
    fixture.nothingIsLeft();
  }

  @Test
  void recipients_without_a_device_and_unknown_ones_are_named_in_the_trail() {
    annaHasAPhone();
    fixture.person(BEN);
    final long none = fixture.accept(message("none", BEN));
    assertEquals(Reason.NO_DEVICES, noDevice(none).getFirst().why());
    assertEquals(0, noDevice(none).getFirst().devices());
    final long unknown = fixture.accept(message("unknown", user("unknown")));
    assertEquals(Reason.UNKNOWN_USER, noDevice(unknown).getFirst().why());
    final long both = fixture.accept(message("both", ANNA, BEN, user("unknown")));
    assertEquals(
        List.of(BEN, user("unknown")),
        noDevice(both).stream().map(TrailEntry.NoDevice::user).toList());
    assertEquals(
        List.of(Reason.NO_DEVICES, Reason.UNKNOWN_USER),
        noDevice(both).stream().map(TrailEntry.NoDevice::why).toList());
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(6));
    fixture.nothingIsLeft();
  }

  private List<TrailEntry.NoDevice> noDevice(final long event) {
    return fixture.trail(event).stream()
        .filter(TrailEntry.NoDevice.class::isInstance)
        .map(TrailEntry.NoDevice.class::cast)
        .toList();
  }

  @Test
  void a_thousand_recipients_are_told_once_each_and_a_shared_device_once() {
    fixture.switchEverythingOn();
    final var people =
        IntStream.range(0, 1_000).mapToObj(i -> user("u" + i)).toArray(UserId[]::new);
    for (int i = 0; i < people.length; i++) {
      fixture.person(people[i], android("phone-" + i, people[i]));
    }
    fixture.registry.keepInstallation(android("shared", people[3], people[900]), "test");
    handsOverEverything();
    final long event = fixture.accept(message("all", people));
    final var settled = fixture.settledLines(event);
    assertEquals(1_001, settled.size());
    assertEquals(Set.of(1), Set.copyOf(settled.values()));
    assertEquals(1_001, ((TrailEntry.Opening) fixture.trail(event).getFirst()).devices());
    fixture.nothingIsLeft();
  }

  @Test
  void a_shared_phone_is_told_if_it_concerns_any_of_its_people() {
    fixture.switchEverythingOn();
    fixture.person(
        ANNA,
        new Preferences(new Preferences.Spread.EveryDevice(), NOW.plusSeconds(900), Set.of()),
        iPhone("shared", 18, ANNA, BEN));
    fixture.person(BEN);
    final long event = fixture.accept(message("m", ANNA, BEN));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    final var opening = assertInstanceOf(TrailEntry.Opening.class, fixture.trail(event).getFirst());
    assertEquals(BEN, opening.user(), "anna does not want to be disturbed");
    fixture.nothingIsLeft();
  }

  @Test
  void a_change_of_the_devices_is_seen_at_once() {
    annaHasAPhone();
    handsOverEverything();
    fixture.accept(message("one"));
    fixture.registry.keepInstallation(android("second", ANNA), "test");
    fixture.registry.removeInstallation(new InstallationId("phone"), "test");
    final long event = fixture.accept(message("two"));
    assertEquals(List.of(), fixture.story(event, "phone"));
    assertEquals("push SUSPENDED_MESSAGE", fixture.story(event, "second").getFirst());
  }

  @Test
  void presence_is_that_of_the_most_reachable_device_C2_39_C2_45() {
    assertEquals(UserPresence.OFFLINE, fixture.routing.presence(ANNA));
    fixture.person(ANNA, iPhone("phone", 12, ANNA), android("other", ANNA));
    assertEquals(UserPresence.AWAY, fixture.routing.presence(ANNA));
    fixture.live.suspended("phone");
    assertEquals(UserPresence.AWAY, fixture.routing.presence(ANNA));
    fixture.live.foreground("other");
    assertEquals(UserPresence.AVAILABLE, fixture.routing.presence(ANNA));
    fixture.live.disconnect("other");
    assertEquals(UserPresence.AWAY, fixture.routing.presence(ANNA));
  }

  // ---- who goes first -------------------------------------------------------------------------

  @Test
  void a_call_overtakes_a_broadcast() {
    annaHasAPhone();
    fixture.accept(message("brings Anna into memory"));
    fixture.apns().taken.clear();
    for (int i = 0; i < 5_000; i++) {
      fixture.routing.intake().submit(new HandIn(message("m" + i), i, _ -> {}));
    }
    fixture.routing.intake().submit(new HandIn(incomingCall("c"), 1, _ -> {}));
    fixture.store.commit();
    fixture.routing.dispatcher().turn();
    assertEquals(Lane.URGENT, fixture.apns().taken.getFirst().lane());
    assertTrue(fixture.apns().taken.size() < 2_000, "and a turn does not take everything");
  }

  @Test
  void bulk_has_its_share_while_normal_never_ends() {
    final var backlog = new Backlog();
    for (int i = 0; i < 100; i++) {
      backlog.add(new StoredJob(i, NOW, message("m" + i)));
      backlog.add(new StoredJob(1_000 + i, NOW, silent("c" + i)));
    }
    int bulk = 0;
    for (int i = 0; i < 80; i++) {
      final var next = backlog.next();
      bulk += next != null && next.sequence() >= 1_000 ? 1 : 0;
    }
    assertEquals(10, bulk);
  }

  @Test
  void above_the_limit_less_urgent_pushes_wait_as_rows_and_calls_do_not() {
    fixture = new RoutingFixture(RoutingOptions.DEFAULT.withInFlight(40));
    annaHasAPhone();
    for (int i = 0; i < 100; i++) {
      fixture.accept(message("m" + i));
    }
    assertTrue(fixture.apns().taken.size() <= 41, () -> "" + fixture.apns().taken.size());
    final int rows = fixture.store.rows().size();
    assertTrue(rows >= 59);
    fixture.accept(incomingCall("c"));
    assertEquals(rows, fixture.store.rows().size());
    assertEquals(Lane.URGENT, fixture.apns().taken.getLast().lane());

    int sent = 0;
    for (int i = 0; i < 1_000 && sent < 101; i++) {
      final var group = List.copyOf(fixture.apns().taken);
      fixture.apns().taken.clear();
      group.forEach(fixture.apns()::handOver);
      sent += group.size();
      fixture.advance(Duration.ofMillis(50));
    }
    assertEquals(101, sent);
    assertEquals(List.of(), fixture.store.rows());
  }

  @Test
  void calls_have_a_reserve_above_the_limit_and_beyond_it_they_wait_as_rows_too() {
    fixture = new RoutingFixture(RoutingOptions.DEFAULT.withInFlight(40));
    annaHasAPhone();
    for (int i = 0; i < 100; i++) {
      fixture.accept(incomingCall("c" + i));
    }
    assertEquals(50, fixture.apns().taken.size()); // 40 and a quarter
    assertEquals(50, fixture.store.rows().size());
    fixture.apns().always = _ -> new HandedOver("");
    List.copyOf(fixture.apns().taken).forEach(fixture.apns()::handOver);
    fixture.apns().taken.clear();
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), fixture.store.rows());
    assertEquals(0, fixture.routing.inFlight());
  }

  @Test
  void texts_that_an_app_fills_count_as_what_they_are() {
    fixture = new RoutingFixture(RoutingOptions.DEFAULT.withInFlight(40));
    annaHasAPhone();
    fixture.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", ""), "test");
    fixture.settings.put(
        ACME,
        Setting.PRESENTATION,
        Setting.ofApp(People.APP),
        Map.of(
            "message body-key", List.of("K", "{text}".repeat(8)),
            "message title-key", List.of("K", "{text}".repeat(8))),
        -1,
        "test");
    final var text = new Content("", "x".repeat(1_000), Map.of());
    for (int i = 0; i < 40; i++) {
      fixture.accept(
          new Event.Message(key("m" + i), List.of(ANNA), "chat", TEAM, text, message("m").life()));
    }
    assertTrue(fixture.apns().taken.size() <= 10, () -> "" + fixture.apns().taken.size());
    fixture.apns().always = _ -> new HandedOver("");
    List.copyOf(fixture.apns().taken).forEach(fixture.apns()::handOver);
    fixture.apns().taken.clear();
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), fixture.store.rows());
  }

  // ---- faults ---------------------------------------------------------------------------------

  @Test
  void a_fault_in_one_event_does_not_hold_up_its_group_and_it_is_tried_again() {
    annaHasAPhone();
    fixture.person(BEN, android("bens", BEN));
    fixture.accept(message("warm", BEN));
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    fixture.registry.readsFail = true; // anna is not in memory yet
    fixture.routing.intake().submit(new HandIn(message("one", ANNA), 1, _ -> {}));
    fixture.routing.intake().submit(new HandIn(message("two", BEN), 2, _ -> {}));
    fixture.turn();
    fixture.fcm().handOver(fixture.fcm().take());
    assertEquals(Reason.INTERNAL, noDevice(2).getFirst().why());
    fixture.registry.readsFail = false;
    fixture.pass(Duration.ofSeconds(2));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals(1, fixture.settledLines(2).get(new InstallationId("phone")));
    assertTrue(fixture.routing.counters().faults.sumThenReset() > 0);
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_whose_event_cannot_be_read_waits_on() {
    annaHasAPhone();
    fixture.accept(message("m"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    fixture.turn();
    fixture.store.readsFail = true;
    fixture.pass(Duration.ofSeconds(3));
    fixture.store.readsFail = false;
    fixture.pass(Duration.ofSeconds(12));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertTrue(fixture.routing.counters().faults.sumThenReset() > 0);
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_for_a_phone_that_signed_out_is_given_up() {
    annaHasAPhone();
    final long event = fixture.accept(message("m"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    fixture.turn();
    fixture.registry.removeInstallation(new InstallationId("phone"), "test");
    fixture.pass(Duration.ofSeconds(3));
    assertEquals(
        List.of("push given-up SIGNED_OUT", "settled"),
        fixture.story(event, "phone").subList(2, 4));
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_of_a_group_message_finds_its_phone() {
    annaHasAPhone();
    fixture.person(BEN, android("bens", BEN));
    fixture.accept(message("m", ANNA, BEN));
    fixture.fcm().handOver(fixture.fcm().take());
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    fixture.turn();
    fixture.pass(Duration.ofSeconds(3));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.nothingIsLeft();
  }

  // ---- after a restart ------------------------------------------------------------------------

  @Test
  void unfinished_messages_wait_until_phones_could_return_and_calls_do_not() {
    annaHasAPhone();
    fixture.person(BEN, android("bens", BEN));
    final long message = fixture.accept(message("m", ANNA));
    final long call = fixture.accept(incomingCall("c", BEN));
    fixture.crashAndStartAgain();
    assertEquals(call, fixture.fcm().taken.getFirst().event());
    fixture.fcm().handOver(fixture.fcm().take());
    assertEquals(List.of(), fixture.apns().taken);
    fixture.pass(Duration.ofMillis(4_900));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.pass(Duration.ofMillis(200));
    assertEquals(message, fixture.apns().taken.getFirst().event());
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
  }

  @Test
  void a_phone_that_came_back_in_time_is_not_pushed_to_C2_38() {
    annaHasAPhone();
    final long one = fixture.accept(message("one"));
    final long two = fixture.accept(message("two"));
    fixture.crashAndStartAgain();
    fixture.live.foreground("phone");
    fixture.acknowledge(ANNA, "phone", one); // by a receipt
    fixture
        .store
        .journal()
        .note(List.of(new Note.Cursor(ANNA, new InstallationId("phone"), two))); // by its cursor
    fixture.pass(Duration.ofSeconds(6));
    assertTrue(fixture.story(one, "phone").contains("suppress LIVE_ACKNOWLEDGED"));
    assertTrue(fixture.story(two, "phone").contains("suppress LIVE_ACKNOWLEDGED"));
    fixture.nothingIsLeft();
  }

  @Test
  void rows_come_back_after_a_restart_and_settled_devices_are_left_alone() {
    annaHasAPhone();
    fixture.person(ANNA, android("second", ANNA));
    final long event = fixture.accept(message("m"));
    fixture.fcm().handOver(fixture.fcm().take());
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(9)));
    fixture.turn();
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(10));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals(Set.of(1), Set.copyOf(fixture.settledLines(event).values()));
    fixture.nothingIsLeft();
  }

  @Test
  void an_event_whose_last_phone_signed_out_meanwhile_is_finished() {
    annaHasAPhone();
    fixture.person(ANNA, android("second", ANNA));
    fixture.accept(message("m"));
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    fixture.crashAndStartAgain();
    fixture.registry.removeInstallation(new InstallationId("phone"), "test");
    fixture.pass(Duration.ofSeconds(6));
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(6));
    assertEquals(List.of(), fixture.store.journal().unfinished());
    fixture.nothingIsLeft();
  }

  // ---- its thread -----------------------------------------------------------------------------

  @Test
  void its_thread_wakes_for_an_input_and_ends_when_told() throws Exception {
    annaHasAPhone();
    fixture.looksAtOnce = true;
    final var pushed = new CountDownLatch(1);
    fixture.apns().always =
        _ -> {
          pushed.countDown();
          return new HandedOver("");
        };
    fixture.routing.resume();
    fixture.routing.intake().submit(new HandIn(message("m"), 1, _ -> {}));
    fixture.store.commit();
    assertTrue(pushed.await(10, TimeUnit.SECONDS));
    fixture.routing.close();
    fixture.store.commit();
    assertEquals(1, fixture.settledLines(1).get(new InstallationId("phone")), "the answer is kept");
  }
}

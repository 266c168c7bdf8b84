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
  private Heart heart = new Heart();

  private void handsOverEverything() {
    heart.senders.values().forEach(sender -> sender.always = _ -> new HandedOver(""));
  }

  private void annaHasAPhone() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
  }

  // ---- who is told ----------------------------------------------------------------------------

  @Test
  void a_fresh_installation_sends_no_push_L1_16() {
    heart.person(ANNA, iPhone("phone", 18, ANNA));
    final long event = heart.accept(message("m"));
    assertEquals(List.of("suppress PUSH_SWITCHED_OFF", "settled"), heart.story(event, "phone"));
    heart.switchOn("apple");
    heart.accept(message("n"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.nothingIsLeft();
  }

  @Test
  void a_site_has_switches_of_its_own() {
    heart.switchOn("apple");
    heart.registry.keepUser(new User(ANNA, "berlin", List.of(), Preferences.DEFAULT), "test");
    heart.registry.keepInstallation(iPhone("phone", 18, ANNA), "test");
    heart.settings.put(
        ACME, Setting.PUSH_NOTIFICATION, "site:berlin", Map.of("apple", List.of("false")), -1, "t");
    final long event = heart.accept(message("m"));
    assertEquals("suppress PUSH_SWITCHED_OFF", heart.story(event, "phone").getFirst());
  }

  @Test
  void
      the_2013_client_on_an_Apple_device_needs_no_push_but_the_2010_client_does_L1_05_L1_08_L1_09() {
    heart.switchEverythingOn();
    heart.person(
        ANNA,
        People.of(iPhone("with-2010", 7, ANNA), "lync-2010"),
        People.of(iPhone("with-2013", 7, ANNA), "lync-2013"));
    handsOverEverything();
    final long event = heart.accept(message("m"));
    assertEquals("push SUSPENDED_MESSAGE", heart.story(event, "with-2010").getFirst());
    assertEquals("suppress PUSH_NOT_NEEDED", heart.story(event, "with-2013").getFirst());
  }

  @Test
  void a_Windows_Phone_needs_push_with_the_2010_and_the_2013_client_L1_06_L1_07() {
    heart.switchEverythingOn();
    heart.person(
        ANNA,
        People.of(People.windowsPhone("with-2010", ANNA), "lync-2010"),
        People.of(People.windowsPhone("with-2013", ANNA), "lync-2013"));
    final var toMicrosoft = new ArrayList<String>();
    Objects.requireNonNull(heart.senders.get(PushService.MPNS)).always =
        push -> {
          toMicrosoft.add(push.to().token().value());
          return new HandedOver("");
        };
    final long event = heart.accept(message("m"));
    assertEquals("push SUSPENDED_MESSAGE", heart.story(event, "with-2010").getFirst());
    assertEquals("push SUSPENDED_MESSAGE", heart.story(event, "with-2013").getFirst());
    assertEquals(
        List.of("with-2010/single", "with-2013/single"), toMicrosoft.stream().sorted().toList());
  }

  @Test
  void an_app_names_the_generations_that_need_no_push_L1_09() {
    heart.switchEverythingOn();
    heart.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", "v8, v9"), "test");
    heart.person(ANNA, People.of(android("eight", ANNA), "v8"), People.of(android("x", ANNA), "v"));
    handsOverEverything();
    final long event = heart.accept(message("m"));
    assertEquals("suppress PUSH_NOT_NEEDED", heart.story(event, "eight").getFirst());
    heart.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", ""), "test");
    assertEquals("push SUSPENDED_MESSAGE", heart.story(event, "x").getFirst());
    final long next = heart.accept(message("n"));
    assertEquals("push SUSPENDED_MESSAGE", heart.story(next, "eight").getFirst());
    heart.nothingIsLeft();
  }

  @Test
  void recipients_without_a_device_and_unknown_ones_are_named_in_the_trail() {
    annaHasAPhone();
    heart.person(BEN);
    final long none = heart.accept(message("none", BEN));
    assertEquals(Reason.NO_DEVICES, noDevice(none).getFirst().why());
    assertEquals(0, noDevice(none).getFirst().devices());
    final long unknown = heart.accept(message("unknown", user("nobody")));
    assertEquals(Reason.UNKNOWN_USER, noDevice(unknown).getFirst().why());
    final long both = heart.accept(message("both", ANNA, BEN, user("nobody")));
    assertEquals(
        List.of(BEN, user("nobody")),
        noDevice(both).stream().map(TrailEntry.NoDevice::user).toList());
    assertEquals(
        List.of(Reason.NO_DEVICES, Reason.UNKNOWN_USER),
        noDevice(both).stream().map(TrailEntry.NoDevice::why).toList());
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.crashAndStartAgain();
    heart.pass(Duration.ofSeconds(6));
    heart.nothingIsLeft();
  }

  private List<TrailEntry.NoDevice> noDevice(final long event) {
    return heart.trail(event).stream()
        .filter(TrailEntry.NoDevice.class::isInstance)
        .map(TrailEntry.NoDevice.class::cast)
        .toList();
  }

  @Test
  void a_thousand_recipients_are_told_once_each_and_a_shared_device_once() {
    heart.switchEverythingOn();
    final var people =
        IntStream.range(0, 1_000).mapToObj(i -> user("u" + i)).toArray(UserId[]::new);
    for (int i = 0; i < people.length; i++) {
      heart.person(people[i], android("phone-" + i, people[i]));
    }
    heart.registry.keepInstallation(android("shared", people[3], people[900]), "test");
    handsOverEverything();
    final long event = heart.accept(message("all", people));
    final var settled = heart.settledLines(event);
    assertEquals(1_001, settled.size());
    assertEquals(Set.of(1), Set.copyOf(settled.values()));
    assertEquals(1_001, ((TrailEntry.Opening) heart.trail(event).getFirst()).devices());
    heart.nothingIsLeft();
  }

  @Test
  void a_shared_phone_is_told_if_it_concerns_any_of_its_people() {
    heart.switchEverythingOn();
    heart.person(
        ANNA,
        new Preferences(new Preferences.Spread.EveryDevice(), NOW.plusSeconds(900), Set.of()),
        iPhone("shared", 18, ANNA, BEN));
    heart.person(BEN);
    final long event = heart.accept(message("m", ANNA, BEN));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    final var opening = assertInstanceOf(TrailEntry.Opening.class, heart.trail(event).getFirst());
    assertEquals(BEN, opening.user(), "anna does not want to be disturbed");
    heart.nothingIsLeft();
  }

  @Test
  void a_change_of_the_devices_is_seen_at_once() {
    annaHasAPhone();
    handsOverEverything();
    heart.accept(message("one"));
    heart.registry.keepInstallation(android("second", ANNA), "test");
    heart.registry.removeInstallation(new InstallationId("phone"), "test");
    final long event = heart.accept(message("two"));
    assertEquals(List.of(), heart.story(event, "phone"));
    assertEquals("push SUSPENDED_MESSAGE", heart.story(event, "second").getFirst());
  }

  @Test
  void presence_is_that_of_the_most_reachable_device_C2_39_C2_45() {
    assertEquals(UserPresence.OFFLINE, heart.routing.presence(ANNA));
    heart.person(ANNA, iPhone("phone", 12, ANNA), android("other", ANNA));
    assertEquals(UserPresence.AWAY, heart.routing.presence(ANNA));
    heart.live.suspended("phone");
    assertEquals(UserPresence.AWAY, heart.routing.presence(ANNA));
    heart.live.foreground("other");
    assertEquals(UserPresence.AVAILABLE, heart.routing.presence(ANNA));
    heart.live.disconnect("other");
    assertEquals(UserPresence.AWAY, heart.routing.presence(ANNA));
  }

  // ---- who goes first -------------------------------------------------------------------------

  @Test
  void a_call_overtakes_a_broadcast() {
    annaHasAPhone();
    heart.accept(message("brings Anna into memory"));
    heart.apns().taken.clear();
    for (int i = 0; i < 5_000; i++) {
      heart.routing.intake().submit(new HandIn(message("m" + i), i, _ -> {}));
    }
    heart.routing.intake().submit(new HandIn(incomingCall("c"), 1, _ -> {}));
    heart.store.commit();
    heart.routing.dispatcher().turn();
    assertEquals(Lane.URGENT, heart.apns().taken.getFirst().lane());
    assertTrue(heart.apns().taken.size() < 2_000, "and a turn does not take everything");
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
    heart = new Heart(RoutingOptions.DEFAULT.withInFlight(40));
    annaHasAPhone();
    for (int i = 0; i < 100; i++) {
      heart.accept(message("m" + i));
    }
    assertTrue(heart.apns().taken.size() <= 41, () -> "" + heart.apns().taken.size());
    final int rows = heart.store.rows().size();
    assertTrue(rows >= 59);
    heart.accept(incomingCall("c"));
    assertEquals(rows, heart.store.rows().size());
    assertEquals(Lane.URGENT, heart.apns().taken.getLast().lane());

    int sent = 0;
    for (int i = 0; i < 1_000 && sent < 101; i++) {
      final var group = List.copyOf(heart.apns().taken);
      heart.apns().taken.clear();
      group.forEach(heart.apns()::handOver);
      sent += group.size();
      heart.advance(Duration.ofMillis(50));
    }
    assertEquals(101, sent);
    assertEquals(List.of(), heart.store.rows());
  }

  @Test
  void calls_have_a_reserve_above_the_limit_and_beyond_it_they_wait_as_rows_too() {
    heart = new Heart(RoutingOptions.DEFAULT.withInFlight(40));
    annaHasAPhone();
    for (int i = 0; i < 100; i++) {
      heart.accept(incomingCall("c" + i));
    }
    assertEquals(50, heart.apns().taken.size()); // 40 and a quarter
    assertEquals(50, heart.store.rows().size());
    heart.apns().always = _ -> new HandedOver("");
    List.copyOf(heart.apns().taken).forEach(heart.apns()::handOver);
    heart.apns().taken.clear();
    heart.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), heart.store.rows());
    assertEquals(0, heart.routing.inFlight());
  }

  @Test
  void texts_that_an_app_fills_count_as_what_they_are() {
    heart = new Heart(RoutingOptions.DEFAULT.withInFlight(40));
    annaHasAPhone();
    heart.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", ""), "test");
    heart.settings.put(
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
      heart.accept(
          new Event.Message(key("m" + i), List.of(ANNA), "chat", TEAM, text, message("m").life()));
    }
    assertTrue(heart.apns().taken.size() <= 10, () -> "" + heart.apns().taken.size());
    heart.apns().always = _ -> new HandedOver("");
    List.copyOf(heart.apns().taken).forEach(heart.apns()::handOver);
    heart.apns().taken.clear();
    heart.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), heart.store.rows());
  }

  // ---- faults ---------------------------------------------------------------------------------

  @Test
  void a_fault_in_one_event_does_not_hold_up_its_group_and_it_is_tried_again() {
    annaHasAPhone();
    heart.person(BEN, android("bens", BEN));
    heart.accept(message("warm", BEN));
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    heart.registry.readsFail = true; // anna is not in memory yet
    heart.routing.intake().submit(new HandIn(message("one", ANNA), 1, _ -> {}));
    heart.routing.intake().submit(new HandIn(message("two", BEN), 2, _ -> {}));
    heart.turn();
    heart.fcm().handOver(heart.fcm().take());
    assertEquals(Reason.INTERNAL, noDevice(2).getFirst().why());
    heart.registry.readsFail = false;
    heart.pass(Duration.ofSeconds(2));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals(1, heart.settledLines(2).get(new InstallationId("phone")));
    assertTrue(heart.routing.counters().faults.sumThenReset() > 0);
    heart.nothingIsLeft();
  }

  @Test
  void a_row_whose_event_cannot_be_read_waits_on() {
    annaHasAPhone();
    heart.accept(message("m"));
    heart
        .apns()
        .answer(
            heart.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    heart.turn();
    heart.store.readsFail = true;
    heart.pass(Duration.ofSeconds(3));
    heart.store.readsFail = false;
    heart.pass(Duration.ofSeconds(12));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertTrue(heart.routing.counters().faults.sumThenReset() > 0);
    heart.nothingIsLeft();
  }

  @Test
  void a_row_for_a_phone_that_signed_out_is_given_up() {
    annaHasAPhone();
    final long event = heart.accept(message("m"));
    heart
        .apns()
        .answer(
            heart.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    heart.turn();
    heart.registry.removeInstallation(new InstallationId("phone"), "test");
    heart.pass(Duration.ofSeconds(3));
    assertEquals(
        List.of("push given-up SIGNED_OUT", "settled"), heart.story(event, "phone").subList(2, 4));
    heart.nothingIsLeft();
  }

  @Test
  void a_row_of_a_group_message_finds_its_phone() {
    annaHasAPhone();
    heart.person(BEN, android("bens", BEN));
    heart.accept(message("m", ANNA, BEN));
    heart.fcm().handOver(heart.fcm().take());
    heart
        .apns()
        .answer(
            heart.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    heart.turn();
    heart.pass(Duration.ofSeconds(3));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.nothingIsLeft();
  }

  // ---- after a restart ------------------------------------------------------------------------

  @Test
  void unfinished_messages_wait_until_phones_could_return_and_calls_do_not() {
    annaHasAPhone();
    heart.person(BEN, android("bens", BEN));
    final long message = heart.accept(message("m", ANNA));
    final long call = heart.accept(incomingCall("c", BEN));
    heart.crashAndStartAgain();
    assertEquals(call, heart.fcm().taken.getFirst().event());
    heart.fcm().handOver(heart.fcm().take());
    assertEquals(List.of(), heart.apns().taken);
    heart.pass(Duration.ofMillis(4_900));
    assertEquals(List.of(), heart.apns().taken);
    heart.pass(Duration.ofMillis(200));
    assertEquals(message, heart.apns().taken.getFirst().event());
    heart.apns().handOver(heart.apns().take());
    heart.turn();
  }

  @Test
  void a_phone_that_came_back_in_time_is_not_pushed_to_C2_38() {
    annaHasAPhone();
    final long one = heart.accept(message("one"));
    final long two = heart.accept(message("two"));
    heart.crashAndStartAgain();
    heart.live.foreground("phone");
    heart.acknowledge(ANNA, "phone", one); // by a receipt
    heart
        .store
        .journal()
        .note(List.of(new Note.Cursor(ANNA, new InstallationId("phone"), two))); // by its cursor
    heart.pass(Duration.ofSeconds(6));
    assertTrue(heart.story(one, "phone").contains("suppress LIVE_ACKNOWLEDGED"));
    assertTrue(heart.story(two, "phone").contains("suppress LIVE_ACKNOWLEDGED"));
    heart.nothingIsLeft();
  }

  @Test
  void rows_come_back_after_a_restart_and_settled_devices_are_left_alone() {
    annaHasAPhone();
    heart.person(ANNA, android("second", ANNA));
    final long event = heart.accept(message("m"));
    heart.fcm().handOver(heart.fcm().take());
    heart
        .apns()
        .answer(
            heart.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(9)));
    heart.turn();
    heart.crashAndStartAgain();
    heart.pass(Duration.ofSeconds(10));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals(Set.of(1), Set.copyOf(heart.settledLines(event).values()));
    heart.nothingIsLeft();
  }

  @Test
  void an_event_whose_last_phone_signed_out_meanwhile_is_finished() {
    annaHasAPhone();
    heart.person(ANNA, android("second", ANNA));
    heart.accept(message("m"));
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    heart.crashAndStartAgain();
    heart.registry.removeInstallation(new InstallationId("phone"), "test");
    heart.pass(Duration.ofSeconds(6));
    heart.crashAndStartAgain();
    heart.pass(Duration.ofSeconds(6));
    assertEquals(List.of(), heart.store.journal().unfinished());
    heart.nothingIsLeft();
  }

  // ---- its thread -----------------------------------------------------------------------------

  @Test
  void its_thread_wakes_for_an_input_and_ends_when_told() throws Exception {
    annaHasAPhone();
    heart.looksAtOnce = true;
    final var pushed = new CountDownLatch(1);
    heart.apns().always =
        _ -> {
          pushed.countDown();
          return new HandedOver("");
        };
    heart.routing.resume();
    heart.routing.intake().submit(new HandIn(message("m"), 1, _ -> {}));
    heart.store.commit();
    assertTrue(pushed.await(10, TimeUnit.SECONDS));
    heart.routing.close();
    heart.store.commit();
    assertEquals(1, heart.settledLines(1).get(new InstallationId("phone")), "the answer is kept");
  }
}

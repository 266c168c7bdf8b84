package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppState;
import dev.reveille.model.InstallationId;
import dev.reveille.model.UserId;
import dev.reveille.model.UserPresence;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The live channel over a real WebSocket. A4-01, A4-02.
class LiveChannelTest {
  @AutoClose private final DeviceServer server = new DeviceServer();
  private final UserId anna = server.user("anna");
  private final PhoneRequests.Device phone = PhoneRequests.register(server, server.code(anna));

  private AppState state() {
    return server.live.of(new InstallationId(phone.installation())).state();
  }

  @Test
  void C2_12_C2_29_a_message_reaches_a_foreground_app_on_its_live_channel() {
    final var socket = phone.live("foreground");
    assertEquals("welcome", socket.next().path("frame").asText());
    socket.next("caught-up");

    final long sequence = server.hand(SampleEvents.message("Lunch?", anna));

    final var entry = socket.next();
    assertEquals("entry", entry.path("frame").asText());
    assertEquals(server.id(sequence), entry.path("event").asText());
    assertEquals("Lunch?", entry.path("content").path("text").asText());
    assertEquals("team", entry.path("conversation").asText());
    assertEquals("message", entry.path("class").asText());
    assertEquals("chat", entry.path("type").asText());
  }

  @Test
  void C2_38_C2_44_a_phone_that_comes_back_downloads_what_it_missed_and_nothing_else() {
    final long first = server.hand(SampleEvents.message("one", anna));
    final var before = phone.live("foreground");
    before.say(
        "{\"frame\":\"ack\",\"upTo\":\"" + before.next("entry").path("position").asText() + "\"}");
    before.next("caught-up");
    before.close();
    final long second = server.hand(SampleEvents.message("two", anna));

    final var again = phone.open();
    again.say(
        "{\"frame\":\"hello\",\"state\":\"foreground\",\"cursor\":\"" + server.id(first) + "\"}");

    assertEquals(server.id(first), again.next("welcome").path("position").asText());
    assertEquals(server.id(second), again.next().path("event").asText());
    assertEquals("caught-up", again.next().path("frame").asText());
  }

  @Test
  void without_a_cursor_the_server_knows_where_the_phone_stopped() {
    final long sequence = server.hand(SampleEvents.message("one", anna));
    final var before = phone.live("foreground");
    before.say(
        "{\"frame\":\"ack\",\"upTo\":\"" + before.next("entry").path("position").asText() + "\"}");
    before.next("caught-up");
    Eventually.holds(
        () ->
            server.store.inbox().cursor(anna, new InstallationId(phone.installation())).sequence()
                >= sequence, // notes that were written meanwhile have places of their own
        "the cursor is kept");
    before.close();

    final var again = phone.live("foreground");

    again.next("welcome");
    assertEquals("caught-up", again.next().path("frame").asText());
  }

  // C2-13, C2-16, C2-17, C2-18, C2-19, C2-20
  @Test
  void only_a_foreground_app_with_an_open_channel_is_in_the_foreground() {
    assertEquals(AppState.SUSPENDED, state(), "never connected");
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    assertEquals(AppState.FOREGROUND, state());
    for (final var word : new String[] {"background", "locked", "screen-off", "stopped"}) {
      socket.say("{\"frame\":\"state\",\"state\":\"foreground\",\"id\":\"f\"}");
      socket.next("done");
      assertEquals(AppState.FOREGROUND, state());
      socket.say("{\"frame\":\"state\",\"state\":\"" + word + "\",\"id\":\"s\"}");
      socket.next("done");
      assertEquals(AppState.SUSPENDED, state(), word);
      assertEquals(word, server.live.of(new InstallationId(phone.installation())).reported());
    }
  }

  @Test
  void C2_14_C2_15_C2_37_an_app_that_is_suspended_on_an_open_channel_gets_a_push_and_no_frame() {
    final var device =
        PhoneRequests.register(
            server,
            server.code(anna),
            ",\"tokens\":[{\"service\":\"apns\",\"channel\":\"message\",\"token\":\""
                + AppleToken.of("t1")
                + "\"}]");
    final var socket = device.live("locked");
    socket.next("caught-up");

    final long sequence = server.hand(SampleEvents.message("psst", anna));

    Eventually.holds(
        () -> server.pushes.stream().anyMatch(push -> push.event() == sequence), "a push");
    assertEquals(0, socket.unseen());
    socket.say("{\"frame\":\"state\",\"state\":\"foreground\"}"); // C2-37: the user taps
    assertEquals(server.id(sequence), socket.next("entry").path("event").asText());
  }

  @Test
  void C2_39_C2_45_a_user_is_away_while_no_app_is_in_the_foreground() {
    assertEquals(UserPresence.OFFLINE, server.routing.presence(server.user("unknown")));
    assertEquals(UserPresence.AWAY, server.routing.presence(anna));
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    assertEquals(UserPresence.AVAILABLE, server.routing.presence(anna));
    socket.say("{\"frame\":\"state\",\"state\":\"background\",\"id\":\"1\"}");
    socket.next("done");
    assertEquals(UserPresence.AWAY, server.routing.presence(anna));
  }

  @Test
  void A4_03_a_closed_channel_ends_the_foreground_at_once() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");

    socket.close();

    Eventually.holds(() -> state() == AppState.SUSPENDED, "the phone is seen as suspended");
  }

  @Test
  void a_newer_channel_of_the_same_installation_replaces_the_older() {
    final var older = phone.live("foreground");
    older.next("caught-up");
    final var newer = phone.live("foreground");
    newer.next("caught-up");

    assertEquals(4607, older.closeCode());
    final long sequence = server.hand(SampleEvents.message("to the newer", anna));
    assertEquals(server.id(sequence), newer.next("entry").path("event").asText());
    assertEquals(1, server.live.size());
  }

  @Test
  void a_call_rings_on_the_channel_and_its_end_is_told() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");

    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);

    final var ring = socket.next("call");
    assertEquals(call.call().toString(), ring.path("call").asText());
    assertEquals("Carol", ring.path("caller").path("name").asText());
    assertFalse(ring.path("state").asBoolean());
    server
        .routing
        .calls()
        .end(DeviceServer.ACME, call.call(), new dev.reveille.model.CallEnd.Cancelled(), _ -> {});
    final var over = socket.next("call-over");
    assertEquals("cancelled", over.path("how").asText());
  }

  @Test
  void a_call_that_rings_is_told_as_state_to_a_phone_that_connects() {
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);

    final var socket = phone.live("foreground");

    assertEquals(call.call().toString(), socket.next("welcome").path("ringing").path(0).asText());
    final var ring = socket.next();
    assertEquals("call", ring.path("frame").asText());
    assertTrue(ring.path("state").asBoolean());
    assertEquals("caught-up", socket.next().path("frame").asText());
  }

  @Test
  void a_call_is_answered_on_the_channel_and_the_second_answer_hears_how_it_ended() {
    final var other = PhoneRequests.register(server, server.code(anna));
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);
    final var first = phone.live("foreground");
    final var second = other.live("foreground");
    first.next("call");
    second.next("call");

    first.say("{\"frame\":\"answer\",\"call\":\"" + call.call() + "\",\"id\":\"x\"}");

    final var done = first.next("done");
    assertEquals("answer", done.path("of").asText());
    assertEquals("x", done.path("id").asText());
    assertEquals("answered", done.path("call").path("how").asText());
    assertEquals("answered", second.next("call-over").path("how").asText());
    second.say("{\"frame\":\"answer\",\"call\":\"" + call.call() + "\"}");
    final var refused = second.next("error");
    assertEquals("RV-701", refused.path("code").asText());
    assertEquals(phone.installation(), refused.path("call").path("on").asText());
  }

  @Test
  void the_phone_falls_silent_here_and_rings_on_elsewhere_when_declined_here() {
    final var other = PhoneRequests.register(server, server.code(anna));
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);
    final var first = phone.live("foreground");
    final var second = other.live("foreground");
    first.next("call");
    second.next("call");
    second.next("caught-up");

    first.say("{\"frame\":\"decline\",\"call\":\"" + call.call() + "\",\"everywhere\":false}");

    assertEquals("ringing", first.next("done").path("call").path("state").asText());
    assertEquals(0, second.unseen());
    first.say("{\"frame\":\"decline\",\"call\":\"" + call.call() + "\"}");
    assertEquals("declined", second.next("call-over").path("how").asText());
  }

  @Test
  void a_cursor_of_another_store_is_told_a_gap_and_the_inbox_from_its_beginning() {
    final long sequence = server.hand(SampleEvents.message("kept", anna));
    final var socket = phone.open();

    socket.say("{\"frame\":\"hello\",\"state\":\"foreground\",\"cursor\":\"zzz-5\"}");

    socket.next("welcome");
    assertEquals("zzz-5", socket.next("gap").path("asked").asText());
    assertEquals(server.id(sequence), socket.next("entry").path("event").asText());
  }

  @Test
  void a_change_is_told_once_per_folder_when_the_phone_comes_back() {
    server.hand(SampleEvents.change("INBOX", anna));
    final long newest = server.hand(SampleEvents.change("INBOX", anna));
    final var socket = phone.live("foreground");

    final var change = socket.next("change");

    assertEquals(server.id(newest), change.path("event").asText());
    assertEquals("INBOX", change.path("folders").path(0).asText());
    assertEquals("caught-up", socket.next().path("frame").asText());
  }

  @Test
  void a_silent_event_is_told_without_a_place_to_resume_from() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");

    server.hand(SampleEvents.silent(anna));

    final var entry = socket.next("entry");
    assertEquals("silent", entry.path("class").asText());
    assertFalse(entry.has("position"));
  }

  @Test
  void a_sign_out_closes_the_channel_and_ends_the_token() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");

    assertEquals(204, phone.send("POST", "/sign-out", "").status());

    assertEquals(4320, socket.closeCode());
    assertEquals("RV-404", phone.send("GET", "/inbox", "").code());
  }

  @Test
  void a_removed_installation_loses_its_channel() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");

    server.store.registry().removeInstallation(new InstallationId(phone.installation()), "test");

    assertEquals(4320, socket.closeCode());
  }

  @Test
  void a_phone_is_sent_away_with_a_delay_when_the_server_goes_down() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");

    server.live.drain(Duration.ofSeconds(20));

    final var away = socket.next("go-away");
    assertTrue(Duration.parse(away.path("delay").asText()).compareTo(Duration.ofSeconds(20)) <= 0);
    assertEquals(4124, socket.closeCode());
    final var again = phone.open();
    again.say("{\"frame\":\"hello\",\"state\":\"foreground\"}");
    assertEquals(4124, again.closeCode());
  }

  @Test
  void C2_30_a_message_that_was_acknowledged_live_leaves_no_push() {
    final var device =
        PhoneRequests.register(
            server,
            server.code(anna),
            ",\"tokens\":[{\"service\":\"apns\",\"channel\":\"message\",\"token\":\""
                + AppleToken.of("t2")
                + "\"}]");
    final var socket = device.live("foreground");
    socket.next("caught-up");
    final long sequence = server.hand(SampleEvents.message("hello", anna));
    final var entry = socket.next("entry");
    socket.say("{\"frame\":\"ack\",\"events\":[\"" + entry.path("event").asText() + "\"]}");

    Eventually.holds(
        () ->
            server.store.trail().of(sequence).stream()
                .anyMatch(line -> line.toString().contains("acknowledged")),
        () -> "the acknowledgement in the trail: " + server.store.trail().of(sequence));

    assertNotEquals("", entry.path("position").asText());
    assertTrue(server.pushes.stream().noneMatch(push -> push.event() == sequence));
  }
}

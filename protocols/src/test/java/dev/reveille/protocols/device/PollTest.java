package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppState;
import dev.reveille.model.CallEnd;
import dev.reveille.model.InstallationId;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The long poll: held while there is nothing to say.
class PollTest {
  @AutoClose private final DeviceServer server = new DeviceServer();
  private final UserId anna = server.user("anna");
  private final PhoneRequests.Device phone = PhoneRequests.register(server, server.code(anna));

  private void awaitHeld() {
    Eventually.holds(
        () -> server.live.of(new InstallationId(phone.installation())).channelOpen(),
        "the poll is held");
  }

  @Test
  void a_poll_is_answered_at_once_when_something_waits_and_its_cursor_acknowledges() {
    final long sequence = server.hand(SampleEvents.message("one", anna));

    final var first = phone.send("GET", "/poll?wait=30&state=foreground", "").json();
    assertEquals(1, first.path("frames").size());
    assertEquals(server.id(sequence), first.path("frames").path(0).path("event").asText());

    final var second =
        phone.send("GET", "/poll?wait=0&cursor=" + first.path("cursor").asText(), "").json();
    assertEquals(0, second.path("frames").size());
    Eventually.holds(
        () ->
            server.store.inbox().cursor(anna, new InstallationId(phone.installation())).sequence()
                >= sequence, // notes that were written meanwhile have places of their own
        "the cursor is kept");
  }

  @Test
  void a_parameter_that_a_poll_does_not_take_is_refused_also_from_a_phone_that_memory_knows() {
    assertEquals(200, phone.send("GET", "/poll?wait=0", "").status());

    final var answer = phone.send("GET", "/poll?wiat=0", "");

    assertEquals(400, answer.status());
    assertEquals("RV-102", answer.code());
    assertTrue(answer.json().path("detail").asText().contains("did you mean wait?"));
  }

  @Test
  void a_position_is_read_alike_in_a_poll_and_in_a_page_of_the_inbox() {
    for (final var address : List.of("/poll?wait=0&cursor=", "/inbox?after=")) {
      assertEquals(200, phone.send("GET", address, "").status(), "an empty one is none");

      final var answer = phone.send("GET", address + "here", "");

      assertEquals("RV-101", answer.code());
      final var field = address.replaceAll(".*[?&](\\w+)=", "$1");
      assertEquals(
          field + ": a position reads EPOCH-SEQUENCE, both in base 36, not here",
          answer.json().path("detail").asText());
    }
  }

  @Test
  void a_poll_cannot_be_asked_for_by_head() {
    assertEquals(405, phone.send("HEAD", "/poll?wait=0", "").status());
  }

  @Test
  void a_held_poll_is_answered_by_what_arrives() {
    final var held = phone.sendLater("GET", "/poll?wait=30&state=foreground");
    awaitHeld();

    final long sequence = server.hand(SampleEvents.message("now", anna));

    final var answer = held.orTimeout(10, TimeUnit.SECONDS).join().json();
    assertEquals(server.id(sequence), answer.path("frames").path(0).path("event").asText());
    final var after =
        phone.send("GET", "/poll?wait=0&cursor=" + answer.path("cursor").asText(), "");
    assertEquals(0, after.json().path("frames").size()); // its cursor is behind the event
  }

  @Test
  void phones_of_different_users_that_are_held_get_one_event_each() {
    final var ben = server.user("ben");
    final var other = PhoneRequests.register(server, server.code(ben));
    final var one = phone.sendLater("GET", "/poll?wait=30&state=foreground");
    final var two = other.sendLater("GET", "/poll?wait=30&state=foreground");
    awaitHeld();
    Eventually.holds(() -> server.live.waitingPolls() == 2, "both are held");

    final long sequence = server.hand(SampleEvents.message("for both", anna, ben));

    for (final var held : List.of(one, two)) {
      final var answer = held.orTimeout(10, TimeUnit.SECONDS).join().json();
      assertEquals(1, answer.path("frames").size());
      assertEquals(server.id(sequence), answer.path("frames").path(0).path("event").asText());
    }
  }

  @Test
  void a_phone_whose_token_is_in_memory_is_refused_as_soon_as_it_signed_out() {
    assertEquals(200, phone.send("GET", "/poll?wait=0", "").status());
    assertEquals(200, phone.send("GET", "/poll?wait=0", "").status());

    assertEquals(204, phone.send("POST", "/sign-out", "").status());

    assertEquals(401, phone.send("GET", "/poll?wait=0", "").status());
  }

  @Test
  void a_poll_with_nothing_to_say_is_answered_when_its_time_is_over() {
    final var answer = phone.send("GET", "/poll?wait=2", "");

    assertEquals(200, answer.status());
    assertEquals(0, answer.json().path("frames").size());
  }

  @Test
  void a_ringing_call_answers_a_poll_once_and_its_end_answers_the_next() {
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);
    final var first = phone.send("GET", "/poll?wait=30&state=foreground", "").json();
    final var ring = first.path("frames").path(0);
    assertEquals("call", ring.path("frame").asText());
    assertTrue(ring.path("state").asBoolean());

    final var held =
        phone.sendLater(
            "GET",
            "/poll?wait=30&ringing=" + call.call() + "&cursor=" + first.path("cursor").asText());
    Eventually.holds(() -> server.live.size() == 1 && !held.isDone(), "the second poll is held");
    server.routing.calls().end(DeviceServer.ACME, call.call(), new CallEnd.Cancelled(), _ -> {});

    final var over = held.orTimeout(10, TimeUnit.SECONDS).join().json().path("frames").path(0);
    assertEquals("call-over", over.path("frame").asText());
    assertEquals("cancelled", over.path("how").asText());
  }

  @Test
  void a_newer_poll_answers_the_older() {
    final var older = phone.sendLater("GET", "/poll?wait=30&state=foreground");
    awaitHeld();

    final var newer = phone.sendLater("GET", "/poll?wait=30");

    assertEquals(0, older.orTimeout(10, TimeUnit.SECONDS).join().json().path("frames").size());
    server.hand(SampleEvents.message("to the newer", anna));
    assertEquals(1, newer.orTimeout(10, TimeUnit.SECONDS).join().json().path("frames").size());
  }

  @Test
  void a_websocket_takes_the_place_of_a_poll() {
    final var held = phone.sendLater("GET", "/poll?wait=30&state=foreground");
    awaitHeld();

    final var socket = phone.live("foreground");
    socket.next("caught-up");

    assertEquals("RV-607", held.orTimeout(10, TimeUnit.SECONDS).join().code());
  }

  @Test
  void the_state_stays_as_it_was_told_until_another_is_told() {
    phone.send("GET", "/poll?wait=0&state=foreground", "");
    assertEquals(
        AppState.FOREGROUND, server.live.of(new InstallationId(phone.installation())).state());
    phone.send("GET", "/poll?wait=0", "");
    assertEquals(
        AppState.FOREGROUND, server.live.of(new InstallationId(phone.installation())).state());
    phone.send("GET", "/poll?wait=0&state=locked", "");
    assertEquals(
        AppState.SUSPENDED, server.live.of(new InstallationId(phone.installation())).state());
  }

  @Test
  void a_held_poll_is_answered_when_the_server_goes_down() {
    final var held = phone.sendLater("GET", "/poll?wait=30&state=foreground");
    awaitHeld();

    server.live.drain(Duration.ofSeconds(10));

    final var frames = held.orTimeout(10, TimeUnit.SECONDS).join().json().path("frames");
    assertEquals("go-away", frames.path(0).path("frame").asText());
    assertFalse(server.live.of(new InstallationId(phone.installation())).channelOpen());
    assertEquals(503, phone.send("GET", "/poll?wait=30", "").status());
  }
}

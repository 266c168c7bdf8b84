package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.live.LiveSettings;
import dev.reveille.model.AppId;
import dev.reveille.model.ConversationId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The device listener's requests: who may register, whose token it is, and precise answers to
/// everything else.
class DeviceApiTest {
  @AutoClose
  private final DeviceServer server =
      new DeviceServer(
          DeviceSettings.DEFAULT.withMostDevices(3).withRegistrationsPerMinute(40),
          LiveSettings.DEFAULT);

  private final UserId anna = server.user("anna");

  private PhoneRequests.Answer register(final String body) {
    return PhoneRequests.send(server.address(), "POST", "/installations", body);
  }

  private static String token(final String token) {
    return ",\"tokens\":[{\"service\":\"apns\",\"channel\":\"voip\",\"token\":\""
        + AppleToken.of(token)
        + "\"}]";
  }

  // ---- registration -------------------------------------------------------------------------

  @Test
  void a_code_registers_one_device_and_no_second() {
    final var code = server.code(anna);
    final var phone = PhoneRequests.register(server, code);

    assertEquals(
        anna,
        server
            .store
            .registry()
            .installation(new InstallationId(phone.installation()))
            .orElseThrow()
            .users()
            .getFirst());
    final var again =
        register("{\"app\":\"com.example.phone\",\"code\":\"" + code + "\",\"platform\":\"ios\"}");
    assertEquals(403, again.status());
    assertEquals("RV-402", again.code());
  }

  @Test
  void a_code_that_expired_or_is_for_another_app_registers_no_user() {
    final var late = server.code(anna, DeviceServer.APP, Instant.now().minusSeconds(1));
    final var other =
        server.code(anna, new AppId("com.example.other"), Instant.now().plusSeconds(60));
    for (final var code : new String[] {late, other, "rc_made-up"}) {
      final var answer =
          register(
              "{\"app\":\"com.example.phone\",\"code\":\"" + code + "\",\"platform\":\"ios\"}");
      assertEquals("RV-402", answer.code());
    }
    assertTrue(server.store.registry().installationsOf(anna).isEmpty());
    assertTrue(
        server.store.secrets().code(DeviceTokens.sha256(other), Instant.now()).isPresent(),
        "the other app's own device can still use it");
  }

  @Test
  void a_mistake_does_not_use_the_code_up() {
    final var code = server.code(anna);
    final var wrong =
        register(
            "{\"app\":\"com.example.phone\",\"code\":\""
                + code
                + "\",\"platform\":\"ios\",\"osmajor\":18}");
    assertEquals("RV-102", wrong.code());
    assertTrue(wrong.json().path("detail").asText().contains("osMajor"), wrong.body());

    PhoneRequests.register(server, code);
  }

  @Test
  void a_user_has_as_many_devices_as_allowed() {
    for (int i = 0; i < 3; i++) {
      PhoneRequests.register(server, server.code(anna));
    }
    final var fourth =
        register(
            "{\"app\":\"com.example.phone\",\"code\":\""
                + server.code(anna)
                + "\",\"platform\":\"ios\"}");
    assertEquals(409, fourth.status());
    assertEquals("RV-406", fourth.code());
  }

  // ---- tokens -------------------------------------------------------------------------------

  @Test
  void a_push_token_cannot_be_taken_by_who_merely_knows_it() {
    final var owner = PhoneRequests.register(server, server.code(anna), token("known"));
    final var ben = server.user("ben");
    final var code = server.code(ben);
    final var thief =
        register(
            "{\"app\":\"com.example.phone\",\"code\":\""
                + code
                + "\",\"platform\":\"ios\""
                + token("known")
                + "}");
    assertEquals(409, thief.status());
    assertEquals("RV-401", thief.code());

    final var other = PhoneRequests.register(server, code);
    final var tokens = "{" + token("known").substring(1);
    assertEquals("RV-401", other.send("PUT", "/tokens", tokens + "}").code());
    assertEquals(
        "RV-401", other.send("PUT", "/tokens", tokens + ",\"proof\":\"rd_wrong\"}").code());
    assertEquals(1, addresses(owner));

    assertEquals(
        204,
        other.send("PUT", "/tokens", tokens + ",\"proof\":\"" + owner.token() + "\"}").status());
    assertEquals(0, addresses(owner));
    assertEquals(1, addresses(other));
  }

  @Test
  void after_a_sign_out_the_next_user_of_the_phone_may_have_its_push_token() {
    final var before = PhoneRequests.register(server, server.code(anna), token("shared"));
    assertEquals(204, before.send("POST", "/sign-out", "").status());

    final var after =
        PhoneRequests.register(server, server.code(server.user("ben")), token("shared"));

    assertEquals(1, addresses(after));
    assertEquals(401, before.send("GET", "/inbox", "").status());
  }

  private int addresses(final PhoneRequests.Device device) {
    return server
        .store
        .registry()
        .installation(new InstallationId(device.installation()))
        .orElseThrow()
        .addresses()
        .size();
  }

  @Test
  void a_rotated_token_leaves_the_former_one_valid_until_it_was_used() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    assertEquals(200, phone.send("GET", "/inbox", "").status());
    final var fresh = phone.send("POST", "/token", "").json().path("token").asText();

    assertEquals(200, phone.send("GET", "/inbox", "").status(), "the answer may have been lost");
    final var renewed = new PhoneRequests.Device(phone.server(), phone.installation(), fresh, "");
    assertEquals(200, renewed.send("GET", "/inbox", "").status());
    assertEquals("RV-404", phone.send("GET", "/inbox", "").code());
  }

  @Test
  void a_removed_installation_is_unknown_at_once() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    assertEquals(200, phone.send("GET", "/inbox", "").status());

    server.store.registry().removeInstallation(new InstallationId(phone.installation()), "test");

    assertEquals("RV-404", phone.send("GET", "/inbox", "").code());
  }

  // ---- inbox, receipts, calls ---------------------------------------------------------------

  @Test
  void the_inbox_is_read_in_pages() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    for (int i = 0; i < 5; i++) {
      server.hand(SampleEvents.message("m" + i, anna));
    }
    final var first = phone.send("GET", "/inbox?most=3", "").json();
    assertEquals(3, first.path("entries").size());
    assertTrue(first.path("more").asBoolean());
    assertEquals(5, first.path("unread").asInt());

    final var second =
        phone.send("GET", "/inbox?most=3&after=" + first.path("upTo").asText(), "").json();

    assertEquals(2, second.path("entries").size());
    assertEquals("m3", second.path("entries").path(0).path("content").path("text").asText());
    assertFalse(second.path("more").asBoolean());
    final var lost = phone.send("GET", "/inbox?after=zzz-1", "").json();
    assertTrue(lost.path("gap").asBoolean());
    assertEquals(5, lost.path("entries").size());
  }

  @Test
  void receipts_mark_only_events_of_this_user() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    final long own = server.hand(SampleEvents.message("own", anna));
    final long others = server.hand(SampleEvents.message("others", server.user("ben")));
    final var both =
        "{\"receipts\":[{\"event\":\"%s\",\"mark\":\"read\"},{\"event\":\"%s\",\"mark\":\"read\"}]}"
            .formatted(server.id(own), server.id(others));
    assertEquals("RV-109", phone.send("POST", "/receipts", both).code());

    final var one =
        "{\"receipts\":[{\"event\":\"%s\",\"mark\":\"read\"}]}".formatted(server.id(own));
    assertEquals(204, phone.send("POST", "/receipts", one).status());

    final var from = new Position(server.store.journal().epoch(), own - 1);
    Eventually.holds(
        () ->
            server
                .store
                .inbox()
                .after(anna, from, 1)
                .entries()
                .getFirst()
                .marks()
                .contains(Mark.READ),
        "the mark is kept");
  }

  @Test
  void a_conversation_is_read_up_to_an_event() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    final long sequence = server.hand(SampleEvents.message("read me", anna));
    assertEquals(
        204,
        phone
            .send("POST", "/conversations/team/read", "{\"upTo\":\"" + server.id(sequence) + "\"}")
            .status());
    Eventually.holds(
        () -> server.store.inbox().readUpTo(anna, new ConversationId("team")) == sequence,
        "it is kept");
    phone.send("POST", "/conversations/none/read", "{\"upTo\":\"" + server.id(sequence) + "\"}");
    assertEquals(0, server.store.inbox().readUpTo(anna, new ConversationId("none")));
    assertEquals(
        "RV-109",
        phone
            .send(
                "POST",
                "/conversations/team/read",
                "{\"upTo\":\"" + server.id(sequence + 9_999) + "\"}")
            .code());
  }

  @Test
  void a_call_is_answered_once_and_the_second_hears_how_it_ended() {
    final var first = PhoneRequests.register(server, server.code(anna));
    final var second = PhoneRequests.register(server, server.code(anna));
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);
    final var path = "/calls/" + call.call();
    assertEquals("ringing", first.send("GET", path, "").json().path("state").asText());

    final var answered = first.send("POST", path + "/answer", "");
    final var late = second.send("POST", path + "/answer", "");

    assertEquals(200, answered.status(), answered.body());
    assertEquals(first.installation(), answered.json().path("on").asText());
    assertEquals(
        200, first.send("POST", path + "/answer", "").status(), "a repeat is the same answer");
    assertEquals(409, late.status());
    assertEquals("RV-701", late.code());
    assertEquals(first.installation(), late.json().path("call").path("on").asText());
    assertEquals("over", second.send("GET", path, "").json().path("state").asText());
  }

  @Test
  void a_call_of_another_user_is_not_shown() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    final var call = SampleEvents.call(Duration.ofSeconds(30), server.user("ben"));
    server.hand(call);

    assertEquals("RV-703", phone.send("GET", "/calls/" + call.call(), "").code());
    assertEquals("RV-703", phone.send("POST", "/calls/" + call.call() + "/answer", "").code());
    assertEquals(
        "RV-702", phone.send("GET", "/calls/00000000-0000-0000-0000-000000000001", "").code());
  }

  // ---- bad input ----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/state|{\"state\":\"asleep\"}|400|RV-101",
        "POST|/state|{\"state\":1}|400|RV-101",
        "POST|/state|{\"stat\":\"locked\"}|400|RV-102",
        "POST|/state|{\"state\":\"locked\",\"state\":\"locked\"}|400|RV-101",
        "POST|/state|{\"state\":\"locked\"|400|RV-101",
        "POST|/state|[]|400|RV-101",
        "POST|/state||400|RV-101",
        "POST|/receipts|{\"receipts\":{}}|400|RV-101",
        "POST|/receipts|{\"receipts\":[{\"event\":\"x\",\"mark\":\"read\"}]}|400|RV-101",
        "PUT|/tokens|{\"tokens\":[{\"service\":\"pigeon\",\"channel\":\"voip\",\"token\":\"t\"}]}|400|RV-101",
        "PUT|/tokens|{\"tokens\":[{\"service\":\"apns\",\"channel\":\"voip\",\"token\":\"\"}]}|400|RV-101",
        "GET|/inbox?most=0||400|RV-101",
        "GET|/inbox?most=9999||400|RV-101",
        "GET|/inbox?after=nowhere||400|RV-101",
        "GET|/poll?wait=1801||400|RV-101",
        "GET|/calls/not-a-uuid||400|RV-101",
        "DELETE|/inbox||405|RV-112",
        "GET|/nothing||404|RV-109",
        "GET|/calls/a/b/c/d||404|RV-109",
      })
  void what_is_wrong_is_answered_precisely(
      final String method,
      final String path,
      final String body,
      final int status,
      final String code) {
    final var phone = PhoneRequests.register(server, server.code(anna));

    final var answer = phone.send(method, path, body == null ? "" : body);

    assertEquals(status, answer.status(), answer.body());
    assertEquals(code, answer.code());
  }

  @Test
  void a_body_over_the_limit_is_refused() {
    final var phone = PhoneRequests.register(server, server.code(anna));

    assertEquals(
        413, phone.send("POST", "/state", "{\"state\":\"" + "x".repeat(70_000) + "\"}").status());
  }

  @Test
  void requests_without_a_token_that_exists_are_unauthorized_and_counted() {
    final var known = PhoneRequests.register(server, server.code(anna));
    final var unseen = PhoneRequests.register(server, server.code(anna));
    assertEquals(200, known.send("GET", "/inbox", "").status());
    assertEquals(401, PhoneRequests.send(server.address(), "GET", "/inbox", "").status());
    var answer =
        PhoneRequests.send(
            server.address(), "GET", "/inbox", "", "Authorization", "Bearer rd_guess");
    assertEquals("RV-404", answer.code());
    for (int i = 0; i < 100 && answer.status() == 401; i++) {
      answer =
          PhoneRequests.send(
              server.address(), "GET", "/inbox", "", "Authorization", "Bearer rd_guess" + i);
    }
    assertEquals("RV-123", answer.code());
    assertEquals(200, known.send("GET", "/inbox", "").status(), "its token is in memory");
    assertEquals(200, unseen.send("GET", "/inbox", "").status(), "wrong ones do not lock it out");
  }

  @Test
  void a_phone_that_asks_too_often_is_told_to_slow_down() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    var answer = phone.send("GET", "/calls/x", "");
    for (int i = 0; i < 2_000 && answer.status() == 400; i++) {
      answer = phone.send("GET", "/calls/x", "");
    }
    assertEquals(429, answer.status());
    assertEquals("RV-123", answer.code());
  }
}

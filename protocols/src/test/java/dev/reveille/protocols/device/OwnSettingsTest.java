package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.InstallationId;
import dev.reveille.model.UserId;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an app sets of its own user's protection, and what it says about its device.
class OwnSettingsTest {
  @AutoClose private final DeviceServer server = new DeviceServer();
  private final UserId anna = server.user("anna");

  @Test
  void an_app_sets_its_own_users_protection() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    final var other = PhoneRequests.register(server, server.code(server.user("ben")));
    final var set =
        phone.send(
            "PATCH",
            "/protection",
            "{\"doNotDisturb\":true,\"ringLimit\":{\"rings\":2,\"window\":\"PT5M\"}}");
    assertEquals(200, set.status(), set.body());
    assertTrue(set.json().at("/now/silent").asBoolean());
    assertEquals("RV-316", set.json().at("/now/code").asText());
    assertEquals(200, phone.send("PUT", "/conversations/team/mute", "{\"for\":\"PT8H\"}").status());
    final var seen = phone.send("GET", "/protection", "");
    assertEquals("team", seen.json().at("/muted/0/conversation").asText());
    assertEquals(2, seen.json().at("/ringLimit/rings").asInt());
    assertEquals(
        "[]", phone.send("DELETE", "/conversations/team/mute", "").json().path("muted").toString());
    assertFalse(
        other.send("GET", "/protection", "").json().path("doNotDisturb").asBoolean(),
        "no other user's is touched");
    assertEquals(204, phone.send("PATCH", "/installation", "{\"osMajor\":19}").status());
    assertTrue(
        server.store.settings().audit(anna.organisation(), 50).stream()
            .noneMatch(entry -> entry.who().contains(phone.installation())),
        "the operators' log has no room for what devices do");
  }

  @Test
  void protection_that_cannot_be_is_refused_in_the_same_words() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    final var wrong = phone.send("PUT", "/protection", "{\"ringLimit\":{\"rings\":0}}");
    assertEquals(400, wrong.status());
    assertEquals("RV-101", wrong.code());
    assertTrue(
        wrong.json().path("detail").asText().startsWith("ringLimit.rings: must be"), wrong.body());
    assertEquals("RV-102", phone.send("PATCH", "/protection", "{\"ringlimit\":null}").code());
    assertEquals("RV-112", phone.send("POST", "/protection", "{}").code());
    assertEquals("RV-112", phone.send("GET", "/conversations/team/mute", "").code());
    assertEquals("RV-404", PhoneRequests.send(server.address(), "GET", "/protection", "").code());
  }

  // ---- what the app says about itself ----------------------------------------------------------

  private static final String KEY = "CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  @Test
  void an_app_says_anew_what_changed_about_its_device() {
    final var phone = PhoneRequests.register(server, server.code(anna), ",\"locale\":\"de-AT\"");
    final var id = new InstallationId(phone.installation());
    assertEquals("de-AT", server.store.registry().installation(id).orElseThrow().locale());
    final var answer =
        phone.send(
            "PATCH",
            "/installation",
            "{\"osMajor\":26,\"contentKey\":\"" + KEY + "\",\"attributes\":{\"callkit\":\"no\"}}");
    assertEquals(204, answer.status(), answer.body());
    final var after = server.store.registry().installation(id).orElseThrow();
    assertEquals(26, after.osMajor());
    assertEquals(KEY, after.contentKey());
    assertEquals("de-AT", after.locale(), "what is not said stays");
    assertFalse(after.callKitPermitted());
    phone.send("PATCH", "/installation", "{\"contentKey\":\"\"}");
    assertEquals("", server.store.registry().installation(id).orElseThrow().contentKey());
  }

  @Test
  void half_of_a_surrogate_pair_in_what_an_app_says_becomes_the_replacement_character() {
    final var phone =
        PhoneRequests.register(
            server, server.code(anna), ",\"attributes\":{\"seat\":\"by\\ud800\"}");
    final var kept = server.store.registry().installation(new InstallationId(phone.installation()));
    assertEquals("by\uFFFD", kept.orElseThrow().attributes().get("seat"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'contentKey':'AAAA'} | contentKey: must be an X25519 public key of 32 bytes, not of 3",
        "{'contentKey':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'} | safe to use",
        "{'contentKey':'++'} | base64url",
        "{'attributes':{'content-key':'x'}} | the key goes into contentKey",
        "{'platform':'ios'} | platform"
      })
  void what_cannot_be_of_a_device_is_refused(final String body, final String words) {
    final var phone = PhoneRequests.register(server, server.code(anna));
    final var answer = phone.send("PATCH", "/installation", body.replace('\'', '"'));
    assertEquals(400, answer.status());
    assertTrue(answer.json().path("detail").asText().contains(words), answer.body());
  }
}

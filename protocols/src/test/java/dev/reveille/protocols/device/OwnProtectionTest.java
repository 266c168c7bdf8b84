package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.UserId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an app sets of its own user's protection.
class OwnProtectionTest {
  @TempDir Path directory;
  private DeviceServer server;
  private UserId anna;

  @BeforeEach
  void start() {
    server = new DeviceServer(directory);
    anna = server.user("anna");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void an_app_sets_its_own_users_protection() {
    final var phone = Wire.register(server, server.code(anna));
    final var other = Wire.register(server, server.code(server.user("ben")));
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
        "nobody else's is touched");
    assertTrue(
        server.store.settings().audit(anna.organisation(), 50).stream()
            .anyMatch(entry -> entry.who().equals("device " + phone.installation())));
  }

  @Test
  void protection_that_cannot_be_is_refused_in_the_same_words() {
    final var phone = Wire.register(server, server.code(anna));
    final var wrong = phone.send("PUT", "/protection", "{\"ringLimit\":{\"rings\":0}}");
    assertEquals(400, wrong.status());
    assertEquals("RV-101", wrong.code());
    assertTrue(
        wrong.json().path("detail").asText().startsWith("ringLimit.rings: must be"), wrong.body());
    assertEquals("RV-102", phone.send("PATCH", "/protection", "{\"ringlimit\":null}").code());
    assertEquals("RV-112", phone.send("POST", "/protection", "{}").code());
    assertEquals("RV-112", phone.send("GET", "/conversations/team/mute", "").code());
    assertEquals("RV-404", Wire.send(server.address(), "GET", "/protection", "").code());
  }
}

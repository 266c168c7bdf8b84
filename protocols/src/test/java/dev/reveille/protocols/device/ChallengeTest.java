package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.InstallationId;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.PushContent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The app was installed anew and has lost the secret of the installation that holds its tokens.
class ChallengeTest {
  private static final String TOKENS =
      "\"tokens\":[{\"service\":\"apns\",\"channel\":\"voip\",\"token\":\""
          + AppleToken.of("v")
          + "\"},{\"service\":\"apns\",\"channel\":\"message\",\"token\":\""
          + AppleToken.of("m")
          + "\"}]";

  @AutoClose private final DeviceServer server = new DeviceServer();
  private final PhoneRequests.Device holder =
      PhoneRequests.register(server, server.code(server.user("anna")), "," + TOKENS);
  private final PhoneRequests.Device asker =
      PhoneRequests.register(server, server.code(server.user("ben")));

  private String word() {
    final var push = server.pushed();
    assertEquals(PushChannel.MESSAGE, push.to().channel(), "no VoIP push without a call");
    assertEquals(AppleToken.of("m"), push.to().token().value());
    final var content = assertInstanceOf(PushContent.Wake.class, push.content());
    assertEquals("reveille:token-challenge", content.type());
    return content.event();
  }

  private int echoed(final PhoneRequests.Device by, final String word) {
    return by.send("PUT", "/tokens", "{" + TOKENS + ",\"echo\":\"" + word + "\"}").status();
  }

  private int addresses(final PhoneRequests.Device device) {
    final var id = new InstallationId(device.installation());
    return server.store.registry().installation(id).orElseThrow().addresses().size();
  }

  @Test
  void the_device_that_echoes_what_was_pushed_to_the_holder_gets_its_tokens_once() {
    final var asked = asker.send("POST", "/challenges", "{" + TOKENS + "}");
    assertEquals(200, asked.status(), asked::toString);
    assertTrue(asked.json().path("pushed").asBoolean());
    assertEquals("PT5M", asked.json().path("for").asText());
    final var word = word();
    assertEquals(409, echoed(asker, word + "x"));
    assertEquals(2, addresses(holder));
    assertEquals(204, echoed(asker, word));
    assertEquals(0, addresses(holder));
    assertEquals(2, addresses(asker));
    assertEquals(409, echoed(holder, word), "it is used up");
  }

  @Test
  void a_word_is_of_no_use_to_another_installation() {
    final var thief = PhoneRequests.register(server, server.code(server.user("carl")));
    asker.send("POST", "/challenges", "{" + TOKENS + "}");
    assertEquals(409, echoed(thief, word()));
    assertEquals(2, addresses(holder));
  }

  @Test
  void challenges_do_not_follow_each_other_closely() {
    assertEquals(200, asker.send("POST", "/challenges", "{" + TOKENS + "}").status());
    final var again = asker.send("POST", "/challenges", "{" + TOKENS + "}");
    assertEquals("RV-123", again.code());
    final var other = PhoneRequests.register(server, server.code(server.user("carl")));
    assertEquals("RV-123", other.send("POST", "/challenges", "{" + TOKENS + "}").code());
    server.pushed();
    assertTrue(server.pushes.isEmpty(), "one word for all of them");
  }

  @Test
  void where_no_other_device_holds_the_tokens_nothing_is_pushed() {
    final var own = holder.send("POST", "/challenges", "{" + TOKENS + "}");
    assertEquals(200, own.status());
    assertFalse(own.json().path("pushed").asBoolean());
    assertTrue(server.pushes.isEmpty());
  }

  @Test
  void a_challenge_obeys_the_switches_L1_16() {
    server
        .store
        .settings()
        .put(
            DeviceServer.ACME,
            Setting.PUSH_NOTIFICATION,
            Setting.GLOBAL,
            Map.of("apple", List.of("false")),
            -1,
            "test");
    final var refused = asker.send("POST", "/challenges", "{" + TOKENS + "}");
    assertEquals(409, refused.status());
    assertEquals("RV-311", refused.code());
    assertTrue(server.pushes.isEmpty());
  }
}

package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.reveille.model.EventClass;
import dev.reveille.model.HandleId;
import dev.reveille.model.PushService;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Handles.Code;
import dev.reveille.routing.port.PushContent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A browser's subscription beneath a handle: its challenge is one that a browser may get.
class HandleOfBrowserTest {
  private static final String PARTNER = "contoso.example";

  /// The keys of the example in RFC 8291, section 5.
  private static final String KEYS =
      "\"p256dh\":\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4\","
          + "\"auth\":\"BTBZMqHH6r4Tts7J_aSIgg\"";

  @TempDir Path directory;
  private DeviceServer server;

  @BeforeEach
  void start() {
    server = new DeviceServer(directory);
    setting("allowed-domains", PARTNER, Map.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void setting(
      final String collection, final String identity, final Map<String, List<String>> values) {
    server.store.settings().put(DeviceServer.ACME, collection, identity, values, -1, "test");
  }

  private PhoneRequests.Answer send(final String path, final String body) {
    return PhoneRequests.send(server.address(), "POST", "/handles" + path, body);
  }

  @Test
  void the_challenge_is_one_to_show_and_the_subscription_is_kept_whole() {
    setting(Setting.PUSH_NOTIFICATION, Setting.GLOBAL, Map.of("web", List.of("true")));
    final var now = Instant.now();
    server
        .store
        .handles()
        .keepCode(
            new Code("c_1", DeviceServer.ACME, PARTNER, 1, now, now.plusSeconds(60)),
            DeviceTokens.sha256("rp_1"),
            "test");
    final var claimed =
        send(
            "",
            "{\"app\":\"com.example.phone\",\"partner\":\"contoso.example\",\"code\":\"rp_1\","
                + "\"token\":{\"service\":\"webpush\",\"channel\":\"single\","
                + "\"token\":\"https://push.example.org/a-subscription\","
                + KEYS
                + "}}");
    assertEquals(202, claimed.status(), claimed::body);
    final var push = server.pushed();
    final var notice = assertInstanceOf(PushContent.Notice.class, push.content());
    assertEquals(EventClass.ALERT, notice.as());
    assertEquals("reveille:handle-challenge", notice.type());
    final var handle = claimed.json().path("handle").asText();
    final var confirmed =
        send("/" + handle + "/confirmation", "{\"challenge\":\"" + notice.event() + "\"}");
    assertEquals(200, confirmed.status(), confirmed::body);
    final var beneath =
        server.store.handles().find(new HandleId(handle)).orElseThrow().address().orElseThrow();
    assertEquals(PushService.WEB_PUSH, beneath.service());
    assertEquals(push.to().keys(), beneath.keys());
    assertEquals("https://push.example.org/a-subscription", beneath.token().value());
  }
}

package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.InstallationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Push tokens of a request: one spelling for each address, and nothing that no push can be sent
/// to.
class PushTokenSpellingTest {
  private static final String TOKEN = AppleToken.of("phone");

  @AutoClose private final DeviceServer server = new DeviceServer();

  private static String tokens(final String service, final String token) {
    return "\"tokens\":[{\"service\":\""
        + service
        + "\",\"channel\":\"message\",\"token\":\""
        + token
        + "\"}]";
  }

  private PhoneRequests.Device phone(final String user, final String token) {
    return PhoneRequests.register(
        server, server.code(server.user(user)), "," + tokens("apns", token));
  }

  private List<String> kept(final PhoneRequests.Device phone) {
    return server
        .store
        .registry()
        .installation(new InstallationId(phone.installation()))
        .orElseThrow()
        .addresses()
        .stream()
        .map(PushTokenSpellingTest::written)
        .toList();
  }

  private static String written(final PushAddress address) {
    return switch (address) {
      case PushAddress.Direct direct -> direct.token().value();
    };
  }

  private static String with(final String service, final String more) {
    final var token = service.equals("apns") ? TOKEN : "x".repeat(40);
    return "{" + tokens(service, token).replace("\"token\":", more + ",\"token\":") + "}";
  }

  @Test
  void an_address_says_its_topic_or_project() {
    final var phone = phone("anna", TOKEN);
    final var id = new InstallationId(phone.installation());
    for (final var said :
        List.of(
            List.of("apns", "\"topic\":\"com.example.beta\"", "com.example.beta"),
            List.of("apns", "\"topic\":null", ""),
            List.of("fcm", "\"project\":\"my-beta-1\"", "my-beta-1"))) {
      final var answer = phone.send("PUT", "/tokens", with(said.get(0), said.get(1)));
      assertEquals(204, answer.status(), answer::body);
      final var kept =
          (PushAddress.Direct)
              server.store.registry().installation(id).orElseThrow().addresses().getFirst();
      assertEquals(said.get(2), kept.scope());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "apns, '\"topic\":\"com.example.phone.voip\"', topic: must be the bundle id without",
    "apns, '\"topic\":\"a b\"', topic: must be the bundle id",
    "apns, '\"project\":\"my-beta-1\"', project: is not known to apns",
    "fcm, '\"topic\":\"com.example.beta\"', topic: is not known to fcm",
    "fcm, '\"project\":\"My Beta\"', project: must be the id",
  })
  void what_can_be_no_topic_or_project_is_refused_with_its_field(
      final String service, final String said, final String complaint) {
    final var phone = phone("anna", TOKEN);
    final var answer = phone.send("PUT", "/tokens", with(service, said));
    assertEquals("RV-101", answer.code(), answer::body);
    assertTrue(answer.body().contains("tokens[0]." + complaint), answer::body);
    assertEquals(List.of(TOKEN), kept(phone), "what was there stays");
  }

  @Test
  void a_phone_has_one_holder_however_its_token_is_spelled() {
    final var anna = phone("anna", TOKEN);
    final var bob = PhoneRequests.register(server, server.code(server.user("bob")));
    final var capitals = tokens("apns", TOKEN.toUpperCase(Locale.ROOT));
    final var described = tokens("apns", "<" + TOKEN.replaceAll("(.{8})(?=.)", "$1 ") + ">");

    for (final var spelled : List.of(capitals, described)) {
      final var taken = bob.send("PUT", "/tokens", "{" + spelled + "}");
      assertEquals("RV-401", taken.code());
      assertFalse(
          bob.send("POST", "/challenges", "{" + spelled + "}").body().contains("false"),
          "its holder is known");
    }
    assertEquals(
        204,
        bob.send("PUT", "/tokens", "{" + capitals + ",\"proof\":\"" + anna.token() + "\"}")
            .status());
    assertEquals(List.of(TOKEN), kept(bob));
    assertEquals(List.of(), kept(anna));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          apns    | (null)                                       | hexadecimal
          apns    | dA9HB76+9FvkdVgPPg==                         | hexadecimal
          apns    | 740f4707bebcf74f                             | 64 to 200
          apns    | %sa                                          | even number
          apns    | %s\\r\\n                                     | hexadecimal
          fcm     | (null)                                       | 32 to 4096
          fcm     | SERVICE_NOT_AVAILABLE                        | 32 to 4096
          fcm     | %s\\r\\n                                     | letters, digits
          """)
  void what_no_push_can_be_sent_to_is_refused_with_its_field(
      final String service, final String token, final String complaint) {
    final var phone = phone("anna", TOKEN);
    final var answer =
        phone.send("PUT", "/tokens", "{" + tokens(service, token.replace("%s", TOKEN)) + "}");

    assertEquals(400, answer.status(), answer.body());
    final var detail = answer.json().path("detail").asText();
    assertTrue(detail.startsWith("tokens[0].token: "), detail);
    assertTrue(detail.contains(complaint), detail);
    assertTrue(detail.contains("give "), () -> "a remedy: " + detail);
    assertFalse(answer.body().contains(TOKEN), "tokens are secrets");
    assertEquals(List.of(TOKEN), kept(phone), "nothing was changed");
  }

  @ParameterizedTest
  @CsvSource({
    "wns, HTTPS://Db3.Notify.Windows.COM/?token=AbC%3d,"
        + " https://db3.notify.windows.com/?token=AbC%3d",
    "mpns, http://sn1.notify.live.net/throttled/AbC, http://sn1.notify.live.net/throttled/AbC",
    "webpush, https://push.example.org/Send/1, https://push.example.org/Send/1",
  })
  void an_address_keeps_what_knows_case(
      final String service, final String token, final String spelled) {
    assertEquals(spelled, PushToken.of(service(service), token).value());
  }

  @ParameterizedTest
  @CsvSource({"wns, urn:channel:1", "webpush, http://push.example.org/send/1", "mpns, ftp://a/1"})
  void an_address_that_is_none_is_none(final String service, final String token) {
    assertThrows(IllegalArgumentException.class, () -> PushToken.of(service(service), token));
  }

  private static PushService service(final String word) {
    return List.of(PushService.values()).stream()
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "wns, https://10.0.0.1/?token=AbC",
    "mpns, http://169.254.169.254/latest",
    "webpush, https://[::1]/Send/1"
  })
  void an_address_at_a_place_that_is_not_public_is_not_taken(
      final String service, final String token) {
    final var phone = phone("anna", TOKEN);

    final var changed = phone.send("PUT", "/tokens", "{" + tokens(service, token) + "}");
    final var asked = phone.send("POST", "/challenges", "{" + tokens(service, token) + "}");
    final var bob = server.user("bob");
    final var registered =
        PhoneRequests.send(
            server.address(),
            "POST",
            "/installations",
            "{\"app\":\"com.example.phone\",\"code\":\""
                + server.code(bob)
                + "\",\"platform\":\"windows\","
                + tokens(service, token)
                + "}");

    for (final var answer : List.of(changed, asked, registered)) {
      assertEquals(422, answer.status(), answer.body());
      assertEquals("RV-232", answer.code());
      assertTrue(answer.body().contains("token: must "), answer.body());
    }
    assertEquals(List.of(TOKEN), kept(phone), "nothing was changed");
  }
}

package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.HandleId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushScope;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A device registers with a handle of a clearing house where a push token would stand.
class RegisteredHandlesTest {
  private static final String HANDLE = HandleId.random(new SecureRandom()).value();

  @TempDir Path directory;
  private DeviceServer server;

  @BeforeEach
  void start() {
    server = new DeviceServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String tokens(final String service, final String channel, final String more) {
    return "\"tokens\":[{\"service\":\"%s\",\"channel\":\"%s\",%s}]"
        .formatted(service, channel, more);
  }

  private static String handle(final String handle, final String house) {
    return "\"handle\":\"" + handle + "\",\"clearingHouse\":\"" + house + "\"";
  }

  private PushAddress.Direct kept(final PhoneRequests.Device phone) {
    return (PushAddress.Direct)
        server
            .store
            .registry()
            .installation(new InstallationId(phone.installation()))
            .orElseThrow()
            .addresses()
            .getFirst();
  }

  private PhoneRequests.Device registered(final String more) {
    return PhoneRequests.register(server, server.code(server.user("anna")), "," + more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"apns", "fcm", "wns", "mpns", "webpush"})
  void a_handle_stands_where_a_token_of_any_service_stood(final String service) {
    final var phone = registered(tokens(service, "message", handle(HANDLE, "Push.Example.")));
    final var address = kept(phone);
    assertEquals(service, address.service().word());
    assertEquals(PushChannel.MESSAGE, address.channel());
    assertEquals(HANDLE, address.token().value());
    assertEquals("@push.example", address.scope());
    assertEquals(Optional.of("push.example"), address.clearingHouse());
    assertEquals(PushScope.CLEARING_HOUSE, address.sender());
    assertEquals(new SenderId("clearinghouse"), PushScope.CLEARING_HOUSE);
    assertFalse(address.sandbox());
    assertEquals(Optional.empty(), address.keys());
  }

  @Test
  void a_token_of_a_topic_has_no_clearing_house() {
    final var phone =
        registered(
            tokens(
                "apns",
                "voip",
                "\"token\":\"" + AppleToken.of("v") + "\",\"topic\":\"com.example.beta\""));
    assertEquals(Optional.empty(), kept(phone).clearingHouse());
    assertEquals(PushService.APNS.sender(), kept(phone).sender());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"topic\":\"com.example.beta\"', topic: stays at the clearing house",
    "'\"project\":\"beta\"', project: stays at the clearing house",
    "'\"sandbox\":true', sandbox: stays at the clearing house",
    "'\"p256dh\":\"x\"', p256dh: stays at the clearing house",
    "'\"auth\":\"x\"', auth: stays at the clearing house",
    "'\"token\":\"x\"', token: stays at the clearing house",
  })
  void what_belongs_to_the_token_is_refused_beside_a_handle(
      final String said, final String complaint) {
    final var phone = registered(tokens("apns", "message", handle(HANDLE, "push.example")));
    final var answer =
        phone.send(
            "PUT",
            "/tokens",
            "{" + tokens("apns", "message", handle(HANDLE, "push.example") + "," + said) + "}");
    assertEquals("RV-101", answer.code(), answer::body);
    assertTrue(answer.body().contains("tokens[0]." + complaint), answer::body);
    assertEquals(HANDLE, kept(phone).token().value(), "what was there stays");
  }

  @Test
  void what_is_no_handle_or_no_clearing_house_is_refused_with_its_field() {
    final var phone = registered(tokens("apns", "message", handle(HANDLE, "push.example")));
    for (final var wrong :
        new String[][] {
          {handle("x".repeat(22), "push.example"), "handle: is no handle"},
          {handle(HANDLE.substring(1), "push.example"), "handle: is no handle"},
          {handle(HANDLE, "push"), "clearingHouse: must be the domain"},
          {handle(HANDLE, "@push.example"), "clearingHouse: must be the domain"},
          {handle(HANDLE, "https://push.example"), "clearingHouse: must be the domain"},
          {"\"handle\":\"" + HANDLE + "\"", "clearingHouse: is missing"},
          {
            "\"token\":\"" + AppleToken.of("a") + "\",\"clearingHouse\":\"push.example\"",
            "clearingHouse: is for a handle, and there is none"
          },
          {"\"sandbox\":true", "token: is missing"},
        }) {
      final var answer =
          phone.send("PUT", "/tokens", "{" + tokens("apns", "message", wrong[0]) + "}");
      assertEquals("RV-101", answer.code(), answer::body);
      assertTrue(answer.body().contains("tokens[0]." + wrong[1]), answer::body);
    }
    assertEquals(HANDLE, kept(phone).token().value());
  }

  @Test
  void a_handle_has_one_holder_as_a_token_has() {
    registered(tokens("fcm", "single", handle(HANDLE, "push.example")));
    final var other = PhoneRequests.register(server, server.code(server.user("ben")));
    final var answer =
        other.send(
            "PUT", "/tokens", "{" + tokens("fcm", "single", handle(HANDLE, "push.example")) + "}");
    assertEquals("RV-401", answer.code(), answer::body);
    assertFalse(answer.body().contains(HANDLE), "never shown");
  }

  @Test
  void without_the_way_to_the_clearing_house_a_challenge_says_so() {
    registered(tokens("apns", "message", handle(HANDLE, "push.example")));
    final var other = PhoneRequests.register(server, server.code(server.user("ben")));
    final var answer =
        other.send(
            "POST",
            "/challenges",
            "{" + tokens("apns", "message", handle(HANDLE, "push.example")) + "}");
    assertEquals(Reason.SERVICE_NOT_BUILT_IN.code(), answer.code(), answer::body);
    assertTrue(server.pushes.isEmpty(), "Apple's sender must not get a handle");
  }
}

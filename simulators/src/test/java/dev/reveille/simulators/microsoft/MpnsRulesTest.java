package dev.reveille.simulators.microsoft;

import static dev.reveille.simulators.microsoft.MicrosoftCaller.PHONE_TILE;
import static dev.reveille.simulators.microsoft.MicrosoftCaller.PHONE_TOAST;
import static dev.reveille.simulators.microsoft.MicrosoftCaller.header;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.simulators.microsoft.WindowsChannel.Reach;
import dev.reveille.simulators.microsoft.WindowsChannel.State;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole table of what MPNS answered while it lived, row by row.
final class MpnsRulesTest {
  private static final String NAME = "push.example.com";
  private static volatile Instant now = Instant.parse("2016-03-01T12:00:00Z");
  private static final MicrosoftSimulator microsoft =
      MicrosoftSimulator.start(
          MicrosoftOptions.DEFAULT
              .withLimits(new MicrosoftOptions.Limits(100, 100, 5, 3))
              .withClock(() -> now));
  private static MicrosoftCaller caller;

  @BeforeAll
  static void connect() throws Exception {
    caller = new MicrosoftCaller(microsoft);
  }

  @AfterAll
  static void stop() {
    caller.close();
    microsoft.close();
  }

  private static String phone(final Reach reach) {
    final String token = microsoft.newPhoneChannel("");
    microsoft.put(microsoft.channel(token).with(reach));
    return token;
  }

  private static HttpResponse<String> toast(final String token) throws Exception {
    return caller.mpns(microsoft.uri(token), "toast", PHONE_TOAST, Map.of());
  }

  private static String said(final HttpResponse<String> answer) {
    return answer.statusCode()
        + " "
        + header(answer, "X-NotificationStatus")
        + " "
        + header(answer, "X-DeviceConnectionStatus")
        + " "
        + header(answer, "X-SubscriptionStatus");
  }

  // ---- what is taken ----

  @Test
  void each_type_is_received_and_the_message_id_comes_back() throws Exception {
    final String token = phone(Reach.CONNECTED);
    final var id = Map.of("X-MessageID", UUID.randomUUID().toString());
    final var uri = microsoft.uri(token);
    for (final var answer :
        new HttpResponse<?>[] {
          caller.mpns(uri, "toast", PHONE_TOAST, id),
          caller.mpns(uri, "tile", PHONE_TILE, id),
          caller.mpns(uri, "raw", "any text", id)
        }) {
      assertEquals(200, answer.statusCode());
      assertEquals(id.get("X-MessageID"), answer.headers().firstValue("X-MessageID").orElse(""));
      assertEquals("Received", answer.headers().firstValue("X-NotificationStatus").orElse(""));
    }
    assertEquals("any text", microsoft.pushes(token).getLast().text());
  }

  @Test
  void two_hundred_tells_of_the_device_the_queue_and_the_users_wish() throws Exception {
    assertEquals("200 Received Connected Active", said(toast(phone(Reach.CONNECTED))));
    final String away = phone(Reach.TEMP_DISCONNECTED);
    for (int i = 0; i < 3; i++) {
      assertEquals("200 Received TempDisconnected Active", said(toast(away)));
    }
    assertEquals("200 QueueFull TempDisconnected Active", said(toast(away)));
    final String quiet = phone(Reach.CONNECTED);
    microsoft.put(microsoft.channel(quiet).suppressing(Set.of("toast")));
    assertEquals("200 Suppressed Connected Active", said(toast(quiet)));
  }

  // ---- what is refused ----

  @ParameterizedTest
  @CsvSource({
    "X-WindowsPhone-Target, ring",
    "X-NotificationClass, 1",
    "X-NotificationClass, 3",
    "X-NotificationClass, 99",
    "X-MessageID, 17",
    "Content-Type, text/plain",
  })
  void a_header_of_a_toast_that_mpns_does_not_know_is_400(final String name, final String value)
      throws Exception {
    final var uri = microsoft.uri(phone(Reach.CONNECTED));
    final var answer = caller.mpns(uri, "toast", PHONE_TOAST, Map.of(name, value));
    assertEquals("400   ", said(answer));
  }

  @ParameterizedTest
  @CsvSource({
    "toast, 2",
    "toast, 12",
    "toast, 22",
    "tile, 1",
    "tile, 11",
    "tile, 21",
    "raw, 3",
    "raw, 13",
    "raw, 23"
  })
  void each_class_belongs_to_its_type(final String type, final String value) throws Exception {
    final var uri = microsoft.uri(phone(Reach.CONNECTED));
    final var headers = Map.of("X-NotificationClass", value);
    final String body = type.equals("toast") ? PHONE_TOAST : PHONE_TILE;
    assertEquals(200, caller.mpns(uri, type, body, headers).statusCode());
    final String other = type.equals("raw") ? "tile" : "raw";
    assertEquals(400, caller.mpns(uri, other, PHONE_TILE, headers).statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "toast, not XML",
    "toast, <Notification/>",
    "toast, <w:Notification xmlns:w='WPNotification'/>",
    "toast, <w:Notification xmlns:w='Other'><w:Toast/></w:Notification>",
    "toast, <w:Notification xmlns:w='WPNotification'><w:Tile/></w:Notification>",
    "toast, <w:Notification xmlns:w='WPNotification'><w:Toast><w:Ring/></w:Toast></w:Notification>",
    "tile, <w:Notification xmlns:w='WPNotification'><w:Toast/></w:Notification>",
  })
  void a_document_that_is_not_of_its_type_is_400(final String type, final String body)
      throws Exception {
    final var uri = microsoft.uri(phone(Reach.CONNECTED));
    assertEquals("400   ", said(caller.mpns(uri, type, body, Map.of())));
  }

  @Test
  void toasts_have_3_kilobytes_raw_pushes_1_and_headers_1() throws Exception {
    final var uri = microsoft.uri(phone(Reach.CONNECTED));
    final var toast = PHONE_TOAST.replace("Anna", "x".repeat(3_072 - PHONE_TOAST.length() + 4));
    assertEquals(200, caller.mpns(uri, "toast", toast, Map.of()).statusCode());
    assertEquals(400, caller.mpns(uri, "toast", toast + " ", Map.of()).statusCode());
    assertEquals(200, caller.mpns(uri, "raw", "x".repeat(1_024), Map.of()).statusCode());
    assertEquals(400, caller.mpns(uri, "raw", "x".repeat(1_025), Map.of()).statusCode());
    final var headers = Map.of("X-Long", "x".repeat(1_024));
    assertEquals(400, caller.mpns(uri, "raw", "x", headers).statusCode());
  }

  @Test
  void unknown_and_expired_channels_are_404() throws Exception {
    final String token = phone(Reach.CONNECTED);
    microsoft.put(microsoft.channel(token).with(State.EXPIRED));
    assertEquals("404 Dropped Connected Expired", said(toast(token)));
    final var unknown =
        caller.mpns(
            microsoft.endpoint() + "/throttledthirdparty/01.00/none",
            "toast",
            PHONE_TOAST,
            Map.of());
    assertEquals("404 Dropped Disconnected Expired", said(unknown));
    final var malformed =
        caller.mpns(
            microsoft.endpoint() + "/throttledthirdparty/02.00/x", "toast", PHONE_TOAST, Map.of());
    assertEquals("400   ", said(malformed));
  }

  @Test
  void only_post_is_allowed() throws Exception {
    final var answer = caller.any(microsoft.uri(phone(Reach.CONNECTED)), "PUT", Map.of());
    assertEquals("405   ", said(answer));
  }

  @Test
  void without_a_certificate_a_channel_takes_so_many_a_day() throws Exception {
    final String token = phone(Reach.CONNECTED);
    for (int i = 0; i < 5; i++) {
      assertEquals(200, toast(token).statusCode());
    }
    assertEquals("406 Dropped Connected Active", said(toast(token)));
    now = now.plus(Duration.ofHours(23));
    assertEquals(406, toast(token).statusCode());
    now = now.plus(Duration.ofHours(1));
    assertEquals(200, toast(token).statusCode());
    assertEquals(500, MicrosoftOptions.Limits.DEFAULT.phonePerDay());
  }

  @Test
  void an_inactive_device_is_412() throws Exception {
    assertEquals("412 Dropped InActive ", said(toast(phone(Reach.INACTIVE))));
  }

  // ---- certificates ----

  @Test
  void a_channel_with_a_certificate_hears_its_owner_only_and_without_a_limit() throws Exception {
    final var own = microsoft.makeCertificate(NAME);
    final String token = microsoft.newPhoneChannel(NAME);
    microsoft.put(microsoft.channel(token).with(Reach.CONNECTED));
    assertEquals("401   ", said(toast(token)));
    final var foreign = LoopbackCertificates.client(NAME);
    try (var stranger = new MicrosoftCaller(microsoft, Optional.of(foreign));
        var owner = new MicrosoftCaller(microsoft, Optional.of(own))) {
      final var uri = microsoft.uri(token);
      assertEquals(401, stranger.mpns(uri, "toast", PHONE_TOAST, Map.of()).statusCode());
      for (int i = 0; i < 6; i++) {
        assertEquals(200, owner.mpns(uri, "toast", PHONE_TOAST, Map.of()).statusCode());
      }
      final var throttled = uri.replace("/unthrottled", "/throttled");
      assertEquals(404, owner.mpns(throttled, "toast", PHONE_TOAST, Map.of()).statusCode());
    }
  }

  @Test
  void the_control_port_makes_phones_and_certificates() throws Exception {
    final var certificate =
        caller.control("POST", "/certificates", "{\"name\":\"other.example.com\"}");
    assertEquals(0, certificate.path("certificate").asText().indexOf("-----BEGIN CERTIFICATE"));
    assertEquals(0, certificate.path("key").asText().indexOf("-----BEGIN PRIVATE KEY"));
    final var phone =
        caller.control(
            "POST", "/tokens", "{\"service\":\"mpns\",\"device\":\"temp-disconnected\"}");
    final var answer = caller.mpns(phone.path("uri").asText(), "toast", PHONE_TOAST, Map.of());
    assertEquals("200 Received TempDisconnected Active", said(answer));
  }
}

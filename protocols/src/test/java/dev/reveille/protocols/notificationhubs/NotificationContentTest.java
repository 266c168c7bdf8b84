package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a notification: what the push service is told, how long it matters, and whether
/// it rings.
final class NotificationContentTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final String ALERT = "{\"aps\":{\"alert\":\"Hello\"}}";

  /// @param lines names and values of headers, one after the other
  private static NotificationContent of(
      final HubPlatform platform, final String body, final String... lines) {
    return ofBundle("org.example.app", platform, body, lines);
  }

  private static NotificationContent ofBundle(
      final String bundle, final HubPlatform platform, final String body, final String... lines) {
    final var headers = new ArrayList<Map.Entry<String, String>>();
    headers.add(Map.entry("ServiceBusNotification-Format", platform.format()));
    for (int i = 0; i < lines.length; i += 2) {
      headers.add(Map.entry(lines[i], lines[i + 1]));
    }
    return NotificationContent.of(
        platform,
        SendHeaders.read(headers, NOON),
        body.getBytes(StandardCharsets.UTF_8),
        bundle,
        NOON);
  }

  private static void refused(
      final String words, final HubPlatform platform, final String body, final String... lines) {
    final var refused = assertThrows(HubRefused.class, () -> of(platform, body, lines));
    assertEquals(400, refused.problem().status());
    assertTrue(refused.problem().detail().contains(words), refused.problem().detail());
  }

  @Test
  void a_call_rings_and_matters_for_a_minute() {
    for (final var call :
        List.of(
            of(HubPlatform.APPLE, ALERT, "apns-topic", "org.example.app.voip"),
            of(HubPlatform.APPLE, ALERT, "apns-push-type", "voip"),
            ofBundle("org.example.app.voip", HubPlatform.APPLE, ALERT))) {
      assertTrue(call.rings());
      assertEquals(NOON.plusSeconds(60), call.until());
      assertEquals("voip", call.content().headers().get("apns-push-type"));
    }
    final var alert = of(HubPlatform.APPLE, ALERT);
    assertFalse(alert.rings());
    assertEquals(NOON.plus(DAY), alert.until());
    assertEquals("alert", alert.content().headers().get("apns-push-type"));
    assertEquals(ALERT, new String(alert.content().body().toArray(), StandardCharsets.UTF_8));
  }

  @Test
  void what_shows_nothing_is_a_background_push() {
    final var silent = of(HubPlatform.APPLE, "{\"aps\":{\"content-available\":1}}");
    assertEquals("background", silent.content().headers().get("apns-push-type"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 60", // now or never
    "1, 60",
    "61, 61",
    "3600, 3600",
    "2419200, 2419200",
    "2419201, 2419200", // 28 days
    "99999999999999, 2419200",
  })
  void apples_expiration_says_how_long_it_matters(final long inSeconds, final long matters) {
    final var said = inSeconds == 0 ? "0" : Long.toString(NOON.getEpochSecond() + inSeconds);
    final var content = of(HubPlatform.APPLE, ALERT, "apns-expiration", said);
    assertEquals(NOON.plusSeconds(matters), content.until());
    assertEquals(said, content.content().headers().get("apns-expiration"), "passed on as it is");
  }

  @Test
  void the_services_own_expiry_counts_where_apples_is_not_said() {
    final var own = "ServiceBusNotification-Apns-Expiry";
    final var one = of(HubPlatform.APPLE, ALERT, own, "11/20/2026 13:00:00");
    assertEquals(NOON.plusSeconds(3_600), one.until());
    assertEquals(
        Long.toString(NOON.getEpochSecond() + 3_600),
        one.content().headers().get("apns-expiration"));
    final var soon = Long.toString(NOON.getEpochSecond() + 100);
    final var both =
        of(HubPlatform.APPLE, ALERT, own, "11/20/2026 13:00:00", "apns-expiration", soon);
    assertEquals(NOON.plusSeconds(100), both.until());
    assertEquals(soon, both.content().headers().get("apns-expiration"));
  }

  @ParameterizedTest
  @CsvSource({"5, 60", "120, 120", "2419201, 2419200"})
  void windows_is_told_how_long_by_its_header(final String said, final long matters) {
    final var toast = of(HubPlatform.WINDOWS, "<toast/>", "x-wns-ttl", said);
    assertEquals(NOON.plusSeconds(matters), toast.until());
    assertEquals(Map.of("x-wns-ttl", said), toast.content().headers());
  }

  @Test
  void elsewhere_it_matters_for_a_day() {
    final var google = "{\"message\":{\"data\":{}}}";
    for (final var content :
        List.of(
            of(HubPlatform.FCM_V1, google),
            of(HubPlatform.GCM, "{\"data\":{}}"),
            of(HubPlatform.WINDOWS, "<toast/>"),
            of(HubPlatform.WINDOWS_PHONE, "<x/>"),
            of(HubPlatform.BROWSER, "hello"))) {
      assertEquals(NOON.plus(DAY), content.until(), content.content().service().word());
      assertFalse(content.rings());
    }
  }

  @Test
  void what_is_none_of_the_format_is_refused() {
    refused("an `aps` object", HubPlatform.APPLE, "{\"alert\":1}");
    refused("must be a JSON object", HubPlatform.APPLE, "[]");
    refused("of the format apple: ", HubPlatform.APPLE, "{");
    refused("a `message`", HubPlatform.FCM_V1, "{\"data\":{}}");
    refused("of the format gcm", HubPlatform.GCM, "7");
    refused("seconds since 1970", HubPlatform.APPLE, ALERT, "apns-expiration", "soon");
    refused("x-wns-ttl must be", HubPlatform.WINDOWS, "<toast/>", "x-wns-ttl", "soon");
  }
}

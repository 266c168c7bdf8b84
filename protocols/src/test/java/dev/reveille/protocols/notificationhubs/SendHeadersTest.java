package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.TagExpression;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendHeadersTest {
  private static final Instant NOW = Instant.parse("2026-11-20T14:00:00Z");

  /// @param lines names and values, one after the other
  private static SendHeaders read(final String... lines) {
    final var headers = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < lines.length; i += 2) {
      headers.add(Map.entry(lines[i], lines[i + 1]));
    }
    return SendHeaders.read(headers, NOW);
  }

  private static SendFormat.Native of(final HubPlatform platform) {
    return new SendFormat.Native(platform);
  }

  @ParameterizedTest
  @CsvSource({
    "apple, APPLE",
    "Apple, APPLE",
    "fcmv1, FCM_V1",
    "gcm, GCM",
    "fcm, GCM",
    "windows, WINDOWS",
    "windowsphone, WINDOWS_PHONE",
    "browser, BROWSER",
  })
  void the_format_is_said(final String word, final HubPlatform platform) {
    final var headers = read("ServiceBusNotification-Format", word);
    assertEquals(of(platform), headers.format());
    assertFalse(headers.formatInferred());
  }

  @Test
  void a_format_that_is_not_said_is_apples_where_its_headers_are_and_else_a_template() {
    assertEquals(of(HubPlatform.APPLE), read("Apns-Priority", "5").format());
    assertEquals(new SendFormat.Template(), read("X-WNS-Type", "wns/raw").format());
    assertTrue(read().formatInferred());
    assertEquals(
        new SendFormat.Template(),
        read("servicebusnotification-FORMAT", "template", "apns-priority", "5").format());
  }

  @ParameterizedTest
  @CsvSource({"adm", "baidu", "xiaomi", "nokiax", "apns"})
  void a_format_that_is_not_served_is_refused_by_name(final String word) {
    final var refused =
        assertThrows(HubRefused.class, () -> read("ServiceBusNotification-Format", word));
    assertEquals(
        "the format \""
            + word
            + "\" is not served here; what works: apple, fcmv1, gcm, windows, windowsphone,"
            + " browser, template",
        refused.problem().detail());
  }

  @Test
  void tags_and_handle_are_read() {
    final var headers =
        read(
            "ServiceBusNotification-Tags", " a && !b ",
            "ServiceBusNotification-DeviceHandle", "h",
            "P256DH", "p",
            "Auth", "q");
    assertEquals(Optional.of(TagExpression.parse("a&&!b")), headers.tags());
    assertEquals("h p q", headers.handle() + " " + headers.p256dh() + " " + headers.auth());
    assertEquals("SendHeaders[Template[] Optional[a && !b] direct]", headers.toString());
    assertEquals(Optional.empty(), read("P256DH", "p").tags(), "a broadcast");
    assertThrows(HubRefused.class, () -> read("ServiceBusNotification-Tags", " "));
    assertThrows(
        HubRefused.class,
        () -> read("ServiceBusNotification-Tags", "a", "servicebusnotification-tags", "a"));
    final var refused =
        assertThrows(HubRefused.class, () -> read("ServiceBusNotification-Tags", "a b"));
    assertEquals(
        "tag expression, character 3: && or || must stand here; write for instance (a || b) && !c",
        refused.problem().detail());
    assertThrows(
        HubRefused.class,
        () -> read("ServiceBusNotification-DeviceHandle", "h".repeat(PnsHandle.LONGEST + 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T23:44:29.845Z, 2026-11-20T23:44:29.845Z",
    "2026-11-20T23:46:25, 2026-11-20T23:46:25Z",
    "2026-11-20T23:46:25.1234567, 2026-11-20T23:46:25.123456700Z",
    "2026-11-20T23:46:25+01:00, 2026-11-20T22:46:25Z",
    "2020-01-01T00:00:00, 2020-01-01T00:00:00Z",
    "2026-11-27T14:00:00, 2026-11-27T14:00:00Z",
  })
  void a_schedule_has_a_zone_or_is_in_utc(final String text, final String moment) {
    assertEquals(
        Optional.of(Instant.parse(moment)),
        read("ServiceBusNotification-ScheduleTime", text).scheduledAt());
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T14:00:01, ServiceBusNotification-ScheduleTime lies more than 7 days ahead",
    "tomorrow, 'ServiceBusNotification-ScheduleTime must be a moment like 2026-03-01T12:00:00, in"
        + " UTC'",
    "'', 'ServiceBusNotification-ScheduleTime must be a moment like 2026-03-01T12:00:00, in UTC'",
  })
  void another_schedule_is_refused(final String text, final String complaint) {
    final var refused =
        assertThrows(HubRefused.class, () -> read("ServiceBusNotification-ScheduleTime", text));
    assertEquals(complaint, refused.problem().detail());
  }

  /// It is 14:00.
  @ParameterizedTest
  @CsvSource({
    "11/21/2026 02:00:00, 2026-11-21T14:00:00Z", // a day from now, as Java writes it always
    "11/21/2026 01:59:58, 2026-11-21T13:59:58Z",
    "11/20/2026 02:10:00, 2026-11-20T14:10:00Z", // ten minutes from now on a clock of twelve hours
    "11/20/2026 11:00:00, 2026-11-20T23:00:00Z",
    "11/21/2026 01:00:00, 2026-11-21T01:00:00Z", // in eleven hours
    "11/20/2026 12:30:00, 2026-11-20T12:30:00Z", // both are over
    "11/21/2026 12:00:00, 2026-11-21T00:00:00Z", // midnight, in ten hours
    "11/22/2026 12:00:00, 2026-11-22T12:00:00Z",
    "11/20/2026 23:44:29, 2026-11-20T23:44:29Z", // .NET: no doubt
    "11/21/2026 00:10:00, 2026-11-21T00:10:00Z",
    "1/2/2027 3:4:5, 2027-01-02T15:04:05Z",
    "2026-11-20T15:00:00.000Z, 2026-11-20T15:00:00Z", // an old client of JavaScript
    "2026-11-20T02:00:00, 2026-11-20T02:00:00Z",
  })
  void the_expiry_of_apple_is_guessed_so_that_nothing_is_lost(
      final String text, final String moment) {
    assertEquals(
        Optional.of(Instant.parse(moment)),
        read("ServiceBusNotification-Format", "apple", "ServiceBusNotification-Apns-Expiry", text)
            .apnsExpiry());
    assertEquals(
        Optional.empty(),
        read("ServiceBusNotification-Format", "windows", "ServiceBusNotification-Apns-Expiry", text)
            .apnsExpiry());
  }

  @Test
  void an_expiry_that_is_no_moment_is_refused() {
    for (final var text : List.of("0", "2026-11-20", "13/13/2026 10:00:00", "")) {
      assertThrows(
          HubRefused.class,
          () ->
              read(
                  "ServiceBusNotification-Format",
                  "apple",
                  "ServiceBusNotification-Apns-Expiry",
                  text));
    }
  }

  @Test
  void a_push_service_gets_its_own_headers_and_no_others() {
    final String[] all = {
      "ServiceBusNotification-Format", "",
      "apns-Topic", "x.voip",
      "apns-push-type", "voip",
      "X-WNS-Type", "wns/raw",
      "X-WindowsPhone-Target", "toast",
      "X-NotificationClass", "2",
      "X-Apns-Priority", "5",
      "ServiceBusNotification-Apns-Push-Type", "alert",
      "ServiceBusNotification-Type", "any",
      "TrackingId", "t",
    };
    all[1] = "apple";
    assertEquals(
        Map.of("apns-topic", "x.voip", "apns-push-type", "voip", "apns-priority", "5"),
        read(all).passedOn());
    all[1] = "windows";
    assertEquals(Map.of("x-wns-type", "wns/raw"), read(all).passedOn());
    all[1] = "windowsphone";
    assertEquals(
        Map.of("x-windowsphone-target", "toast", "x-notificationclass", "2"), read(all).passedOn());
    for (final var format : List.of("fcmv1", "gcm", "browser", "template")) {
      all[1] = format;
      assertEquals(Map.of(), read(all).passedOn(), format);
    }
  }

  @Test
  void the_service_has_another_header_for_the_push_type_of_apple() {
    assertEquals(
        Map.of("apns-push-type", "voip"),
        read(
                "ServiceBusNotification-Format", "apple",
                "ServiceBusNotification-Apns-Push-Type", "voip")
            .passedOn());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "alert <- {\"aps\":{\"alert\":\"x\"}}",
        "alert <- {\"aps\":{\"content-available\":1,\"alert\":\"x\"}}",
        "alert <- {\"aps\":{\"content-available\":1,\"sound\":\"x\"}}",
        "alert <- {\"aps\":{\"content-available\":1,\"badge\":0}}",
        "alert <- {\"aps\":{\"content-available\":0}}",
        "alert <- {\"aps\":{}}",
        "alert <- {\"aps\":1}",
        "alert <- {}",
        "alert <- no json",
        "alert <- ''",
        "background <- {\"aps\":{\"content-available\":1},\"x\":1}",
        "background <- {\"aps\":{\"content-available\":1,\"alert\":null}}",
      })
  void the_push_type_of_apple_is_inferred(final String type, final String body) {
    final var bytes = body.getBytes(StandardCharsets.UTF_8);
    assertEquals(type, ApnsPushType.of(Map.of(), "com.example.app", bytes));
    assertEquals("voip", ApnsPushType.of(Map.of(), "com.example.app.voip", bytes));
    assertEquals("voip", ApnsPushType.of(Map.of("apns-topic", "a.voip"), "a", bytes));
    assertEquals(type, ApnsPushType.of(Map.of("apns-topic", "a"), "a.voip", bytes));
    assertEquals(
        "location",
        ApnsPushType.of(Map.of("apns-push-type", "location"), "a.voip", bytes),
        "a given one is never changed");
  }
}

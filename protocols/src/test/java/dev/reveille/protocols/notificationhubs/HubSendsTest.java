package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TAGS;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.Eventually;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a hub tells of its sends, and where they go, where a service could be mistaken.
final class HubSendsTest {
  private static final String DROID = "d".repeat(40);
  private static final String MESSAGES = "/news/messages" + VERSION;
  private static final String SCHEDULED = "/news/schedulednotifications" + VERSION;
  private static final String WHEN = "ServiceBusNotification-ScheduleTime";
  private static final String EXPIRY = "ServiceBusNotification-Apns-Expiry";
  private static final String HANDLE = "ServiceBusNotification-DeviceHandle";

  /// Two points of the curve P-256: its generator, and the one with the same x.
  private static final String POINT =
      "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

  private static final String OTHER_POINT =
      "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWsBy9HAHlgGVxGBS1g_Bh6dQxzKmUzqExNEm_l8hArgo";

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String OLD = "{\"notification\":{\"title\":\"hello\"}}";

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private void installed(final String id, final String json) {
    final var put = put(id, json);
    assertEquals(200, put.statusCode(), put.body());
  }

  private HttpResponse<String> put(final String id, final String json) {
    return hub.call("PUT", "/news/installations/" + id + VERSION, json);
  }

  @Test
  void a_handle_that_is_gone_is_told_as_expired_when_it_was_sent_to_directly() {
    hub.die(ONE);
    final var sent = hub.call("POST", MESSAGES + "&direct", ALERT, FORMAT, "apple", HANDLE, ONE);
    assertEquals(201, sent.statusCode(), sent.body());
    final var told = hub.told(sent, text -> text.contains("OutcomeCounts"));
    assertTrue(told.contains("<Name>ExpiredChannel</Name><Count>1</Count>"), told);
    final var last = hub.stories(sent).getFirst().tries().getLast();
    assertEquals(Reason.TOKEN_RETIRED, last.why(), "it was not registered again");
  }

  @Test
  void what_was_sent_directly_in_googles_old_format_is_counted_as_that() {
    final var old = hub.call("POST", MESSAGES + "&direct", OLD, FORMAT, "gcm", HANDLE, DROID);
    assertEquals(201, old.statusCode(), old.body());
    final var told = hub.told(old, text -> text.contains("OutcomeCounts"));
    assertTrue(told.contains("<GcmOutcomeCounts>"), told);
    assertTrue(told.contains("<TargetPlatforms>gcm</TargetPlatforms>"), told);
    final var v1 =
        hub.call(
            "POST",
            MESSAGES + "&direct",
            "{\"message\":{\"notification\":{\"title\":\"hello\"}}}",
            FORMAT,
            "fcmv1",
            HANDLE,
            DROID);
    final var toldOfV1 = hub.told(v1, text -> text.contains("OutcomeCounts"));
    assertTrue(toldOfV1.contains("<FcmV1OutcomeCounts>"), toldOfV1);
  }

  @Test
  void a_test_names_the_installation_that_it_reached() {
    installed("phone-7", "{\"platform\":\"apns\",\"pushChannel\":\"" + ONE + "\"}");
    final var test = hub.call("POST", MESSAGES + "&test", ALERT, FORMAT, "apple");
    assertEquals(201, test.statusCode(), test.body());
    assertTrue(test.body().contains("<RegistrationId>phone-7</RegistrationId>"), test.body());
  }

  @Test
  void a_name_that_no_id_can_hold_does_not_count() {
    installed("phone-7", "{\"platform\":\"apns\",\"pushChannel\":\"" + ONE + "\"}");
    final var first = hub.call("POST", MESSAGES, ALERT, FORMAT, "apple", "TrackingId", "a\tb");
    final var again = hub.call("POST", MESSAGES, ALERT, FORMAT, "apple", "TrackingId", "a\tb");
    assertEquals(201, first.statusCode(), first.body());
    assertNotEquals(first.headers().firstValue("Location"), again.headers().firstValue("Location"));
  }

  /// Where a notification is that was sent under the name that all of them have.
  private String underOneName(final String path, final String body, final String... headers) {
    final var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("TrackingId", "one-name"));
    final var sent = hub.call("POST", path, body, all.toArray(String[]::new));
    assertEquals(201, sent.statusCode(), sent.body());
    return sent.headers().firstValue("Location").orElseThrow();
  }

  @Test
  void what_changes_the_send_makes_it_another_one_under_the_same_name() {
    final var raw = "<toast/>";
    final var tomorrow = Instant.now().plus(Duration.ofDays(1)).toString();
    final var later = Instant.now().plus(Duration.ofDays(2)).toString();
    final var uri = "https://db5.notify.windows.com/?token=1";
    final var browser = "https://push.example/1";
    final var ways =
        List.<Supplier<String>>of(
            () -> underOneName(MESSAGES, ALERT, FORMAT, "apple"),
            () -> underOneName(MESSAGES, ALERT, FORMAT, "apple", TAGS, "a"),
            () -> underOneName(MESSAGES, ALERT, FORMAT, "apple", "apns-priority", "5"),
            () -> underOneName(MESSAGES, ALERT, FORMAT, "apple", "apns-priority", "10"),
            () -> underOneName(MESSAGES, ALERT, FORMAT, "apple", "apns-collapse-id", "5"),
            () -> underOneName(MESSAGES, ALERT, FORMAT, "apple", EXPIRY, tomorrow),
            () -> underOneName(MESSAGES, ALERT, FORMAT, "apple", EXPIRY, later),
            () -> underOneName(SCHEDULED, ALERT, FORMAT, "apple", WHEN, tomorrow),
            () -> underOneName(SCHEDULED, ALERT, FORMAT, "apple", WHEN, later),
            () -> underOneName(MESSAGES, raw, FORMAT, "windows", "X-WNS-Type", "wns/toast"),
            () -> underOneName(MESSAGES, raw, FORMAT, "windows", "X-WNS-Type", "wns/raw"),
            () -> underOneName(MESSAGES, raw, FORMAT, "windowsphone", "X-NotificationClass", "2"),
            () -> underOneName(MESSAGES, raw, FORMAT, "windowsphone", "X-NotificationClass", "12"),
            () -> underOneName(MESSAGES + "&direct", raw, FORMAT, "windows", HANDLE, uri),
            () -> underOneName(MESSAGES + "&direct", ALERT, FORMAT, "apple", HANDLE, ONE),
            () -> toBrowser(browser, POINT, "A".repeat(22)),
            () -> toBrowser(browser, OTHER_POINT, "A".repeat(22)),
            () -> toBrowser(browser, POINT, "B".repeat(21) + "A"));
    final var first = ways.stream().map(Supplier::get).toList();
    assertEquals(ways.size(), Set.copyOf(first).size(), "each is another notification");
    assertEquals(first, ways.stream().map(Supplier::get).toList(), "each is repeated");
  }

  private String toBrowser(final String endpoint, final String p256dh, final String auth) {
    return underOneName(
        MESSAGES + "&direct",
        "{}",
        FORMAT,
        "browser",
        HANDLE,
        endpoint,
        "P256DH",
        p256dh,
        "Auth",
        auth);
  }

  @Test
  void a_scheduled_send_that_is_repeated_after_its_moment_is_still_a_repeat() {
    final var moment = Instant.now().plusMillis(700).toString();
    final var first = underOneName(SCHEDULED, ALERT, FORMAT, "apple", WHEN, moment);
    Eventually.holds(() -> Instant.now().isAfter(Instant.parse(moment)), "its moment is over");
    assertEquals(first, underOneName(SCHEDULED, ALERT, FORMAT, "apple", WHEN, moment));
  }

  @Test
  void an_expiry_before_a_scheduled_send_begins_does_not_count() {
    final var inTwoDays = NOW.plus(Duration.ofDays(2));
    final var scheduled = apple(Optional.of(inTwoDays));
    assertEquals(inTwoDays.plus(Duration.ofDays(1)), scheduled.until());
    assertEquals(null, scheduled.content().headers().get("apns-expiration"));
    assertEquals(NOW.plus(Duration.ofDays(1)), apple(Optional.empty()).until());
    assertEquals(NOW.plus(Duration.ofDays(1)), apple(Optional.of(NOW.plusSeconds(60))).until());
  }

  /// As a client writes it that keeps each notification for a day.
  private static NotificationContent apple(final Optional<Instant> scheduled) {
    final var headers = new ArrayList<Map.Entry<String, String>>();
    headers.add(Map.entry(FORMAT, "apple"));
    headers.add(Map.entry("ServiceBusNotification-Apns-Expiry", "03/02/2026 12:00:00"));
    scheduled.ifPresent(at ->
        headers.add(
            Map.entry("ServiceBusNotification-ScheduleTime", at.toString().replace("Z", ""))));
    return NotificationContent.of(
        HubPlatform.APPLE,
        SendHeaders.read(headers, NOW),
        ALERT.getBytes(StandardCharsets.UTF_8),
        "org.example",
        scheduled.orElse(NOW));
  }

  @Test
  void each_origin_of_urls_is_out_of_reach_by_itself() {
    final var here = address("https://db5.notify.windows.com/?token=1");
    final var there = address("https://blackhole.example/?token=1");
    assertEquals("https://db5.notify.windows.com", here.scope());
    assertEquals("https://blackhole.example", there.scope());
    final var spelled = address("HTTPS://DB5.notify.windows.com:443/?token=1");
    assertEquals(here.token(), spelled.token());
    assertEquals(here.scope(), spelled.scope());
    assertEquals("", address("no url").scope());
  }

  private PushAddress.Direct address(final String handle) {
    return HubTargets.address(
            hub.hub, HubPlatform.WINDOWS, new PnsHandle.Single(handle), Instant.EPOCH)
        .orElseThrow();
  }

  @Test
  void few_variables_in_many_templates_are_too_much_for_one_installation() {
    final var templates =
        IntStream.range(0, 100)
            .mapToObj(number -> "\"t%d\":{\"body\":\"%s\"}".formatted(number, "{}"))
            .collect(Collectors.joining(","));
    final var refused = put("greedy", windows(templates, "v".repeat(6_000)));
    assertEquals(413, refused.statusCode(), refused.body());
    assertTrue(refused.body().contains("fewer templates or shorter variables"), refused.body());
    assertEquals(404, hub.call("GET", "/news/installations/greedy" + VERSION, "").statusCode());
    installed("modest", windows(templates, "v".repeat(4_000)));
  }

  private static String windows(final String templates, final String variable) {
    return "{\"platform\":\"wns\",\"pushChannel\":\"https://db5.notify.windows.com/?token=1\","
        + "\"pushVariables\":{\"v\":\""
        + variable
        + "\"},\"templates\":{"
        + templates
        + "}}";
  }

  @Test
  void tiles_are_of_windows_only() {
    final var tile = "\"secondaryTiles\":{\"t\":{\"pushChannel\":\"" + "b2".repeat(32) + "\"}}";
    installed("phone-7", "{\"platform\":\"apns\",\"pushChannel\":\"" + ONE + "\"," + tile + "}");
    final var sent = hub.call("POST", MESSAGES, ALERT, FORMAT, "apple");
    hub.told(sent, text -> text.contains("<State>Completed"));
    assertEquals(List.of(ONE), hub.tokens());
  }
}

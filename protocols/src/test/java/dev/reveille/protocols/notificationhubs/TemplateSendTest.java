package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TAGS;
import static dev.reveille.protocols.notificationhubs.HubBodies.TWO;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.quoted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.protocols.notificationhubs.HubUnderTest.Arrived;
import dev.reveille.routing.Sends.TargetStory;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Notifications that the hub puts into the templates of registrations and installations.
final class TemplateSendTest {
  private static final String DROID = "d".repeat(40);
  private static final String OLD_DROID = "e".repeat(40);
  private static final String WINDOWS = "https://db5.notify.windows.com/?token=w1";
  private static final String TILE = "https://db5.notify.windows.com/?token=w2";
  private static final String MESSAGES = "/news/messages" + VERSION;
  private static final String GOAL = "{\"text\":\"Goal \\\"3:1\\\"\",\"who\":\"Zoë\"}";
  private static final String ALERT = "{\"aps\":{\"alert\":\"$(text)\"}}";

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  // ---- who is registered ----------------------------------------------------------------------

  private void registered(final String kind, final String inside) {
    final var made =
        hub.call(
            "POST",
            "/news/registrations" + VERSION,
            "<entry xmlns=\"http://www.w3.org/2005/Atom\"><content type=\"application/xml\"><"
                + kind
                + " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\">"
                + inside
                + "</"
                + kind
                + "></content></entry>");
    assertEquals(200, made.statusCode(), made.body());
  }

  private void appleTemplate(final String token, final String tags, final String more) {
    registered(
        "AppleTemplateRegistrationDescription",
        "<Tags>%s</Tags><DeviceToken>%s</DeviceToken><BodyTemplate><![CDATA[%s]]></BodyTemplate>%s"
            .formatted(tags, token, ALERT, more));
  }

  private void installed(final String id, final String json) {
    final var put = hub.call("PUT", "/news/installations/" + id + VERSION, json);
    assertEquals(200, put.statusCode(), put.body());
  }

  /// A template as text of JSON.
  private static String text(final String template) {
    return quoted(template.replace("\"", "\\\""));
  }

  // ---- what came ------------------------------------------------------------------------------

  private HttpResponse<String> send(final String body, final String... headers) {
    final var all = new String[headers.length + 2];
    all[0] = FORMAT;
    all[1] = "template";
    System.arraycopy(headers, 0, all, 2, headers.length);
    return hub.call("POST", MESSAGES, body, all);
  }

  private String completed(final HttpResponse<String> sent) {
    assertEquals(201, sent.statusCode(), sent.body());
    return hub.told(sent, text -> text.contains("<State>Completed"));
  }

  /// Bodies by tokens.
  private Map<String, List<String>> arrived() {
    return hub.arrived.stream()
        .collect(
            Collectors.groupingBy(
                Arrived::token,
                Collectors.mapping(
                    Arrived::body,
                    Collectors.collectingAndThen(
                        Collectors.toList(), all -> all.stream().sorted().toList()))));
  }

  private static String counts(final String told, final String platform) {
    return between(told, platform + "OutcomeCounts").replaceAll("</?Outcome>", "");
  }

  private static String count(final String name, final int count) {
    return "<Name>" + name + "</Name><Count>" + count + "</Count>";
  }

  // ---- sends ----------------------------------------------------------------------------------

  @Test
  void each_platform_gets_its_template_filled_and_is_counted_by_itself() {
    appleTemplate(ONE, "news", "");
    registered("AppleRegistrationDescription", "<DeviceToken>" + TWO + "</DeviceToken>");
    installed(
        "droid",
        "{\"platform\":\"fcmv1\",\"pushChannel\":\"%s\",\"templates\":{\"t\":{\"body\":%s}}}"
            .formatted(DROID, text("{\"message\":{\"data\":{\"a\":\"$(text)\"}}}")));
    installed(
        "old",
        "{\"platform\":\"gcm\",\"pushChannel\":\"%s\",\"templates\":{\"t\":{\"body\":%s}}}"
            .formatted(OLD_DROID, text("{\"data\":{\"a\":\"$(text)\"}}")));
    registered(
        "WindowsTemplateRegistrationDescription",
        "<ChannelUri>"
            + WINDOWS
            + "</ChannelUri><BodyTemplate><![CDATA[<toast><text>$(who)</text></toast>]]>"
            + "</BodyTemplate><WnsHeaders><WnsHeader><Header>X-WNS-Type</Header>"
            + "<Value>wns/toast</Value></WnsHeader></WnsHeaders>");
    final var told = completed(send(GOAL));
    final var message = "{\"message\":{\"data\":{\"a\":\"Goal \\\"3:1\\\"\"}}}";
    assertEquals(
        Map.of(
            ONE, List.of("{\"aps\":{\"alert\":\"Goal \\\"3:1\\\"\"}}"),
            DROID, List.of(message),
            OLD_DROID, List.of(message),
            WINDOWS, List.of("<toast><text>Zoë</text></toast>")),
        arrived(),
        "and nothing to the native registration and the native targets of installations");
    assertEquals(count("Success", 1), counts(told, "Apns"));
    assertEquals(count("Success", 1), counts(told, "FcmV1"));
    assertEquals(count("Success", 1), counts(told, "Gcm"));
    assertEquals(count("Success", 1), counts(told, "Wns"));
    assertEquals("apple,fcmv1,gcm,windows", between(told, "TargetPlatforms"));
    assertEquals(GOAL, between(told, "NotificationBody").replace("&quot;", "\""));
    final var toast =
        hub.arrived.stream().filter(one -> one.service() == PushService.WNS).findFirst();
    assertEquals(Map.of("x-wns-type", "wns/toast"), toast.orElseThrow().content().headers());
  }

  @Test
  void a_native_notification_is_not_for_templates() {
    appleTemplate(ONE, "", "");
    final var sent = hub.call("POST", MESSAGES, "{\"aps\":{}}", FORMAT, "apple");
    hub.told(sent, text -> text.contains("<State>NoTargetFound"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void each_template_whose_tags_match_is_sent_also_those_of_tiles() {
    installed(
        "p",
        """
        {"platform":"wns","pushChannel":"%s","tags":["news"],"pushVariables":{"who":"Anna"},
         "templates":{
          "loud":{"body":"<toast>$(who)</toast>","tags":["goals"]},
          "quiet":{"body":"<tile>$(text)</tile>","tags":["results"],"headers":{"X-WNS-Tag":"$(who)"}}},
         "secondaryTiles":{"t1":{"pushChannel":"%s","tags":["goals"],"templates":{
          "loud":{"body":"<badge>$(n)</badge>"},"other":{"body":"<tile/>","tags":["results"]}}}}}\
        """
            .formatted(WINDOWS, TILE));
    completed(send("{\"n\":\"1\"}", TAGS, "news && goals"));
    assertEquals(
        Map.of(
            WINDOWS, List.of("<toast>Anna</toast>"),
            TILE, List.of("<badge>1</badge>", "<tile/>")),
        arrived());
    hub.arrived.clear();
    completed(send("{\"who\":\"Ben\"}", TAGS, "$InstallationId:{p} && results"));
    assertEquals(Map.of(WINDOWS, List.of("<tile/>"), TILE, List.of("<tile/>")), arrived());
    final var quiet =
        hub.arrived.stream().filter(one -> one.token().equals(WINDOWS)).findFirst().orElseThrow();
    assertEquals(Map.of("x-wns-tag", "Ben"), quiet.content().headers());
  }

  @Test
  void what_is_wrong_with_one_template_is_told_of_it_and_the_others_are_sent() {
    appleTemplate(ONE, "", "<Expiry>whenever</Expiry><TemplateName>bad</TemplateName>");
    appleTemplate(TWO, "", "<TemplateName>good</TemplateName><Priority>5</Priority>");
    installed(
        "droid",
        "{\"platform\":\"fcmv1\",\"pushChannel\":\"%s\",\"templates\":{\"t\":{\"body\":%s}}}"
            .formatted(DROID, text("{\"message\":{\"data\":{\"a\":\"$(oops\"}}}")));
    installed(
        "windows",
        "{\"platform\":\"wns\",\"pushChannel\":\"%s\",\"templates\":{\"t\":{\"body\":%s}}}"
            .formatted(WINDOWS, text("<toast>{$(text)+$(text)+$(text)}</toast>")));
    final var sent = send("{\"text\":\"" + "x".repeat(2_000) + "\"}");
    final var told = completed(sent);
    assertEquals(count("InvalidNotificationFormat", 1) + count("Success", 1), counts(told, "Apns"));
    assertEquals(count("InvalidNotificationFormat", 1), counts(told, "FcmV1"));
    assertEquals(count("InvalidNotificationSize", 1), counts(told, "Wns"));
    assertEquals(List.of(TWO), hub.tokens());
    assertEquals("5", hub.arrived.element().content().headers().get("apns-priority"));
    final var stories = hub.stories(sent);
    assertEquals(
        List.of("bad", "good", "t", "t"), stories.stream().map(TargetStory::template).toList());
    assertTrue(stories.getFirst().tries().getLast().detail().startsWith("expiry: "));
    assertTrue(stories.get(2).tries().getLast().detail().contains("message.data.a"));
  }

  @Test
  void an_expiry_of_a_template_is_apples_expiration() {
    appleTemplate(ONE, "", "<Expiry>$(until)</Expiry>");
    completed(send("{\"until\":\"2999-01-01T00:00:00\"}"));
    assertEquals(
        Long.toString(Instant.parse("2999-01-01T00:00:00Z").getEpochSecond()),
        hub.arrived.element().content().headers().get("apns-expiration"));
  }

  @Test
  void a_test_of_templates_reaches_ten_and_names_them() {
    for (int i = 0; i < 12; i++) {
      appleTemplate("%02x".formatted(i).repeat(32), "", "");
    }
    final var sent = hub.call("POST", MESSAGES + "&test", GOAL, FORMAT, "template");
    assertEquals(201, sent.statusCode(), sent.body());
    assertEquals("10", between(sent.body(), "Success"));
    assertEquals(10, hub.arrived.size());
    assertTrue(hub.arrived.element().body().contains("Goal"), hub.arrived.element().body());
  }

  @Test
  void a_scheduled_one_waits_and_can_be_cancelled() {
    appleTemplate(ONE, "", "");
    final var sent =
        hub.call(
            "POST",
            "/news/schedulednotifications/" + VERSION,
            GOAL,
            FORMAT,
            "template",
            "ServiceBusNotification-ScheduleTime",
            Instant.now().plusSeconds(3_600).toString());
    assertEquals(201, sent.statusCode(), sent.body());
    hub.told(sent, text -> text.contains("<State>Scheduled"));
    final var location = sent.headers().firstValue("Location").orElseThrow();
    final var path = location.substring(location.indexOf("/News/"));
    assertEquals(200, hub.call("DELETE", path, "").statusCode());
    hub.told(sent, text -> text.contains("<State>Canceled"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void a_dead_address_ends_its_registration() {
    appleTemplate(ONE, "", "");
    hub.die(ONE);
    final var told = completed(send(GOAL));
    assertEquals(count("ExpiredChannel", 1), counts(told, "Apns"));
    hub.told(send(GOAL), text -> text.contains("<State>NoTargetFound"));
  }

  @Test
  void the_same_properties_under_one_name_are_one_notification_and_others_are_not() {
    appleTemplate(ONE, "", "");
    final var first = send(GOAL, "TrackingId", "t-1");
    final var again = send(GOAL, "TrackingId", "t-1");
    assertEquals(first.headers().firstValue("Location"), again.headers().firstValue("Location"));
    completed(first);
    completed(send(GOAL.replace("Zoë", "Ben"), "TrackingId", "t-1"));
    assertEquals(List.of(ONE, ONE), hub.tokens());
  }

  @Test
  void the_trail_names_the_template_of_each_target_also_of_a_tile() {
    appleTemplate(ONE, "", "");
    installed(
        "p",
        """
        {"platform":"wns","pushChannel":"%s","templates":{"a":{"body":"<toast/>"}},"secondaryTiles":
         {"t1":{"pushChannel":"%s","templates":{"a":{"body":"<tile/>"}}}}}\
        """
            .formatted(WINDOWS, TILE));
    final var sent = send(GOAL);
    completed(sent);
    assertEquals(
        List.of("template", "a", "t1/a"),
        hub.stories(sent).stream().map(TargetStory::template).toList());
  }

  // ---- refused --------------------------------------------------------------------------------

  @Test
  void what_is_no_object_of_texts_is_refused_and_so_is_a_handle() {
    appleTemplate(ONE, "", "");
    for (final var body :
        List.of("", "{", "[]", "\"text\"", "{\"n\":1}", "{\"a\":{\"b\":\"c\"}}", many(201))) {
      assertEquals(400, send(body).statusCode(), body);
    }
    assertEquals(413, send("{\"a\":\"" + "x".repeat(64 * 1024) + "\"}").statusCode());
    final var direct =
        hub.call(
            "POST",
            MESSAGES + "&direct",
            GOAL,
            FORMAT,
            "template",
            "ServiceBusNotification-DeviceHandle",
            ONE);
    assertEquals(400, direct.statusCode());
    assertTrue(direct.body().contains("a handle has no template"), direct.body());
    assertEquals(List.of(), hub.tokens());
    completed(send("{\"text\":\"" + "x".repeat(3_000) + "\",\"none\":null}"));
    completed(send("{}"));
  }

  private static String many(final int properties) {
    final var all = new StringBuilder("{");
    for (int i = 0; i < properties; i++) {
      all.append(i == 0 ? "" : ",").append("\"p").append(i).append("\":\"\"");
    }
    return all.append("}").toString();
  }
}

package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.HubName;
import dev.reveille.model.PushService;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.sas.SharedAccessSignature;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A hub over TLS: registrations, installations, notifications, and what is refused.
final class HubApiTest {
  private static final String ONE = "a1".repeat(32);
  private static final String TWO = "b2".repeat(32);
  private static final String THREE = "c3".repeat(32);
  private static final String ALERT = "{\"aps\":{\"alert\":\"Hello\"}}";
  private static final String VERSION = "?api-version=2020-06";
  private static final String FORMAT = "ServiceBusNotification-Format";
  private static final String TAGS = "ServiceBusNotification-Tags";

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private static String apple(final String token, final String tags) {
    return "<?xml version=\"1.0\"?><entry xmlns=\"http://www.w3.org/2005/Atom\"><content"
        + " type=\"application/xml\"><AppleRegistrationDescription"
        + " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\"><Tags>"
        + tags
        + "</Tags><DeviceToken>"
        + token
        + "</DeviceToken></AppleRegistrationDescription></content></entry>";
  }

  private static String installation(final String id, final String token, final String tags) {
    return "{\"installationId\":\"%s\",\"platform\":\"apns\",\"pushChannel\":\"%s\",\"tags\":[%s]}"
        .formatted(id, token, tags);
  }

  private static String between(final String text, final String element) {
    final var found =
        Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL).matcher(text);
    assertTrue(found.find(), () -> element + " is not in " + text);
    return found.group(1);
  }

  private String registered(final String token, final String tags) {
    final var made = hub.call("POST", "/news/registrations" + VERSION, apple(token, tags));
    assertEquals(200, made.statusCode(), made.body());
    return between(made.body(), "RegistrationId");
  }

  private HttpResponse<String> send(final String... headers) {
    return hub.call("POST", "/news/messages/" + VERSION, ALERT, headers);
  }

  // ---- registrations --------------------------------------------------------------------------

  @Test
  void a_registration_is_made_read_changed_and_removed() {
    final var fresh = hub.call("POST", "/News/registrationIDs" + VERSION, "");
    assertEquals(201, fresh.statusCode());
    final var location = fresh.headers().firstValue("Location").orElseThrow();
    assertTrue(
        location.matches("https://localhost:\\d+/News/registrationids/[0-9-]+\\?api-version=.*"),
        location);
    final var id = location.replaceAll(".*/registrationids/([0-9-]+)\\?.*", "$1");

    final var path = "/news/Registrations/" + id;
    final var made = hub.call("PUT", path + VERSION, apple(ONE, "a,b"));
    assertEquals(200, made.statusCode(), made.body());
    assertEquals("1", between(made.body(), "ETag"));
    assertEquals(id, between(made.body(), "RegistrationId"));
    assertEquals("a,b", between(made.body(), "Tags"));
    assertEquals("9999-12-31T23:59:59.999", between(made.body(), "ExpirationTime"));

    final var wrong = hub.call("PUT", path + VERSION, apple(ONE, "c"), "If-Match", "W/\"7\"");
    assertEquals(412, wrong.statusCode());
    final var changed = hub.call("PUT", path + VERSION, apple(ONE, "c"), "If-Match", "W/\"1\"");
    assertEquals("2", between(changed.body(), "ETag"));
    final var read = hub.call("GET", path + VERSION, "");
    assertEquals("c", between(read.body(), "Tags"));
    assertEquals(ONE, between(read.body(), "DeviceToken"));

    assertEquals(200, hub.call("DELETE", path + VERSION, "", "If-Match", "*").statusCode());
    assertEquals(404, hub.call("GET", path + VERSION, "").statusCode());
    assertEquals(404, hub.call("DELETE", path + VERSION, "").statusCode());
    assertEquals(410, hub.call("PUT", path + VERSION, apple(ONE, "")).statusCode());
    assertEquals(
        404,
        hub.call("PUT", "/news/registrations/never" + VERSION, apple(ONE, ""), "If-Match", "*")
            .statusCode());
  }

  @Test
  void lists_come_in_pages_and_by_tag_and_handle() {
    for (int i = 0; i < 5; i++) {
      registered("%02x".formatted(i).repeat(32), i % 2 == 0 ? "even,all" : "odd,all");
    }
    final var first = hub.call("GET", "/news/registrations" + VERSION + "&%24top=3", "");
    assertEquals(3, count(first.body()));
    final var token = first.headers().firstValue("x-ms-continuationtoken").orElseThrow();
    final var second =
        hub.call("GET", "/news/registrations" + VERSION + "&$top=3&ContinuationToken=" + token, "");
    assertEquals(2, count(second.body()));
    assertTrue(second.headers().firstValue("x-ms-continuationtoken").isEmpty());
    assertEquals(3, count(hub.call("GET", "/news/tags/EVEN/registrations" + VERSION, "").body()));
    for (final var filter : List.of("DeviceToken", "ChannelUri")) {
      final var found =
          hub.call(
              "GET",
              "/news/registrations"
                  + VERSION
                  + "&$filter="
                  + filter
                  + "+eq+%27"
                  + "01".repeat(32)
                  + "%27",
              "");
      assertEquals(1, count(found.body()), filter);
      assertEquals("01".repeat(32), between(found.body(), "DeviceToken"));
    }
    assertEquals(
        400,
        hub.call("GET", "/news/registrations" + VERSION + "&$filter=Colour+eq+%27x%27", "")
            .statusCode());
  }

  private static int count(final String feed) {
    return feed.split("<entry", -1).length - 1;
  }

  // ---- installations --------------------------------------------------------------------------

  @Test
  void an_installation_is_put_patched_read_and_deleted() {
    final var path = "/news/installations/phone-1" + VERSION;
    assertEquals(404, hub.call("GET", path, "").statusCode());
    final var put = hub.call("PUT", path, installation("phone-1", ONE, "\"a\""));
    assertEquals(200, put.statusCode(), put.body());
    final var patched =
        hub.call(
            "PATCH",
            path,
            "[{\"op\":\"add\",\"path\":\"/tags\",\"value\":\"b\"},"
                + "{\"op\":\"replace\",\"path\":\"/pushChannel\",\"value\":\""
                + TWO
                + "\"}]");
    assertEquals(200, patched.statusCode(), patched.body());
    final var bad =
        hub.call(
            "PATCH",
            path,
            "[{\"op\":\"add\",\"path\":\"/tags\",\"value\":\"c\"},"
                + "{\"op\":\"add\",\"path\":\"/colour\",\"value\":\"red\"}]");
    assertEquals(400, bad.statusCode());
    final var read = hub.call("GET", path, "").body();
    assertTrue(read.contains("\"tags\":[\"a\",\"b\"]"), read);
    assertTrue(read.contains(TWO), read);
    assertTrue(read.contains("\"pushChannelExpired\":false"), read);
    final var listed = hub.call("GET", "/news/registrations" + VERSION, "").body();
    assertEquals("a,b,$InstallationId:{phone-1}", between(listed, "Tags"));
    assertEquals(204, hub.call("DELETE", path, "").statusCode());
    assertEquals(204, hub.call("DELETE", path, "").statusCode());
    assertEquals(404, hub.call("PATCH", path, "[]").statusCode());
  }

  // ---- notifications --------------------------------------------------------------------------

  @Test
  void a_notification_goes_to_those_whose_tags_match_and_tells_its_end() throws Exception {
    registered(ONE, "news");
    registered(TWO, "news,muted");
    hub.call("PUT", "/news/installations/p" + VERSION, installation("p", THREE, "\"sports\""));
    final var sent = send(FORMAT, "apple", TAGS, "(NEWS || $InstallationId:{p}) && !muted");
    assertEquals(201, sent.statusCode(), sent.body());
    final var told = hub.told(sent, text -> text.contains("<State>Completed"));
    assertEquals("2", between(between(told, "ApnsOutcomeCounts"), "Count"));
    assertEquals("Success", between(between(told, "ApnsOutcomeCounts"), "Name"));
    assertEquals("apple", between(told, "TargetPlatforms"));
    assertEquals(List.of(ONE, THREE), hub.tokens());
    assertTrue(hub.arrived.stream().allMatch(one -> one.body().equals(ALERT)));
  }

  @Test
  void a_broadcast_reaches_the_format_that_it_is_in_and_nothing_else() throws Exception {
    registered(ONE, "");
    hub.call(
        "PUT",
        "/news/installations/droid" + VERSION,
        "{\"platform\":\"fcmv1\",\"pushChannel\":\"" + "d".repeat(40) + "\"}");
    hub.call(
        "PUT",
        "/news/installations/old" + VERSION,
        "{\"platform\":\"gcm\",\"pushChannel\":\"" + "e".repeat(40) + "\"}");
    final var v1 =
        hub.call(
            "POST",
            "/news/messages" + VERSION,
            "{\"message\":{\"data\":{\"a\":\"1\"}}}",
            FORMAT,
            "fcmv1");
    hub.told(v1, text -> text.contains("<State>Completed"));
    assertEquals(List.of("d".repeat(40)), hub.tokens());
    hub.arrived.clear();
    final var old =
        hub.call("POST", "/news/messages" + VERSION, "{\"data\":{\"a\":1}}", FORMAT, "gcm");
    hub.told(old, text -> text.contains("<State>Completed"));
    assertEquals(List.of("e".repeat(40)), hub.tokens());
    assertEquals("{\"message\":{\"data\":{\"a\":\"1\"}}}", hub.arrived.peek().body());
    hub.arrived.clear();
    hub.told(send(FORMAT, "apple"), text -> text.contains("<State>Completed"));
    assertEquals(List.of(ONE), hub.tokens());
  }

  @Test
  void a_send_whose_tags_match_nothing_found_no_target() throws Exception {
    final var sent = send(FORMAT, "apple", TAGS, "nothing");
    hub.told(sent, text -> text.contains("<State>NoTargetFound"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void direct_sends_go_to_handles_alone() throws Exception {
    registered(ONE, "");
    final var one =
        hub.call(
            "POST",
            "/news/messages" + VERSION + "&direct",
            ALERT,
            FORMAT,
            "apple",
            "ServiceBusNotification-DeviceHandle",
            TWO);
    assertEquals(201, one.statusCode(), one.body());
    hub.told(one, text -> text.contains("<State>Completed"));
    assertEquals(List.of(TWO), hub.tokens());
    final var body =
        "--nh\r\nContent-type: application/json\r\nContent-Disposition: inline; name=notification"
            + "\r\n\r\n"
            + ALERT
            + "\r\n--nh\r\nContent-type: application/json\r\nContent-Disposition: inline;"
            + " name=devices\r\n\r\n[\""
            + ONE
            + "\",\""
            + THREE
            + "\",\""
            + ONE
            + "\"]\r\n--nh--";
    hub.arrived.clear();
    final var batch =
        hub.call(
            "POST",
            "/news/messages/$batch" + VERSION + "&direct=true",
            body,
            FORMAT,
            "apple",
            "Content-Type",
            "multipart/mixed; boundary = \"nh\"");
    assertEquals(201, batch.statusCode(), batch.body());
    hub.told(batch, text -> text.contains("<State>Completed"));
    assertEquals(List.of(ONE, THREE), hub.tokens());
  }

  @Test
  void a_send_that_comes_again_under_its_name_is_one_send() throws Exception {
    registered(ONE, "");
    final var first = send(FORMAT, "apple", "TrackingId", "t-1");
    final var again = send(FORMAT, "apple", "TrackingId", "t-1");
    assertEquals(first.headers().firstValue("Location"), again.headers().firstValue("Location"));
    assertEquals("t-1", first.headers().firstValue("TrackingId").orElseThrow());
    final var other =
        hub.call(
            "POST",
            "/news/messages/" + VERSION,
            ALERT.replace("Hello", "Bye"),
            FORMAT,
            "apple",
            "TrackingId",
            "t-1");
    assertFalse(
        other.headers().firstValue("Location").equals(first.headers().firstValue("Location")));
    hub.told(first, text -> text.contains("<State>Completed"));
    hub.told(other, text -> text.contains("<State>Completed"));
    assertEquals(List.of(ONE, ONE), hub.tokens());
  }

  @Test
  void a_scheduled_notification_waits_and_can_be_cancelled() throws Exception {
    registered(ONE, "");
    final var at = Instant.now().plusSeconds(3_600).toString();
    final var sent =
        hub.call(
            "POST",
            "/news/schedulednotifications/" + VERSION,
            ALERT,
            FORMAT,
            "apple",
            "ServiceBusNotification-ScheduleTime",
            at);
    assertEquals(201, sent.statusCode(), sent.body());
    final var location = sent.headers().firstValue("Location").orElseThrow();
    assertTrue(location.contains("/News/schedulednotifications/"), location);
    hub.told(sent, text -> text.contains("<State>Scheduled"));
    final var path = location.substring(location.indexOf("/News/"));
    assertEquals(200, hub.call("DELETE", path, "").statusCode());
    hub.told(sent, text -> text.contains("<State>Canceled"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void a_dead_address_ends_its_registration_and_marks_its_installation() throws Exception {
    final var id = registered(ONE, "");
    hub.call("PUT", "/news/installations/p" + VERSION, installation("p", TWO, ""));
    hub.die(ONE, TWO);
    final var sent = send(FORMAT, "apple");
    final var told = hub.told(sent, text -> text.contains("<State>Completed"));
    assertEquals("ExpiredChannel", between(between(told, "ApnsOutcomeCounts"), "Name"));
    Eventually.holds(
        () -> hub.call("GET", "/news/registrations/" + id + VERSION, "").statusCode() == 404,
        "the registration is gone");
    Eventually.holds(
        () ->
            hub.call("GET", "/news/installations/p" + VERSION, "")
                .body()
                .contains("\"pushChannelExpired\":true"),
        "the installation is marked");
    hub.arrived.clear();
    hub.told(send(FORMAT, "apple"), text -> text.contains("<State>NoTargetFound"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void a_test_names_each_target_and_what_became_of_it() {
    registered(ONE, "");
    registered(TWO, "");
    hub.die(TWO);
    final var sent = hub.call("POST", "/news/messages" + VERSION + "&test", ALERT, FORMAT, "apple");
    assertEquals(201, sent.statusCode(), sent.body());
    assertEquals("1", between(sent.body(), "Success"));
    assertEquals("1", between(sent.body(), "Failure"));
    assertTrue(sent.body().contains("<PnsHandle>" + TWO), sent.body());
    assertTrue(sent.body().contains("<Outcome>ExpiredChannel: "), sent.body());
    assertTrue(sent.body().contains("410 Unregistered"), sent.body());
  }

  @Test
  void a_voip_topic_makes_a_call_and_a_given_push_type_stays() throws Exception {
    registered(ONE, "");
    hub.told(send(FORMAT, "apple", "apns-topic", "x.voip"), text -> text.contains("Completed"));
    assertEquals("voip", hub.arrived.peek().content().headers().get("apns-push-type"));
    hub.arrived.clear();
    hub.told(
        send(FORMAT, "apple", "apns-topic", "x.voip", "apns-push-type", "alert"),
        text -> text.contains("Completed"));
    assertEquals("alert", hub.arrived.peek().content().headers().get("apns-push-type"));
    assertEquals(PushService.APNS, hub.arrived.peek().service());
  }

  // ---- who may what ---------------------------------------------------------------------------

  @Test
  void signatures_are_judged_and_rights_are_needed() {
    final var path = "/news/registrations" + VERSION;
    final var send = "/news/messages" + VERSION;
    refused(401, "40102", hub.callAs("", "GET", path, ""));
    refused(401, "40105", hub.callAs("Bearer x", "GET", path, ""));
    final var full = hub.signed(Hubs.FULL);
    final var altered = full.replaceFirst("sig=.", "sig=" + (full.contains("sig=A") ? "B" : "A"));
    refused(401, "40103", hub.callAs(altered, "GET", path, ""));
    final var key = hub.hubs.policies(hub.hub).getFirst().primary();
    final var end = Instant.now().plusSeconds(60);
    final var policy = hub.hubs.policies(hub.hub).getFirst().name();
    refused(
        401,
        "40106",
        hub.callAs(
            SharedAccessSignature.sign(hub.url("/"), policy, key, Instant.now().minusSeconds(360)),
            "GET",
            path,
            ""));
    refused(
        401,
        "40104",
        hub.callAs(
            SharedAccessSignature.sign(hub.url("/other"), policy, key, end), "GET", path, ""));
    refused(
        401, "40100", hub.callAs(hub.signed(Hubs.LISTEN), "POST", send, ALERT, FORMAT, "apple"));
    refused(401, "40100", hub.callAs(hub.signed(Hubs.SEND), "GET", path, ""));
    refused(
        401, "40100", hub.callAs(hub.signed(Hubs.LISTEN), "GET", "/news/tags/a/registrations", ""));
    refused(401, "40100", hub.callAs(hub.signed(Hubs.LISTEN), "GET", path, ""));
    final var single = "/news/registrations/never" + VERSION;
    refused(404, "40400", hub.callAs(hub.signed(Hubs.LISTEN), "GET", single, ""));
    refused(404, "40400", hub.call("GET", "/olds/registrations", ""));
  }

  @Test
  void a_new_key_counts_at_once_and_the_old_one_no_more() {
    final var path = "/news/registrations" + VERSION + "&$filter=ChannelUri+eq+%27x%27";
    final var before = hub.signed(Hubs.LISTEN);
    assertEquals(200, hub.callAs(before, "GET", path, "").statusCode());
    hub.hubs.rekey(hub.hub, Hubs.LISTEN, Hubs.Key.PRIMARY, "test");
    refused(401, "40103", hub.callAs(before, "GET", path, ""));
    assertEquals(200, hub.callAs(hub.signed(Hubs.LISTEN), "GET", path, "").statusCode());
  }

  @Test
  void another_hub_has_registrations_of_its_own() {
    final var id = registered(ONE, "");
    final var other = hub.hubs.add(HubUnderTest.ACME, new HubName("Olds"), "test");
    final var key = hub.hubs.policies(other).getFirst();
    final var signature =
        SharedAccessSignature.sign(
            hub.url("/olds"), key.name(), key.primary(), Instant.now().plusSeconds(60));
    assertEquals(404, hub.callAs(signature, "GET", "/olds/registrations/" + id, "").statusCode());
    refused(401, "40104", hub.callAs(signature, "GET", "/news/registrations/" + id, ""));
  }

  // ---- bad input ------------------------------------------------------------------------------

  @Test
  void bad_input_is_refused_and_changes_nothing() {
    registered(ONE, "a");
    final var before = hub.call("GET", "/news/registrations" + VERSION, "").body();
    final var registrations = "/news/registrations" + VERSION;
    final var messages = "/news/messages" + VERSION;
    refused(400, "40000", hub.call("POST", registrations, "no xml"));
    refused(400, "40000", hub.call("POST", registrations, apple(ONE, "a b")));
    refused(400, "40000", hub.call("POST", registrations, apple(ONE, "x".repeat(121))));
    refused(400, "40000", hub.call("POST", registrations, apple(ONE, "t,".repeat(0) + many(61))));
    refused(
        400,
        "40000",
        hub.call(
            "POST",
            registrations,
            "<!DOCTYPE e [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + apple("&x;", "")));
    refused(400, "40000", hub.call("POST", messages, "{", FORMAT, "apple"));
    refused(400, "40000", hub.call("POST", messages, "{\"alert\":1}", FORMAT, "apple"));
    refused(400, "40000", hub.call("POST", messages, ALERT, FORMAT, "baidu"));
    refused(400, "40000", hub.call("POST", messages, ALERT, FORMAT, "apple", TAGS, "a && (b"));
    refused(400, "40000", hub.call("POST", messages + "&direct", ALERT, FORMAT, "apple"));
    refused(400, "40000", hub.call("GET", "/news/registrations?api-version=2031-01", ""));
    refused(413, "41300", hub.call("POST", messages, "x".repeat(64 * 1024 + 1), FORMAT, "apple"));
    refused(404, "40400", hub.call("GET", "/news/colours" + VERSION, ""));
    refused(405, "40500", hub.call("DELETE", "/news/messages" + VERSION, ""));
    refused(404, "40400", hub.call("GET", "/news/messages/nothing" + VERSION, ""));
    refused(404, "40400", hub.call("GET", "/news/messages/AAAAAAAAAAAAAAAAAAAAAA" + VERSION, ""));
    final var after = hub.call("GET", "/news/registrations" + VERSION, "").body();
    assertEquals(
        before.replaceAll("<updated>.*?</updated>", ""),
        after.replaceAll("<updated>.*?</updated>", ""));
    assertEquals(List.of(), hub.tokens());
  }

  private static String many(final int tags) {
    final var all = new StringBuilder();
    for (int i = 0; i < tags; i++) {
      all.append(i == 0 ? "" : ",").append('t').append(i);
    }
    return all.toString();
  }

  private static void refused(
      final int status, final String subCode, final HttpResponse<String> answer) {
    final var _ = HubBodies.refused(status, subCode, answer);
  }

  @Test
  void paths_of_other_interfaces_stay_theirs() {
    for (final var path : List.of("/v1/events", "/docs", "/openapi.json", "/.well-known/x", "/")) {
      final var answer = hub.call("GET", path, "");
      assertTrue(answer.body().contains("elsewhere"), path + ": " + answer.body());
    }
  }
}

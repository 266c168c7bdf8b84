package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TAGS;
import static dev.reveille.protocols.notificationhubs.HubBodies.THREE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TWO;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.iphone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Lane;
import dev.reveille.model.PushService;
import dev.reveille.protocols.device.Eventually;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A hub over TLS: registrations, installations and notifications.
final class HubApiTest {
  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
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
    assertEquals("W/\"1\"", made.headers().firstValue("ETag").orElse(""));
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
      hub.registered("%02x".formatted(i).repeat(32), i % 2 == 0 ? "even,all" : "odd,all");
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

  @Test
  void a_page_has_at_most_a_hundred_whatever_is_asked_for() {
    for (int i = 0; i <= 100; i++) {
      hub.registered("%02x".formatted(i).repeat(32), "");
    }
    for (final var top : List.of("", "&$top=1000")) {
      final var page = hub.call("GET", "/news/registrations" + VERSION + top, "");
      assertEquals(100, count(page.body()), top);
      assertTrue(page.headers().firstValue("x-ms-continuationtoken").isPresent(), top);
    }
  }

  private static int count(final String feed) {
    return feed.split("<entry", -1).length - 1;
  }

  // ---- installations --------------------------------------------------------------------------

  @Test
  void an_installation_is_put_patched_read_and_deleted() {
    final var path = "/news/installations/phone-1" + VERSION;
    assertEquals(404, hub.call("GET", path, "").statusCode());
    final var put = hub.call("PUT", path, iphone("phone-1", ONE, "\"a\""));
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

  @Test
  void of_patches_at_the_same_time_none_is_lost() throws Exception {
    final var path = "/news/installations/busy" + VERSION;
    hub.call("PUT", path, iphone("busy", ONE, ""));
    final var patches = new ArrayList<Future<Integer>>();
    try (var callers = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 40; i++) {
        final var patch = "[{\"op\":\"add\",\"path\":\"/tags\",\"value\":\"t" + i + "\"}]";
        patches.add(callers.submit(() -> hub.call("PATCH", path, patch).statusCode()));
      }
      for (final var patch : patches) {
        assertEquals(200, patch.get());
      }
    }
    final var read = hub.call("GET", path, "").body();
    for (int i = 0; i < 40; i++) {
      assertTrue(read.contains("\"t" + i + "\""), "t" + i + " is not in " + read);
    }
  }

  @Test
  void an_id_is_of_a_registration_or_of_an_installation_and_stays_so() {
    final var registered = hub.registered(ONE, "");
    hub.call("PUT", "/news/installations/p" + VERSION, iphone("p", TWO, ""));
    final var both =
        List.of(
            hub.call(
                "PUT",
                "/news/installations/" + registered + VERSION,
                iphone(registered, THREE, "")),
            hub.call("PUT", "/news/registrations/p" + VERSION, apple(THREE, "")));
    for (final var refused : both) {
      assertEquals(400, refused.statusCode(), refused.body());
      assertTrue(between(refused.body(), "Detail").contains(" is the id of "), refused.body());
    }
    for (final var of : List.of("/news/installations/" + registered, "/news/registrations/p")) {
      assertEquals(404, hub.call("GET", of + VERSION, "").statusCode(), of);
    }
    final var listed = hub.call("GET", "/news/registrations" + VERSION, "").body();
    assertTrue(listed.contains(ONE) && listed.contains(TWO), listed);
    assertFalse(listed.contains(THREE), listed);
  }

  // ---- notifications --------------------------------------------------------------------------

  @Test
  void a_notification_goes_to_those_whose_tags_match_and_tells_its_end() throws Exception {
    hub.registered(ONE, "news");
    hub.registered(TWO, "news,muted");
    hub.call("PUT", "/news/installations/p" + VERSION, iphone("p", THREE, "\"sports\""));
    final var sent = send(FORMAT, "apple", TAGS, "(NEWS || $InstallationId:{p}) && !muted");
    assertEquals(201, sent.statusCode(), sent.body());
    final var told = hub.told(sent, text -> text.contains("<State>Completed"));
    succeeded(2, told);
    assertEquals("apple", between(told, "TargetPlatforms"));
    assertEquals(List.of(ONE, THREE), hub.tokens());
    assertTrue(hub.arrived.stream().allMatch(one -> one.body().equals(ALERT)));
    assertTrue(hub.arrived.stream().allMatch(one -> one.lane() == Lane.NORMAL));
  }

  private static void succeeded(final int targets, final String told) {
    final var counts = between(told, "ApnsOutcomeCounts");
    assertEquals("Success", between(counts, "Name"));
    assertEquals(Integer.toString(targets), between(counts, "Count"));
  }

  @Test
  void a_broadcast_reaches_the_format_that_it_is_in_and_nothing_else() throws Exception {
    hub.registered(ONE, "");
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
    assertEquals(Lane.BULK, hub.arrived.peek().lane(), "to all");
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
  void a_send_that_is_for_none_of_its_hub_found_no_target() throws Exception {
    final var sent = send(FORMAT, "apple", TAGS, "nothing");
    hub.told(sent, text -> text.contains("<State>NoTargetFound"));
    hub.call(
        "PUT",
        "/news/installations/droid" + VERSION,
        "{\"platform\":\"fcmv1\",\"pushChannel\":\"" + "d".repeat(40) + "\"}");
    hub.told(send(FORMAT, "apple"), text -> text.contains("<State>NoTargetFound"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void direct_sends_go_to_handles_alone() throws Exception {
    hub.registered(ONE, "");
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
    succeeded(1, hub.told(one, text -> text.contains("<State>Completed")));
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
            + ONE.toUpperCase(Locale.ROOT) // two spellings of one handle
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
    succeeded(2, hub.told(batch, text -> text.contains("<State>Completed")));
    assertEquals(List.of(ONE, THREE), hub.tokens());
  }

  @Test
  void a_send_that_comes_again_under_its_name_is_one_send() throws Exception {
    hub.registered(ONE, "");
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
    hub.registered(ONE, "");
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
    hub.waits(sent);
    hub.told(sent, text -> text.contains("<State>Scheduled"));
    final var path = location.substring(location.indexOf("/News/"));
    assertEquals(200, hub.call("DELETE", path, "").statusCode());
    hub.told(sent, text -> text.contains("<State>Canceled"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void a_dead_address_ends_its_registration_and_marks_its_installation() throws Exception {
    final var id = hub.registered(ONE, "");
    hub.call("PUT", "/news/installations/p" + VERSION, iphone("p", TWO, ""));
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
    hub.call(
        "PATCH",
        "/news/installations/p" + VERSION,
        "[{\"op\":\"add\",\"path\":\"/tags\",\"value\":\"a\"}]");
    hub.told(send(FORMAT, "apple"), text -> text.contains("<State>NoTargetFound"));
    assertEquals(List.of(), hub.tokens());
    final var patched = hub.call("GET", "/news/installations/p" + VERSION, "").body();
    assertTrue(patched.contains("\"pushChannelExpired\":true"), "a tag is no channel " + patched);
    hub.call(
        "PATCH",
        "/news/installations/p" + VERSION,
        "[{\"op\":\"replace\",\"path\":\"/pushChannel\",\"value\":\"" + THREE + "\"}]");
    hub.told(send(FORMAT, "apple", TAGS, "a"), text -> text.contains("<State>Completed"));
    assertEquals(List.of(THREE), hub.tokens());
  }

  @Test
  void a_test_names_each_target_and_what_became_of_it() {
    hub.registered(ONE, "");
    hub.registered(TWO, "");
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
  void a_test_reaches_ten_targets() {
    for (int i = 0; i <= 10; i++) {
      hub.registered("%02x".formatted(i).repeat(32), "");
    }
    final var sent = hub.call("POST", "/news/messages" + VERSION + "&test", ALERT, FORMAT, "apple");
    assertEquals("10", between(sent.body(), "Success"));
    assertEquals(10, hub.tokens().size());
  }

  @Test
  void a_voip_topic_makes_a_call_and_a_given_push_type_stays() throws Exception {
    hub.registered(ONE, "");
    hub.told(send(FORMAT, "apple", "apns-topic", "x.voip"), text -> text.contains("Completed"));
    assertEquals("voip", hub.arrived.peek().content().headers().get("apns-push-type"));
    assertEquals(Lane.URGENT, hub.arrived.peek().lane(), "before everything else");
    hub.arrived.clear();
    hub.told(
        send(FORMAT, "apple", "apns-topic", "x.voip", "apns-push-type", "alert"),
        text -> text.contains("Completed"));
    assertEquals("alert", hub.arrived.peek().content().headers().get("apns-push-type"));
    assertEquals(PushService.APNS, hub.arrived.peek().service());
  }
}

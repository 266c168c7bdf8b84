package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TAGS;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.HubName;
import dev.reveille.protocols.sas.SharedAccessSignature;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A hub over TLS: who may what, and what is refused with which words.
final class HubRightsTest {
  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  // ---- who may what ---------------------------------------------------------------------------

  @Test
  void signatures_are_judged_and_rights_are_needed() {
    final var path = "/news/registrations" + VERSION;
    final var send = "/news/messages" + VERSION;
    refused(401, "40102: ", hub.callAs("", "GET", path, ""));
    refused(401, "40105: ", hub.callAs("Bearer x", "GET", path, ""));
    final var key = hub.hubs.policies(hub.hub).getFirst().primary();
    final var other = hub.hubs.policies(hub.hub).getLast().primary();
    final var end = Instant.now().plusSeconds(60);
    final var policy = hub.hubs.policies(hub.hub).getFirst().name();
    refused(
        401,
        "40103: ",
        hub.callAs(SharedAccessSignature.sign(hub.url("/"), policy, other, end), "GET", path, ""));
    refused(
        401,
        "40106: ",
        hub.callAs(
            SharedAccessSignature.sign(hub.url("/"), policy, key, Instant.now().minusSeconds(360)),
            "GET",
            path,
            ""));
    refused(
        401,
        "40104: ",
        hub.callAs(
            SharedAccessSignature.sign(hub.url("/other"), policy, key, end), "GET", path, ""));
    refused(
        401,
        "lacks the right Send",
        hub.callAs(hub.signed(Hubs.LISTEN), "POST", send, ALERT, FORMAT, "apple"));
    refused(401, "lacks the right Listen", hub.callAs(hub.signed(Hubs.SEND), "GET", path, ""));
    refused(
        401,
        "lacks the right Manage",
        hub.callAs(hub.signed(Hubs.LISTEN), "GET", "/news/tags/a/registrations", ""));
    refused(401, "lacks the right Manage", hub.callAs(hub.signed(Hubs.LISTEN), "GET", path, ""));
    final var single = "/news/registrations/never" + VERSION;
    refused(404, "40400: ", hub.callAs(hub.signed(Hubs.LISTEN), "GET", single, ""));
    refused(404, "no hub olds", hub.call("GET", "/olds/registrations", ""));
  }

  @Test
  void a_new_key_counts_at_once_and_the_old_one_no_more() {
    final var path = "/news/registrations" + VERSION + "&$filter=ChannelUri+eq+%27x%27";
    final var before = hub.signed(Hubs.LISTEN);
    assertEquals(200, hub.callAs(before, "GET", path, "").statusCode());
    hub.hubs.rekey(hub.hub, Hubs.LISTEN, Hubs.Key.PRIMARY, "test");
    refused(401, "40103: ", hub.callAs(before, "GET", path, ""));
    assertEquals(200, hub.callAs(hub.signed(Hubs.LISTEN), "GET", path, "").statusCode());
  }

  @Test
  void another_hub_has_registrations_of_its_own() {
    final var id = hub.registered(ONE, "");
    final var other = hub.hubs.add(HubUnderTest.ACME, new HubName("Olds"), "test");
    final var key = hub.hubs.policies(other).getFirst();
    final var signature =
        SharedAccessSignature.sign(
            hub.url("/olds"), key.name(), key.primary(), Instant.now().plusSeconds(60));
    assertEquals(404, hub.callAs(signature, "GET", "/olds/registrations/" + id, "").statusCode());
    refused(401, "40104: ", hub.callAs(signature, "GET", "/news/registrations/" + id, ""));
  }

  // ---- bad input ------------------------------------------------------------------------------

  @Test
  void bad_input_is_refused_and_changes_nothing() {
    hub.registered(ONE, "a");
    final var before = hub.call("GET", "/news/registrations" + VERSION, "").body();
    final var registrations = "/news/registrations" + VERSION;
    final var messages = "/news/messages" + VERSION;
    refused(400, "XML", hub.call("POST", registrations, "no xml"));
    refused(400, "tag \"a b\": ", hub.call("POST", registrations, apple(ONE, "a b")));
    refused(400, "1 to 120", hub.call("POST", registrations, apple(ONE, "x".repeat(121))));
    refused(400, "at most 60", hub.call("POST", registrations, apple(ONE, many(61))));
    refused(
        400,
        "document types and their entities are not taken",
        hub.call(
            "POST",
            registrations,
            "<!DOCTYPE e [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + apple("&x;", "")));
    refused(400, "of the format apple", hub.call("POST", messages, "{", FORMAT, "apple"));
    refused(400, "an `aps` object", hub.call("POST", messages, "{\"alert\":1}", FORMAT, "apple"));
    refused(400, "\"baidu\" is not served", hub.call("POST", messages, ALERT, FORMAT, "baidu"));
    refused(400, "", hub.call("POST", messages, ALERT, FORMAT, "apple", TAGS, "a && (b"));
    refused(
        400,
        "DeviceHandle is missing",
        hub.call("POST", messages + "&direct", ALERT, FORMAT, "apple"));
    refused(400, "api-version", hub.call("GET", "/news/registrations?api-version=2031-01", ""));
    refused(413, "", hub.call("POST", messages, "x".repeat(64 * 1024 + 1), FORMAT, "apple"));
    refused(404, "no operation", hub.call("GET", "/news/colours" + VERSION, ""));
    refused(405, "DELETE does not work here", hub.call("DELETE", "/news/messages" + VERSION, ""));
    refused(
        404, "no notification nothing", hub.call("GET", "/news/messages/nothing" + VERSION, ""));
    refused(
        404,
        "no notification AAAA",
        hub.call("GET", "/news/messages/AAAAAAAAAAAAAAAAAAAAAA" + VERSION, ""));
    final var schedule = "ServiceBusNotification-ScheduleTime";
    final var soon = Instant.now().plusSeconds(600).toString();
    refused(400, schedule, hub.call("POST", messages, ALERT, FORMAT, "apple", schedule, soon));
    refused(
        400,
        schedule + " is missing",
        hub.call("POST", "/news/schedulednotifications" + VERSION, ALERT, FORMAT, "apple"));
    refused(
        400,
        "`direct`",
        hub.call("POST", "/news/messages/$batch" + VERSION, ALERT, FORMAT, "apple"));
    refused(400, "$top", hub.call("GET", registrations + "&$top=0", ""));
    refused(400, "token", hub.call("GET", registrations + "&ContinuationToken=-1", ""));
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

  /// The service's XML, with the words in it.
  private static void refused(
      final int status, final String words, final HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(Integer.toString(status), between(answer.body(), "Code"));
    final var detail = between(answer.body(), "Detail");
    assertTrue(detail.contains(words), detail);
    final var tracking = answer.headers().firstValue("TrackingId").orElseThrow();
    assertTrue(detail.contains(".TrackingId:" + tracking + ","), detail);
  }

  @Test
  void paths_of_other_interfaces_stay_theirs() {
    for (final var path : List.of("/v1/events", "/docs", "/openapi.json", "/.well-known/x", "/")) {
      final var answer = hub.call("GET", path, "");
      assertTrue(answer.body().contains("elsewhere"), path + ": " + answer.body());
    }
  }
}

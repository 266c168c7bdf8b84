package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.TAGS;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.installation;
import static dev.reveille.protocols.notificationhubs.HubBodies.quoted;
import static dev.reveille.protocols.notificationhubs.HubBodies.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.json.JsonParsers;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How a hub names requests and things in its answers, and what it says when it refuses.
final class HubRefusalsTest {
  private static final String TOKEN = "a1".repeat(32);

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  // ---- refusals -------------------------------------------------------------------------------

  @Test
  void every_refusal_begins_with_its_sub_code_and_has_one_name() {
    final var messages = "/news/messages" + VERSION;
    refused(404, "40400", hub.call("GET", "/news/registrations/never" + VERSION, ""));
    refused(404, "40400", hub.call("GET", "/olds/registrations", ""));
    refused(400, "40000", hub.call("POST", messages, "{", FORMAT, "apple"));
    refused(413, "41300", hub.call("POST", messages, "x".repeat(64 * 1024 + 1), FORMAT, "apple"));
    refused(
        401,
        "40100",
        hub.callAs(hub.signed(Hubs.LISTEN), "POST", messages, ALERT, FORMAT, "apple"));
    refused(401, "40102", hub.callAs("", "POST", messages, ALERT));
    final var path = "/news/registrations/r-1" + VERSION;
    assertEquals(200, hub.call("PUT", path, apple(TOKEN, "")).statusCode());
    refused(412, "41200", hub.call("PUT", path, apple(TOKEN, ""), "If-Match", "W/\"7\""));
    assertEquals(200, hub.call("DELETE", path, "").statusCode());
    refused(410, "41000", hub.call("PUT", path, apple(TOKEN, "")));
  }

  @Test
  void a_server_with_too_much_to_do_names_the_request_once_too() throws Exception {
    hub.held = new CountDownLatch(1);
    final var busy = new ConcurrentLinkedQueue<HttpResponse<String>>();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 90; i++) {
        callers.execute(() -> {
          final var answer = hub.call("GET", "/news/registrations/never" + VERSION, "");
          if (answer.statusCode() == 503) {
            busy.add(answer);
          }
        });
      }
      Eventually.holds(() -> !busy.isEmpty(), "more requests than places");
      hub.held.countDown();
    }
    busy.forEach(answer -> {
      refused(503, "50300", answer);
      assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
    });
  }

  /// Its body is not read: it is refused by its head.
  @Test
  void a_large_body_with_a_wrong_signature_is_refused_under_the_name_that_its_caller_gave() {
    final var answer =
        hub.callAs(
            hub.signed(Hubs.SEND).replaceFirst("sig=.", "sig=."),
            "POST",
            "/news/messages/$batch" + VERSION + "&direct",
            "x".repeat(100_000),
            "TrackingId",
            "batch-7");
    refused(401, "40105", answer);
    assertEquals("batch-7", answer.headers().firstValue("TrackingId").orElseThrow());
  }

  @Test
  void http_learns_what_works_and_how_to_sign() {
    final var wrong = hub.call("DELETE", "/news/messages" + VERSION, "");
    refused(405, "40500", wrong);
    assertTrue(wrong.headers().firstValue("Allow").orElseThrow().contains("POST"));
    final var unsigned = hub.callAs("", "GET", "/news/messages/x" + VERSION, "");
    refused(401, "40102", unsigned);
    assertEquals(
        "SharedAccessSignature", unsigned.headers().firstValue("WWW-Authenticate").orElseThrow());
  }

  // ---- ids in URLs ----------------------------------------------------------------------------

  @Test
  void an_id_of_any_characters_stands_encoded_in_urls() throws Exception {
    for (final var id : List.of("%E6%97%A5", "a%20b", "100%25", "a%3Fb%23c", "a+b")) {
      final var decoded = URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
      final var path = "/news/installations/" + id;
      final var put =
          hub.call("PUT", path + "/" + VERSION, installation("apns", quoted(TOKEN), ""));
      assertEquals(200, put.statusCode(), put.body());
      final var url = put.headers().firstValue("Content-Location").orElseThrow();
      final var read = hub.call("GET", url.substring(url.indexOf("/News/")), "");
      assertEquals(200, read.statusCode(), url);
      assertEquals(
          decoded,
          JsonParsers.tree(read.body().getBytes(StandardCharsets.UTF_8))
              .path("installationId")
              .asText());
      final var registered =
          hub.call("PUT", "/news/registrations/r" + id + VERSION, apple(TOKEN, ""));
      assertEquals(200, registered.statusCode(), registered.body());
      final var link = between(registered.body(), "id");
      assertEquals(
          200, hub.call("GET", link.substring(link.indexOf("/News/")), "").statusCode(), link);
    }
  }

  // ---- whom a send is for ---------------------------------------------------------------------

  @Test
  void an_empty_or_doubled_header_does_not_widen_a_send() {
    final var messages = "/news/messages" + VERSION;
    final var empty = hub.call("POST", messages, ALERT, FORMAT, "apple", TAGS, "");
    assertTrue(refused(400, "40000", empty).contains("leave the header out"), empty.body());
    final var twice = hub.call("POST", messages, ALERT, FORMAT, "apple", TAGS, "a", TAGS, "b && c");
    assertTrue(refused(400, "40000", twice).contains("twice"), twice.body());
    assertEquals(List.of(), hub.tokens());
  }
}

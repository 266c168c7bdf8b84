package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.installation;
import static dev.reveille.protocols.notificationhubs.HubBodies.quoted;
import static dev.reveille.protocols.notificationhubs.HubBodies.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a hub keeps while the server's disk is nearly full: what is there, and nothing more.
final class HubRoomTest {
  private static final String KNOWN = "/news/installations/known" + VERSION;
  private static final String ALSO_KNOWN = "/news/registrations/1-1-1" + VERSION;

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private static void noRoom(final HttpResponse<String> answer) {
    refused(503, "50300", answer);
    assertEquals("60", answer.headers().firstValue("Retry-After").orElseThrow());
  }

  private void taken(final HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private String version() {
    return hub.call("GET", KNOWN, "").headers().firstValue("ETag").orElseThrow();
  }

  private HttpResponse<String> patch(final String path, final String value) {
    final var change = "[{\"op\":\"add\",\"path\":\"%s\",\"value\":\"%s\"}]".formatted(path, value);
    return hub.call("PATCH", KNOWN, change);
  }

  @Test
  void a_disk_that_is_nearly_full_takes_changes_and_nothing_new() {
    final var body = installation("apns", quoted(ONE), "");
    taken(hub.call("PUT", KNOWN, body));
    hub.diskIsLow = true;
    for (final var answer :
        List.of(
            hub.call("POST", "/news/registrations" + VERSION, apple(ONE, "")),
            hub.call("PUT", "/news/registrations/r-1" + VERSION, apple(ONE, "")),
            hub.call("PUT", "/news/installations/other" + VERSION, body))) {
      noRoom(answer);
    }
    taken(hub.call("PUT", KNOWN, body));
    assertEquals(1, hub.hubs.registrations(hub.hub));
    assertEquals(204, hub.call("DELETE", KNOWN, "").statusCode());
    hub.diskIsLow = false;
    taken(hub.call("POST", "/news/registrations" + VERSION, apple(ONE, "")));
  }

  @Test
  void what_is_known_does_not_grow_while_the_disk_is_nearly_full() {
    final var brief = installation("apns", quoted(ONE), ",\"pushVariables\":{\"v\":\"abc\"}");
    final var other = installation("apns", quoted(ONE), ",\"pushVariables\":{\"v\":\"xyz\"}");
    final var longer = installation("apns", quoted(ONE), ",\"pushVariables\":{\"v\":\"abcd\"}");
    final var template =
        installation("apns", quoted(ONE), ",\"templates\":{\"t\":{\"body\":\"{}\"}}");
    taken(hub.call("PUT", KNOWN, brief));
    taken(hub.call("PUT", ALSO_KNOWN, apple(ONE, "a,b")));
    hub.diskIsLow = true;
    taken(hub.call("PUT", KNOWN, other));
    final var before = version();
    noRoom(hub.call("PUT", KNOWN, longer));
    noRoom(hub.call("PUT", KNOWN, template));
    noRoom(patch("/tags", "news"));
    noRoom(patch("/templates/t", "{\\\"body\\\":\\\"{}\\\"}"));
    noRoom(hub.call("PUT", ALSO_KNOWN, apple(ONE, "a,b,c")));
    assertEquals(before, version(), "a refused change left something");
    taken(patch("/pushChannel", "b2".repeat(32)));
    taken(hub.call("PUT", ALSO_KNOWN, apple(ONE, "a")));
    hub.diskIsLow = false;
    taken(hub.call("PUT", KNOWN, template));
    hub.diskIsLow = true;
    taken(hub.call("PUT", KNOWN, template));
    taken(hub.call("PUT", KNOWN, brief));
  }

  /// Each template holds the variables: a shorter document may take more.
  @Test
  void what_its_templates_take_counts_too() {
    taken(hub.call("PUT", KNOWN, templates(2_000, 100)));
    hub.diskIsLow = true;
    noRoom(hub.call("PUT", KNOWN, templates(500, 1_100)));
    taken(hub.call("PUT", KNOWN, templates(500, 100)));
  }

  private static String templates(final int body, final int variable) {
    final var all =
        IntStream.range(0, 10)
            .mapToObj(number -> "\"t%d\":{\"body\":\"{}\"}".formatted(number))
            .collect(Collectors.joining(","));
    return installation(
        "apns",
        quoted(ONE),
        ",\"pushVariables\":{\"v\":\"%s\"},\"templates\":{\"x\":{\"body\":\"{%s}\"},%s}"
            .formatted("v".repeat(variable), " ".repeat(body), all));
  }
}

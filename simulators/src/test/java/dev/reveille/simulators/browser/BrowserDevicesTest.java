package dev.reveille.simulators.browser;

import static dev.reveille.simulators.browser.BrowserCaller.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What waits for a browser that is offline, and what replaces what.
final class BrowserDevicesTest {
  private volatile Instant now = Instant.now();
  private final BrowserSimulator browser =
      BrowserSimulator.start(BrowserOptions.DEFAULT.withClock(() -> now));
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private BrowserCaller caller;
  private BrowserSubscription to;

  @BeforeEach
  void connect() throws Exception {
    caller = new BrowserCaller(browser, Version.HTTP_2);
    to = browser.subscribe(caller.applicationServerKey());
  }

  @AfterEach
  void stop() {
    caller.close();
    browser.close();
  }

  private HttpResponse<String> push(final String text, final Map<String, String> headers)
      throws Exception {
    return caller.push(to, BrowserCaller.encrypted(to, text), headers);
  }

  private AutoCloseable online() {
    return browser.connectBrowser(to.token(), push -> heard.add(push.payload().orElse("?")));
  }

  @Test
  void what_waited_comes_first_and_nothing_that_expired() throws Exception {
    push("call", Map.of("TTL", "30"));
    push("chat", Map.of("TTL", "3600"));
    push("now or never", Map.of("TTL", "0"));
    now = now.plusSeconds(31);
    try (var _ = online()) {
      push("live", Map.of("TTL", "0"));
    }
    assertEquals(List.of("chat", "live"), heard);
    assertEquals(2, browser.counters().get("expired"));
  }

  @Test
  void a_topic_replaces_what_was_not_delivered() throws Exception {
    push("ring", Map.of("Topic", "call"));
    push("other", Map.of("Topic", "chat"));
    push("over", Map.of("Topic", "call"));
    push("one", Map.of());
    push("two", Map.of());
    online().close();
    push("again", Map.of("Topic", "call"));
    online().close();
    assertEquals(List.of("other", "over", "one", "two", "again"), heard);
    assertEquals(6, browser.pushes(to.token()).size(), "arrivals are kept unfolded");
  }

  @Test
  void a_delete_of_the_message_cancels_it_once() throws Exception {
    final var message = header(push("ring", Map.of()), "Location");
    push("chat", Map.of());
    assertEquals(405, caller.any(message, "GET", Map.of()).statusCode());
    assertEquals(204, caller.any(message, "DELETE", Map.of()).statusCode());
    assertEquals(404, caller.any(message, "DELETE", Map.of()).statusCode());
    online().close();
    assertEquals(List.of("chat"), heard);
    final var delivered = header(push("late", Map.of()), "Location");
    online().close();
    assertEquals(404, caller.any(delivered, "DELETE", Map.of()).statusCode());
  }

  @Test
  void a_browser_connects_to_the_control_port() throws Exception {
    final var made =
        caller.control(
            "POST",
            "/tokens",
            "{\"application-server-key\":\"" + caller.applicationServerKey() + "\"}");
    to = browser.subscription(made.path("token").asText()).orElseThrow();
    assertEquals(browser.endpoint(to), made.path("endpoint").asText());
    assertEquals(to.p256dh(), made.path("keys").path("p256dh").asText());
    assertEquals(to.auth(), made.path("keys").path("auth").asText());
    push("kept", Map.of());
    final var address = URI.create(browser.control() + "/devices/" + to.token());
    try (var lines = address.toURL().openStream();
        var reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8))) {
      final var first = reader.readLine();
      assertTrue(
          first.contains("\"payload\":\"kept\"") && first.contains("\"stored\":true"), first);
    }
    final var all = caller.control("GET", "/pushes?token=" + to.token(), "");
    assertEquals("kept", all.path(0).path("payload").asText());
    assertEquals("CREATED", all.path(0).path("reason").asText());
    caller.control("POST", "/tokens", "{\"token\":\"" + to.token() + "\",\"state\":\"gone\"}");
    assertEquals(410, push("x", Map.of()).statusCode());
  }
}

package dev.reveille.simulators.browser;

import static dev.reveille.simulators.browser.BrowserCaller.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.browser.BrowserSubscription.State;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a sender learns later of a message (RFC 8030 section 6.3), seen by the JDK's own client.
@SuppressWarnings("NullAway.Init") // each test begins with `start`
final class BrowserReceiptsTest {
  private static final Map<String, String> RECEIPT = Map.of("Prefer", "respond-async");

  private volatile Instant now = Instant.now();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private BrowserSimulator browser;
  private BrowserCaller caller;
  private BrowserSubscription to;

  private void start(final ReceiptMode mode, final Version version) throws Exception {
    browser =
        BrowserSimulator.start(BrowserOptions.DEFAULT.withClock(() -> now).withReceipts(mode));
    caller = new BrowserCaller(browser, version);
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
    return browser.connectBrowser(to.token(), _ -> {});
  }

  private static String subscription(final HttpResponse<String> answer) {
    assertEquals(202, answer.statusCode());
    final var link = header(answer, "Link");
    assertTrue(link.endsWith(">; rel=\"urn:ietf:params:push:receipt\""), link);
    return link.substring(1, link.indexOf('>'));
  }

  private static String path(final HttpResponse<String> answer) {
    return URI.create(header(answer, "Location")).getPath();
  }

  private String next() throws InterruptedException {
    return told.poll(20, TimeUnit.SECONDS);
  }

  private static Map<String, String> and(final String name, final String value) {
    final var all = new HashMap<>(RECEIPT);
    all.put(name, value);
    return all;
  }

  @Test
  void a_service_without_receipts_ignores_the_wish() throws Exception {
    start(ReceiptMode.NONE, Version.HTTP_2);
    final var answer = push("ring", RECEIPT);
    assertEquals(201, answer.statusCode());
    assertEquals("", header(answer, "Link"));
  }

  @Test
  void receipts_are_pushed_on_the_subscription_and_wait_for_its_watcher() throws Exception {
    start(ReceiptMode.TOLD, Version.HTTP_2);
    final var first = push("one", RECEIPT);
    final var second = push("two", and("Push-Receipt", subscription(first)));
    assertEquals(subscription(first), subscription(second), "told to the same subscription");
    online().close();
    final var held = caller.watch(subscription(first), told::add);
    assertEquals("204 " + path(first), next());
    assertEquals("204 " + path(second), next());
    final var third = push("three", and("Push-Receipt", subscription(first)));
    online().close();
    assertEquals("204 " + path(third), next());
    assertFalse(held.isDone(), "the GET itself is never answered");
    assertEquals(405, caller.any(subscription(first), "DELETE", Map.of()).statusCode());
    assertEquals(404, caller.any(subscription(first) + "0", "GET", Map.of()).statusCode());
    browser.forgetReceiptSubscriptions();
    assertEquals(400, push("x", and("Push-Receipt", subscription(first))).statusCode());
    assertEquals(202, push("x", RECEIPT).statusCode());
  }

  @Test
  void a_browser_may_leave_its_word_to_the_test() throws Exception {
    start(ReceiptMode.TOLD, Version.HTTP_2);
    browser.put(to.acknowledging(false));
    try (var _ = online()) {
      final var shown = push("one", RECEIPT);
      final var not = push("two", and("Push-Receipt", subscription(shown)));
      caller.watch(subscription(shown), told::add);
      final var arrived = browser.pushes(to.token());
      caller.control(
          "POST", "/acknowledgements", "{\"message\":\"" + arrived.getFirst().message() + "\"}");
      assertEquals("204 " + path(shown), next());
      browser.acknowledge(arrived.getLast().message(), false);
      assertEquals("410 " + path(not), next());
      browser.acknowledge(arrived.getLast().message(), true); // the first word counts
      final var third = push("three", and("Push-Receipt", subscription(shown)));
      browser.acknowledge(browser.pushes(to.token()).getLast().message(), true);
      assertEquals("204 " + path(third), next());
    }
  }

  @Test
  void what_will_never_be_shown_is_told_as_such() throws Exception {
    start(ReceiptMode.TOLD, Version.HTTP_2);
    final var never = push("now or never", and("TTL", "0"));
    final var link = subscription(never);
    caller.watch(link, told::add);
    assertEquals("410 " + path(never), next());
    final var told = and("Push-Receipt", link);
    final var topic = new HashMap<>(told);
    topic.put("Topic", "t");
    final var replaced = push("a", topic);
    push("b", Map.of("Topic", "t"));
    assertEquals("410 " + path(replaced), next());
    final var cancelled = push("c", told);
    caller.any(header(cancelled, "Location"), "DELETE", Map.of());
    assertEquals("410 " + path(cancelled), next());
    final var foreign = browser.subscribe("");
    final var closed = caller.push(to, BrowserCaller.encrypted(foreign, "x"), told);
    online().close();
    assertEquals("410 " + path(closed), next());
    final var left = push("d", told);
    browser.put(to.with(State.GONE));
    assertEquals("410 " + path(left), next());
  }

  @Test
  void a_message_that_expires_is_told_by_itself() throws Exception {
    start(ReceiptMode.TOLD, Version.HTTP_2);
    final var one = push("short", and("TTL", "1"));
    caller.watch(subscription(one), told::add);
    now = now.plusSeconds(2);
    assertEquals("410 " + path(one), next());
  }

  @Test
  void over_http_1_there_is_no_server_push() throws Exception {
    start(ReceiptMode.TOLD, Version.HTTP_1_1);
    final var one = push("short", RECEIPT);
    assertEquals(505, caller.any(subscription(one), "GET", Map.of()).statusCode());
  }

  @Test
  void it_misbehaves_on_request() throws Exception {
    start(ReceiptMode.FOREIGN, Version.HTTP_2);
    final var one = push("one", RECEIPT);
    caller.watch(subscription(one), told::add);
    online().close();
    final var own = "204 " + path(one);
    final var both = List.of(next(), next()); // two streams: either may be read first
    assertTrue(both.contains(own), both::toString);
    assertTrue(
        both.stream().anyMatch(each -> each.startsWith("204 /m/") && !each.equals(own)),
        both::toString);
    stop();
    start(ReceiptMode.NEVER, Version.HTTP_2);
    final var silent = push("one", RECEIPT);
    final var held = caller.watch(subscription(silent), told::add);
    online().close();
    assertEquals(201, push("two", Map.of()).statusCode());
    assertNull(told.poll(), "nothing is told");
    assertFalse(held.isDone());
    stop();
    start(ReceiptMode.FLOOD, Version.HTTP_2);
    caller.watch(subscription(push("one", RECEIPT)), told::add);
    for (int i = 0; i < 1_000; i++) {
      assertTrue(next().startsWith("204 /m/"));
    }
  }
}

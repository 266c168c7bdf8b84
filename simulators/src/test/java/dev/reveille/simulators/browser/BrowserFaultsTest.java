package dev.reveille.simulators.browser;

import static dev.reveille.simulators.browser.BrowserCaller.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.service.Fault;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes wrong at a Web Push service on request, over both versions of HTTP.
final class BrowserFaultsTest {
  private static final BrowserSimulator browser = BrowserSimulator.start(BrowserOptions.DEFAULT);
  private static final Map<Version, BrowserCaller> callers = new EnumMap<>(Version.class);

  @BeforeAll
  static void connect() throws Exception {
    for (final var version : Version.values()) {
      callers.put(version, new BrowserCaller(browser, version));
    }
  }

  @AfterAll
  static void stop() {
    callers.values().forEach(BrowserCaller::close);
    browser.close();
  }

  @AfterEach
  void putBack() {
    browser.clearFaults();
  }

  private static BrowserCaller caller(final Version version) {
    return Objects.requireNonNull(callers.get(version));
  }

  private static BrowserSubscription open() {
    return browser.subscribe("");
  }

  private static HttpResponse<String> push(final Version version, final BrowserSubscription to)
      throws Exception {
    return caller(version)
        .push(to, BrowserCaller.encrypted(to, "text"), Map.of("Authorization", ""));
  }

  @ParameterizedTest
  @EnumSource(BrowserReason.class)
  void each_answer_can_be_ordered(final BrowserReason reason) throws Exception {
    final var to = open();
    browser.fault(Fault.answer(reason).to(to.token()).withRetryAfter(9));
    final var answer = push(Version.HTTP_2, to);
    assertEquals(reason.status(), answer.statusCode());
    assertEquals("9", header(answer, "Retry-After"));
    final boolean refusal = reason.status() >= 400;
    assertEquals(refusal, header(answer, "Location").isEmpty());
    assertEquals(refusal, answer.body().contains("\"error\":\"" + reason.name() + "\""));
    assertEquals(reason.name(), browser.pushes(to.token()).getFirst().reason());
    browser.fault(Fault.answer(502, "proxy").to(to.token()));
    assertEquals(502, push(Version.HTTP_1_1, to).statusCode());
    assertEquals(201, push(Version.HTTP_2, to).statusCode());
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_refusal_may_be_a_delivery_all_the_same(final Version version) throws Exception {
    final var to = open();
    final var heard = new LinkedBlockingQueue<String>();
    try (var _ = browser.connectBrowser(to.token(), one -> heard.add(one.payload().orElse("?")))) {
      browser.fault(Fault.answer(BrowserReason.UNAVAILABLE).butDelivered());
      assertEquals(503, push(version, to).statusCode());
      assertEquals("text", heard.poll(5, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_cut_and_a_reset_lose_the_answer(final Version version) throws Exception {
    final var to = open();
    browser.fault(Fault.of(Fault.Action.CUT).to(to.token()).butDelivered());
    assertThrows(IOException.class, () -> push(version, to));
    browser.fault(Fault.reset("INTERNAL_ERROR").to(to.token()));
    assertThrows(IOException.class, () -> push(version, to));
    final var arrived = browser.pushes(to.token());
    assertEquals("CUT", arrived.getFirst().reason());
    assertEquals("text", arrived.getFirst().payload().orElse(""));
    assertEquals("RESET", arrived.get(1).reason());
    assertEquals(201, push(version, to).statusCode());
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_stalled_request_is_never_answered(final Version version) throws Exception {
    final var to = open();
    browser.fault(Fault.of(Fault.Action.STALL).to(to.token()));
    final var answer =
        caller(version).later(to, BrowserCaller.encrypted(to, "text"), Map.of("Authorization", ""));
    assertEquals(
        "STALL", browser.awaitPushes(to.token(), 1, Duration.ofSeconds(10)).getFirst().reason());
    assertEquals(201, push(version, open()).statusCode());
    assertFalse(answer.isDone());
    answer.cancel(true);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void an_answer_may_drip_or_come_late(final Version version) throws Exception {
    final var to = open();
    browser.fault(Fault.drip(Duration.ofMillis(2)).to(to.token()));
    assertTrue(millis(version, to) >= 100, "it came too soon");
    browser.fault(Fault.delay(Duration.ofMillis(120)).to(to.token()));
    assertTrue(millis(version, to) >= 120, "it came too soon");
  }

  private static long millis(final Version version, final BrowserSubscription to) throws Exception {
    final long before = System.nanoTime();
    assertEquals(201, push(version, to).statusCode());
    return (System.nanoTime() - before) / 1_000_000;
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_service_that_is_down_comes_back_with_its_subscriptions(final Version version)
      throws Exception {
    final var to = open();
    assertEquals(201, push(version, to).statusCode());
    assertTrue(browser.openConnections() > 0);
    browser.goDown();
    assertThrows(IOException.class, () -> push(version, to));
    browser.comeBack();
    assertEquals(201, push(version, to).statusCode());
  }
}

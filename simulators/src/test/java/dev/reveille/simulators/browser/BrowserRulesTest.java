package dev.reveille.simulators.browser;

import static dev.reveille.simulators.browser.BrowserCaller.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.browser.BrowserSubscription.State;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a strict Web Push service takes and refuses.
final class BrowserRulesTest {
  private static final Instant NOW = Instant.now();
  private static final BrowserSimulator browser =
      BrowserSimulator.start(BrowserOptions.DEFAULT.withLimit(3).withClock(() -> NOW));
  private static BrowserCaller caller;

  @BeforeAll
  static void connect() throws Exception {
    caller = new BrowserCaller(browser, Version.HTTP_2);
  }

  @AfterAll
  static void stop() {
    caller.close();
    browser.close();
  }

  private static BrowserSubscription subscribed() {
    return browser.subscribe(caller.applicationServerKey());
  }

  private static HttpResponse<String> push(
      final BrowserSubscription to, final Map<String, String> headers) throws Exception {
    return caller.push(to, BrowserCaller.encrypted(to, "Anna calls"), headers);
  }

  private static String said(final HttpResponse<String> answer) throws Exception {
    return answer.statusCode()
        + " "
        + new ObjectMapper().readTree(answer.body()).path("error").asText();
  }

  // ---- what is taken ----

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_push_is_decrypted_and_kept_as_it_came(final Version version) throws Exception {
    try (var other = new BrowserCaller(browser, version)) {
      final var to = browser.subscribe(other.applicationServerKey());
      final var body = BrowserCaller.encrypted(to, "Gr\u00fc\u00dfe");
      final var answer = other.push(to, body, Map.of("Urgency", "high", "Topic", "call_17-a"));
      assertEquals(201, answer.statusCode(), answer.body());
      assertEquals(version, answer.version());
      assertEquals("60", header(answer, "TTL"));
      final var arrived = browser.pushes(to.token()).getFirst();
      assertEquals("Gr\u00fc\u00dfe", arrived.payload().orElse(""));
      assertEquals(browser.origin() + "/m/" + arrived.message(), header(answer, "Location"));
      assertEquals("high", arrived.header("urgency"));
      assertEquals(version == Version.HTTP_2 ? "HTTP/2" : "HTTP/1.1", arrived.call().version());
      assertEquals(body.length, arrived.call().size());
    }
  }

  @Test
  void a_ttl_is_cut_to_what_is_granted() throws Exception {
    final var answer = push(subscribed(), Map.of("TTL", "99999999"));
    assertEquals(Long.toString(28 * 86_400), header(answer, "TTL"));
  }

  @Test
  void what_cannot_be_decrypted_is_taken_and_recorded_as_such() throws Exception {
    final var to = subscribed();
    final var foreign = BrowserCaller.encrypted(subscribed(), "not yours");
    assertEquals(201, caller.push(to, foreign, Map.of()).statusCode());
    final var arrived = browser.pushes(to.token()).getFirst();
    assertTrue(arrived.payload().isEmpty());
    assertTrue(arrived.undecryptable().isPresent());
    assertEquals(201, caller.push(to, new byte[] {1, 2, 3}, Map.of()).statusCode());
    assertTrue(browser.pushes(to.token()).getLast().undecryptable().orElse("").contains("short"));
    assertTrue(browser.counters().getOrDefault("refused.undecryptable", 0L) >= 2);
  }

  @Test
  void a_push_without_a_body_needs_no_encoding() throws Exception {
    final var to = subscribed();
    final var answer = caller.push(to, new byte[0], Map.of("Content-Encoding", ""));
    assertEquals(201, answer.statusCode());
    final var arrived = browser.pushes(to.token()).getFirst();
    assertTrue(arrived.payload().isEmpty() && arrived.undecryptable().isEmpty());
  }

  @Test
  void a_subscription_without_a_key_takes_any_sender() throws Exception {
    final var open = browser.subscribe("");
    assertEquals(201, push(open, Map.of("Authorization", "")).statusCode());
    assertEquals(201, push(open, Map.of()).statusCode());
    assertEquals(401, push(open, Map.of("Authorization", "Basic YTpi")).statusCode());
  }

  // ---- what is refused ----

  @ParameterizedTest
  @CsvSource({
    "TTL, '', 400 BAD_TTL",
    "TTL, soon, 400 BAD_TTL",
    "TTL, -1, 400 BAD_TTL",
    "TTL, 1.5, 400 BAD_TTL",
    "Urgency, urgent, 400 BAD_URGENCY",
    "Urgency, High, 400 BAD_URGENCY",
    "Topic, a b, 400 BAD_TOPIC",
    "Topic, a+b/c=, 400 BAD_TOPIC",
    "Topic, 123456789012345678901234567890123, 400 BAD_TOPIC",
    "Content-Encoding, '', 400 BAD_ENCODING",
    "Content-Encoding, aesgcm, 400 BAD_ENCODING",
    "Content-Encoding, gzip, 400 BAD_ENCODING",
  })
  void a_header_of_another_form(final String name, final String value, final String words)
      throws Exception {
    final var to = subscribed();
    assertEquals(words, said(push(to, Map.of(name, value))));
    assertEquals(words.substring(4), browser.pushes(to.token()).getFirst().reason());
  }

  @Test
  void a_topic_has_32_characters_and_a_body_4096_bytes() throws Exception {
    final var to = subscribed();
    assertEquals(201, push(to, Map.of("Topic", "x".repeat(32))).statusCode());
    final var fits = BrowserCaller.encrypted(to, "x".repeat(3_993));
    assertEquals(4_096, fits.length);
    assertEquals(201, caller.push(to, fits, Map.of()).statusCode());
    final var over = BrowserCaller.encrypted(to, "x".repeat(3_994));
    assertEquals("413 TOO_BIG", said(caller.push(to, over, Map.of())));
  }

  @Test
  void only_what_is_there_can_be_pushed_to() throws Exception {
    final var to = subscribed();
    final var unknown =
        new BrowserSubscription("none", "", to.pair(), to.auth(), State.ACTIVE, true);
    assertEquals("404 NOT_FOUND", said(push(unknown, Map.of())));
    assertEquals(405, caller.any(browser.endpoint(to), "GET", Map.of()).statusCode());
    browser.put(to.with(State.GONE));
    assertEquals("410 GONE", said(push(to, Map.of())));
    browser.put(to.with(State.UNKNOWN));
    assertEquals("404 NOT_FOUND", said(push(to, Map.of())));
    assertEquals(404, caller.any(browser.origin() + "/other", "GET", Map.of()).statusCode());
  }

  @Test
  void a_subscription_takes_so_many_a_minute_and_the_wait_is_named() throws Exception {
    final var to = subscribed();
    for (int i = 0; i < 3; i++) {
      assertEquals(201, push(to, Map.of()).statusCode());
    }
    final var answer = push(to, Map.of());
    assertEquals("429 TOO_MANY", said(answer));
    final int wait = Integer.parseInt(header(answer, "Retry-After"));
    assertTrue(wait >= 1 && wait <= 20, "wait " + wait);
  }

  // ---- the sender's statement ----

  @ParameterizedTest
  @CsvSource({
    "''",
    "Bearer abc",
    "vapid t=a.b.c",
    "vapid k=BAAA",
    "WebPush a.b.c",
  })
  void without_a_statement_it_is_401(final String authorization) throws Exception {
    final var answer = push(subscribed(), Map.of("Authorization", authorization));
    assertEquals("401 MISSING_VAPID", said(answer));
    assertEquals("vapid", header(answer, "WWW-Authenticate"));
  }

  static Stream<Arguments> claims() {
    final long now = NOW.getEpochSecond();
    return Stream.of(
        Arguments.of("exp", now - 1, "exp is missing or over"),
        Arguments.of("exp", "", "exp is missing or over"),
        Arguments.of("exp", "tomorrow", "exp is missing or over"),
        Arguments.of("exp", now + 86_460, "exp is more than 24 hours ahead"),
        Arguments.of("aud", "https://push.example.com", "aud is not " + browser.origin()),
        Arguments.of("aud", browser.origin() + "/", "aud is not " + browser.origin()),
        Arguments.of("aud", "", "aud is not " + browser.origin()),
        Arguments.of("sub", "", "sub is neither mailto: nor https:"),
        Arguments.of("sub", "ops@example.com", "sub is neither mailto: nor https:"));
  }

  @ParameterizedTest
  @MethodSource("claims")
  void a_statement_that_is_wrong_is_403(final String name, final Object value, final String words)
      throws Exception {
    final var authorization = caller.authorization(Map.of(name, value));
    final var answer = push(subscribed(), Map.of("Authorization", authorization));
    assertEquals("403 BAD_VAPID", said(answer));
    assertTrue(answer.body().contains(words), answer.body());
  }

  @Test
  void a_key_that_the_subscription_is_not_bound_to_is_403() throws Exception {
    try (var other = new BrowserCaller(browser, Version.HTTP_2)) {
      final var foreign = Map.of("Authorization", other.authorization(Map.of()));
      final var answer = push(subscribed(), foreign);
      assertEquals("403 BAD_VAPID", said(answer));
      assertTrue(answer.body().contains("another key"), answer.body());
      // the right key beside the statement of another
      final var forged =
          other.authorization(Map.of()).replaceFirst("k=.*", "k=" + caller.applicationServerKey());
      final var refused = push(subscribed(), Map.of("Authorization", forged));
      assertEquals("403 BAD_VAPID", said(refused));
      assertTrue(refused.body().contains("signature"), refused.body());
    }
  }

  @Test
  void the_parameters_may_stand_in_any_order() throws Exception {
    final var parts = caller.authorization(Map.of()).replace("vapid ", "").split(", ");
    final var turned = "Vapid " + parts[1] + "," + parts[0];
    assertEquals(201, push(subscribed(), Map.of("Authorization", turned)).statusCode());
  }

  @Test
  void in_quick_mode_it_only_counts() throws Exception {
    try (var quick = BrowserSimulator.start(BrowserOptions.DEFAULT.withQuick(true));
        var other = new BrowserCaller(quick, Version.HTTP_2)) {
      final var answer = other.push(quick.subscribe(""), new byte[100], Map.of());
      assertEquals(201, answer.statusCode());
      assertTrue(header(answer, "Location").startsWith(quick.origin() + "/m/"));
      assertEquals(1, quick.counters().get("accepted"));
      assertEquals(0, quick.pushes("").size());
    }
  }
}

package dev.reveille.simulators.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Google refuses, our stand-in refuses with Google's words.
final class GoogleRulesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROJECT = "example-softphone";
  private static final GoogleSimulator google =
      GoogleSimulator.start(
          GoogleOptions.DEFAULT.withLimits(
              new GoogleOptions.Limits(600_000, 5, 1_000, 2, Duration.ofMinutes(3))));
  private static final ServiceAccount account = google.makeAccount(PROJECT);
  private static FcmCaller caller;

  @BeforeAll
  static void connect() throws Exception {
    caller = new FcmCaller(google);
    caller.signIn(account, Map.of());
  }

  @AfterAll
  static void stop() {
    caller.close();
    google.close();
  }

  @AfterEach
  void putBack() {
    google.clearFaults();
  }

  private static JsonNode said(final String body) throws Exception {
    return JSON.readTree(body).path("error");
  }

  private static String plain(final String token, final String android) {
    return "{\"message\":{\"token\":\""
        + token
        + "\",\"data\":{\"k\":\"v\"},\"android\":{"
        + android
        + "}}}";
  }

  // ---- the token endpoint ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aud|https://oauth2.example.org/token|Invalid JWT: Failed audience check.",
        "iss|another@example.iam.gserviceaccount.com|Invalid grant: account not found",
        "exp|9999999999|Invalid JWT: Token must be a short-lived token",
        "iat|9999999999|Invalid JWT: Token must be a short-lived token",
        "exp|1|Invalid JWT: Token must be a short-lived token",
      })
  void an_assertion_that_google_would_not_believe(
      final String claim, final String value, final String words) throws Exception {
    final Object given = value.matches("\\d+") ? Long.valueOf(value) : value;
    final var answer = caller.assertion(account, Map.of(claim, given));
    assertEquals(400, answer.statusCode());
    final var body = JSON.readTree(answer.body());
    assertEquals("invalid_grant", body.path("error").asText());
    assertTrue(body.path("error_description").asText().startsWith(words), answer.body());
  }

  @Test
  void a_signature_of_another_key() throws Exception {
    final var other = ServiceAccount.make(PROJECT, google.tokenUri());
    final var forged =
        new ServiceAccount(
            PROJECT, account.email(), account.keyId(), other.pair(), account.tokenUri());
    final var answer = caller.assertion(forged, Map.of());
    assertTrue(answer.body().contains("Invalid JWT Signature."), answer.body());
  }

  @Test
  void a_token_says_how_long_it_holds() throws Exception {
    final var body = JSON.readTree(caller.assertion(account, Map.of()).body());
    assertEquals(3_599, body.path("expires_in").asInt());
    assertEquals("Bearer", body.path("token_type").asText());
  }

  // ---- who may send ----

  @Test
  void without_a_token_no_server_sends() throws Exception {
    final var body = plain(google.newToken(PROJECT), "");
    for (final String header : new String[] {"", "Bearer nonsense", "key=AAAA:APA91b"}) {
      final var answer = caller.send(PROJECT, header, body);
      assertEquals(401, answer.statusCode());
      assertEquals("UNAUTHENTICATED", said(answer.body()).path("status").asText());
      assertTrue(said(answer.body()).path("details").isMissingNode());
    }
  }

  @Test
  void a_token_of_another_project_or_role_is_not_enough() throws Exception {
    final var body = plain(google.newToken(PROJECT), "");
    google.makeAccount("another-project");
    assertEquals(403, caller.send("another-project", caller.bearer(), body).statusCode());
    assertEquals(404, caller.send("unknown-project", caller.bearer(), body).statusCode());
    final var reader = ServiceAccount.make(PROJECT, google.tokenUri());
    google.register(reader, false);
    try (var other = new FcmCaller(google)) {
      other.signIn(reader, Map.of());
      final var answer = other.send(PROJECT, other.bearer(), body);
      assertEquals("PERMISSION_DENIED", said(answer.body()).path("status").asText());
    }
    try (var other = new FcmCaller(google)) {
      other.signIn(account, Map.of("scope", "https://www.googleapis.com/auth/drive"));
      assertEquals(403, other.send(PROJECT, other.bearer(), body).statusCode());
    }
  }

  // ---- messages ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"message\":{\"token\":\"T\",\"alert\":{}}}|message",
        "{\"message\":{\"token\":\"T\",\"data\":{\"n\":1}}}|message.data[0].value",
        "{\"message\":{\"token\":\"T\",\"android\":{\"ttl\":\"30\"}}}|message.android.ttl",
        "{\"message\":{\"token\":\"T\",\"android\":{\"ttl\":30}}}|message.android.ttl",
        "{\"message\":{\"token\":\"T\",\"android\":{\"ttl\":\"9999999s\"}}}|message.android.ttl",
        "{\"message\":{\"token\":\"T\",\"android\":{\"priority\":\"10\"}}}|message.android.priority",
        "{\"message\":{\"token\":\"T\",\"android\":{\"time_to_live\":3}}}|message.android",
        "{\"to\":\"T\"}|message",
        "not JSON|message",
      })
  void a_badly_made_message_names_the_field(final String body, final String field)
      throws Exception {
    final var answer =
        caller.send(PROJECT, caller.bearer(), body.replace("\"T\"", "\"" + token() + "\""));
    assertEquals(400, answer.statusCode(), answer.body());
    final var detail = said(answer.body()).path("details").path(0);
    assertEquals("type.googleapis.com/google.rpc.BadRequest", detail.path("@type").asText());
    assertEquals(field, detail.at("/fieldViolations/0/field").asText());
  }

  private static String token() {
    return google.newToken(PROJECT);
  }

  @ParameterizedTest
  @CsvSource({"from", "message_type", "google.sent_time", "gcm.n.e"})
  void a_reserved_name_is_refused(final String name) throws Exception {
    final var answer =
        caller.send(
            PROJECT,
            caller.bearer(),
            "{\"message\":{\"token\":\"" + token() + "\",\"data\":{\"" + name + "\":\"x\"}}}");
    assertEquals(400, answer.statusCode());
    assertEquals("Invalid data payload key: " + name, said(answer.body()).path("message").asText());
    assertEquals("INVALID_ARGUMENT", said(answer.body()).at("/details/0/errorCode").asText());
  }

  @Test
  void the_limit_counts_names_and_values() throws Exception {
    final String fits = "x".repeat(4_095);
    final String body = plain(token(), "").replace("\"v\"", "\"" + fits + "\"");
    assertEquals(200, caller.send(PROJECT, caller.bearer(), body).statusCode());
    final var over =
        caller.send(
            PROJECT, caller.bearer(), plain(token(), "").replace("\"v\"", "\"" + fits + "x\""));
    assertEquals("Android message is too big", said(over.body()).path("message").asText());
  }

  // ---- quotas ----

  @Test
  void a_phone_gets_so_many_a_minute_and_then_google_names_the_wait() throws Exception {
    final String token = token();
    for (int i = 0; i < 5; i++) {
      assertEquals(200, caller.send(PROJECT, caller.bearer(), plain(token, "")).statusCode());
    }
    final var answer = caller.send(PROJECT, caller.bearer(), plain(token, ""));
    assertEquals(429, answer.statusCode());
    assertEquals("QUOTA_EXCEEDED", said(answer.body()).at("/details/0/errorCode").asText());
    assertEquals(
        "device:" + token, said(answer.body()).at("/details/1/violations/0/subject").asText());
    final int wait = Integer.parseInt(answer.headers().firstValue("retry-after").orElse("0"));
    assertTrue(wait >= 1 && wait <= 12, "wait " + wait);
  }

  @Test
  void collapsible_messages_have_a_narrower_limit() throws Exception {
    final String token = token();
    final String android = "\"collapse_key\":\"changes\"";
    assertEquals(200, caller.send(PROJECT, caller.bearer(), plain(token, android)).statusCode());
    assertEquals(200, caller.send(PROJECT, caller.bearer(), plain(token, android)).statusCode());
    assertEquals(429, caller.send(PROJECT, caller.bearer(), plain(token, android)).statusCode());
    assertEquals(200, caller.send(PROJECT, caller.bearer(), plain(token, "")).statusCode());
  }

  // ---- faults ----

  @Test
  void a_refusal_may_be_a_delivery_all_the_same() throws Exception {
    final String token = token();
    final var heard = new java.util.concurrent.LinkedBlockingQueue<ArrivedMessage>();
    try (var _ = google.connectPhone(token, heard::add)) {
      google.fault(Fault.answer(GoogleReason.UNAVAILABLE).withRetryAfter(7).butDelivered());
      final var answer = caller.send(PROJECT, caller.bearer(), plain(token, ""));
      assertEquals(503, answer.statusCode());
      assertEquals("7", answer.headers().firstValue("retry-after").orElse(""));
      assertEquals("v", heard.take().data("k"));
    }
  }

  @Test
  void what_arrived_stands_on_the_control_port_with_its_verdict() throws Exception {
    final String token = token();
    caller.send(PROJECT, caller.bearer(), plain(token, "\"ttl\":\"3s\""));
    final var all = caller.control("GET", "/pushes?token=" + token, "");
    assertEquals(1, all.size());
    assertEquals(200, all.path(0).path("status").asInt());
    assertEquals("3s", all.path(0).at("/message/android/ttl").asText());
    assertTrue(caller.control("GET", "/counters", "").path("access-tokens").asInt() >= 1);
    assertEquals(
        PROJECT,
        caller
            .control("POST", "/accounts", "{\"project\":\"" + PROJECT + "\"}")
            .path("project_id")
            .asText());
  }
}

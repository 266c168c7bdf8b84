package dev.reveille.simulators.microsoft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.Fault;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whom Microsoft's two token services let in, and for how long.
final class MicrosoftTokensTest {
  private static volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private static final MicrosoftSimulator microsoft =
      MicrosoftSimulator.start(
          MicrosoftOptions.DEFAULT.withTokenLife(Duration.ofMinutes(30)).withClock(() -> now));
  private static final MicrosoftIdentity store = microsoft.makeStoreIdentity();
  private static final MicrosoftIdentity entra = microsoft.makeEntraIdentity();
  private static MicrosoftCaller caller;

  @BeforeAll
  static void connect() throws Exception {
    caller = new MicrosoftCaller(microsoft);
  }

  @AfterAll
  static void stop() {
    caller.close();
    microsoft.close();
  }

  @AfterEach
  void putBack() {
    microsoft.clearFaults();
  }

  private static JsonNode body(final HttpResponse<String> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void a_token_says_how_long_it_holds_and_in_the_words_of_its_service() throws Exception {
    final var ofStore = body(caller.token(store, Map.of()));
    assertEquals("bearer", ofStore.path("token_type").asText());
    assertEquals(1_800, ofStore.path("expires_in").asInt());
    final var ofEntra = body(caller.token(entra, Map.of()));
    assertEquals("Bearer", ofEntra.path("token_type").asText());
    assertEquals(1_800, ofEntra.path("expires_in").asInt());
    assertEquals(86_400, MicrosoftOptions.DEFAULT.tokenLife().toSeconds());
  }

  @ParameterizedTest
  @CsvSource({
    "grant_type, password, unsupported_grant_type",
    "scope, https://wns.windows.com/.default, invalid_scope",
    "scope, notify.windows.com https://x.example, invalid_scope",
    "client_id, ms-app://s-1-15-2-1, invalid_client",
    "client_secret, wrong, invalid_client",
  })
  void the_store_says_what_is_wrong(final String field, final String value, final String error)
      throws Exception {
    final var answer = caller.token(store, Map.of(field, value));
    assertEquals(400, answer.statusCode());
    assertEquals(error, body(answer).path("error").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "grant_type, password, 400, unsupported_grant_type, 70003",
    "scope, notify.windows.com, 400, invalid_scope, 70011",
    "client_id, 11111111-1111-1111-1111-111111111111, 400, unauthorized_client, 700016",
    "client_secret, wrong, 401, invalid_client, 7000215",
  })
  void entra_says_what_is_wrong(
      final String field,
      final String value,
      final int status,
      final String error,
      final int number)
      throws Exception {
    final var answer = caller.token(entra, Map.of(field, value));
    assertEquals(status, answer.statusCode());
    assertEquals(error, body(answer).path("error").asText());
    assertEquals(number, body(answer).path("error_codes").path(0).asInt());
    assertTrue(body(answer).path("error_description").asText().startsWith("AADSTS" + number + ":"));
  }

  @Test
  void an_identity_is_known_to_its_own_service_and_tenant_only() throws Exception {
    final var elsewhere = caller.token(microsoft.entraTokenUri("other"), entra, Map.of());
    assertEquals(90_002, body(elsewhere).path("error_codes").path(0).asInt());
    final var scope = Map.of("scope", "notify.windows.com");
    final var inStore = caller.token(microsoft.storeTokenUri(), entra, scope);
    assertEquals("invalid_client", body(inStore).path("error").asText());
  }

  @Test
  void a_token_that_is_over_or_ended_opens_nothing() throws Exception {
    final var uri = microsoft.uri(microsoft.newChannel(store.clientId()));
    caller.signIn(store);
    assertEquals(200, push(uri));
    now = now.plus(Duration.ofMinutes(31));
    assertEquals(401, push(uri));
    caller.signIn(store);
    assertEquals(200, push(uri));
    microsoft.endAccessTokens();
    assertEquals(401, push(uri));
    caller.signIn(store);
    microsoft.revoke(store.clientId());
    assertEquals(401, push(uri));
    microsoft.register(store);
  }

  private static int push(final String uri) throws Exception {
    return caller.wns(uri, "toast", MicrosoftCaller.TOAST, Map.of()).statusCode();
  }

  @Test
  void a_fault_meets_the_token_service_only() throws Exception {
    caller.signIn(store);
    final var uri = microsoft.uri(microsoft.newChannel(store.clientId()));
    microsoft.tokenFault(Fault.answer(503, "temporarily_unavailable").withRetryAfter(4));
    assertEquals(200, push(uri));
    final var answer = caller.token(store, Map.of());
    assertEquals(503, answer.statusCode());
    assertEquals("4", MicrosoftCaller.header(answer, "Retry-After"));
    assertEquals("temporarily_unavailable", body(answer).path("error").asText());
    assertEquals(200, caller.token(store, Map.of()).statusCode());
  }

  @Test
  void the_control_port_makes_and_shows_identities() throws Exception {
    final var made = caller.control("POST", "/identities", "{\"kind\":\"entra\"}");
    final var identity =
        new MicrosoftIdentity(
            made.path("tenant").asText(),
            made.path("client-id").asText(),
            made.path("client-secret").asText());
    assertEquals(200, caller.token(identity, Map.of()).statusCode());
    assertEquals(microsoft.entraTokenUri(identity.tenant()), made.path("token-uri").asText());
    final var given =
        "{\"client-id\":\"ms-app://s-1-15-2-7\",\"client-secret\":\"s\",\"tenant\":\"\"}";
    caller.control("POST", "/identities", given);
    final var mine = new MicrosoftIdentity("", "ms-app://s-1-15-2-7", "s");
    assertEquals(200, caller.token(mine, Map.of()).statusCode());
    final var all = caller.control("GET", "/identities", "").toString();
    assertTrue(all.contains("ms-app://s-1-15-2-7"), all);
    assertTrue(!all.contains("client-secret"), all);
  }
}

package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.reveille.live.LiveSettings;
import dev.reveille.model.HandleId;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.protocols.device.PhoneRequests.Answer;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.Handles.Code;
import dev.reveille.routing.port.Handles.Handle;
import dev.reveille.routing.port.Handles.State;
import dev.reveille.routing.port.PushContent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Devices claim handles at a clearing house: only who gets the push gets the handle.
class HandleApiTest {
  private static final String PARTNER = "contoso.example";
  private static final String OTHER_PARTNER = "fabrikam.example";
  private static final String BLOCKED = "blocked.example";
  private static final AtomicInteger CODES = new AtomicInteger();

  @TempDir Path directory;
  private DeviceServer server;

  @BeforeEach
  void start() {
    open(DeviceSettings.DEFAULT);
    allow(PARTNER);
    allow(OTHER_PARTNER);
  }

  private void open(final DeviceSettings settings) {
    server = new DeviceServer(directory, settings, LiveSettings.DEFAULT);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void allow(final String domain) {
    setting("allowed-domains", domain);
  }

  private void setting(final String collection, final String domain) {
    server.store.settings().put(DeviceServer.ACME, collection, domain, Map.of(), -1, "test");
  }

  private String code(final String partner, final int uses) {
    final var code = "rp_" + CODES.incrementAndGet();
    final var now = Instant.now();
    server
        .store
        .handles()
        .keepCode(
            new Code(code, DeviceServer.ACME, partner, uses, now, now.plusSeconds(600)),
            DeviceTokens.sha256(code),
            "test");
    return code;
  }

  private static String token(final String word) {
    return token(word, "message");
  }

  private static String token(final String word, final String channel) {
    return "{\"service\":\"apns\",\"channel\":\"%s\",\"token\":\"%s\",\"sandbox\":true,"
            .formatted(channel, AppleToken.of(word))
        + "\"topic\":\"com.example.beta\"}";
  }

  private Answer send(
      final String method, final String path, final String body, final String... headers) {
    return PhoneRequests.send(server.address(), method, "/handles" + path, body, headers);
  }

  private Answer claim(final String partner, final String token, final String proof) {
    return send(
        "POST",
        "",
        "{\"app\":\"com.example.phone\",\"partner\":\"%s\",\"token\":%s,%s}"
            .formatted(partner, token, proof));
  }

  private Answer claimed(final String partner, final String token) {
    final var answer = claim(partner, token, "\"code\":\"" + code(partner, 1) + "\"");
    assertEquals(202, answer.status(), answer::body);
    return answer;
  }

  /// The word of the challenge that was pushed to a token.
  private String word(final String token) {
    final var push = server.pushed();
    assertEquals(AppleToken.of(token), push.to().token().value());
    assertTrue(push.to().sandbox());
    assertEquals("com.example.beta", push.to().scope());
    final var content = assertInstanceOf(PushContent.Wake.class, push.content());
    assertEquals("reveille:handle-challenge", content.type());
    return content.event();
  }

  private Answer confirm(final String handle, final String word) {
    return send("POST", "/" + handle + "/confirmation", "{\"challenge\":\"" + word + "\"}");
  }

  private JsonNode active(final String partner, final String token) {
    final var handle = claimed(partner, token(token)).json().path("handle").asText();
    final var answer = confirm(handle, word(token));
    assertEquals(200, answer.status(), answer::body);
    return answer.json();
  }

  private Handle kept(final String handle) {
    return server.store.handles().find(new HandleId(handle)).orElseThrow();
  }

  private static String[] secret(final JsonNode confirmed) {
    return new String[] {"Authorization", "Bearer " + confirmed.path("secret").asText()};
  }

  @Test
  void a_handle_is_there_after_its_challenge_came_back_through_the_push() {
    final var claimed = claimed(PARTNER, token("phone")).json();
    final var handle = claimed.path("handle").asText();
    assertEquals(22, handle.length());
    assertEquals("pending", claimed.path("state").asText());
    final var until = Instant.parse(claimed.path("confirmBefore").asText());
    final var left = Duration.between(Instant.now(), until);
    assertTrue(left.compareTo(Handles.CLAIMED) <= 0 && left.toMinutes() >= 9, left::toString);
    assertEquals(State.PENDING, kept(handle).state());
    final var word = word("phone");
    assertNotEquals(word, handle);
    final var confirmed = confirm(handle, word);
    assertEquals(200, confirmed.status(), confirmed::body);
    assertEquals(handle, confirmed.json().path("handle").asText());
    assertEquals("active", confirmed.json().path("state").asText());
    final var active = kept(handle);
    assertEquals(State.ACTIVE, active.state());
    assertEquals(PARTNER, active.owner().partner());
    assertEquals(DeviceServer.ACME, active.owner().publisher());
    final var address = active.address().orElseThrow();
    assertEquals(AppleToken.of("phone"), address.token().value());
    assertEquals("com.example.beta", address.scope());
    final var shown = send("GET", "/" + handle, "", secret(confirmed.json()));
    assertEquals(200, shown.status(), shown::body);
    assertEquals(PARTNER, shown.json().path("partner").asText());
    assertFalse(shown.body().contains(AppleToken.of("phone")), "the token is never shown");
  }

  @Test
  void guesses_are_answered_like_unknown_handles() {
    final var handle = claimed(PARTNER, token("phone")).json().path("handle").asText();
    final var word = word("phone");
    final var other = claimed(PARTNER, token("tablet")).json().path("handle").asText();
    final var othersWord = word("tablet");
    final var bodies = new ArrayList<String>();
    for (final var wrong :
        List.of(
            confirm(handle, "x"),
            confirm(handle, othersWord),
            confirm(other, word),
            confirm("AAAAAAAAAAAAAAAAAAAAAA", word),
            confirm("no-handle", word))) {
      assertEquals(404, wrong.status(), wrong::body);
      assertEquals("RV-411", wrong.code());
      bodies.add(wrong.body());
    }
    final var confirmed = confirm(handle, word).json();
    for (final var wrong :
        List.of(
            send("GET", "/" + handle, "", "Authorization", "Bearer rh_guess"),
            send("GET", "/" + other, "", secret(confirmed)),
            send("GET", "/AAAAAAAAAAAAAAAAAAAAAA", "", secret(confirmed)),
            send("PUT", "/" + handle, "{}", "Authorization", "Bearer rh_guess"),
            send("DELETE", "/" + handle, "", "Authorization", "Bearer rh_guess"))) {
      assertEquals("RV-411", wrong.code(), wrong::body);
      bodies.add(wrong.body());
    }
    assertEquals(1, bodies.stream().distinct().count(), bodies::toString);
    assertEquals(State.ACTIVE, kept(handle).state());
  }

  @Test
  void the_same_token_app_and_partner_get_the_same_handle_and_a_new_secret() {
    final var first = active(PARTNER, "phone");
    final var claimed = claimed(PARTNER, token("phone")).json().path("handle").asText();
    assertNotEquals(first.path("handle").asText(), claimed, "who knows the token learns nothing");
    final var second = confirm(claimed, word("phone")).json();
    assertEquals(first.path("handle").asText(), second.path("handle").asText());
    final var path = "/" + first.path("handle").asText();
    assertEquals("RV-411", send("GET", path, "", secret(first)).code());
    assertEquals(200, send("GET", path, "", secret(second)).status());
    final var other = active(OTHER_PARTNER, "phone");
    assertNotEquals(first.path("handle").asText(), other.path("handle").asText());
  }

  @Test
  void a_confirmation_whose_answer_was_lost_is_sent_again() {
    final var handle = claimed(PARTNER, token("phone")).json().path("handle").asText();
    final var word = word("phone");
    final var lost = confirm(handle, word).json();
    final var again = confirm(handle, word).json();
    assertEquals(handle, again.path("handle").asText());
    assertEquals("RV-411", send("GET", "/" + handle, "", secret(lost)).code());
    assertEquals(200, send("GET", "/" + handle, "", secret(again)).status());
  }

  @Test
  void a_claim_is_confirmed_after_a_restart_too() {
    final var handle = claimed(PARTNER, token("phone")).json().path("handle").asText();
    final var word = word("phone");
    server.close();
    open(DeviceSettings.DEFAULT);
    assertEquals(200, confirm(handle, word).status());
  }

  @Test
  void another_token_takes_the_place_when_its_challenge_came_back() {
    final var handle = active(PARTNER, "phone");
    final var path = "/" + handle.path("handle").asText();
    final var asked = send("PUT", path, "{\"token\":" + token("new-phone") + "}", secret(handle));
    assertEquals(202, asked.status(), asked::body);
    assertEquals("active", asked.json().path("state").asText());
    final var word = word("new-phone");
    assertEquals(AppleToken.of("phone"), beneath(handle));
    final var confirmed = confirm(handle.path("handle").asText(), word);
    assertEquals(200, confirmed.status(), confirmed::body);
    assertFalse(confirmed.json().has("secret"), "the secret stays");
    assertEquals(AppleToken.of("new-phone"), beneath(handle));
    assertEquals(200, send("GET", path, "", secret(handle)).status());
  }

  private String beneath(final JsonNode handle) {
    return kept(handle.path("handle").asText()).address().orElseThrow().token().value();
  }

  @Test
  void its_device_ends_a_handle() {
    final var handle = active(PARTNER, "phone");
    final var path = "/" + handle.path("handle").asText();
    assertEquals(204, send("DELETE", path, "", secret(handle)).status());
    assertEquals(State.REVOKED, kept(handle.path("handle").asText()).state());
    final var shown = send("GET", path, "", secret(handle));
    assertEquals("revoked", shown.json().path("state").asText());
    final var late = send("PUT", path, "{\"token\":" + token("phone") + "}", secret(handle));
    assertEquals(410, late.status());
    assertEquals("RV-412", late.code());
    assertTrue(server.pushes.isEmpty());
    assertEquals(
        0,
        server.store.settings().audit(DeviceServer.ACME, 100).stream()
            .filter(entry -> entry.what().startsWith("revoke handle"))
            .count());
  }

  @Test
  void a_device_learns_why_its_handle_is_dead() {
    final var handle = active(PARTNER, "phone");
    final var id = new HandleId(handle.path("handle").asText());
    final var address = kept(id.value()).address().orElseThrow();
    server.store.handles().dead(id, address, Reason.TOKEN_RETIRED, Instant.now());
    final var shown = send("GET", "/" + id, "", secret(handle)).json();
    assertEquals("dead", shown.path("state").asText());
    assertEquals("RV-203", shown.path("code").asText());
  }

  @Test
  void a_token_for_calls_of_apple_is_challenged_on_its_own_channel() {
    final var claimed = claimed(PARTNER, token("calls", "voip")).json();
    final var push = server.pushed();
    assertEquals(PushChannel.VOIP, push.to().channel());
    final var content = assertInstanceOf(PushContent.Native.class, push.content());
    assertEquals("voip", content.headers().get("apns-push-type"));
    final var envelope =
        PhoneRequests.read(new String(content.body().toArray(), StandardCharsets.UTF_8))
            .path("reveille");
    assertEquals("reveille:handle-challenge", envelope.path("type").asText());
    final var handle = claimed.path("handle").asText();
    assertEquals("RV-411", confirm(handle, content.event()).code());
    assertEquals(200, confirm(handle, envelope.path("id").asText()).status());
  }

  @Test
  void a_partner_that_is_not_allowed_or_is_blocked_gets_none() {
    final var unknown =
        claim(
            "stranger.example", token("phone"), "\"code\":\"" + code("stranger.example", 1) + "\"");
    assertEquals(403, unknown.status(), unknown::body);
    assertEquals("RV-409", unknown.code());
    allow(BLOCKED);
    setting("blocked-domains", BLOCKED);
    final var code = code(BLOCKED, 1);
    final var blocked = claim(BLOCKED, token("phone"), "\"code\":\"" + code + "\"");
    assertEquals("RV-409", blocked.code(), blocked::body);
    assertTrue(server.pushes.isEmpty());
    assertEquals(
        1, server.store.handles().codes(DeviceServer.ACME, BLOCKED).size(), "it was not used");
  }

  @Test
  void a_code_works_for_its_partner_and_so_often() {
    final var code = "\"code\":\"" + code(PARTNER, 2) + "\"";
    assertEquals("RV-402", claim(OTHER_PARTNER, token("a"), code).code());
    assertEquals("RV-402", claim(PARTNER, token("a"), "\"code\":\"rp_guess\"").code());
    final var stranger =
        send(
            "POST",
            "",
            "{\"app\":\"com.example.other\",\"partner\":\"%s\",\"token\":%s,%s}"
                .formatted(PARTNER, token("a"), code));
    assertEquals("RV-402", stranger.code(), "an unknown app");
    assertEquals(202, claim(PARTNER, token("a"), code).status());
    assertEquals(202, claim("Contoso.Example.", token("b"), code).status());
    assertEquals("RV-402", claim(PARTNER, token("c"), code).code());
  }

  @Test
  void a_statement_of_the_apps_backend_works_once() throws Exception {
    final var key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    final var pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.toECPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    server.store.secrets().keepStatementKey(DeviceServer.APP, "k1", pem, "test");
    final var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").type(JOSEObjectType.JWT).build(),
            new JWTClaimsSet.Builder()
                .claim("org", "acme")
                .subject("a word that names no user")
                .claim("app", "com.example.phone")
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .jwtID("one")
                .build());
    jwt.sign(new ECDSASigner(key));
    final var statement = "\"statement\":\"" + jwt.serialize() + "\"";
    assertEquals(202, claim(PARTNER, token("a"), statement).status());
    final var again = claim(PARTNER, token("b"), statement);
    assertEquals("RV-403", again.code(), again::body);
    assertEquals("RV-403", claim(PARTNER, token("b"), "\"statement\":\"a.b.c\"").code());
    word("a");
    assertTrue(server.pushes.isEmpty());
  }

  @Test
  void what_is_wrong_in_a_claim_is_said_with_its_field_and_uses_up_nothing() {
    final var code = "\"code\":\"" + code(PARTNER, 1) + "\"";
    for (final var wrong :
        new String[][] {
          {PARTNER, token("a"), code + ",\"statement\":\"x\"", "either code or statement"},
          {PARTNER, token("a"), "\"code\":null", "either code or statement"},
          {"contoso", token("a"), code, "partner: must be the partner's domain"},
          {"127.0.0.1", token("a"), code, "partner: must be the partner's domain"},
          {PARTNER, "null", code, "token: is missing"},
          {PARTNER, token("a").replace("apns", "hub"), code, "token.service: must be apns"},
          {
            PARTNER,
            "{\"service\":\"apns\",\"channel\":\"voip\",\"token\":\"x\"}",
            code,
            "token.token"
          },
          {PARTNER, token("a").replace("topic", "handle"), code, "token.handle"},
        }) {
      final var answer = claim(wrong[0], wrong[1], wrong[2]);
      assertEquals(400, answer.status(), answer::body);
      assertTrue(answer.body().contains(wrong[3]), answer::body);
    }
    final var inside =
        claim(
            PARTNER,
            "{\"service\":\"webpush\",\"channel\":\"single\",\"token\":\"https://127.0.0.1/x\","
                + "\"p256dh\":\"BA\",\"auth\":\"AA\"}",
            code);
    assertEquals("RV-232", inside.code(), inside::body);
    final var without =
        claim(
            PARTNER,
            "{\"service\":\"fcm\",\"channel\":\"single\",\"token\":\"" + "t".repeat(40) + "\"}",
            code);
    assertEquals(Reason.SERVICE_NOT_BUILT_IN.code(), without.code(), without::body);
    assertEquals(202, claim(PARTNER, token("a"), code).status(), "the code is still there");
  }

  @Test
  void a_challenge_obeys_the_switches_L1_16() {
    server
        .store
        .settings()
        .put(
            DeviceServer.ACME,
            Setting.PUSH_NOTIFICATION,
            Setting.GLOBAL,
            Map.of("apple", List.of("false")),
            -1,
            "test");
    final var refused = claim(PARTNER, token("a"), "\"code\":\"" + code(PARTNER, 1) + "\"");
    assertEquals("RV-311", refused.code(), refused::body);
    assertEquals(1, server.store.handles().codes(DeviceServer.ACME, PARTNER).size());
  }

  @Test
  void a_partner_has_so_many_handles_and_no_more() {
    for (int i = 0; i < DeviceServer.MOST_HANDLES; i++) {
      active(PARTNER, "phone-" + i);
    }
    final var code = code(PARTNER, 1);
    final var refused = claim(PARTNER, token("one-more"), "\"code\":\"" + code + "\"");
    assertEquals(429, refused.status(), refused::body);
    assertEquals("RV-410", refused.code());
    assertEquals(1, server.store.handles().codes(DeviceServer.ACME, PARTNER).size());
    active(OTHER_PARTNER, "one-more");
  }

  @Test
  void claims_and_guesses_of_one_address_are_limited() {
    server.close();
    open(DeviceSettings.DEFAULT.withRegistrationsPerMinute(1));
    final var handle = claimed(PARTNER, token("phone")).json().path("handle").asText();
    final var word = word("phone");
    assertEquals("RV-411", confirm(handle, "a").code());
    assertEquals("RV-411", confirm(handle, "b").code());
    final var guess = confirm(handle, "c");
    assertEquals(429, guess.status());
    assertEquals("RV-123", guess.code());
    assertEquals("RV-123", confirm(handle, word).code(), "also the right word waits then");
    assertEquals("RV-402", claim(PARTNER, token("a"), "\"code\":\"x\"").code());
    assertEquals("RV-123", claim(PARTNER, token("a"), "\"code\":\"x\"").code());
  }

  @Test
  void the_challenge_has_a_trail() {
    claimed(PARTNER, token("phone"));
    final var word = word("phone");
    final long send = server.routing.records().ids().sequenceOfSealed(word).orElseThrow();
    Eventually.holds(
        () -> server.routing.sends().targets(send, 0, 10).stream().anyMatch(each -> each.settled()),
        "the push is settled in the trail");
  }
}

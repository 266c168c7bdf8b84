package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.reveille.live.LiveSettings;
import dev.reveille.model.AppId;
import dev.reveille.model.ConversationId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.UserId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The device listener's requests: who may register, whose token it is, and precise answers to
/// everything else.
class DeviceApiTest {
  @TempDir Path directory;
  private DeviceServer server;
  private UserId anna;

  @BeforeEach
  void start() {
    final var few = DeviceSettings.DEFAULT.withMostDevices(3).withRegistrationsPerMinute(40);
    server = new DeviceServer(directory, few, LiveSettings.DEFAULT);
    anna = server.user("anna");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Wire.Answer register(final String body) {
    return Wire.send(server.address(), "POST", "/installations", body);
  }

  private static String token(final String token) {
    return ",\"tokens\":[{\"service\":\"apns\",\"channel\":\"voip\",\"token\":\""
        + AppleToken.of(token)
        + "\"}]";
  }

  // ---- registration -------------------------------------------------------------------------

  @Test
  void a_code_registers_one_device_and_no_second() {
    final var code = server.code(anna);
    final var phone = Wire.register(server, code);

    assertEquals(
        anna,
        server
            .store
            .registry()
            .installation(new InstallationId(phone.installation()))
            .orElseThrow()
            .users()
            .getFirst());
    final var again =
        register("{\"app\":\"com.example.phone\",\"code\":\"" + code + "\",\"platform\":\"ios\"}");
    assertEquals(403, again.status());
    assertEquals("RV-402", again.code());
  }

  @Test
  void a_code_that_expired_or_is_for_another_app_registers_nobody() {
    final var late = server.code(anna, DeviceServer.APP, Instant.now().minusSeconds(1));
    final var other =
        server.code(anna, new AppId("com.example.other"), Instant.now().plusSeconds(60));
    for (final var code : new String[] {late, other, "rc_made-up"}) {
      final var answer =
          register(
              "{\"app\":\"com.example.phone\",\"code\":\"" + code + "\",\"platform\":\"ios\"}");
      assertEquals("RV-402", answer.code());
    }
    assertTrue(server.store.registry().installationsOf(anna).isEmpty());
    assertTrue(
        server.store.secrets().code(DeviceTokens.sha256(other), Instant.now()).isPresent(),
        "the other app's own device can still use it");
  }

  @Test
  void a_mistake_does_not_use_the_code_up() {
    final var code = server.code(anna);
    final var wrong =
        register(
            "{\"app\":\"com.example.phone\",\"code\":\""
                + code
                + "\",\"platform\":\"ios\",\"osmajor\":18}");
    assertEquals("RV-102", wrong.code());
    assertTrue(wrong.json().path("detail").asText().contains("osMajor"), wrong.body());

    Wire.register(server, code);
  }

  @Test
  void a_user_has_as_many_devices_as_allowed() {
    for (int i = 0; i < 3; i++) {
      Wire.register(server, server.code(anna));
    }
    final var fourth =
        register(
            "{\"app\":\"com.example.phone\",\"code\":\""
                + server.code(anna)
                + "\",\"platform\":\"ios\"}");
    assertEquals(409, fourth.status());
    assertEquals("RV-406", fourth.code());
  }

  @Test
  void a_statement_signed_by_the_apps_backend_registers_once() throws Exception {
    final var key = key("k1");
    final var statement =
        statement(
            key,
            new JWTClaimsSet.Builder(claims("anna", "s1"))
                .audience(List.of("others", "reveille"))
                .build());

    final var first =
        register(
            "{\"app\":\"com.example.phone\",\"statement\":\""
                + statement
                + "\",\"platform\":\"ios\"}");
    final var second =
        register(
            "{\"app\":\"com.example.phone\",\"statement\":\""
                + statement
                + "\",\"platform\":\"ios\"}");

    assertEquals(201, first.status(), first.body());
    assertEquals("anna", first.json().path("user").asText());
    assertEquals("RV-403", second.code());
    server.close();
    start();
    final var afterRestart =
        register(
            "{\"app\":\"com.example.phone\",\"statement\":\""
                + statement
                + "\",\"platform\":\"ios\"}");
    assertEquals("RV-403", afterRestart.code());
    assertTrue(afterRestart.body().contains("jti"), afterRestart.body());
  }

  @Test
  void a_statement_is_refused_with_the_claim_that_is_wrong() throws Exception {
    final var key = key("k1");
    final var stranger = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    refused(statement(stranger, claims("anna", "a")), "signature");
    refused(
        statement(key, new JWTClaimsSet.Builder(claims("anna", "b")).expirationTime(null).build()),
        "exp is missing");
    refused(
        statement(
            key,
            new JWTClaimsSet.Builder(claims("anna", "c")).expirationTime(new Date(1_000)).build()),
        "exp has passed");
    refused(
        statement(
            key,
            new JWTClaimsSet.Builder(claims("anna", "d"))
                .expirationTime(Date.from(Instant.now().plus(Duration.ofDays(1))))
                .build()),
        "ahead");
    refused(
        statement(key, new JWTClaimsSet.Builder(claims("anna", "g")).claim("org", 7).build()),
        "org, sub, app and jti are texts");
    refused(
        statement(key, new JWTClaimsSet.Builder(claims("anna", "e")).claim("app", "x").build()),
        "app");
    refused(
        statement(key, new JWTClaimsSet.Builder(claims("anna", "f")).claim("org", "other").build()),
        "org");
    refused(
        statement(
            key,
            new JWTClaimsSet.Builder(claims("anna", "h")).audience("https://a.example").build()),
        "aud");
    refused(
        statement(
            key,
            new JWTClaimsSet.Builder(claims("anna", "i"))
                .expirationTime(Date.from(Instant.now().plusSeconds(15 * 60 + 90)))
                .build()),
        "exp");
    refused(typed(key, "at+jwt", claims("anna", "j")), "typ");
    refused(
        statement(key, new JWTClaimsSet.Builder(claims("anna", "g")).jwtID(null).build()), "jti");
    refused("not.a.jwt", "signed JWT");
    final var unsigned =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    refused(unsigned + ".e30.", "signed JWT");
    assertTrue(server.store.registry().installationsOf(anna).isEmpty());
  }

  private void refused(final String statement, final String why) {
    final var answer =
        register(
            "{\"app\":\"com.example.phone\",\"statement\":\""
                + statement
                + "\",\"platform\":\"ios\"}");
    assertEquals("RV-403", answer.code(), answer.body());
    assertTrue(answer.json().path("detail").asText().contains(why), answer.body());
  }

  private ECKey key(final String kid) throws JOSEException {
    final var key = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    final var pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.toECPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    server.store.secrets().keepStatementKey(DeviceServer.APP, kid, pem, "test");
    return key;
  }

  private static JWTClaimsSet claims(final String user, final String jti) {
    return new JWTClaimsSet.Builder()
        .claim("org", "acme")
        .subject(user)
        .claim("app", "com.example.phone")
        .expirationTime(Date.from(Instant.now().plusSeconds(300)))
        .jwtID(jti)
        .build();
  }

  private static String statement(final ECKey key, final JWTClaimsSet claims) throws JOSEException {
    return typed(key, "JWT", claims);
  }

  private static String typed(final ECKey key, final String type, final JWTClaimsSet claims)
      throws JOSEException {
    final var head =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID(key.getKeyID())
            .type(new JOSEObjectType(type))
            .build();
    final var jwt = new SignedJWT(head, claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  // ---- tokens -------------------------------------------------------------------------------

  @Test
  void a_push_token_cannot_be_taken_by_who_merely_knows_it() {
    final var owner = Wire.register(server, server.code(anna), token("known"));
    final var ben = server.user("ben");
    final var code = server.code(ben);
    final var thief =
        register(
            "{\"app\":\"com.example.phone\",\"code\":\""
                + code
                + "\",\"platform\":\"ios\""
                + token("known")
                + "}");
    assertEquals(409, thief.status());
    assertEquals("RV-401", thief.code());

    final var other = Wire.register(server, code);
    final var tokens = "{" + token("known").substring(1);
    assertEquals("RV-401", other.send("PUT", "/tokens", tokens + "}").code());
    assertEquals(
        "RV-401", other.send("PUT", "/tokens", tokens + ",\"proof\":\"rd_wrong\"}").code());
    assertEquals(1, addresses(owner));

    assertEquals(
        204,
        other.send("PUT", "/tokens", tokens + ",\"proof\":\"" + owner.token() + "\"}").status());
    assertEquals(0, addresses(owner));
    assertEquals(1, addresses(other));
  }

  @Test
  void after_a_sign_out_the_next_user_of_the_phone_may_have_its_push_token() {
    final var before = Wire.register(server, server.code(anna), token("shared"));
    assertEquals(204, before.send("POST", "/sign-out", "").status());

    final var after = Wire.register(server, server.code(server.user("ben")), token("shared"));

    assertEquals(1, addresses(after));
    assertEquals(401, before.send("GET", "/inbox", "").status());
  }

  private int addresses(final Wire.Device device) {
    return server
        .store
        .registry()
        .installation(new InstallationId(device.installation()))
        .orElseThrow()
        .addresses()
        .size();
  }

  @Test
  void a_rotated_token_leaves_the_former_one_valid_until_it_was_used() {
    final var phone = Wire.register(server, server.code(anna));
    assertEquals(200, phone.send("GET", "/inbox", "").status());
    final var fresh = phone.send("POST", "/token", "").json().path("token").asText();

    assertEquals(200, phone.send("GET", "/inbox", "").status(), "the answer may have been lost");
    final var renewed = new Wire.Device(phone.server(), phone.installation(), fresh, "");
    assertEquals(200, renewed.send("GET", "/inbox", "").status());
    assertEquals("RV-404", phone.send("GET", "/inbox", "").code());
  }

  @Test
  void a_removed_installation_is_unknown_at_once() {
    final var phone = Wire.register(server, server.code(anna));
    assertEquals(200, phone.send("GET", "/inbox", "").status());

    server.store.registry().removeInstallation(new InstallationId(phone.installation()), "test");

    assertEquals("RV-404", phone.send("GET", "/inbox", "").code());
  }

  // ---- inbox, receipts, calls ---------------------------------------------------------------

  @Test
  void the_inbox_is_read_in_pages() {
    final var phone = Wire.register(server, server.code(anna));
    for (int i = 0; i < 5; i++) {
      server.hand(Events.message("m" + i, anna));
    }
    final var first = phone.send("GET", "/inbox?most=3", "").json();
    assertEquals(3, first.path("entries").size());
    assertTrue(first.path("more").asBoolean());
    assertEquals(5, first.path("unread").asInt());

    final var second =
        phone.send("GET", "/inbox?most=3&after=" + first.path("upTo").asText(), "").json();

    assertEquals(2, second.path("entries").size());
    assertEquals("m3", second.path("entries").path(0).path("content").path("text").asText());
    assertFalse(second.path("more").asBoolean());
    final var lost = phone.send("GET", "/inbox?after=zzz-1", "").json();
    assertTrue(lost.path("gap").asBoolean());
    assertEquals(5, lost.path("entries").size());
  }

  @Test
  void receipts_mark_only_events_of_this_user() {
    final var phone = Wire.register(server, server.code(anna));
    final long own = server.hand(Events.message("own", anna));
    final long others = server.hand(Events.message("others", server.user("ben")));
    final var both =
        "{\"receipts\":[{\"event\":\"%s\",\"mark\":\"read\"},{\"event\":\"%s\",\"mark\":\"read\"}]}"
            .formatted(server.id(own), server.id(others));
    assertEquals("RV-109", phone.send("POST", "/receipts", both).code());

    final var one =
        "{\"receipts\":[{\"event\":\"%s\",\"mark\":\"read\"}]}".formatted(server.id(own));
    assertEquals(204, phone.send("POST", "/receipts", one).status());

    final var from = new Position(server.store.journal().epoch(), own - 1);
    Eventually.holds(
        () ->
            server
                .store
                .inbox()
                .after(anna, from, 1)
                .entries()
                .getFirst()
                .marks()
                .contains(Mark.READ),
        "the mark is kept");
  }

  @Test
  void a_conversation_is_read_up_to_an_event() {
    final var phone = Wire.register(server, server.code(anna));
    final long sequence = server.hand(Events.message("read me", anna));

    assertEquals(
        204,
        phone
            .send("POST", "/conversations/team/read", "{\"upTo\":\"" + server.id(sequence) + "\"}")
            .status());

    Eventually.holds(
        () -> server.store.inbox().readUpTo(anna, new ConversationId("team")) == sequence,
        "it is kept");
    assertEquals(
        "RV-109",
        phone
            .send(
                "POST",
                "/conversations/team/read",
                "{\"upTo\":\"" + server.id(sequence + 9_999) + "\"}")
            .code());
  }

  @Test
  void a_call_is_answered_once_and_the_second_hears_how_it_ended() {
    final var first = Wire.register(server, server.code(anna));
    final var second = Wire.register(server, server.code(anna));
    final var call = Events.call(Duration.ofSeconds(30), anna);
    server.hand(call);
    final var path = "/calls/" + call.call();
    assertEquals("ringing", first.send("GET", path, "").json().path("state").asText());

    final var answered = first.send("POST", path + "/answer", "");
    final var late = second.send("POST", path + "/answer", "");

    assertEquals(200, answered.status(), answered.body());
    assertEquals(first.installation(), answered.json().path("on").asText());
    assertEquals(
        200, first.send("POST", path + "/answer", "").status(), "a repeat is the same answer");
    assertEquals(409, late.status());
    assertEquals("RV-701", late.code());
    assertEquals(first.installation(), late.json().path("call").path("on").asText());
    assertEquals("over", second.send("GET", path, "").json().path("state").asText());
  }

  @Test
  void a_call_of_somebody_else_is_not_shown() {
    final var phone = Wire.register(server, server.code(anna));
    final var call = Events.call(Duration.ofSeconds(30), server.user("ben"));
    server.hand(call);

    assertEquals("RV-703", phone.send("GET", "/calls/" + call.call(), "").code());
    assertEquals("RV-703", phone.send("POST", "/calls/" + call.call() + "/answer", "").code());
    assertEquals(
        "RV-702", phone.send("GET", "/calls/00000000-0000-0000-0000-000000000001", "").code());
  }

  // ---- bad input ----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/state|{\"state\":\"asleep\"}|400|RV-101",
        "POST|/state|{\"state\":1}|400|RV-101",
        "POST|/state|{\"stat\":\"locked\"}|400|RV-102",
        "POST|/state|{\"state\":\"locked\",\"state\":\"locked\"}|400|RV-101",
        "POST|/state|{\"state\":\"locked\"|400|RV-101",
        "POST|/state|[]|400|RV-101",
        "POST|/state||400|RV-101",
        "POST|/receipts|{\"receipts\":{}}|400|RV-101",
        "POST|/receipts|{\"receipts\":[{\"event\":\"x\",\"mark\":\"read\"}]}|400|RV-101",
        "PUT|/tokens|{\"tokens\":[{\"service\":\"pigeon\",\"channel\":\"voip\",\"token\":\"t\"}]}|400|RV-101",
        "PUT|/tokens|{\"tokens\":[{\"service\":\"apns\",\"channel\":\"voip\",\"token\":\"\"}]}|400|RV-101",
        "GET|/inbox?most=0||400|RV-101",
        "GET|/inbox?most=9999||400|RV-101",
        "GET|/inbox?after=nowhere||400|RV-101",
        "GET|/poll?wait=1801||400|RV-101",
        "GET|/calls/not-a-uuid||400|RV-101",
        "DELETE|/inbox||405|RV-112",
        "GET|/nothing||404|RV-109",
        "GET|/calls/a/b/c/d||404|RV-109",
      })
  void what_is_wrong_is_answered_precisely(
      final String method,
      final String path,
      final String body,
      final int status,
      final String code) {
    final var phone = Wire.register(server, server.code(anna));

    final var answer = phone.send(method, path, body == null ? "" : body);

    assertEquals(status, answer.status(), answer.body());
    assertEquals(code, answer.code());
  }

  @Test
  void a_body_over_the_limit_is_refused() {
    final var phone = Wire.register(server, server.code(anna));

    assertEquals(
        413, phone.send("POST", "/state", "{\"state\":\"" + "x".repeat(70_000) + "\"}").status());
  }

  @Test
  void requests_without_a_token_that_exists_are_unauthorized_and_counted() {
    final var known = Wire.register(server, server.code(anna));
    final var unseen = Wire.register(server, server.code(anna));
    assertEquals(200, known.send("GET", "/inbox", "").status());
    assertEquals(401, Wire.send(server.address(), "GET", "/inbox", "").status());
    var answer =
        Wire.send(server.address(), "GET", "/inbox", "", "Authorization", "Bearer rd_guess");
    assertEquals("RV-404", answer.code());
    for (int i = 0; i < 100 && answer.status() == 401; i++) {
      answer =
          Wire.send(server.address(), "GET", "/inbox", "", "Authorization", "Bearer rd_guess" + i);
    }
    assertEquals("RV-123", answer.code());
    assertEquals(200, known.send("GET", "/inbox", "").status(), "its token is in memory");
    assertEquals(200, unseen.send("GET", "/inbox", "").status(), "wrong ones do not lock it out");
  }

  @Test
  void a_phone_that_asks_too_often_is_told_to_slow_down() {
    final var phone = Wire.register(server, server.code(anna));
    var answer = phone.send("GET", "/calls/x", "");
    for (int i = 0; i < 2_000 && answer.status() == 400; i++) {
      answer = phone.send("GET", "/calls/x", "");
    }
    assertEquals(429, answer.status());
    assertEquals("RV-123", answer.code());
  }
}

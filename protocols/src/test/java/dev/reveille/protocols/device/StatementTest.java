package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/// Registrations with a statement that the app's backend signed.
class StatementTest {
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

  private PhoneRequests.Answer register(final String body) {
    return PhoneRequests.send(server.address(), "POST", "/installations", body);
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
}

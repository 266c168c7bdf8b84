package dev.reveille.protocols.device;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;

/// Verifies statements: a statement is a JWT (RFC 7519), signed by an app's backend with ES256 or
/// RS256, that lets a device register for a user. The public key was registered for the app before.
///
/// Claims: `org`, `sub` (the user), `app`, `exp` (soon), `jti` (each statement works once). The
/// algorithm is taken from the key that we hold, never from the statement alone.
final class Statements {

  /// The user who may register.
  record Holder(OrganisationId organisation, String user) {}

  /// What `aud` names where it is given (RFC 7519 §4.1.3): this kind of server.
  private static final String AUDIENCE = "reveille";

  /// By how much two clocks may differ.
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  private final SecretStore secrets;
  private final Duration longest;
  private final InstantSource clock;

  Statements(final SecretStore secrets, final Duration longest, final InstantSource clock) {
    this.secrets = secrets;
    this.longest = longest;
    this.clock = clock;
  }

  /// Verifies a statement without using it up.
  ///
  /// @throws Refusal naming the claim or signature that is wrong
  Verified verify(final AppId app, final String text) {
    try {
      final var statement = SignedJWT.parse(text);
      checkSignature(app, statement);
      final var claims = statement.getJWTClaimsSet();
      checkPurpose(statement, claims);
      final var organisation = required(claims.getStringClaim("org"), "org");
      final var user = required(claims.getSubject(), "sub");
      final var jti = required(claims.getJWTID(), "jti");
      if (!app.value().equals(claims.getStringClaim("app"))) {
        throw wrong("app is not the app that registers");
      }
      final var expires = checkedEnd(claims);
      return new Verified(holder(organisation, user), app + " " + jti, expires);
    } catch (ParseException e) {
      throw wrong(
          "it is no signed JWT, or a claim is of another kind: org, sub, app and jti are texts, exp"
              + " is a number of seconds");
    } catch (JOSEException e) {
      throw wrong("its algorithm is not the one of the key");
    }
  }

  private void checkSignature(final AppId app, final SignedJWT statement) throws JOSEException {
    final var kid = statement.getHeader().getKeyID();
    if (kid == null) {
      throw wrong("the header names no key (kid)");
    }
    final var pem =
        secrets.statementKey(app, kid).orElseThrow(() -> wrong("the app has no key with this kid"));
    if (!statement.verify(verifier(pem, statement.getHeader().getAlgorithm()))) {
      throw wrong("the signature is not of the key with this kid");
    }
  }

  /// Refuses what is signed for another purpose or another kind of server.
  private static void checkPurpose(final SignedJWT statement, final JWTClaimsSet claims) {
    final var type = statement.getHeader().getType();
    if (type != null && !type.equals(JOSEObjectType.JWT)) { // which compares in any case
      throw wrong("typ is not JWT: it is signed for another purpose");
    }
    if (!claims.getAudience().isEmpty() && !claims.getAudience().contains(AUDIENCE)) {
      throw wrong("aud is there and does not name " + AUDIENCE);
    }
  }

  /// When the statement expires, which is soon.
  private Instant checkedEnd(final JWTClaimsSet claims) {
    if (claims.getExpirationTime() == null) {
      throw wrong("exp is missing");
    }
    final var expires = claims.getExpirationTime().toInstant();
    final var now = clock.instant();
    final var notBefore = claims.getNotBeforeTime();
    if (notBefore != null && now.plus(LEEWAY).isBefore(notBefore.toInstant())) {
      throw wrong("nbf lies in the future");
    }
    if (!now.isBefore(expires)) {
      throw wrong("exp has passed");
    }
    if (expires.isAfter(now.plus(longest).plus(LEEWAY))) {
      throw wrong("exp lies more than " + longest + " ahead");
    }
    return expires;
  }

  private static Holder holder(final String organisation, final String user) {
    try {
      return new Holder(new OrganisationId(organisation), user);
    } catch (IllegalArgumentException e) {
      throw wrong("org: " + e.getMessage());
    }
  }

  /// A statement whose signature and claims are right.
  final class Verified {
    private final Holder holder;
    private final String name;
    private final Instant expires;

    private Verified(final Holder holder, final String name, final Instant expires) {
      this.holder = holder;
      this.name = name;
      this.expires = expires;
    }

    Holder holder() {
      return holder;
    }

    /// Uses it up, for good: a restart must not make it work again.
    ///
    /// @throws Refusal when it was used before
    void use() {
      if (!secrets.useStatement(DeviceTokens.sha256(name), expires)) {
        throw wrong("a statement with this jti was used before");
      }
    }
  }

  private static String required(
      final @org.jspecify.annotations.Nullable String value, final String claim) {
    if (value == null || value.isEmpty()) {
      throw wrong(claim + " is missing");
    }
    return value;
  }

  private static Refusal wrong(final String detail) {
    return new Refusal(Reason.PROOF_INVALID, detail);
  }

  private static JWSVerifier verifier(final String pem, final JWSAlgorithm algorithm)
      throws JOSEException {
    final var der =
        Base64.getMimeDecoder()
            .decode(pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").strip());
    try {
      if (JWSAlgorithm.ES256.equals(algorithm)) {
        return new ECDSAVerifier(
            (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
      }
      if (JWSAlgorithm.RS256.equals(algorithm)) {
        return new RSASSAVerifier(
            (RSAPublicKey)
                KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der)));
      }
    } catch (GeneralSecurityException e) {
      throw new JOSEException("the key is of another kind", e);
    }
    throw wrong("the algorithm must be ES256 or RS256");
  }
}

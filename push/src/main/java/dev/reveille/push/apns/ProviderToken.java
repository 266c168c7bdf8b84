package dev.reveille.push.apns;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The signed JWT (ES256) with which the server authenticates at Apple: one per team and key,
/// shared by all connections.
///
/// Apple takes a token for an hour and wants no more than one per twenty minutes, whatever happens:
/// so it is renewed in between, and when Apple calls it expired at once (a wrong clock) signing
/// again would only earn another refusal.
///
/// Reading is lock-free; signing happens under the object's lock.
final class ProviderToken {
  static final Duration SHORTEST = Duration.ofMinutes(20);
  static final Duration LONGEST = Duration.ofMinutes(60);

  /// A clock that is kept right moves back by less at once.
  private static final Duration ADJUSTED = Duration.ofSeconds(2);

  /// Clocks differ a little.
  private static final Duration MARGIN = Duration.ofMinutes(2);

  /// One signed token.
  ///
  /// @param header the value of `authorization`
  /// @param renewAt from then on the next one is signed
  record Signed(String header, Instant issuedAt, Instant renewAt) {
    /// Whether it was signed while the clock was fast: Apple refuses it for as long as its issue
    /// time lies ahead.
    boolean isAhead(final Instant now) {
      return issuedAt.isAfter(now.plus(ADJUSTED));
    }
  }

  private final String team;
  private final String keyId;
  private final PrivateKey key;
  private final Duration refreshAfter;
  private final InstantSource clock;
  private volatile @Nullable Signed current;
  private @Nullable Signed previous;

  /// @param refreshAfter between 20 and 60 minutes
  ProviderToken(
      final String team,
      final String keyId,
      final PrivateKey key,
      final Duration refreshAfter,
      final InstantSource clock) {
    if (refreshAfter.compareTo(SHORTEST) < 0 || refreshAfter.compareTo(LONGEST) >= 0) {
      throw new IllegalArgumentException(
          "push.apns.token-refresh ("
              + refreshAfter
              + ") must lie between "
              + SHORTEST
              + " and "
              + LONGEST);
    }
    this.team = team;
    this.keyId = keyId;
    this.key = key;
    this.refreshAfter = refreshAfter;
    this.clock = clock;
  }

  Signed current() {
    final var now = current;
    final var moment = clock.instant();
    if (now != null && moment.isBefore(now.renewAt()) && !now.isAhead(moment)) {
      return now;
    }
    return renew(now);
  }

  /// Apple says that this token has expired.
  ///
  /// @return whether there is another one now, worth one more try
  boolean expired(final String header) {
    final var now = current;
    if (now == null || !now.header().equals(header)) {
      return true; // it was renewed meanwhile
    }
    final var moment = clock.instant();
    if (moment.isBefore(now.issuedAt().plus(SHORTEST)) && !now.isAhead(moment)) {
      return false;
    }
    renew(now);
    return true;
  }

  /// Apple has seen too many new tokens: back to the one before, as long as it holds.
  ///
  /// @return whether there is another one now, worth one more try
  synchronized boolean tooMany(final String header) {
    final var now = current;
    if (now != null && !now.header().equals(header)) {
      return true;
    }
    final var before = previous;
    if (before == null
        || before.isAhead(clock.instant())
        || !clock.instant().isBefore(before.issuedAt().plus(LONGEST).minus(MARGIN))) {
      return false;
    }
    current =
        new Signed(
            before.header(), before.issuedAt(), before.issuedAt().plus(LONGEST).minus(MARGIN));
    previous = null;
    return true;
  }

  private synchronized Signed renew(final @Nullable Signed old) {
    final var meanwhile = current;
    if (meanwhile != null && meanwhile != old) {
      return meanwhile;
    }
    final var fresh = sign(clock.instant());
    previous = old;
    current = fresh;
    return fresh;
  }

  private Signed sign(final Instant at) {
    final var base64 = Base64.getUrlEncoder().withoutPadding();
    final String statement =
        base64.encodeToString(
                ("{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}").getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(
                ("{\"iss\":\"" + team + "\",\"iat\":" + at.getEpochSecond() + "}")
                    .getBytes(StandardCharsets.UTF_8));
    try {
      final var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(key);
      signer.update(statement.getBytes(StandardCharsets.US_ASCII));
      return new Signed(
          "bearer " + statement + "." + base64.encodeToString(signer.sign()),
          at,
          at.plus(refreshAfter));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a P-256 key that was read cannot sign", e);
    }
  }
}

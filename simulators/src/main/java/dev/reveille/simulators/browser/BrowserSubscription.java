package dev.reveille.simulators.browser;

import dev.reveille.simulators.tls.LoopbackCertificates;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;

/// A push subscription as the browser has it, including its private key.
///
/// @param token names it: the last segment of its endpoint
/// @param applicationServerKey the public key that a sender must show, in base64url; "" for any
/// @param pair the browser's key; its public half is `p256dh`
/// @param auth in base64url
/// @param acknowledges the browser acknowledges what it could decrypt at once; otherwise the test
///   does it
public record BrowserSubscription(
    String token,
    String applicationServerKey,
    KeyPair pair,
    String auth,
    State state,
    boolean acknowledges) {
  private static final int TOKEN_BYTES = 96;
  private static final int AUTH_BYTES = 16;

  /// Whether pushes reach it.
  public enum State {
    ACTIVE,
    /// The user took it back: 410.
    GONE,
    /// The service knows it no more: 404.
    UNKNOWN
  }

  static BrowserSubscription make(final String applicationServerKey, final SecureRandom random) {
    try {
      return new BrowserSubscription(
          random(random, TOKEN_BYTES),
          applicationServerKey,
          LoopbackCertificates.newKey(),
          random(random, AUTH_BYTES),
          State.ACTIVE,
          true);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  private static String random(final SecureRandom random, final int count) {
    final var bytes = new byte[count];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The public half of the browser's key, in base64url.
  public String p256dh() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(CurvePoint.write((ECPublicKey) pair.getPublic()));
  }

  byte[] authSecret() {
    return Base64.getUrlDecoder().decode(auth);
  }

  public BrowserSubscription with(final State value) {
    return new BrowserSubscription(token, applicationServerKey, pair, auth, value, acknowledges);
  }

  /// @param value whether the browser acknowledges by itself
  public BrowserSubscription acknowledging(final boolean value) {
    return new BrowserSubscription(token, applicationServerKey, pair, auth, state, value);
  }

  @Override
  public String toString() {
    return "BrowserSubscription[" + state + "]";
  }
}

package dev.reveille.protocols.rest;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.ApiKey;
import dev.reveille.routing.port.SecretStore.Right;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Set;

/// Makes API keys and other secrets, and computes the hashes under which the store keeps them.
/// Thread-safe.
public final class ApiKeys {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String PREFIX = "rk_";

  /// 62^43 is a little more than 2^256.
  private static final int KEY_LENGTH = 43;

  private static final int ID_LENGTH = 10;

  private ApiKeys() {}

  /// A new API key with its secret, which is shown once.
  ///
  /// @param secret what the client sends; not kept anywhere
  public record Made(ApiKey key, String secret) {
    @Override
    public String toString() {
      return "Made[" + key.id() + "]";
    }
  }

  /// Makes a key and keeps it. The server uses this for the first one.
  ///
  /// @param who for the audit log
  public static Made make(
      final SecretStore store,
      final OrganisationId organisation,
      final Set<Right> rights,
      final String note,
      final Instant at,
      final String who) {
    final var key = new ApiKey("k_" + random(ID_LENGTH), organisation, rights, note, at);
    final var secret = PREFIX + random(KEY_LENGTH);
    store.keepApiKey(key, hash(secret), who);
    return new Made(key, secret);
  }

  /// Whether a text has the form of a key, so that it is worth a look-up.
  static boolean isWellFormed(final String secret) {
    return secret.startsWith(PREFIX) && secret.length() == PREFIX.length() + KEY_LENGTH;
  }

  /// SHA-256 of the secret's characters: enough for secrets that are random and long.
  public static byte[] hash(final String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// So many random letters and digits.
  static String random(final int length) {
    final var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}

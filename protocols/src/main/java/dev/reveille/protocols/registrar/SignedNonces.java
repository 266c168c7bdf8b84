package dev.reveille.protocols.registrar;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The nonces of challenges: a moment and a random number, signed for a realm with a key that is
/// made at the start, so that a challenge costs no memory. They hold for five minutes.
///
/// Each count of a nonce is taken once, and a lower one not any more (RFC 7616 section 3.4). Only
/// nonces that were answered with the right password are remembered, and when they are too many the
/// oldest ones end early. Thread-safe.
final class SignedNonces {
  static final Duration LIFE = Duration.ofMinutes(5);

  private static final int MOST = 100_000;
  private static final int RANDOM_BYTES = 12;
  private static final int HEAD_BYTES = Long.BYTES + RANDOM_BYTES;
  private static final int SIGNATURE_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final InstantSource clock;
  private final SecretKeySpec key;
  private final int most;

  /// The highest count that came, by nonce in the order of their first use; guarded by this.
  private final Map<String, Long> counts = new LinkedHashMap<>();

  /// Nonces made before are not taken any more; guarded by this.
  private Instant floor = Instant.MIN;

  SignedNonces(final InstantSource clock) {
    this(clock, MOST);
  }

  /// @param most how many are remembered
  SignedNonces(final InstantSource clock, final int most) {
    this.clock = clock;
    this.most = most;
    final var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /// A fresh one.
  String make(final String realm) {
    final var random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    final var head =
        ByteBuffer.allocate(HEAD_BYTES).putLong(clock.instant().toEpochMilli()).put(random).array();
    final var all =
        ByteBuffer.allocate(HEAD_BYTES + SIGNATURE_BYTES).put(head).put(signature(head, realm));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
  }

  /// Takes a nonce with its count, once.
  ///
  /// @return false for one that is not ours or not this realm's, that is too old, or whose count
  ///   came before
  boolean take(final String nonce, final String realm, final long count) {
    final var made = madeAt(nonce, realm);
    final var now = clock.instant();
    if (made == null || made.isAfter(now) || made.plus(LIFE).isBefore(now)) {
      return false;
    }
    synchronized (this) {
      final var before = counts.get(nonce);
      if (before == null ? made.isBefore(floor) : count <= before) {
        return false;
      }
      counts.put(nonce, count);
      makeRoom();
      return true;
    }
  }

  private void makeRoom() {
    if (counts.size() > most) {
      final var all = counts.keySet().iterator();
      final var ended = Instant.ofEpochMilli(head(decoded(all.next())).getLong());
      all.remove();
      floor = ended.isBefore(floor) ? floor : ended.plusMillis(1);
    }
  }

  /// @return null when it is not ours
  private @Nullable Instant madeAt(final String nonce, final String realm) {
    final var all = decoded(nonce);
    if (all.length != HEAD_BYTES + SIGNATURE_BYTES) {
      return null;
    }
    final var head = Arrays.copyOf(all, HEAD_BYTES);
    final var signature = Arrays.copyOfRange(all, HEAD_BYTES, all.length);
    return MessageDigest.isEqual(signature, signature(head, realm))
        ? Instant.ofEpochMilli(head(all).getLong())
        : null;
  }

  private static ByteBuffer head(final byte[] all) {
    return ByteBuffer.wrap(all, 0, HEAD_BYTES);
  }

  private static byte[] decoded(final String nonce) {
    try {
      return Base64.getUrlDecoder().decode(nonce);
    } catch (final IllegalArgumentException _) {
      return new byte[0];
    }
  }

  private byte[] signature(final byte[] head, final String realm) {
    try {
      final var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(head);
      return Arrays.copyOf(mac.doFinal(realm.getBytes(StandardCharsets.UTF_8)), SIGNATURE_BYTES);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}

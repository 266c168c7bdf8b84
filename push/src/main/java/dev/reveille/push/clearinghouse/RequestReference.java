package dev.reveille.push.clearinghouse;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.WorkKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Names a push to the clearing house that gets it, so that its report finds the push again without
/// a table: the work's key, signed for that clearing house (HMAC-SHA-256). A clearing house can
/// report only what it was sent. Thread-safe.
public final class RequestReference {
  private static final int SIGNATURE_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /// @param key at least 16 random bytes, the same after every start
  public RequestReference(final byte[] key) {
    this.key = new SecretKeySpec(key.clone(), ALGORITHM);
  }

  /// @param domain of the clearing house
  String of(final WorkKey work, final String domain) {
    final var name = Long.toString(work.job(), 36) + "." + work.target().value();
    return name + "." + signature(name, domain);
  }

  /// The push that is meant; empty when this server did not give the reference to that clearing
  /// house.
  ///
  /// @param domain of the clearing house that reports
  public Optional<WorkKey> read(final String reference, final String domain) {
    final int end = reference.lastIndexOf('.');
    final int middle = reference.indexOf('.');
    if (middle < 1 || end <= middle) {
      return Optional.empty();
    }
    final var name = reference.substring(0, end);
    final var expected = signature(name, domain).getBytes(StandardCharsets.US_ASCII);
    final var given = reference.substring(end + 1).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, given)) {
      return Optional.empty();
    }
    return Optional.of(
        new WorkKey(
            Long.parseLong(name.substring(0, middle), 36),
            new TargetKey(name.substring(middle + 1))));
  }

  private String signature(final String name, final String domain) {
    try {
      final var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      final var all = mac.doFinal((domain + " " + name).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(all, SIGNATURE_BYTES));
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}

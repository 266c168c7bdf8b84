package dev.reveille.storage.password;

import dev.reveille.model.Password;
import dev.reveille.storage.codec.DamagedException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// A password's hash by Argon2id (RFC 9106), written with its parameters as
/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, so that a later version can use others for new ones.
/// Computing one takes as much heap as its parameters say.
///
/// @param memory in KiB
/// @param passes how often the memory is gone through
/// @param lanes how many parts of it could be computed side by side
record Argon2Hash(int memory, int passes, int lanes, byte[] salt, byte[] hash) {
  /// What OWASP recommends for Argon2id: 19 MiB, two passes, one lane.
  private static final int MEMORY = 19_456;

  private static final int PASSES = 2;
  private static final int LANES = 1;

  /// In bytes, as RFC 9106 section 3.1 recommends.
  private static final int SALT = 16;

  private static final int LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern TEXT =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  /// A new hash, with a salt of its own and the parameters of today.
  static Argon2Hash of(final Password password) {
    final byte[] salt = new byte[SALT];
    RANDOM.nextBytes(salt);
    return new Argon2Hash(
        MEMORY, PASSES, LANES, salt, computed(MEMORY, PASSES, LANES, salt, LENGTH, password));
  }

  /// @throws DamagedException when it is none that this version knows
  static Argon2Hash parse(final String text) {
    final Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      throw new DamagedException("a password's hash has another form");
    }
    final Base64.Decoder decoder = Base64.getDecoder();
    return new Argon2Hash(
        Integer.parseInt(found.group(1)),
        Integer.parseInt(found.group(2)),
        Integer.parseInt(found.group(3)),
        decoder.decode(found.group(4)),
        decoder.decode(found.group(5)));
  }

  /// Whether it is the hash of this password; compared in a time that tells nothing.
  boolean fits(final Password password) {
    return MessageDigest.isEqual(
        hash, computed(memory, passes, lanes, salt, hash.length, password));
  }

  private static byte[] computed(
      final int memory,
      final int passes,
      final int lanes,
      final byte[] salt,
      final int length,
      final Password password) {
    final var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    final byte[] hash = new byte[length];
    generator.generateBytes(password.bytes(), hash);
    return hash;
  }

  /// As it is kept.
  String text() {
    final Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + memory
        + ",t="
        + passes
        + ",p="
        + lanes
        + "$"
        + encoder.encodeToString(salt)
        + "$"
        + encoder.encodeToString(hash);
  }

  @Override
  public String toString() {
    return "Argon2Hash[…]";
  }
}

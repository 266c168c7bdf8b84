package dev.reveille.storage.password;

import dev.reveille.model.Password;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.UserPasswords.Algorithm;
import dev.reveille.storage.codec.DamagedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Computes what is kept of passwords, and compares with it, [UserPasswords#AT_ONCE] at a time.
/// Thread-safe; blocks for the time of a hash (some tens of milliseconds of a processor), and while
/// others compute theirs. Throws [UserPasswords.Busy] when too many do.
public final class PasswordHashes {
  /// Stands for the hash of a user who has none, so that a verification takes as long: its password
  /// is not known.
  private static final String OF_NO_USER =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
          + "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private final HashingPlaces places =
      new HashingPlaces(UserPasswords.AT_ONCE, UserPasswords.WAITING);

  /// A new hash in its text form, which names its parameters.
  public String hash(final Password password) {
    return places.in(() -> Argon2Hash.of(password).text());
  }

  /// Whether a hash is this password's.
  ///
  /// @param hash its text form
  /// @throws DamagedException when it is none that this version knows
  public boolean fits(final String hash, final Password password) {
    return places.in(() -> Argon2Hash.parse(hash).fits(password));
  }

  /// Takes the time of [#fits] and answers no, for a user without a password.
  public boolean fitsNone(final Password password) {
    return places.in(() -> Argon2Hash.parse(OF_NO_USER).fits(password) && false);
  }

  /// The HA1 of RFC 7616 section 3.4.2, in lower case hexadecimal digits. Takes no place.
  public static String ha1(
      final String user, final String realm, final Password password, final Algorithm algorithm) {
    try {
      final MessageDigest digest = MessageDigest.getInstance(algorithm.token());
      final String text = user + ":" + realm + ":" + password.text();
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm.token(), e);
    }
  }
}

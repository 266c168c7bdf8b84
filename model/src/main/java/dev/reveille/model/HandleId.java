package dev.reveille.model;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/// Names a device at a clearing house instead of its push token: 128 random bits as 22 characters
/// of base64url (RFC 4648 §5). It is made by chance and says nothing of the token, and only the
/// partner for which it was given out can push to it.
public record HandleId(String value) {
  private static final int BYTES = 16;

  /// The last character carries two bits only.
  private static final Pattern SPELLED = Pattern.compile("[A-Za-z0-9_-]{21}[AQgw]");

  /// @throws IllegalArgumentException when no handle is spelled so
  public HandleId {
    if (!SPELLED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "is no handle: give the 22 characters that the clearing house answered");
    }
  }

  /// A new one.
  public static HandleId random(final SecureRandom random) {
    final byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new HandleId(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  @Override
  public String toString() {
    return value;
  }
}

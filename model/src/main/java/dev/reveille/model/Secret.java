package dev.reveille.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// Something that proves who its holder is and that a protocol has to read in clear: a key with
/// which requests are signed, a password's digest. What prints it does not show it, and it is
/// compared in a time that tells nothing of where two differ.
///
/// Immutable.
public final class Secret {
  /// In bytes.
  public static final int LONGEST = 4_096;

  private final byte[] bytes;

  private Secret(final byte[] bytes) {
    if (bytes.length == 0 || bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "a secret has 1 to " + LONGEST + " bytes, not " + bytes.length);
    }
    this.bytes = bytes;
  }

  /// @throws IllegalArgumentException when it is empty or longer than [#LONGEST]
  public static Secret of(final byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /// The same of a text, in UTF-8.
  public static Secret of(final String text) {
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A copy, in clear.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// In clear, where it is a text.
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Whether another one is the same.
  @Override
  public boolean equals(final Object other) {
    return other instanceof final Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Secret[…]";
  }
}

package dev.reveille.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Immutable bytes, equal by content. [#toString] shows the length only, because they may be
/// content.
public final class Bytes {
  private final byte[] bytes;

  private Bytes(final byte[] bytes) {
    this.bytes = bytes;
  }

  /// A copy of the bytes.
  public static Bytes of(final byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /// The text in UTF-8.
  public static Bytes of(final String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return bytes.length;
  }

  /// A copy.
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof final Bytes others && Arrays.equals(bytes, others.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Bytes[" + bytes.length + "]";
  }
}

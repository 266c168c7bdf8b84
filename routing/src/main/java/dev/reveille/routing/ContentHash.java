package dev.reveille.routing;

import java.nio.charset.StandardCharsets;

/// A 64-bit FNV-1a hash over what a sender wrote, field by field, the same in every run and on
/// every machine: it is kept in the journal to tell a repeat from a conflict. It guards against
/// mistakes, not against an adversary.
public final class ContentHash {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long hash = OFFSET;

  /// Adds a field; fields cannot run into each other.
  public ContentHash add(final String field) {
    for (int i = 0; i < field.length(); i++) {
      mix(field.charAt(i));
    }
    mix((char) 0x1F);
    return this;
  }

  public ContentHash add(final long field) {
    for (int shift = 0; shift < Long.SIZE; shift += Character.SIZE) {
      mix((char) (field >>> shift));
    }
    return this;
  }

  public ContentHash add(final byte[] field) {
    return add(new String(field, StandardCharsets.ISO_8859_1));
  }

  private void mix(final char unit) {
    hash = (hash ^ unit) * PRIME;
  }

  public long value() {
    return hash;
  }
}

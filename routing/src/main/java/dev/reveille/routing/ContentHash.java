package dev.reveille.routing;

import dev.reveille.model.Ascii;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A 64-bit hash over what a sender wrote, field by field, the same in every run and on every
/// machine: it is kept in the journal to tell a repeat from a conflict. It guards against mistakes,
/// not against an adversary. Mutable: one for each value, used by one thread. What it computes must
/// never change, or repeats would be taken for conflicts after an update.
///
/// It works in the manner of FNV-1a (xor, then multiply), with a multiplier of its own and on eight
/// bytes at a time, and a shift that brings the high bits back down: a byte at a time costs as much
/// as reading the event's JSON.
public final class ContentHash {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private long hash = OFFSET;

  /// Adds a field; fields cannot run into each other.
  public ContentHash add(final String field) {
    if (!Ascii.isAll(field)) {
      return add(field.getBytes(StandardCharsets.UTF_8));
    }
    int at = 0; // the same words as those of its bytes
    for (; at + Long.BYTES <= field.length(); at += Long.BYTES) {
      long word = 0;
      for (int i = Long.BYTES - 1; i >= 0; i--) {
        word = word << Byte.SIZE | field.charAt(at + i);
      }
      mix(word);
    }
    long rest = 0;
    for (; at < field.length(); at++) {
      rest = rest << Byte.SIZE | field.charAt(at);
    }
    mix(rest);
    mix(field.length());
    return this;
  }

  public ContentHash add(final long field) {
    mix(field);
    return this;
  }

  public ContentHash add(final byte[] field) {
    int at = 0;
    for (; at + Long.BYTES <= field.length; at += Long.BYTES) {
      mix((long) LONGS.get(field, at));
    }
    long rest = 0;
    for (; at < field.length; at++) {
      rest = rest << Byte.SIZE | field[at] & 0xFF;
    }
    mix(rest);
    mix(field.length);
    return this;
  }

  private void mix(final long word) {
    final long mixed = (hash ^ word) * MULTIPLIER;
    hash = mixed ^ mixed >>> 32;
  }

  public long value() {
    return hash;
  }
}

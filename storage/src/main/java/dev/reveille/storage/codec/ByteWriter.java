package dev.reveille.storage.codec;

import dev.reveille.model.Ascii;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/// A byte buffer that grows and is used again, for the binary records of the store: little-endian
/// numbers, numbers of variable length, texts in UTF-8. Not thread-safe.
public final class ByteWriter {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int length;

  public ByteWriter(final int capacity) {
    bytes = new byte[capacity];
  }

  public int length() {
    return length;
  }

  /// Forgets everything from `to` on.
  public void truncate(final int to) {
    length = to;
  }

  public byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /// What was written so far, without a copy; valid until the next write.
  byte[] array() {
    return bytes;
  }

  public ByteWriter u8(final int value) {
    room(1);
    bytes[length++] = (byte) value;
    return this;
  }

  public ByteWriter bool(final boolean value) {
    return u8(value ? 1 : 0);
  }

  public ByteWriter i32(final int value) {
    room(4);
    INTS.set(bytes, length, value);
    length += 4;
    return this;
  }

  public ByteWriter i64(final long value) {
    room(8);
    LONGS.set(bytes, length, value);
    length += 8;
    return this;
  }

  /// Overwrites four bytes that were written before.
  public void patchI32(final int at, final int value) {
    INTS.set(bytes, at, value);
  }

  /// Small numbers in few bytes; negative ones take ten.
  public ByteWriter number(final long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  /// Numbers close to zero, of either sign, in few bytes.
  public ByteWriter signed(final long value) {
    return number((value << 1) ^ (value >> 63));
  }

  public ByteWriter instant(final Instant moment) {
    return signed(moment.getEpochSecond()).number(moment.getNano());
  }

  /// Halves of surrogate pairs that stand alone become question marks, as in every UTF-8 text.
  public ByteWriter text(final String text) {
    if (Ascii.isAll(text)) {
      number(text.length());
      room(text.length());
      Ascii.copy(text, text.length(), bytes, length);
      length += text.length();
      return this;
    }
    final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    number(utf8.length);
    return raw(utf8, 0, utf8.length);
  }

  public ByteWriter raw(final byte[] from, final int offset, final int count) {
    room(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
    return this;
  }

  private void room(final int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}

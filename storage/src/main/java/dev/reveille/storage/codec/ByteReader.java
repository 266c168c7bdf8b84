package dev.reveille.storage.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/// Reads the binary form that [ByteWriter] writes. Throws [DamagedException] when the bytes are not
/// that. Not thread-safe.
public final class ByteReader {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int at;
  private int end;

  public ByteReader(final byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public ByteReader(final byte[] bytes, final int from, final int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  public int at() {
    return at;
  }

  public boolean isAtEnd() {
    return at == end;
  }

  /// Goes to another place of the same array.
  void seek(final int from, final int to) {
    if (from < 0 || to < from || to > bytes.length) {
      throw new DamagedException("a record reaches beyond its group");
    }
    at = from;
    end = to;
  }

  public int u8() {
    need(1);
    return bytes[at++] & 0xFF;
  }

  public boolean bool() {
    return u8() != 0;
  }

  public int i32() {
    need(4);
    final int value = (int) INTS.get(bytes, at);
    at += 4;
    return value;
  }

  public long i64() {
    need(8);
    final long value = (long) LONGS.get(bytes, at);
    at += 8;
    return value;
  }

  public long number() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      final int next = u8();
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new DamagedException("a number has more than ten bytes");
  }

  public long signed() {
    final long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  /// A number that says how many things or bytes follow.
  public int count() {
    final long value = number();
    if (value < 0 || value > end - at) {
      throw new DamagedException("a length of " + value + " in " + (end - at) + " bytes");
    }
    return (int) value;
  }

  public Instant instant() {
    final long seconds = signed();
    final long nanos = number();
    if (nanos < 0
        || nanos > 999_999_999
        || seconds < Instant.MIN.getEpochSecond()
        || seconds > Instant.MAX.getEpochSecond()) {
      throw new DamagedException("a moment out of range");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  public String text() {
    final int count = count();
    final String text = new String(bytes, at, count, StandardCharsets.UTF_8);
    at += count;
    return text;
  }

  /// So many bytes as they are.
  byte[] raw(final int count) {
    need(count);
    at += count;
    return Arrays.copyOfRange(bytes, at - count, at);
  }

  void skip(final int count) {
    need(count);
    at += count;
  }

  private void need(final int count) {
    if (count < 0 || end - at < count) {
      throw new DamagedException("the bytes end too early");
    }
  }
}

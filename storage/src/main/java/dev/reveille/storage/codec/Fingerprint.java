package dev.reveille.storage.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A 64-bit hash of bytes under a secret seed, so that a sender cannot choose keys that collide.
/// Equal fingerprints are a hint only: the caller compares the whole key afterwards. A pure
/// function.
public final class Fingerprint {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long M1 = 0x9E37_79B9_7F4A_7C15L;
  private static final long M2 = 0xD6E8_FEB8_6659_FD93L;

  private Fingerprint() {}

  /// Never 0, which tables use for "empty".
  public static long of(final long seed, final byte[] bytes, final int from, final int to) {
    long hash = seed ^ ((to - from) * M1);
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = fold(hash ^ (long) LONGS.get(bytes, at), seed | 1);
    }
    long rest = 0;
    for (int shift = 0; at < to; at++, shift += 8) {
      rest |= (bytes[at] & 0xFFL) << shift;
    }
    hash = fold(hash ^ rest, M2);
    hash ^= hash >>> 32;
    hash *= M1;
    hash ^= hash >>> 29;
    return hash == 0 ? 1 : hash;
  }

  /// Both halves of the 128-bit product: every bit of the input reaches every bit of the result.
  private static long fold(final long a, final long b) {
    final long x = a ^ M1;
    final long y = b ^ M2;
    return (x * y) ^ Math.multiplyHigh(x, y) ^ Long.rotateLeft(a, 31);
  }
}

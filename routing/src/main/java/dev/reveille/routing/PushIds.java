package dev.reveille.routing;

import dev.reveille.routing.port.WorkKey;
import java.util.UUID;

/// Gives each push its id for tracing: one per event and target, the same on every try and after
/// every restart. Mixed from the store's epoch, the sequence and the target (RFC 9562 version 8).
final class PushIds {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private PushIds() {}

  static UUID of(final long epoch, final WorkKey key) {
    final long event = mix(epoch ^ mix(key.job()));
    long low = event;
    final var target = key.target().value();
    for (int i = 0; i < target.length(); i++) {
      low = (low ^ target.charAt(i)) * 0x100000001b3L;
    }
    low = mix(low);
    final long high = mix(event ^ low);
    return new UUID((high & ~0xF000L) | 0x8000L, (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
  }

  /// The finishing step of SplitMix64: every bit of the input moves every bit of the output.
  private static long mix(final long value) {
    long z = value + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

package dev.reveille.protocols.notificationhubs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// A cache that is bounded by the weight of its values: the one that was not used for longest goes
/// first, and a value that is larger than the whole cache is not kept.
///
/// Belongs to one thread.
final class RecentlyUsed<K, V> {
  private record Held<V>(V value, long weight) {}

  private final Map<K, Held<V>> held = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
  private final long most;
  private long weight;

  /// @param most what all together may weigh
  RecentlyUsed(final long most) {
    this.most = most;
  }

  /// @param made makes one that is not remembered; may not use this map
  V get(final K key, final Function<K, V> made, final ToLongFunction<V> weigher) {
    final var known = held.get(key);
    if (known != null) {
      return known.value();
    }
    final var value = made.apply(key);
    final var one = new Held<>(value, weigher.applyAsLong(value));
    if (one.weight() <= most) {
      held.put(key, one);
      weight += one.weight();
      final var eldest = held.entrySet().iterator();
      while (weight > most) {
        weight -= eldest.next().getValue().weight();
        eldest.remove();
      }
    }
    return value;
  }
}

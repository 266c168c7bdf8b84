package dev.reveille.protocols.rest;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// A queue with one line per organisation; the lines take turns. An organisation with much in the
/// queue delays its own, and an entry of another organisation waits for no more than one of each.
///
/// Not thread-safe.
///
/// @param <K> whose line it is
/// @param <T> what waits
final class FairQueue<K, T> {
  /// The line whose turn is next comes first.
  private final LinkedHashMap<K, ArrayDeque<T>> lines = new LinkedHashMap<>();

  private int size;

  void add(final K whose, final T one) {
    lines.computeIfAbsent(whose, _ -> new ArrayDeque<>()).add(one);
    size++;
  }

  /// Takes the first of the line whose turn it is; null when nothing waits.
  @Nullable T next() {
    final var first = lines.pollFirstEntry();
    if (first == null) {
      return null;
    }
    final var line = first.getValue();
    final var one = line.remove();
    if (!line.isEmpty()) {
      lines.put(first.getKey(), line);
    }
    size--;
    return one;
  }

  /// Takes one that waits no longer; false when it does not wait any more.
  boolean remove(final K whose, final T one) {
    final var line = lines.get(whose);
    if (line == null || !line.remove(one)) {
      return false;
    }
    if (line.isEmpty()) {
      lines.remove(whose);
    }
    size--;
    return true;
  }

  int size() {
    return size;
  }
}

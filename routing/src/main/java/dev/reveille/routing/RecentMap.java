package dev.reveille.routing;

import java.util.LinkedHashMap;
import java.util.Map;

/// A map that forgets what was put into it first when it holds too much.
///
/// Belongs to one thread.
final class RecentMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int most;

  /// @param most so many entries at most
  RecentMap(final int most) {
    super(16);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(final Map.Entry<K, V> eldest) {
    return size() > most;
  }
}

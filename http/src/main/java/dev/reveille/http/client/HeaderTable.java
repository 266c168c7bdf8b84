package dev.reveille.http.client;

import java.util.ArrayDeque;

/// Our picture of the peer's dynamic header table: newest entry first, oldest evicted (RFC 7541
/// section 4). Small, because only constant headers enter it: a look-up is a walk. Belongs to the
/// connection's event loop.
final class HeaderTable {
  private static final int DEFAULT_LIMIT = 4096;

  private final ArrayDeque<HeaderSet.Field> newestFirst = new ArrayDeque<>();
  private int limit = DEFAULT_LIMIT;
  private int size;
  private int version;

  /// Changes whenever positions change.
  int version() {
    return version;
  }

  int limit() {
    return limit;
  }

  void limit(final int wanted) {
    limit = wanted;
    version++;
    evictTo(limit);
  }

  /// Position counted from the newest, -1 when it is not there.
  int find(final HeaderSet.Field field) {
    int position = 0;
    for (final var entry : newestFirst) {
      if (entry.same(field)) {
        return position;
      }
      position++;
    }
    return -1;
  }

  /// @return false when it does not fit; the table is untouched then
  boolean add(final HeaderSet.Field field) {
    if (field.tableSize > limit) {
      return false;
    }
    evictTo(limit - field.tableSize);
    newestFirst.addFirst(field);
    size += field.tableSize;
    version++;
    return true;
  }

  private void evictTo(final int wanted) {
    while (size > wanted) {
      size -= newestFirst.removeLast().tableSize;
    }
  }
}

package dev.reveille.storage.sqlite;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/// The sequences of one user's unread entries, in order, 20 bytes each. To add the newest one and
/// to count take constant time; others are found by binary search.
///
/// Not thread-safe.
final class UnreadEntries {
  private static final int FIRST_ROOM = 8;

  private long[] sequences = new long[FIRST_ROOM];
  private long[] conversations = new long[FIRST_ROOM];
  private int[] keepUntil = new int[FIRST_ROOM]; // seconds
  private int size;
  private int earliest = Integer.MAX_VALUE; // nothing ends before

  int size() {
    return size;
  }

  /// The newest of them, as many as there may be.
  void putAll(final Map<Long, UnreadCounts.Unread> found, final int most) {
    final var ordered = new TreeMap<>(found);
    while (ordered.size() > most) {
      ordered.pollFirstEntry();
    }
    ordered.forEach(this::put);
  }

  /// Once more is no harm.
  void put(final long sequence, final UnreadCounts.Unread entry) {
    final int at = size == 0 || sequences[size - 1] < sequence ? size : where(sequence);
    if (at < size && sequences[at] == sequence) {
      return;
    }
    if (size == sequences.length) {
      final int room = size * 2;
      sequences = Arrays.copyOf(sequences, room);
      conversations = Arrays.copyOf(conversations, room);
      keepUntil = Arrays.copyOf(keepUntil, room);
    }
    move(at, at + 1);
    sequences[at] = sequence;
    conversations[at] = entry.conversation();
    keepUntil[at] = (int) Math.clamp(entry.keepUntil(), 0, Integer.MAX_VALUE);
    earliest = Math.min(earliest, keepUntil[at]);
    size++;
  }

  /// The first place whose sequence is not smaller.
  private int where(final long sequence) {
    final int found = Arrays.binarySearch(sequences, 0, size, sequence);
    return found < 0 ? -found - 1 : found;
  }

  /// What stands from one place on stands from the other on.
  private void move(final int from, final int to) {
    final int moved = size - from;
    System.arraycopy(sequences, from, sequences, to, moved);
    System.arraycopy(conversations, from, conversations, to, moved);
    System.arraycopy(keepUntil, from, keepUntil, to, moved);
  }

  void remove(final long sequence) {
    final int at = where(sequence);
    if (at < size && sequences[at] == sequence) {
      move(at + 1, at);
      size--;
    }
  }

  /// Those of a conversation up to a sequence.
  void removeUpTo(final long sequence, final long conversation) {
    keep(at -> sequences[at] > sequence || conversations[at] != conversation);
  }

  /// Those whose time is over go.
  void expire(final long now) {
    if (now >= earliest) {
      keep(at -> keepUntil[at] > now);
    }
  }

  private void keep(final IntPredicate wanted) {
    int kept = 0;
    earliest = Integer.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      if (wanted.test(i)) {
        sequences[kept] = sequences[i];
        conversations[kept] = conversations[i];
        keepUntil[kept] = keepUntil[i];
        earliest = Math.min(earliest, keepUntil[i]);
        kept++;
      }
    }
    size = kept;
  }
}

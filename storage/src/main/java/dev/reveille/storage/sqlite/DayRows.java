package dev.reveille.storage.sqlite;

import dev.reveille.storage.codec.ByteWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The changes that one fold makes to one day's file, sorted by key: neighbours share a page, so
/// each page is written once per fold and not once per event. Under the projector's lock only.
final class DayRows {
  record Entry(long user, long sequence, int kind, long conversation, long keepUntil) {}

  record Pair(long key, long sequence) implements Comparable<Pair> {
    @Override
    public int compareTo(final Pair other) {
      final int byKey = Long.compare(key, other.key);
      return byKey != 0 ? byKey : Long.compare(sequence, other.sequence);
    }
  }

  private static final Comparator<Entry> BY_USER =
      (a, b) -> {
        final int byUser = Long.compare(a.user, b.user);
        return byUser != 0 ? byUser : Long.compare(a.sequence, b.sequence);
      };

  private final List<Entry> entries = new ArrayList<>();
  private final List<Pair> calls = new ArrayList<>();
  private final Map<Pair, Integer> marks = new HashMap<>();
  private final Map<Long, ByteWriter> trail = new TreeMap<>();

  List<Entry> entries() {
    return entries;
  }

  List<Pair> calls() {
    return calls;
  }

  Map<Pair, Integer> marks() {
    return marks;
  }

  Map<Long, ByteWriter> trail() {
    return trail;
  }

  void mark(final long user, final long sequence, final int bits) {
    marks.merge(new Pair(user, sequence), bits, (a, b) -> a | b);
  }

  /// The marks of an entry that comes with the same fold, so that it is written once: most phones
  /// say within a moment that they have it. What is left in [#marks] concerns entries of before.
  int takeMarks(final Entry entry) {
    if (marks.isEmpty()) {
      return 0;
    }
    final Integer bits = marks.remove(new Pair(entry.user, entry.sequence));
    return bits == null ? 0 : bits;
  }

  ByteWriter linesOf(final long event) {
    return trail.computeIfAbsent(event >> HistoryDay.BUCKET_BITS, _ -> new ByteWriter(16 * 1024));
  }

  void sort() {
    entries.sort(BY_USER);
    calls.sort(Comparator.naturalOrder());
  }
}

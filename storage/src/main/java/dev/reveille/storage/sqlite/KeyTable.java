package dev.reveille.storage.sqlite;

import java.util.function.LongPredicate;

/// Fingerprints of keys and the sequences of their events, open addressing, 16 bytes a slot.
///
/// A fingerprint may be there more than once. Slots are found by the upper bits, so that a walk
/// over the table meets the fingerprints almost in order: a spilled table is sorted in one pass.
/// Probing does not wrap around; some slots behind the end take what is pushed over it. Not
/// thread-safe.
final class KeyTable {
  private static final int SLACK = 64;

  private long[] slots;
  private int bits;
  private int size;
  private final long firstSequence;
  private long lastSequence;
  private long lastLifeEnd = Long.MIN_VALUE;

  /// @param firstSequence every key from this sequence on is here or in a newer table
  KeyTable(final int bits, final long firstSequence) {
    this.bits = bits;
    this.firstSequence = firstSequence;
    this.lastSequence = firstSequence - 1;
    this.slots = new long[2 * ((1 << bits) + SLACK)];
  }

  int size() {
    return size;
  }

  int bits() {
    return bits;
  }

  long firstSequence() {
    return firstSequence;
  }

  long lastSequence() {
    return lastSequence;
  }

  /// The latest `keepUntil` of all, in seconds.
  long lastLifeEnd() {
    return lastLifeEnd;
  }

  void put(final long fingerprint, final long sequence, final long lifeEnd) {
    if (size > (1 << bits) * 6L / 10) {
      grow();
    }
    while (!place(fingerprint, sequence)) {
      grow();
    }
    size++;
    lastSequence = Math.max(lastSequence, sequence);
    lastLifeEnd = Math.max(lastLifeEnd, lifeEnd);
  }

  /// The newest sequence with this fingerprint that `isIt` accepts, 0 when there is none.
  long find(final long fingerprint, final LongPredicate isIt) {
    long found = 0;
    for (int at = slot(fingerprint); at < slots.length && slots[at] != 0; at += 2) {
      if (slots[at] == fingerprint && slots[at + 1] > found && isIt.test(slots[at + 1])) {
        found = slots[at + 1];
      }
    }
    return found;
  }

  /// Takes a key out whose commit failed. The slot stays used, with a sequence that no event has.
  void void_(final long fingerprint, final long sequence) {
    for (int at = slot(fingerprint); at < slots.length && slots[at] != 0; at += 2) {
      if (slots[at] == fingerprint && slots[at + 1] == sequence) {
        slots[at + 1] = 0;
      }
    }
  }

  /// All entries in order of their fingerprints: fingerprint, sequence, fingerprint, …
  long[] sorted() {
    final long[] all = new long[2 * size];
    int count = 0;
    for (int at = 0; at < slots.length; at += 2) {
      if (slots[at] == 0 || slots[at + 1] == 0) {
        continue;
      }
      int to = count;
      while (to > 0 && Long.compareUnsigned(all[to - 2], slots[at]) > 0) {
        all[to] = all[to - 2];
        all[to + 1] = all[to - 1];
        to -= 2;
      }
      all[to] = slots[at];
      all[to + 1] = slots[at + 1];
      count += 2;
    }
    return count == all.length ? all : java.util.Arrays.copyOf(all, count);
  }

  private int slot(final long fingerprint) {
    return (int) (fingerprint >>> (64 - bits)) * 2;
  }

  private boolean place(final long fingerprint, final long sequence) {
    for (int at = slot(fingerprint); at < slots.length; at += 2) {
      if (slots[at] == 0) {
        slots[at] = fingerprint;
        slots[at + 1] = sequence;
        return true;
      }
    }
    return false;
  }

  private void grow() {
    final long[] old = slots;
    bits++;
    slots = new long[2 * ((1 << bits) + SLACK)];
    for (int at = 0; at < old.length; at += 2) {
      if (old[at] != 0 && !place(old[at], old[at + 1])) {
        throw new IllegalStateException("fingerprints are not spread evenly");
      }
    }
  }
}

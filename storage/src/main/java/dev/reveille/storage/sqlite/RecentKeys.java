package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers the keys of accepted events, in bounded memory, so that repeats are found.
///
/// The newest keys are in a table. A full table is frozen, written as a [KeySegment] by the
/// maintenance thread, merged with its neighbours, and then forgotten; segments go when everything
/// in them is past its time. A clean end writes the table too, so that the next start need not read
/// the journal for it.
///
/// A find is a hint: the caller compares the whole key in the journal. [#lock] guards everything:
/// callers hold it while they put, take back or find; what maintenance calls takes it itself and
/// writes files outside of it.
final class RecentKeys {
  private static final Logger LOG = LoggerFactory.getLogger(RecentKeys.class);
  private static final String LAST_TABLE = "fresh.keys";
  private static final int FIRST_BITS = 12;

  /// Every question asks every file, so many small ones become one. The large ones stay: merged
  /// they would outlive the events of their first part for too long.
  private static final int MERGED_AT_ONCE = 16;

  private final Path days;
  private final int mostFresh;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<KeyTable> frozen = new ArrayList<>();
  private final List<KeySegment> segments = new ArrayList<>();
  private KeyTable fresh;

  /// Reads what former runs spilled.
  RecentKeys(final Path days, final int mostFresh) throws IOException {
    this.days = days;
    this.mostFresh = mostFresh;
    final List<Path> files;
    try (Stream<Path> all = Files.list(days)) {
      files = all.filter(file -> file.toString().endsWith(".keys")).sorted().toList();
    }
    for (final Path file : files) {
      if (!file.endsWith(LAST_TABLE)) {
        readOrDrop(file).ifPresent(segments::add);
      }
    }
    segments.sort(Comparator.comparingLong(KeySegment::lastSequence));
    dropParts();
    fresh = new KeyTable(FIRST_BITS, withoutHoles() + 1);
    final Path last = days.resolve(LAST_TABLE);
    if (Files.exists(last)) {
      final Optional<KeySegment> table = readOrDrop(last);
      if (table.isPresent() && table.get().firstSequence() == fresh.firstSequence()) {
        table.get().readInto(fresh);
      }
    }
  }

  /// Parts of a merged file that a crash left beside it.
  private void dropParts() throws IOException {
    for (final KeySegment segment : List.copyOf(segments)) {
      if (segments.stream().anyMatch(other -> other != segment && other.holds(segment))) {
        segments.remove(segment);
        Files.delete(segment.file());
      }
    }
  }

  /// Up to where the segments follow each other; those before the first are forgotten on purpose.
  private long withoutHoles() {
    long upTo = 0;
    for (final KeySegment segment : segments) {
      if (upTo != 0 && segment.firstSequence() > upTo + 1) {
        return upTo;
      }
      upTo = segment.lastSequence();
    }
    return upTo;
  }

  private static Optional<KeySegment> readOrDrop(final Path file) throws IOException {
    final Optional<KeySegment> segment = KeySegment.read(file);
    if (segment.isEmpty()) {
      LOG.warn("{} is not whole; its keys are read from the journal again", file);
      Files.delete(file);
    }
    return segment;
  }

  ReentrantLock lock() {
    return lock;
  }

  /// Up to which sequence everything is known; what follows is read from the journal at start.
  long knownUpTo() {
    return fresh.lastSequence();
  }

  /// Both fingerprints of an event come into the same table, so that a file holds all of an event
  /// or nothing.
  ///
  /// @param ofCall the fingerprint of the call that the event begins, 0 when it begins none
  void put(final long fingerprint, final long ofCall, final long sequence, final long lifeEnd) {
    if (fresh.size() >= mostFresh) {
      frozen.add(fresh);
      fresh = new KeyTable(fresh.bits(), fresh.lastSequence() + 1);
    }
    fresh.put(fingerprint, sequence, lifeEnd);
    if (ofCall != 0) {
      fresh.put(ofCall, sequence, lifeEnd);
    }
  }

  void takeBack(final long fingerprint, final long sequence) {
    fresh.void_(fingerprint, sequence);
    frozen.forEach(table -> table.void_(fingerprint, sequence));
  }

  /// The newest sequence with this fingerprint that `isIt` accepts, 0 when there is none.
  long find(final long fingerprint, final LongPredicate isIt) {
    long found = fresh.find(fingerprint, isIt);
    for (int i = frozen.size() - 1; i >= 0 && found == 0; i--) {
      found = frozen.get(i).find(fingerprint, isIt);
    }
    for (int i = segments.size() - 1; i >= 0 && found == 0; i--) {
      found = segments.get(i).find(fingerprint, isIt);
    }
    return found;
  }

  /// Writes frozen tables as segments; on the maintenance thread.
  void spill(final LocalDate today) throws IOException {
    for (; ; ) {
      final KeyTable table;
      lock.lock();
      try {
        if (frozen.isEmpty()) {
          return;
        }
        table = frozen.getFirst();
      } finally {
        lock.unlock();
      }
      final KeySegment segment = KeySegment.write(segmentFile(today, table), table);
      lock.lock();
      try {
        segments.add(segment);
        frozen.remove(table);
      } finally {
        lock.unlock();
      }
    }
  }

  /// Makes one file of many small ones that follow each other; on the maintenance thread.
  void merge(final LocalDate today) throws IOException {
    for (List<KeySegment> run = nextToMerge(); !run.isEmpty(); run = nextToMerge()) {
      final String name =
          Long.toString(run.getFirst().firstSequence(), 36)
              + "-"
              + Long.toString(run.getLast().lastSequence(), 36);
      final KeySegment merged = KeySegment.merge(days.resolve(today + "." + name + ".keys"), run);
      lock.lock();
      try {
        segments.add(segments.indexOf(run.getFirst()), merged);
        segments.removeAll(run);
      } finally {
        lock.unlock();
      }
      for (final KeySegment part : run) {
        Files.deleteIfExists(part.file());
      }
    }
  }

  private List<KeySegment> nextToMerge() {
    lock.lock();
    try {
      final List<KeySegment> run = new ArrayList<>(MERGED_AT_ONCE);
      for (final KeySegment segment : segments) {
        if (segment.entries() > 2L * mostFresh) {
          run.clear();
        } else {
          run.add(segment);
          if (run.size() == MERGED_AT_ONCE) {
            return run;
          }
        }
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private Path segmentFile(final LocalDate today, final KeyTable table) {
    return days.resolve(today + "." + Long.toString(table.firstSequence(), 36) + ".keys");
  }

  /// Deletes segments whose events are gone, or which are older than keys are remembered.
  void forget(final long oldestKept, final long remembered, final Instant now) throws IOException {
    final List<KeySegment> over;
    lock.lock();
    try {
      over =
          segments.stream()
              .filter(segment ->
                  segment.lastSequence() < oldestKept
                      || (segment.lastSequence() < remembered
                          && segment.lastLifeEnd() < now.getEpochSecond()))
              .toList();
      segments.removeAll(over);
    } finally {
      lock.unlock();
    }
    for (final KeySegment segment : over) {
      Files.deleteIfExists(segment.file());
    }
  }

  int segments() {
    lock.lock();
    try {
      return segments.size();
    } finally {
      lock.unlock();
    }
  }

  /// At the end of a run: keeps the table for the next one.
  void close(final LocalDate today) throws IOException {
    spill(today);
    if (fresh.size() > 0) {
      KeySegment.write(days.resolve(LAST_TABLE), fresh);
    }
  }
}

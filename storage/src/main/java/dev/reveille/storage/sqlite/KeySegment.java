package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;

/// A spilled [KeyTable]: a file that never changes, mapped into memory, so that the operating
/// system decides what of it stays there and the heap knows nothing of it.
///
/// ```
/// i64 magic and version, i64 entries, i64 first sequence, i64 last sequence, i64 last life end,
/// i64 blocks of the Bloom filter, i64 CRC-32C of these six
/// blocks of 64 bytes: Bloom filter, all bits of a key in one block, so one cache line per question
/// entries: i64 fingerprint, i64 sequence, in order of the fingerprints
/// ```
///
/// It only repeats what the journal says: a file that cannot be read is made anew from there.
final class KeySegment {
  private static final long MAGIC = 0x5256_4B45_5953_0001L; // "RVKEYS", version 1
  private static final int HEADER = 56;
  private static final int BLOCK = 64;
  private static final int PIECE = 64 * 1024;
  private static final int BITS_PER_KEY = 10;
  private static final int PROBES = 5;

  private final Path file;
  private final MappedByteBuffer bytes;
  private final int entries;
  private final long firstSequence;
  private final long lastSequence;
  private final long lastLifeEnd;
  private final int blocks;

  private KeySegment(final Path file, final MappedByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
    this.entries = (int) bytes.getLong(8);
    this.firstSequence = bytes.getLong(16);
    this.lastSequence = bytes.getLong(24);
    this.lastLifeEnd = bytes.getLong(32);
    this.blocks = (int) bytes.getLong(40);
  }

  /// What is written next, entry by entry in order.
  private interface Entries {
    void each(Sink to) throws IOException;
  }

  private interface Sink {
    void take(long fingerprint, long sequence) throws IOException;
  }

  /// What a file says of itself.
  private record About(int entries, long firstSequence, long lastSequence, long lastLifeEnd) {}

  static KeySegment write(final Path file, final KeyTable table) throws IOException {
    final long[] sorted = table.sorted();
    return write(
        file,
        new About(
            sorted.length / 2, table.firstSequence(), table.lastSequence(), table.lastLifeEnd()),
        sink -> {
          for (int i = 0; i < sorted.length; i += 2) {
            sink.take(sorted[i], sorted[i + 1]);
          }
        });
  }

  /// Makes one file of several that follow each other. The others stay until they are deleted.
  static KeySegment merge(final Path file, final List<KeySegment> parts) throws IOException {
    return write(
        file,
        new About(
            parts.stream().mapToInt(KeySegment::entries).sum(),
            parts.getFirst().firstSequence,
            parts.getLast().lastSequence,
            parts.stream().mapToLong(KeySegment::lastLifeEnd).max().orElse(Long.MIN_VALUE)),
        sink -> merge(parts, sink));
  }

  private static void merge(final List<KeySegment> parts, final Sink sink) throws IOException {
    final int[] next = new int[parts.size()];
    for (; ; ) {
      int least = -1;
      for (int i = 0; i < next.length; i++) {
        if (next[i] < parts.get(i).entries
            && (least < 0
                || Long.compareUnsigned(
                        parts.get(i).fingerprintAt(next[i]),
                        parts.get(least).fingerprintAt(next[least]))
                    < 0)) {
          least = i;
        }
      }
      if (least < 0) {
        return;
      }
      sink.take(
          parts.get(least).fingerprintAt(next[least]), parts.get(least).sequenceAt(next[least]));
      next[least]++;
    }
  }

  /// Writes a file that is either there as a whole or not at all. Only the filter is held in the
  /// heap; and nothing is written through mapped memory, because a full disk would end the process.
  private static KeySegment write(final Path file, final About about, final Entries entries)
      throws IOException {
    final int blocks = Math.max(1, (int) ((long) about.entries * BITS_PER_KEY / (BLOCK * 8)) + 1);
    final ByteBuffer head =
        ByteBuffer.allocate(HEADER + blocks * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(MAGIC).putLong(about.entries).putLong(about.firstSequence);
    head.putLong(about.lastSequence).putLong(about.lastLifeEnd).putLong(blocks);
    head.putLong(headerCrc(head));
    final Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    OwnerOnly.file(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.position(head.capacity());
      final ByteBuffer some = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
      entries.each((fingerprint, sequence) -> {
        mark(head, blocks, fingerprint);
        some.putLong(fingerprint).putLong(sequence);
        if (!some.hasRemaining()) {
          writeAll(channel, some);
        }
      });
      writeAll(channel, some);
      channel.position(0);
      writeAll(channel, head.position(head.capacity()));
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    return read(file).orElseThrow(() -> new IOException(file + " is not what was just written"));
  }

  private static void writeAll(final FileChannel channel, final ByteBuffer bytes)
      throws IOException {
    bytes.flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    bytes.clear();
  }

  private static void mark(final ByteBuffer out, final int blocks, final long fingerprint) {
    final int block = HEADER + block(fingerprint, blocks) * BLOCK;
    for (int probe = 0; probe < PROBES; probe++) {
      final int bit = bit(fingerprint, probe);
      final int at = block + (bit >>> 6) * 8;
      out.putLong(at, out.getLong(at) | 1L << (bit & 63));
    }
  }

  /// Empty when the file is not whole.
  static Optional<KeySegment> read(final Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < HEADER) {
        return Optional.empty();
      }
      final MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.getLong(0) != MAGIC || bytes.getLong(48) != headerCrc(bytes)) {
        return Optional.empty();
      }
      final KeySegment segment = new KeySegment(file, bytes);
      final long whole = HEADER + (long) segment.blocks * BLOCK + segment.entries * 16L;
      return whole == channel.size() ? Optional.of(segment) : Optional.empty();
    }
  }

  Path file() {
    return file;
  }

  int entries() {
    return entries;
  }

  long firstSequence() {
    return firstSequence;
  }

  long lastSequence() {
    return lastSequence;
  }

  long lastLifeEnd() {
    return lastLifeEnd;
  }

  /// Whether the other one is a part of this one.
  boolean holds(final KeySegment other) {
    return firstSequence <= other.firstSequence
        && lastSequence >= other.lastSequence
        && entries > other.entries;
  }

  /// As [KeyTable#find].
  long find(final long fingerprint, final LongPredicate isIt) {
    if (!mayHold(fingerprint)) {
      return 0;
    }
    int low = 0;
    int high = entries - 1;
    while (low < high) {
      final int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(fingerprintAt(middle), fingerprint) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    long found = 0;
    for (int i = low; i < entries && fingerprintAt(i) == fingerprint; i++) {
      final long sequence = sequenceAt(i);
      if (sequence > found && isIt.test(sequence)) {
        found = sequence;
      }
    }
    return found;
  }

  /// Puts every entry into a table again.
  void readInto(final KeyTable table) {
    for (int i = 0; i < entries; i++) {
      table.put(fingerprintAt(i), sequenceAt(i), lastLifeEnd);
    }
  }

  private boolean mayHold(final long fingerprint) {
    final int block = HEADER + block(fingerprint, blocks) * BLOCK;
    for (int probe = 0; probe < PROBES; probe++) {
      final int bit = bit(fingerprint, probe);
      if ((bytes.getLong(block + (bit >>> 6) * 8) >>> (bit & 63) & 1) == 0) {
        return false;
      }
    }
    return true;
  }

  private long fingerprintAt(final int entry) {
    return bytes.getLong(HEADER + blocks * BLOCK + entry * 16);
  }

  private long sequenceAt(final int entry) {
    return bytes.getLong(HEADER + blocks * BLOCK + entry * 16 + 8);
  }

  private static int block(final long fingerprint, final int blocks) {
    return (int) Math.unsignedMultiplyHigh(fingerprint * 0x9E37_79B9_7F4A_7C15L, blocks);
  }

  private static int bit(final long fingerprint, final int probe) {
    return (int) (fingerprint >>> (probe * 9)) & 511;
  }

  private static long headerCrc(final ByteBuffer bytes) {
    final CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(48));
    return crc.getValue();
  }
}

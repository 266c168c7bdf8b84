package dev.reveille.storage.codec;

import dev.reveille.model.EventKey;
import dev.reveille.model.Job;
import dev.reveille.model.Life;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// Reads a group that [GroupWriter] wrote. The constructor checks format and checksum. A later
/// method throws [NewerFormatException] for a kind of job or note that this version does not know;
/// any other exception is a defect of a program, not of the file. Not thread-safe: readers of a
/// shared group synchronise on it.
public final class GroupReader {
  private final byte[] bytes;
  private final ByteReader in;
  private final long first;
  private final Instant at;
  private final int events;
  private final int notes;

  /// @throws DamagedException when the bytes are not what was written
  /// @throws NewerFormatException when a newer version wrote them
  public GroupReader(final byte[] bytes) {
    if (bytes.length < GroupWriter.HEADER + 4) {
      throw new DamagedException("a group of " + bytes.length + " bytes is too short");
    }
    final int format = bytes[0] & 0xFF;
    final CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    final int told = new ByteReader(bytes, bytes.length - 4, bytes.length).i32();
    if (format > GroupWriter.FORMAT) {
      throw new NewerFormatException(format, GroupWriter.FORMAT);
    }
    if (format != GroupWriter.FORMAT || told != (int) crc.getValue()) {
      throw new DamagedException("the checksum of a group is wrong");
    }
    this.bytes = bytes;
    this.in = new ByteReader(bytes, 1, bytes.length - 4);
    this.first = in.i64();
    this.at = Instant.ofEpochSecond(in.i64(), in.i32());
    this.events = in.i32();
    this.notes = in.i32();
  }

  public long first() {
    return first;
  }

  public int events() {
    return events;
  }

  public Instant at() {
    return at;
  }

  public byte[] bytes() {
    return bytes;
  }

  /// Receives what duplicate detection needs of each event.
  @FunctionalInterface
  public interface KeyReader {
    /// @param ofCall the fingerprint of the call that the event begins, 0 when it begins none
    void key(long fingerprint, long ofCall, long sequence, Instant keepUntil);
  }

  public void keys(final long seed, final KeyReader reader) {
    in.seek(GroupWriter.HEADER, bytes.length - 4);
    for (int i = 0; i < events; i++) {
      final int next = nextRecord();
      final int recordAt = in.at();
      final int written = in.u8();
      in.skip(8);
      final Life life = EventCodec.readLife(in, written);
      final int keyAt = in.at();
      in.skip(in.count());
      in.skip(in.count());
      in.skip(in.count());
      final long fingerprint = Fingerprint.of(seed, bytes, keyAt, in.at());
      long ofCall = 0;
      if (EventCodec.unmarked(written) == EventCodec.CALL) {
        in.seek(recordAt, next);
        ofCall = GroupWriter.callFingerprint(seed, readJob());
      }
      reader.key(fingerprint, ofCall, first + i, life.keepUntil());
      in.seek(next, bytes.length - 4);
    }
  }

  public List<StoredJob> stored() {
    in.seek(GroupWriter.HEADER, bytes.length - 4);
    final List<StoredJob> all = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      final int next = nextRecord();
      all.add(new StoredJob(first + i, at, readJob()));
      in.seek(next, bytes.length - 4);
    }
    return all;
  }

  /// One job; empty when the group does not hold it.
  public Optional<StoredJob> stored(final long sequence) {
    if (!goTo(sequence)) {
      return Optional.empty();
    }
    return Optional.of(new StoredJob(sequence, at, readJob()));
  }

  /// The hash that was handed in with an event of this group.
  public long contentHash(final long sequence) {
    if (!goTo(sequence)) {
      throw new IllegalArgumentException(sequence + " is not in the group from " + first);
    }
    in.skip(1);
    return in.i64();
  }

  public List<Note> notes() {
    in.seek(GroupWriter.HEADER, bytes.length - 4);
    for (int i = 0; i < events; i++) {
      in.seek(nextRecord(), bytes.length - 4);
    }
    final List<Note> all = new ArrayList<>(notes);
    for (int i = 0; i < notes; i++) {
      final int next = nextRecord();
      in.seek(in.at(), next);
      all.add(NoteCodec.read(in));
      in.seek(next, bytes.length - 4);
    }
    return all;
  }

  /// Where each note's record begins, as [GroupWriter#noteOffsets].
  public int[] noteOffsets() {
    in.seek(GroupWriter.HEADER, bytes.length - 4);
    for (int i = 0; i < events; i++) {
      in.seek(nextRecord(), bytes.length - 4);
    }
    final int[] offsets = new int[notes];
    for (int i = 0; i < notes; i++) {
      offsets[i] = in.at();
      in.seek(nextRecord(), bytes.length - 4);
    }
    return offsets;
  }

  /// Copies the record of a note out of its group; [#readTrail] reads a row of such records.
  public static void copyRecord(final byte[] group, final int offset, final ByteWriter to) {
    final int length = new ByteReader(group, offset, group.length).i32();
    to.raw(group, offset, length + 4);
  }

  /// Lines of the trail that stand one after the other, those of one event only.
  public static void readTrail(
      final byte[] records, final long event, final Consumer<TrailEntry> reader) {
    final ByteReader in = new ByteReader(records);
    while (!in.isAtEnd()) {
      final int length = in.i32();
      final int next = in.at() + length;
      final int kind = in.u8();
      final int at = in.at();
      if (in.number() == event) {
        in.seek(at, next);
        reader.accept(NoteCodec.readEntry(in, kind));
      }
      in.seek(next, records.length);
    }
  }

  private boolean goTo(final long sequence) {
    if (sequence < first || sequence >= first + events) {
      return false;
    }
    in.seek(GroupWriter.HEADER, bytes.length - 4);
    for (long at = first; at < sequence; at++) {
      in.seek(nextRecord(), bytes.length - 4);
    }
    nextRecord();
    return true;
  }

  /// Reads a record's length and answers where the next one begins.
  private int nextRecord() {
    final int length = in.i32();
    return in.at() + length;
  }

  private Job readJob() {
    final int written = in.u8();
    in.skip(8);
    final Life life = EventCodec.readLife(in, written);
    final EventKey key = EventCodec.readKey(in);
    return EventCodec.read(in, EventCodec.unmarked(written), life, key);
  }
}

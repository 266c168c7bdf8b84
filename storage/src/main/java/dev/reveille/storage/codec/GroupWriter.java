package dev.reveille.storage.codec;

import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.Job;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.Note;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Encodes one group commit, its jobs and notes, as one blob for the journal. Used again for every
/// group. Not thread-safe.
public final class GroupWriter {
  static final int FORMAT = 1;
  static final int EVENTS_AT = 21;
  static final int NOTES_AT = 25;
  static final int HEADER = 29;

  /// The source of a key that no event has: sources that begin so are the server's own.
  private static final String OF_CALLS = "reveille:call-begins";

  private final long seed;
  private final ByteWriter out = new ByteWriter(64 * 1024);
  private final CRC32C crc = new CRC32C();
  private int events;
  private int notes;
  private int recordAt;
  private int[] noteAt = new int[64];

  /// @param seed secret of this store, for the fingerprints
  public GroupWriter(final long seed) {
    this.seed = seed;
  }

  public void begin(final long firstSequence, final Instant at) {
    out.truncate(0);
    events = 0;
    notes = 0;
    out.u8(FORMAT).i64(firstSequence).i64(at.getEpochSecond()).i32(at.getNano()).i32(0).i32(0);
  }

  /// Adds a job as the next sequence and answers the fingerprint of its key.
  public long job(final Job job, final long contentHash) {
    recordAt = out.length();
    out.i32(0).u8(EventCodec.marked(job)).i64(contentHash);
    EventCodec.writeLife(out, job.life());
    final int keyAt = out.length();
    EventCodec.writeKey(out, job.key());
    final long fingerprint = Fingerprint.of(seed, out.array(), keyAt, out.length());
    EventCodec.writeRest(out, job);
    closeRecord();
    events++;
    return fingerprint;
  }

  /// The fingerprint that [#job] answers for a job with this key.
  public static long fingerprint(final long seed, final EventKey key) {
    final ByteWriter out = new ByteWriter(256);
    EventCodec.writeKey(out, key);
    return Fingerprint.of(seed, out.array(), 0, out.length());
  }

  /// The fingerprint of the call that an event begins, 0 when it begins none: no two events may
  /// begin the same call, as no two may have the same key.
  public static long callFingerprint(final long seed, final Job job) {
    return job instanceof final Event.IncomingCall call
        ? callFingerprint(seed, call.key().organisation(), call.call())
        : 0;
  }

  public static long callFingerprint(
      final long seed, final OrganisationId organisation, final CallId call) {
    return fingerprint(seed, new EventKey(organisation, OF_CALLS, call.toString()));
  }

  /// Takes the job added last out again.
  public void withdrawJob() {
    out.truncate(recordAt);
    events--;
  }

  public void note(final Note note) {
    recordAt = out.length();
    if (notes == noteAt.length) {
      noteAt = Arrays.copyOf(noteAt, notes * 2);
    }
    out.i32(0);
    try {
      NoteCodec.write(out, note);
    } catch (RuntimeException e) {
      out.truncate(recordAt);
      throw e;
    }
    closeRecord();
    noteAt[notes++] = recordAt;
  }

  public int events() {
    return events;
  }

  public int size() {
    return out.length();
  }

  /// Where each note's record begins in the finished blob.
  public int[] noteOffsets() {
    return Arrays.copyOf(noteAt, notes);
  }

  public byte[] finish() {
    out.patchI32(EVENTS_AT, events);
    out.patchI32(NOTES_AT, notes);
    crc.reset();
    crc.update(out.array(), 0, out.length());
    out.i32((int) crc.getValue());
    return out.copy();
  }

  private void closeRecord() {
    out.patchI32(recordAt, out.length() - recordAt - 4);
  }
}

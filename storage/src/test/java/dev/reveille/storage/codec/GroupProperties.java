package dev.reveille.storage.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.Job;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/// Rules of the bytes that have no exceptions.
final class GroupProperties {
  private static final Instant AT = Instant.parse("2026-11-21T10:15:30.123456789Z");

  private static byte[] pack(
      final GroupWriter writer, final long first, final List<Job> jobs, final List<Note> notes) {
    writer.begin(first, AT);
    for (int i = 0; i < jobs.size(); i++) {
      writer.job(jobs.get(i), i * 31L);
    }
    notes.forEach(writer::note);
    return writer.finish();
  }

  @Property(tries = 300)
  void whatever_is_written_can_be_read(
      @ForAll final long seed, @ForAll @LongRange(min = 1) final long first) {
    final Arbitrary draw = new Arbitrary(seed);
    final GroupWriter writer = new GroupWriter(seed);
    final long from = Math.min(first, Long.MAX_VALUE - 10);
    for (int round = 0; round < 2; round++) { // the writer is used again
      final List<Job> jobs = draw.jobs();
      final List<Note> notes = draw.notes();
      final GroupReader reader = new GroupReader(pack(writer, from, jobs, notes));
      assertEquals(from, reader.first());
      assertEquals(AT, reader.at());
      assertEquals(jobs, reader.stored().stream().map(StoredJob::job).toList());
      assertEquals(notes, reader.notes());
      for (int i = 0; i < jobs.size(); i++) {
        assertEquals(
            Optional.of(new StoredJob(from + i, AT, jobs.get(i))), reader.stored(from + i));
        assertEquals(i * 31L, reader.contentHash(from + i));
      }
      assertEquals(Optional.empty(), reader.stored(from + jobs.size()));
      assertArrayEquals(writer.noteOffsets(), reader.noteOffsets());
    }
  }

  @Property(tries = 100)
  void the_fingerprints_read_are_those_written(@ForAll final long seed) {
    final List<Job> jobs = new Arbitrary(seed).jobs();
    final GroupWriter writer = new GroupWriter(seed);
    writer.begin(1, AT);
    final List<Long> written = new ArrayList<>();
    for (final Job job : jobs) {
      written.add(writer.job(job, 0));
      assertEquals(written.getLast(), GroupWriter.fingerprint(seed, job.key()));
    }
    final List<Long> read = new ArrayList<>();
    new GroupReader(writer.finish())
        .keys(
            seed,
            (fingerprint, ofCall, sequence, keepUntil) -> {
              read.add(fingerprint);
              assertEquals(GroupWriter.callFingerprint(seed, jobs.get((int) sequence - 1)), ofCall);
              assertEquals(jobs.get((int) sequence - 1).life().keepUntil(), keepUntil);
            });
    assertEquals(written, read);
  }

  @Property(tries = 100)
  void lines_of_the_trail_are_found_again_among_those_of_other_events(@ForAll final long seed) {
    final List<Note> notes = new Arbitrary(seed).notes();
    final GroupWriter writer = new GroupWriter(seed);
    final byte[] group = pack(writer, 1, List.of(), notes);
    final ByteWriter row = new ByteWriter(16);
    final List<TrailEntry> lines = new ArrayList<>();
    for (int i = 0; i < notes.size(); i++) {
      if (notes.get(i) instanceof Note.TrailLine(var line)) {
        GroupReader.copyRecord(group, writer.noteOffsets()[i], row);
        lines.add(line);
      }
    }
    for (final TrailEntry line : lines) {
      final List<TrailEntry> found = new ArrayList<>();
      GroupReader.readTrail(row.copy(), line.event(), found::add);
      assertEquals(lines.stream().filter(one -> one.event() == line.event()).toList(), found);
    }
  }

  @Property(tries = 300)
  void a_changed_byte_is_noticed(
      @ForAll final long seed,
      @ForAll @IntRange(max = 1 << 20) final int place,
      @ForAll @IntRange(min = 1, max = 255) final int change) {
    final Arbitrary draw = new Arbitrary(seed);
    final byte[] group = pack(new GroupWriter(1), 1, draw.jobs(), draw.notes());
    group[place % group.length] ^= (byte) change;
    assertThrows(RuntimeException.class, () -> new GroupReader(group));
  }

  @Property(tries = 300)
  void a_shortened_group_is_noticed(
      @ForAll final long seed, @ForAll @IntRange(min = 1, max = 1 << 20) final int cut) {
    final Arbitrary draw = new Arbitrary(seed);
    final byte[] group = pack(new GroupWriter(1), 1, draw.jobs(), draw.notes());
    final int length = group.length - 1 - cut % (group.length - 1);
    assertThrows(
        DamagedException.class, () -> new GroupReader(java.util.Arrays.copyOf(group, length)));
  }
}

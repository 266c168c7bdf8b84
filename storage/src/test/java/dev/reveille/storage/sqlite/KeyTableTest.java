package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyTableTest {
  @TempDir Path directory = Path.of("");

  @Test
  void every_key_is_found_in_the_table_and_in_its_file() throws IOException {
    final KeyTable table = new KeyTable(4, 1);
    final SplittableRandom random = new SplittableRandom(1);
    final long[] fingerprints = random.longs(20_000).toArray();
    for (int i = 0; i < fingerprints.length; i++) {
      table.put(fingerprints[i], i + 1, i);
    }
    final KeySegment segment = KeySegment.write(directory.resolve("a.keys"), table);
    assertEquals(20_000, segment.entries());
    assertEquals(1, segment.firstSequence());
    assertEquals(20_000, segment.lastSequence());
    assertEquals(19_999, segment.lastLifeEnd());
    for (int i = 0; i < fingerprints.length; i++) {
      assertEquals(i + 1, table.find(fingerprints[i], _ -> true));
      assertEquals(i + 1, segment.find(fingerprints[i], _ -> true));
    }
    for (int i = 0; i < 20_000; i++) {
      final long unknown = random.nextLong();
      assertEquals(0, table.find(unknown, _ -> true));
      assertEquals(0, segment.find(unknown, _ -> true));
    }
  }

  @Test
  void a_merged_file_knows_what_its_parts_know() throws IOException {
    final SplittableRandom random = new SplittableRandom(2);
    final List<KeySegment> parts = new ArrayList<>();
    final List<Long> fingerprints = new ArrayList<>();
    for (int part = 0; part < 5; part++) {
      final KeyTable table = new KeyTable(4, part * 1_000L + 1);
      for (int i = 0; i < 1_000; i++) {
        fingerprints.add(i % 100 == 0 ? 77L : random.nextLong());
        table.put(fingerprints.getLast(), fingerprints.size(), part == 3 ? 900 : i % 10);
      }
      parts.add(KeySegment.write(directory.resolve(part + ".keys"), table));
    }
    final KeySegment merged = KeySegment.merge(directory.resolve("all.keys"), parts);
    assertEquals(5_000, merged.entries());
    assertEquals(1, merged.firstSequence());
    assertEquals(5_000, merged.lastSequence());
    assertEquals(900, merged.lastLifeEnd());
    for (int i = 0; i < fingerprints.size(); i++) {
      final long sequence = i + 1;
      assertEquals(sequence, merged.find(fingerprints.get(i), it -> it == sequence));
    }
    assertEquals(4_901, merged.find(77, _ -> true), "the newest");
    assertEquals(0, merged.find(random.nextLong(), _ -> true));
    assertTrue(merged.holds(parts.get(2)) && !parts.get(2).holds(merged));
  }

  @Test
  void one_fingerprint_may_stand_for_several_keys() throws IOException {
    final KeyTable table = new KeyTable(4, 1);
    for (final long fingerprint : new long[] {-1, 1, Long.MIN_VALUE}) {
      for (long sequence = 1; sequence <= 40; sequence++) {
        table.put(fingerprint, sequence, 0);
      }
    }
    final KeySegment segment = KeySegment.write(directory.resolve("a.keys"), table);
    for (final long fingerprint : new long[] {-1, 1, Long.MIN_VALUE}) {
      assertEquals(40, table.find(fingerprint, _ -> true));
      assertEquals(40, segment.find(fingerprint, _ -> true));
      assertEquals(17, table.find(fingerprint, sequence -> sequence == 17));
      assertEquals(17, segment.find(fingerprint, sequence -> sequence == 17));
      assertEquals(0, segment.find(fingerprint, _ -> false));
    }
  }

  @Test
  void a_key_taken_back_is_not_found_and_not_spilled() {
    final KeyTable table = new KeyTable(4, 1);
    table.put(7, 1, 0);
    table.put(7, 2, 0);
    table.void_(7, 2);
    assertEquals(1, table.find(7, _ -> true));
    assertEquals(2, table.sorted().length);
  }

  @Test
  void a_file_that_is_not_whole_is_not_read() throws IOException {
    final KeyTable table = new KeyTable(4, 1);
    table.put(7, 1, 0);
    final Path file = directory.resolve("a.keys");
    KeySegment.write(file, table);
    assertTrue(KeySegment.read(file).isPresent());
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(bytes.length() - 1);
    }
    assertEquals(Optional.empty(), KeySegment.read(file));
    Files.write(file, new byte[3]);
    assertEquals(Optional.empty(), KeySegment.read(file));
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.routing.port.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SQLite ends a transaction by itself when the disk is full; that must not hide why.
class FullDiskTest {
  @TempDir private Path folder = Path.of("");

  private static void fill(final Database file) {
    file.transaction(() -> {
      file.execute("INSERT INTO t VALUES (1, zeroblob(10))");
      file.execute("INSERT INTO t VALUES (2, zeroblob(1000000))");
      return true;
    });
  }

  private static void room(final Database file, final int pages) {
    file.locked(() -> {
      file.execute("PRAGMA max_page_count=" + pages);
      return true;
    });
  }

  @Test
  void a_full_disk_is_called_that_and_the_file_is_usable_when_there_is_room_again() {
    final var steps = List.of("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)");
    try (var file = Database.open(folder.resolve("t.db"), Database.Durability.FULL, steps)) {
      room(file, 10);
      final var full = assertThrows(StoreException.class, () -> fill(file));
      final var said = String.valueOf(full.getMessage());
      assertTrue(said.contains("the disk is full"), said);
      assertEquals("Free space on this disk.", full.remedy());
      room(file, 100_000);
      fill(file);
    }
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.routing.port.StoreException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MainDatabaseTest {
  @TempDir Path folder;

  private static long one(final MainDatabase database) {
    return database.read(db -> db.number("SELECT 1"));
  }

  @Test
  void a_look_up_does_not_wait_for_one_that_takes_long() throws Exception {
    try (var database = new MainDatabase(folder.resolve("reveille.db"), InstantSource.system())) {
      final long whileOtherReads =
          database.read(_ -> {
            try {
              return CompletableFuture.supplyAsync(() -> one(database)).get(10, TimeUnit.SECONDS);
            } catch (Exception late) {
              throw new AssertionError("the second look-up waited for the first", late);
            }
          });
      assertEquals(1, whileOtherReads);
    }
  }

  @Test
  void a_look_up_that_fails_gives_its_connection_back() {
    try (var database = new MainDatabase(folder.resolve("reveille.db"), InstantSource.system())) {
      for (int i = 0; i < 100; i++) {
        assertThrows(
            StoreException.class, () -> database.read(db -> db.number("SELECT 1 FROM nothing")));
      }
      assertEquals(1, one(database));
    }
  }

  @Test
  void each_look_up_sees_what_was_committed_before_it() {
    try (var database = new MainDatabase(folder.resolve("reveille.db"), InstantSource.system())) {
      for (int i = 1; i <= 50; i++) {
        database.change(
            db -> db.update("INSERT INTO organisation(name) VALUES(hex(randomblob(8)))"));
        assertEquals(i, (long) database.read(db -> db.number("SELECT count(*) FROM organisation")));
      }
    }
  }
}

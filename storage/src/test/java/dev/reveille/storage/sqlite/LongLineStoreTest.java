package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Lines behind breakers: a million rows, as an hour's outage leaves them, and very many lines.
final class LongLineStoreTest {
  private static final int MANY = 1_000_000;
  private static final String BREAKER = "apns app";

  @Test
  void a_million_rows_behind_a_breaker_do_not_come_into_memory_together() throws IOException {
    final Path directory = Files.createTempDirectory("reveille-line");
    try (PresentFile present = new PresentFile(directory.resolve("present.db"))) {
      present
          .writer()
          .locked(() ->
              present
                  .writer()
                  .update(
                      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                          + " INSERT INTO waiting SELECT i, 'phone', 1, 2 - i * 3 / ?, 1, 0, ?, ?,"
                          + " ? FROM n",
                      MANY - 1,
                      MANY,
                      Long.MAX_VALUE,
                      Reason.SERVICE_UNREACHABLE.code(),
                      BREAKER));
      final SqliteWaitingRoom room = new SqliteWaitingRoom(new WaitingRows(present.reader()));
      assertEquals(MANY, room.size());
      assertEquals(Set.of(BREAKER), room.breakers());
      assertEquals(0, room.inMemory());

      final Waiting first = room.claimBehind(BREAKER, 1).getFirst();
      assertEquals(Lane.URGENT, first.lane());
      assertTrue(room.inMemory() <= 1_000, () -> room.inMemory() + " in memory");
      Waiting before = first;
      for (int claims = 0; claims < 20; claims++) {
        for (final Waiting next : room.claimBehind(BREAKER, 500)) {
          assertTrue(before.event() < next.event(), "the oldest first");
          before = next;
        }
      }
      assertTrue(room.inMemory() <= 11_001, () -> "what is claimed and a page: " + room.inMemory());
      assertEquals(List.of(), room.claimDue(Instant.MAX, 10), "nothing of it has a moment");
    } finally {
      SqliteUnderTest.delete(directory);
    }
  }

  @Test
  void lines_of_breakers_that_come_and_go_are_forgotten() throws IOException {
    final Path directory = Files.createTempDirectory("reveille-line");
    try (PresentFile present = new PresentFile(directory.resolve("present.db"))) {
      final SqliteWaitingRoom room = new SqliteWaitingRoom(new WaitingRows(present.reader()));
      final int before = room.linesInMemory();
      for (int breaker = 0; breaker < 1_000; breaker++) {
        final Waiting row =
            Samples.waiting(breaker, Samples.PHONE, Lane.NORMAL, Samples.NOW)
                .behind("gate" + breaker);
        room.noted(group(breaker, new Note.Parked(row)));
        assertEquals(Set.of(row.behind()), room.breakers());
        assertEquals(1, room.waiting(row.behind()));
        assertEquals(List.of(row), room.claimBehind(row.behind(), 10));
        room.noted(group(breaker, new Note.Unparked(row.key())));
      }
      assertEquals(Set.of(), room.breakers());
      assertEquals(before, room.linesInMemory());
      assertEquals(0, room.size());
    } finally {
      SqliteUnderTest.delete(directory);
    }
  }

  private static CommittedGroup group(final long first, final Note note) {
    return new CommittedGroup(
        first, Samples.NOW, List.of(), List.of(note), new byte[0], new int[1]);
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.reveille.model.Event;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class DuplicateCheckTest {
  private static final long FINGERPRINT = 7;

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();
  @TempDir Path elsewhere = Path.of("");

  private static Submission submission(final Event event) {
    return new Submission(event, event.hashCode(), _ -> {});
  }

  @Test
  void two_keys_with_one_fingerprint_are_two_events() throws IOException {
    final StoredJob one = store.keep(Samples.message("one"));
    final StoredJob two = store.keep(Samples.message("two"));
    try (JournalDays days = new JournalDays(store.directory().resolve("days"))) {
      final RecentKeys table = new RecentKeys(Files.createDirectory(elsewhere.resolve("k")), 16);
      table.put(FINGERPRINT, 0, one.sequence(), Long.MAX_VALUE);
      table.put(FINGERPRINT, 0, two.sequence(), Long.MAX_VALUE);
      final DuplicateCheck keys = new DuplicateCheck(table, days, 1);
      keys.begin(List.of(), Samples.NOW);
      assertEquals(
          new Answer.Repeat(one.sequence()), keys.check(FINGERPRINT, submission(one.event())));
      assertEquals(
          new Answer.Repeat(two.sequence()), keys.check(FINGERPRINT, submission(two.event())));
      assertNull(keys.check(FINGERPRINT, submission(Samples.message("three"))));
    }
  }
}

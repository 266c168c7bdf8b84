package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Audience;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Unfinished;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The process dies between two folds: what the last one wrote is there already when the journal is
/// folded again.
final class RefoldTest {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();
  private @Nullable Path killed;

  /// What a process that is killed now leaves behind.
  private SqliteStore afterKill() throws IOException {
    final Path copy = Files.createTempDirectory("reveille-killed");
    try (Stream<Path> files = Files.walk(store.directory())) {
      for (final Path file : files.toList()) {
        final Path to = copy.resolve(store.directory().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else if (!file.getFileName().toString().endsWith("-shm")) {
          Files.copy(file, to);
        }
      }
    }
    killed = copy;
    return SqliteStore.open(copy, SqliteUnderTest.SETTINGS, store.clock());
  }

  @AfterEach
  void takeAway() throws IOException {
    if (killed != null) {
      SqliteUnderTest.delete(killed);
    }
  }

  @Test
  void an_event_that_was_folded_open_and_settled_before_the_kill_is_finished() throws IOException {
    final StoredJob stored = store.keep(Samples.message("m"));
    store.project(); // its row says that it is open
    store.note(Samples.told(stored.sequence(), 1, Samples.PHONE, true));
    try (SqliteStore next = afterKill()) {
      assertEquals(List.of(), next.journal().unfinished());
    }
  }

  @Test
  void a_cancelled_send_that_lay_far_ahead_gets_no_content_back() throws IOException {
    final var to = new Audience.Addresses(List.of(Samples.address(1)));
    final var moment = Samples.NOW.plus(Duration.ofDays(3));
    final StoredJob gone = store.keep(Samples.send("gone", to, moment));
    final StoredJob stays = store.keep(Samples.send("stays", to, moment));
    store.project();
    store.note(new Note.Advanced(gone.sequence(), 0, 0, State.CANCELLED));
    store.project();
    try (SqliteStore next = afterKill()) {
      assertEquals(
          next.sends().size((Send) stays.job()), next.sends().bytesFarAhead(), "only one is left");
      assertEquals(Optional.of(stays), next.journal().find(stays.sequence()));
      assertEquals(Optional.of(SendLog.withoutContent(gone)), next.journal().find(gone.sequence()));
    }
  }

  @Test
  void an_event_that_was_folded_open_and_settled_in_part_knows_which_part() throws IOException {
    final StoredJob stored = store.keep(Samples.message("m"));
    store.note(Samples.told(stored.sequence(), 2, Samples.TABLET, false));
    store.project();
    store.note(Samples.told(stored.sequence(), 2, Samples.PHONE, true));
    try (SqliteStore next = afterKill()) {
      final List<Unfinished> unfinished = next.journal().unfinished();
      assertEquals(1, unfinished.size());
      assertEquals(List.of(Samples.PHONE.target()), List.copyOf(unfinished.getFirst().done()));
    }
  }
}

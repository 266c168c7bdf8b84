package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Lane;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What comes while a fold is being written, as another process finds it on disk afterwards.
final class WaitingFoldTest {
  private static final Waiting ROW =
      Samples.waiting(1, Samples.PHONE, Lane.NORMAL, Samples.NOW.plusSeconds(5));
  private static final Waiting LATER =
      Samples.waiting(1, Samples.PHONE, Lane.NORMAL, Samples.NOW.plusSeconds(9));

  @TempDir private Path directory;
  @AutoClose private PresentFile present;
  private SqliteWaitingRoom room;

  @BeforeEach
  void open() {
    present = new PresentFile(directory.resolve("present.db"));
    room = new SqliteWaitingRoom(new WaitingRows(present.reader()));
  }

  @Test
  void a_row_that_is_over_while_it_is_written_is_not_found_by_the_next_process() {
    note(1, new Note.Parked(ROW));
    foldUpTo(1, () -> note(2, new Note.Unparked(ROW.key())));
    foldUpTo(2, () -> {});
    assertEquals(List.of(), found());
    assertEquals(0, room.size());
    assertEquals(0, room.inMemory());
  }

  @Test
  void the_same_after_the_row_had_come_back_and_was_parked_anew() {
    note(1, new Note.Parked(ROW));
    assertEquals(List.of(ROW), room.claimDue(ROW.notBefore(), 10));
    note(2, new Note.Parked(LATER));
    foldUpTo(
        2,
        () -> {
          assertEquals(List.of(LATER), room.claimDue(LATER.notBefore(), 10));
          note(3, new Note.Unparked(ROW.key()));
        });
    foldUpTo(3, () -> {});
    assertEquals(List.of(), found());
  }

  @Test
  void a_row_that_is_parked_anew_while_it_is_written_waits_for_its_new_moment() {
    note(1, new Note.Parked(ROW));
    foldUpTo(
        1,
        () -> {
          note(2, new Note.Unparked(ROW.key()));
          note(3, new Note.Parked(LATER));
        });
    foldUpTo(3, () -> {});
    assertEquals(List.of(LATER), found());
    assertEquals(1, room.size());
  }

  @Test
  void a_row_that_is_over_before_it_is_written_costs_the_disk_nothing() {
    note(1, new Note.Parked(ROW));
    note(2, new Note.Unparked(ROW.key()));
    assertEquals(List.of(), room.changesUpTo(2));
    assertEquals(0, room.inMemory());
  }

  private void note(final long group, final Note note) {
    room.noted(
        new CommittedGroup(group, Samples.NOW, List.of(), List.of(note), new byte[0], new int[1]));
  }

  /// As the projector folds.
  private void foldUpTo(final long group, final Runnable meanwhile) {
    final var changes = room.changesUpTo(group);
    meanwhile.run();
    try {
      present.writer().begin();
      room.write(present.writer(), changes);
      present.writer().commit();
    } catch (final SQLException failed) {
      throw new AssertionError(failed);
    }
    room.written(changes);
  }

  /// What another process would be given.
  private List<Waiting> found() {
    return new SqliteWaitingRoom(new WaitingRows(present.reader())).claimDue(LATER.notBefore(), 10);
  }
}

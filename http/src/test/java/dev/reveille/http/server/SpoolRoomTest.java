package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many large bodies may wait at once.
final class SpoolRoomTest {
  private static final int MOST_FILES = 256;

  private final ConnectionPlaces places = new ConnectionPlaces(1_000, 0, 0);

  @TempDir
  @SuppressWarnings("NullAway") // set by JUnit
  private Path folder;

  @Test
  void as_many_files_are_open_as_may_be_and_one_more_when_one_is_given_back() throws Exception {
    final var room = new SpoolRoom(folder, Long.MAX_VALUE, places);
    final List<FileChannel> open = new ArrayList<>();
    try {
      for (var i = 0; i < MOST_FILES; i++) {
        open.add(room.file());
      }
      assertThrows(SpoolRoom.NoRoom.class, room::file);
      assertThrows(SpoolRoom.NoRoom.class, room::file); // a refusal takes no place
      room.giveBackFile(0);
      open.add(room.file());
      assertThrows(SpoolRoom.NoRoom.class, room::file);
      try (var names = Files.list(folder)) {
        assertEquals(0, names.count(), "a file loses its name at once");
      }
    } finally {
      open.forEach(SpoolRoom::close);
    }
  }

  @Test
  void a_file_takes_one_of_the_places_of_connections() throws Exception {
    final var few = new ConnectionPlaces(1, 0, 0);
    final var room = new SpoolRoom(folder, Long.MAX_VALUE, few);
    try (var file = room.file()) {
      assertTrue(file.isOpen());
      assertEquals(1, few.open());
      assertThrows(SpoolRoom.NoRoom.class, room::file);
    }
    room.giveBackFile(0);
    assertEquals(0, few.open());
  }

  @Test
  void a_file_that_cannot_be_made_takes_no_place() throws Exception {
    final var room = new SpoolRoom(folder.resolve("later"), Long.MAX_VALUE, places);
    for (var i = 0; i < MOST_FILES; i++) {
      assertThrows(NoSuchFileException.class, room::file);
    }
    Files.createDirectory(folder.resolve("later"));
    try (var file = room.file()) {
      assertTrue(file.isOpen());
    }
  }

  @Test
  void bytes_are_refused_above_the_bound_and_taken_again_when_others_are_given_back()
      throws Exception {
    final var room = new SpoolRoom(folder, 100, places);
    room.take(60);
    assertThrows(SpoolRoom.NoRoom.class, () -> room.take(41));
    room.take(40);
    room.giveBack(60);
    room.take(60);
    assertEquals(100, room.used());
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriterQueueTest {
  @Test
  void a_note_that_came_while_the_writer_was_busy_does_not_wait_for_the_next_event() {
    final var queue = new WriterQueue();
    final var note = new Note.Cursor(Samples.ANNA, Samples.PHONE, 7);
    queue.note(List.of(note));

    final var work =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> queue.take(Long.MAX_VALUE));

    assertEquals(List.of(note), work.notes());
  }
}

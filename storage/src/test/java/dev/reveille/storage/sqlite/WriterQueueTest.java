package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
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

  @Test
  void a_change_that_comes_alone_does_not_wait() {
    final var queue = new WriterQueue(HOUR);
    for (int i = 0; i < 5; i++) {
      queue.append(events(1));
      assertEquals(1, take(queue).submissions().size());
    }
  }

  @Test
  void events_that_come_quickly_wait_for_each_other_until_they_are_enough() throws Exception {
    final var queue = new WriterQueue(HOUR);
    queue.append(events(4));
    assertEquals(4, take(queue).submissions().size());
    queue.append(events(1));
    final var next = new FutureTask<>(() -> take(queue));
    Thread.ofVirtual().start(next);

    queue.append(events(254));
    assertFalse(next.isDone());
    queue.append(events(1));

    assertEquals(256, next.get(10, TimeUnit.SECONDS).submissions().size());
  }

  @Test
  void a_note_that_must_be_durable_and_the_end_cut_the_wait_short() throws Exception {
    final var queue = new WriterQueue(HOUR);
    queue.append(events(4));
    take(queue);
    queue.append(events(4));
    queue.noteDurably(List.of(new Note.Cursor(Samples.ANNA, Samples.PHONE, 7)), () -> {});
    assertEquals(4, take(queue).submissions().size());
    queue.append(events(1));
    final var last = new FutureTask<>(() -> take(queue));
    Thread.ofVirtual().start(last);

    queue.close();

    assertEquals(1, last.get(10, TimeUnit.SECONDS).submissions().size());
  }

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private static WriterQueue.Work take(final WriterQueue queue) {
    return assertTimeoutPreemptively(Duration.ofSeconds(10), () -> queue.take(Long.MAX_VALUE));
  }

  private static List<EventJournal.Submission> events(final int count) {
    final var all = new ArrayList<EventJournal.Submission>();
    for (int i = 0; i < count; i++) {
      all.add(new EventJournal.Submission(Samples.message("evt-" + i), 0, _ -> {}));
    }
    return all;
  }
}

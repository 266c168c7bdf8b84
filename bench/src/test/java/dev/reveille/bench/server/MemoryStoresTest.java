package dev.reveille.bench.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Event;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.Preferences;
import dev.reveille.model.StoredJob;
import dev.reveille.model.User;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.TestClock;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that keeps nothing answers like one that does, and is empty afterwards.
final class MemoryStoresTest {
  @TempDir private Path folder = Path.of("");

  private final TestClock clock = new TestClock(Samples.NOW);
  private final List<StoredJob> committed = new CopyOnWriteArrayList<>();
  @AutoClose private MemoryStores stores;

  private MemoryStores open() {
    return new MemoryStores(SqliteStore.open(folder, StoreSettings.defaults(), clock), clock);
  }

  @BeforeEach
  void start() {
    stores = open();
    stores.journal().onCommit(committed::addAll);
  }

  private Answer accept(final Event event) throws Exception {
    final var answer = new CompletableFuture<Answer>();
    stores.journal().append(List.of(new Submission(event, event.hashCode(), answer::complete)));
    return answer.get(20, TimeUnit.SECONDS);
  }

  private void note(final Note... notes) throws Exception {
    final var done = new CompletableFuture<Boolean>();
    stores.journal().noteDurably(List.of(notes), () -> done.complete(true));
    done.get(20, TimeUnit.SECONDS);
  }

  private List<StoredJob> inbox() {
    final var page = stores.inbox().after(Samples.ANNA, stores.inbox().beginning(), 10);
    assertFalse(page.gap());
    return page.entries().stream().map(Inbox.Entry::stored).toList();
  }

  @Test
  void an_event_is_told_to_the_reader_before_it_is_answered_and_known_again() throws Exception {
    assertEquals(new Answer.Stored(1), accept(Samples.message("m")));
    assertEquals(1, committed.size());
    assertEquals(new Answer.Repeat(1), accept(Samples.message("m")));
    assertInstanceOf(Answer.Conflict.class, accept(Samples.message("m", Samples.BEN)));
    assertEquals(1, committed.size());
    assertEquals(committed.getFirst(), stores.journal().find(1).orElseThrow());
  }

  @Test
  void messages_wait_for_their_recipients_and_calls_do_not() throws Exception {
    final var end = stores.inbox().end();
    accept(Samples.message("m"));
    accept(Samples.message("other", Samples.BEN));
    accept(Samples.incomingCall("c"));
    assertEquals(List.of(committed.getFirst()), inbox());
    assertEquals(1, stores.inbox().after(Samples.ANNA, end, 10).entries().size());
    assertEquals(1, stores.inbox().unread(Samples.ANNA));
    note(new Note.Marked(Samples.ANNA, Samples.PHONE, Mark.DISMISSED, List.of(1L), Samples.NOW));
    assertEquals(List.of(), inbox());
    assertEquals(0, stores.inbox().unread(Samples.ANNA));
    assertEquals(1, stores.calls().of(Samples.ACME, Samples.call("c")).size());
  }

  @Test
  void trails_and_waiting_work_are_found_again() throws Exception {
    accept(Samples.message("m"));
    final var row = Samples.waiting(1, Samples.PHONE, Lane.NORMAL, Samples.NOW.plusSeconds(1));
    note(Samples.told(1, 1, Samples.PHONE, false), new Note.Parked(row));
    assertEquals(List.of(Samples.opening(1, 1, Samples.PHONE, false)), stores.trail().of(1));
    assertEquals(Samples.NOW.plusSeconds(1), stores.waiting().nextDue());
    assertEquals(List.of(row), stores.waiting().claimDue(Samples.NOW.plusSeconds(1), 10));
    assertEquals(List.of(), stores.waiting().claimDue(Samples.NOW.plusSeconds(1), 10));
    note(new Note.Unparked(row.key()));
    assertEquals(0, stores.waiting().size());
  }

  @Test
  void after_a_minute_an_event_is_forgotten_and_its_position_is_a_gap() throws Exception {
    final var before = stores.inbox().end();
    accept(Samples.message("m"));
    clock.advance(MemoryEvents.KEPT.plus(Duration.ofSeconds(1)));
    accept(Samples.message("next"));
    note(); // forgetting comes after the group
    accept(Samples.message("last"));
    assertTrue(stores.journal().find(1).isEmpty());
    assertEquals(2, inbox().size());
    assertTrue(stores.inbox().after(Samples.ANNA, before, 10).gap());
    assertTrue(stores.inbox().after(Samples.ANNA, new Position(1, 1), 10).gap(), "another epoch");
  }

  @Test
  void users_outlive_the_process_and_events_do_not() throws Exception {
    final var anna = new User(Samples.ANNA, "", List.of(), Preferences.DEFAULT);
    stores.registry().keepOrganisation(Samples.ACME, "test");
    stores.registry().keepUser(anna, "test");
    accept(Samples.message("m"));
    stores.close();
    stores = open();
    assertEquals(anna, stores.registry().user(Samples.ANNA).orElseThrow());
    assertEquals(0, stores.journal().lastSequence());
    assertEquals(List.of(), stores.journal().unfinished());
  }
}

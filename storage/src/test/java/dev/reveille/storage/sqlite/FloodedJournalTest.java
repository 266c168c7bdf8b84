package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Samples;
import dev.reveille.storage.codec.GroupWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The projections stand still, because another program holds their file, while events go on.
@Timeout(60)
final class FloodedJournalTest {
  private static final int SMALL = 16 * 1024;

  /// So many events are written at once at most.
  private static final int GROUP = 2_000;

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  private final List<String> order = new ArrayList<>();

  private CompletableFuture<Answer> append(final Event event) {
    return append(List.of(event)).getFirst();
  }

  private List<CompletableFuture<Answer>> append(final List<Event> events) {
    final var answers = new ArrayList<CompletableFuture<Answer>>();
    final var submissions = new ArrayList<Submission>();
    for (final var event : events) {
      final var answered = new CompletableFuture<Answer>();
      answers.add(answered);
      submissions.add(
          new Submission(
              event,
              event.key().hashCode(),
              answer -> {
                order.add(event.key().id());
                answered.complete(answer);
              }));
    }
    store.journal().append(submissions);
    return answers;
  }

  private Connection hold() throws Exception {
    final var other =
        DriverManager.getConnection("jdbc:sqlite:" + store.directory().resolve("present.db"));
    try (var statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
    }
    return other;
  }

  /// What is answered with others is answered right after them.
  private static void assertWaits(final CompletableFuture<Answer> answer) {
    assertThrows(TimeoutException.class, () -> answer.get(200, TimeUnit.MILLISECONDS));
  }

  /// Hands in messages until one is not answered, since there is no room for what it leads to.
  private CompletableFuture<Answer> flood() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      final var message = append(Samples.message("m" + i));
      try {
        assertInstanceOf(Answer.Stored.class, message.get(2, TimeUnit.SECONDS));
      } catch (TimeoutException _) {
        return message;
      }
    }
    throw new AssertionError("the journal takes everything");
  }

  @Test
  void of_one_batch_the_call_is_stored_and_the_message_before_it_waits() throws Exception {
    store.sqlite().close();
    store.open(SqliteUnderTest.SETTINGS.withUnfoldedBytes(SMALL));
    final int fills;
    try (var other = hold()) {
      final var message = flood();
      fills = order.size();
      other.createStatement().execute("ROLLBACK");
      assertInstanceOf(Answer.Stored.class, message.get(30, TimeUnit.SECONDS));
    }
    store.project();
    try (var other = hold()) {
      for (int i = 0; i < fills; i++) {
        assertInstanceOf(
            Answer.Stored.class, append(Samples.message("n" + i)).get(9, TimeUnit.SECONDS));
      }
      final var batch =
          append(List.of(Samples.message("before"), Samples.incomingCall("call of a batch")));
      assertInstanceOf(Answer.Stored.class, batch.getLast().get(3, TimeUnit.SECONDS));
      assertWaits(batch.getFirst());
      other.createStatement().execute("ROLLBACK");
      assertInstanceOf(Answer.Stored.class, batch.getFirst().get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void a_call_and_its_end_are_stored_while_messages_wait_for_the_projections() throws Exception {
    store.sqlite().close();
    store.open(SqliteUnderTest.SETTINGS.withUnfoldedBytes(SMALL));
    try (var other = hold()) {
      final var message = flood();
      final var later = append(Samples.message("later"));
      assertInstanceOf(
          Answer.Stored.class, append(Samples.incomingCall("call")).get(3, TimeUnit.SECONDS));
      assertInstanceOf(
          Answer.Stored.class,
          append(Samples.callEnded("end", "call", new CallEnd.Cancelled()))
              .get(3, TimeUnit.SECONDS));
      assertWaits(message);
      assertWaits(later);
      other.createStatement().execute("ROLLBACK");
      assertInstanceOf(Answer.Stored.class, message.get(30, TimeUnit.SECONDS));
      assertInstanceOf(Answer.Stored.class, later.get(30, TimeUnit.SECONDS));
    }
    final int from = order.indexOf("call");
    assertEquals("end", order.get(from + 1));
    assertEquals("later", order.getLast());
    assertTrue(from > 0);
  }

  /// So much that the first group of a batch fills it, without what is kept for calls.
  private static long filledByOneGroup(final List<Event> batch) {
    final var packer = new GroupWriter(1);
    packer.begin(1, Samples.NOW);
    final var first = batch.subList(0, GROUP);
    first.forEach(event -> packer.job(event, event.key().hashCode()));
    final long weight =
        new CommittedGroup(
                1,
                Samples.NOW,
                first.stream().map(event -> new StoredJob(1, Samples.NOW, event)).toList(),
                List.of(),
                packer.finish(),
                new int[0])
            .weight();
    return weight - weight / 10;
  }

  @Test
  void a_call_at_the_end_of_a_batch_does_not_wait_when_its_messages_fill_the_room()
      throws Exception {
    final var batch = new ArrayList<Event>();
    for (int i = 0; i < GROUP + 500; i++) {
      batch.add(Samples.message("m" + i));
    }
    batch.add(Samples.incomingCall("call of a batch"));
    store.sqlite().close();
    store.open(SqliteUnderTest.SETTINGS.withUnfoldedBytes(filledByOneGroup(batch)));
    try (var other = hold()) {
      final var answers = append(batch);
      assertInstanceOf(Answer.Stored.class, answers.getLast().get(8, TimeUnit.SECONDS));
      assertWaits(answers.get(GROUP));
      other.createStatement().execute("ROLLBACK");
      assertInstanceOf(Answer.Stored.class, answers.get(GROUP + 499).get(30, TimeUnit.SECONDS));
    }
  }

  /// What events to many lead to counts: rows of inboxes, not bytes of the journal.
  @Test
  void messages_to_many_fill_the_room_by_their_recipients() throws Exception {
    store.sqlite().close();
    store.open(SqliteUnderTest.SETTINGS.withUnfoldedBytes(1 << 20));
    final var many = new ArrayList<UserId>();
    for (int i = 0; i < 1_000; i++) {
      many.add(new UserId(Samples.ACME, "u" + i));
    }
    try (var other = hold()) {
      int stored = 0;
      CompletableFuture<Answer> message = append(toMany("m" + stored, many));
      while (isStored(message)) {
        stored++;
        assertTrue(stored < 20, "20,000 rows wait in a room of 1 MiB");
        message = append(toMany("m" + stored, many));
      }
      assertInstanceOf(
          Answer.Stored.class, append(Samples.incomingCall("call")).get(3, TimeUnit.SECONDS));
      other.createStatement().execute("ROLLBACK");
      assertInstanceOf(Answer.Stored.class, message.get(30, TimeUnit.SECONDS));
    }
  }

  private static Event toMany(final String id, final List<UserId> many) {
    return Samples.message(id, many.toArray(UserId[]::new));
  }

  private static boolean isStored(final CompletableFuture<Answer> message) throws Exception {
    try {
      assertInstanceOf(Answer.Stored.class, message.get(2, TimeUnit.SECONDS));
      return true;
    } catch (TimeoutException _) {
      return false;
    }
  }

  /// The work of one hand-in is many groups, and a call that comes meanwhile waits for one of them.
  @Test
  void a_call_passes_between_the_groups_of_a_large_hand_in() throws Exception {
    final var many = new ArrayList<UserId>();
    for (int i = 0; i < 1_000; i++) {
      many.add(new UserId(Samples.ACME, "u" + i));
    }
    final var batch = new ArrayList<Event>();
    for (int i = 0; i < 200; i++) {
      batch.add(toMany("m" + i, many));
    }
    final var call = new CompletableFuture<CompletableFuture<Answer>>();
    final var answers = new ArrayList<CompletableFuture<Answer>>();
    final var submissions = new ArrayList<Submission>();
    for (final var event : batch) {
      final var answered = new CompletableFuture<Answer>();
      answers.add(answered);
      submissions.add(
          new Submission(
              event,
              1,
              answer -> {
                if (!call.isDone()) { // the first group of the batch is stored
                  call.complete(append(Samples.incomingCall("call")));
                }
                order.add(event.key().id());
                answered.complete(answer);
              }));
    }
    store.journal().append(submissions);
    assertInstanceOf(Answer.Stored.class, answers.getLast().get(30, TimeUnit.SECONDS));
    assertInstanceOf(Answer.Stored.class, call.get(30, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS));
    final int place = order.indexOf("call");
    assertTrue(place > 0 && place < 30, () -> "after " + place + " of 200 messages");
  }

  @Test
  void calls_that_pass_messages_wait_when_there_is_no_room_for_them_either() throws Exception {
    store.sqlite().close();
    store.open(SqliteUnderTest.SETTINGS.withUnfoldedBytes(SMALL));
    try (var other = hold()) {
      final var message = flood();
      final var calls = new ArrayList<Event>();
      for (int i = 0; i <= GROUP; i++) {
        calls.add(Samples.incomingCall("c" + i));
      }
      final var answers = append(calls);
      assertInstanceOf(Answer.Stored.class, answers.get(GROUP - 1).get(8, TimeUnit.SECONDS));
      assertWaits(answers.getLast());
      other.createStatement().execute("ROLLBACK");
      assertInstanceOf(Answer.Stored.class, answers.getLast().get(30, TimeUnit.SECONDS));
      assertInstanceOf(Answer.Stored.class, message.get(30, TimeUnit.SECONDS));
    }
  }
}

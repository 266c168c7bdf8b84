package dev.reveille.routing.port;

import static dev.reveille.routing.port.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.IdKey;
import dev.reveille.model.Lane;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.EventJournal.Unfinished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The contract of every journal.
public interface EventJournalContract {
  StoreUnderTest store();

  @Test
  default void an_event_accepted_twice_is_stored_once() {
    final Event call = Samples.incomingCall("evt-1");
    final Answer.Stored stored = assertInstanceOf(Answer.Stored.class, store().accept(call, 7));
    assertEquals(new Answer.Repeat(stored.sequence()), store().accept(call, 7));
    assertEquals(new Answer.Conflict(stored.sequence()), store().accept(call, 8));
  }

  @Test
  default void equal_keys_in_one_hand_in_are_one_event() throws InterruptedException {
    final Event event = Samples.message("same");
    final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch told = new CountDownLatch(3);
    final EventJournal.Receipt receipt =
        answer -> {
          answers.add(answer);
          told.countDown();
        };
    store()
        .journal()
        .append(
            List.of(
                new Submission(event, 1, receipt),
                new Submission(event, 1, receipt),
                new Submission(event, 2, receipt)));
    assertTrue(told.await(30, TimeUnit.SECONDS));
    final long sequence = assertInstanceOf(Answer.Stored.class, answers.get(0)).sequence();
    assertEquals(new Answer.Repeat(sequence), answers.get(1));
    assertEquals(new Answer.Conflict(sequence), answers.get(2));
  }

  @Test
  default void no_second_event_begins_a_known_call() {
    final StoredJob first = store().keep(Samples.incomingCall("c", Samples.ANNA));
    final Event.IncomingCall second = sameCall("other", Samples.BEN);
    for (int round = 0; round < 2; round++) {
      assertEquals(new Answer.CallKnown(first), store().accept(second));
      assertEquals(new Answer.Repeat(first.sequence()), store().accept(first.event()));
      assertEquals(new Answer.Conflict(first.sequence()), store().accept(first.event(), 5));
      assertEquals(Optional.of(first), store().journal().findCall(Samples.ACME, Samples.call("c")));
      for (int i = 0; i < 40; i++) { // so that the key is in a file by now
        store().keep(Samples.incomingCall("filler " + round + " " + i));
      }
      store().project();
      store().restart();
    }
    assertEquals(
        Optional.empty(), store().journal().findCall(Samples.ACME, Samples.call("unknown")));
    store().clock().advance(Duration.ofDays(8));
    assertInstanceOf(Answer.Stored.class, store().accept(second), "forgotten as a key is");
  }

  /// The same call by another event.
  private static Event.IncomingCall sameCall(final String id, final UserId to) {
    final Event.IncomingCall call = Samples.incomingCall("c", to);
    return new Event.IncomingCall(
        Samples.key(id),
        call.recipients(),
        call.type(),
        call.call(),
        call.caller(),
        call.video(),
        call.life());
  }

  @Test
  default void of_hand_ins_that_race_for_one_call_one_is_stored() throws InterruptedException {
    final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch told = new CountDownLatch(60);
    final EventJournal.Receipt receipt =
        answer -> {
          answers.add(answer);
          told.countDown();
        };
    for (int i = 0; i < 30; i++) {
      final Submission one = new Submission(sameCall("a" + i, Samples.ANNA), i, receipt);
      final Submission other = new Submission(sameCall("b" + i, Samples.BEN), i, receipt);
      Thread.startVirtualThread(() -> store().journal().append(List.of(one, other)));
    }
    assertTrue(told.await(30, TimeUnit.SECONDS));
    assertEquals(1, answers.stream().filter(Answer.Stored.class::isInstance).count());
    assertEquals(59, answers.stream().filter(Answer.CallKnown.class::isInstance).count());
  }

  @Test
  default void an_end_without_recipients_is_kept_and_leaves_nothing_to_settle() {
    final Event.CallEnded early =
        new Event.CallEnded(
            Samples.key("early"),
            List.of(),
            "call-end",
            Samples.call("c"),
            new CallEnd.AnsweredElsewhere("desk"),
            Samples.life());
    final StoredJob stored = store().keep(early);
    for (int round = 0; round < 2; round++) {
      assertEquals(List.of(), store().journal().unfinished());
      assertEquals(List.of(stored), store().journal().callsSince(NOW));
      assertEquals(List.of(stored), store().calls().of(Samples.ACME, Samples.call("c")));
      store().project();
      store().restart();
    }
  }

  @Test
  default void a_repeat_is_known_after_a_restart() {
    final StoredJob stored = store().keep(Samples.message("evt-1"));
    store().restart();
    assertEquals(new Answer.Repeat(stored.sequence()), store().accept(Samples.message("evt-1")));
  }

  @Test
  default void a_key_is_forgotten_when_72_hours_and_its_life_are_over() {
    final Event event = Samples.messageUntil("brief", Samples.NOW.plusSeconds(60));
    final StoredJob first = store().keep(event);
    store().clock().advance(Duration.ofHours(71));
    assertEquals(new Answer.Repeat(first.sequence()), store().accept(event));
    store().clock().advance(Duration.ofHours(2));
    assertInstanceOf(Answer.Stored.class, store().accept(event));
  }

  @Test
  default void a_key_is_remembered_while_its_event_lives() {
    final StoredJob stored = store().keep(Samples.message("week"));
    store().clock().advance(Duration.ofDays(6));
    assertEquals(new Answer.Repeat(stored.sequence()), store().accept(Samples.message("week")));
  }

  @Test
  default void an_accepted_event_is_found_by_sequence_and_by_key() {
    final Event event = Samples.message("evt-1", Samples.ANNA, Samples.BEN);
    final StoredJob stored = store().keep(event);
    assertEquals(event, stored.event());
    assertEquals(store().clock().instant(), stored.at());
    for (int round = 0; round < 2; round++) {
      assertEquals(Optional.of(stored), store().journal().find(stored.sequence()));
      assertEquals(Optional.of(stored), store().journal().find(event.key()));
      assertEquals(Optional.empty(), store().journal().find(stored.sequence() + 1));
      assertEquals(Optional.empty(), store().journal().find(Samples.key("unknown")));
      store().restart();
    }
  }

  @Test
  default void sequences_grow_over_restarts_and_the_epoch_and_the_key_of_ids_stay() {
    assertEquals(0, store().journal().lastSequence());
    final long epoch = store().journal().epoch();
    final IdKey key = store().journal().idKey();
    long last = 0;
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 3; i++) {
        final StoredJob stored = store().keep(Samples.message(round + "-" + i));
        assertTrue(stored.sequence() > last);
        last = stored.sequence();
        assertEquals(last, store().journal().lastSequence());
      }
      store().restart();
      assertEquals(epoch, store().journal().epoch());
      assertEquals(key, store().journal().idKey());
    }
  }

  @Test
  default void committed_groups_reach_the_reader_in_order_and_before_the_receipt() {
    final List<Long> read = Collections.synchronizedList(new ArrayList<>());
    store().journal().onCommit(group -> group.forEach(stored -> read.add(stored.sequence())));
    final List<Long> told = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      final Answer answer = store().accept(Samples.message("evt-" + i));
      told.add(assertInstanceOf(Answer.Stored.class, answer).sequence());
      assertEquals(told, List.copyOf(read));
    }
  }

  @Test
  default void many_events_at_once_keep_their_order() {
    final List<Event.Message> events =
        IntStream.range(0, 5_000).mapToObj(i -> Samples.message("evt-" + i)).toList();
    final List<StoredJob> stored = store().keepAll(events);
    assertEquals(events, stored.stream().map(StoredJob::event).toList());
    final List<Long> sequences = stored.stream().map(StoredJob::sequence).toList();
    assertEquals(sequences.stream().sorted().distinct().toList(), sequences);
  }

  @Test
  default void a_durable_note_is_told_when_it_and_all_before_it_are_kept() {
    for (int i = 1; i <= 20; i++) {
      final long read = 2L * i;
      store().journal().note(List.of(new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, read, NOW)));
      store().note(new Note.Cursor(Samples.ANNA, Samples.PHONE, i));
      assertEquals(read, store().inbox().readUpTo(Samples.ANNA, Samples.TEAM));
      assertEquals(i, store().inbox().cursor(Samples.ANNA, Samples.PHONE).sequence());
    }
    store().restart();
    assertEquals(40, store().inbox().readUpTo(Samples.ANNA, Samples.TEAM));
  }

  @Test
  default void no_note_at_all_waits_durably_for_those_before() {
    for (int i = 1; i <= 20; i++) {
      store().journal().note(List.of(new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, i, NOW)));
      store().note();
      assertEquals(i, store().inbox().readUpTo(Samples.ANNA, Samples.TEAM));
    }
  }

  @Test
  default void durable_notes_are_told_once_each_and_in_order() {
    final List<Integer> told = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> said = IntStream.range(0, 200).boxed().toList();
    for (final int i : said) {
      final Note note = new Note.Cursor(Samples.ANNA, Samples.PHONE, i);
      store().journal().noteDurably(List.of(note), () -> told.add(i));
    }
    store().note();
    assertEquals(said, told);
  }

  @Test
  default void what_was_noted_durably_before_the_end_is_kept_and_told() {
    final AtomicInteger told = new AtomicInteger();
    store()
        .journal()
        .noteDurably(
            List.of(new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, 7, NOW)), told::incrementAndGet);
    store().restart();
    assertEquals(1, told.get());
    assertEquals(7, store().inbox().readUpTo(Samples.ANNA, Samples.TEAM));
  }

  @Test
  default void an_event_is_unfinished_until_all_its_devices_are_settled() {
    final StoredJob none = store().keep(Samples.message("none"));
    final StoredJob some = store().keep(Samples.message("some"));
    final StoredJob all = store().keep(Samples.message("all"));
    final StoredJob withoutDevice = store().keep(Samples.message("without-device"));
    store()
        .note(
            Samples.told(some.sequence(), 2, Samples.PHONE, true),
            Samples.told(some.sequence(), 2, Samples.TABLET, false),
            Samples.told(all.sequence(), 2, Samples.PHONE, true),
            Samples.told(all.sequence(), 2, Samples.TABLET, false),
            new Note.TrailLine(
                new TrailEntry.NoDevice(
                    withoutDevice.sequence(),
                    0,
                    Samples.ANNA,
                    Samples.NOW,
                    dev.reveille.model.Reason.NO_DEVICES)));
    store().note(new Note.TrailLine(Samples.later(all.sequence(), Samples.TABLET, true)));
    for (int round = 0; round < 3; round++) {
      if (round == 1) {
        store().project();
      }
      store().restart();
      assertEquals(
          List.of(
              new Unfinished(none, Set.of()), new Unfinished(some, Set.of(Samples.PHONE.target()))),
          store().journal().unfinished());
    }
  }

  @Test
  default void an_event_whose_open_devices_all_wait_is_not_unfinished() {
    final StoredJob waits = store().keep(Samples.message("waits"));
    final StoredJob half = store().keep(Samples.message("half"));
    store()
        .note(
            Samples.told(waits.sequence(), 1, Samples.PHONE, false),
            new Note.Parked(
                Samples.waiting(waits.sequence(), Samples.PHONE, Lane.NORMAL, Samples.NOW)),
            Samples.told(half.sequence(), 2, Samples.PHONE, false),
            new Note.Parked(
                Samples.waiting(half.sequence(), Samples.PHONE, Lane.NORMAL, Samples.NOW)));
    for (int round = 0; round < 2; round++) {
      store().restart();
      assertEquals(
          List.of(new Unfinished(half, Set.of(Samples.PHONE.target()))),
          store().journal().unfinished());
      store().project();
    }
  }

  @Test
  default void calls_and_their_ends_are_found_since_a_moment() {
    store().keep(Samples.incomingCall("early"));
    store().clock().advance(Duration.ofMinutes(5));
    final var since = store().clock().instant();
    store().keep(Samples.message("no-call"));
    final StoredJob call = store().keep(Samples.incomingCall("late"));
    store().clock().advance(Duration.ofSeconds(1));
    final StoredJob end =
        store().keep(Samples.callEnded("late-end", "late", new CallEnd.Cancelled()));
    assertEquals(List.of(call, end), store().journal().callsSince(since));
    store().restart();
    assertEquals(List.of(call, end), store().journal().callsSince(since));
    assertEquals(3, store().journal().callsSince(Samples.NOW).size());
    assertEquals(List.of(), store().journal().callsSince(since.plusSeconds(60)));
  }

  @Test
  default void what_is_older_than_the_retention_is_gone_and_the_rest_stays() {
    final StoredJob old = store().keep(Samples.message("old"));
    store().clock().advance(store().retention().plus(Duration.ofDays(2)));
    final StoredJob young = store().keep(Samples.message("young"));
    store().restart();
    assertEquals(Optional.empty(), store().journal().find(old.sequence()));
    assertEquals(Optional.of(young), store().journal().find(young.sequence()));
    assertNotEquals(old.sequence(), young.sequence());
  }
}

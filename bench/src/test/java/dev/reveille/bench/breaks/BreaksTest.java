package dev.reveille.bench.breaks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.WorkKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each break does what its name says, and nothing else.
final class BreaksTest {
  private static final Strikes ALWAYS = new Strikes("b", new Chance(1, 1));

  @TempDir private Path folder = Path.of("");

  private BrokenStore with(final Break broken) {
    return new BrokenStore(folder, broken);
  }

  private static Push push(final long event, final PushContent content, final int attempt) {
    return new Push(
        new WorkKey(event, Samples.PHONE.target()),
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.VOIP,
            new AppId("com.example.app"),
            false,
            new PushToken("aa"),
            Samples.NOW),
        new UUID(0, event),
        content,
        Lane.URGENT,
        Samples.NOW.plusSeconds(60),
        attempt,
        () -> false);
  }

  private static Push ring(final long event, final CallId call) {
    return push(event, new PushContent.Ring("e-" + event, call, "C", "sip:c", false), 1);
  }

  private static Push notice(final long event) {
    return push(
        event,
        PushContent.Notice.of("e-" + event, EventClass.MESSAGE, "chat", Content.EMPTY, "", "", -1),
        1);
  }

  private static CallId callOf(final Push push) {
    return RingingPushes.callOf(push).orElseThrow();
  }

  @Test
  void every_break_is_known_by_its_name_and_no_other() {
    assertEquals(
        List.of(
            "answer-before-commit",
            "content-in-log",
            "event-lost",
            "event-twice",
            "other-recipient",
            "other-uuid",
            "ring-after-end",
            "ring-twice",
            "send-cancel-forgotten",
            "send-lines-lost",
            "send-target-again",
            "send-target-lost",
            "send-too-early",
            "send-uncertain-hidden",
            "trail-missing"),
        Breaks.names());
    assertInstanceOf(RingTwice.class, Breaks.named("ring-twice", ALWAYS.chance()));
    assertThrows(
        IllegalArgumentException.class, () -> Breaks.named("ring-thrice", ALWAYS.chance()));
  }

  @Test
  void a_break_strikes_once_in_so_many_chances_and_with_one_seed_the_same_things() {
    final var seven = struck(new Chance(50, 7));
    assertEquals(seven, struck(new Chance(50, 7)));
    assertNotEquals(seven, struck(new Chance(50, 8)));
    assertTrue(seven.size() > 120 && seven.size() < 280, seven.size() + " of 10,000");
  }

  private static List<Integer> struck(final Chance chance) {
    return IntStream.range(0, 10_000).filter(i -> new Strikes("b", chance).hit(i)).boxed().toList();
  }

  @Test
  void what_no_break_strikes_stays_as_it_is() throws Exception {
    final var never = new Strikes("b", new Chance(Integer.MAX_VALUE, 1));
    for (final var name : Breaks.names()) {
      try (var store = new BrokenStore(folder.resolve(name), Breaks.named(name, never.chance()))) {
        final var message = Samples.message("m");
        final var ended = Samples.callEnded("e", "c", new CallEnd.TimedOut());
        assertEquals(new Answer.Stored(1), store.accept(message), name);
        store.send(ring(2, Samples.call("c")), notice(1));
        store.accept(Samples.incomingCall("c"));
        store.accept(ended);
        assertEquals(List.of(message, Samples.incomingCall("c"), ended), store.events(), name);
        assertEquals(2, store.sent.size(), name);
        assertEquals(store.sent, store.told, name);
        assertEquals(Samples.call("c"), callOf(store.sent.getFirst()), name);
      }
    }
  }

  @Test
  void ring_twice_sends_a_ring_twice_with_one_uuid_and_tells_one_outcome() {
    try (var store = with(new RingTwice(ALWAYS))) {
      final var ring = ring(1, Samples.call("c"));
      store.send(ring, notice(2));
      assertEquals(List.of(ring.id(), notice(2).id(), ring.id()), ids(store.sent));
      assertEquals(callOf(store.sent.getFirst()), callOf(store.sent.getLast()));
      assertEquals(List.of(ring.id(), notice(2).id()), ids(store.told));
    }
  }

  private static List<UUID> ids(final List<Push> pushes) {
    return pushes.stream().map(Push::id).toList();
  }

  @Test
  void ring_after_end_rings_again_more_than_two_seconds_after_the_end() throws Exception {
    final var putOff = new ArrayList<BrokenStore.PutOff>();
    final var broken =
        new RingAfterEnd(ALWAYS, (wait, work) -> putOff.add(new BrokenStore.PutOff(wait, work)));
    try (var store = with(broken)) {
      store.accept(Samples.incomingCall("c"));
      store.send(ring(1, Samples.call("c")));
      assertEquals(1, store.sent.size());
      store.accept(Samples.callEnded("other", "d", new CallEnd.TimedOut()));
      store.settle();
      assertEquals(List.of(), putOff);

      store.accept(Samples.callEnded("e", "c", new CallEnd.TimedOut()));
      store.settle();
      assertEquals(1, store.sent.size());
      assertEquals(1, putOff.size());
      assertTrue(putOff.getFirst().delay().toMillis() > 2_000);
      putOff.getFirst().work().run();
      assertEquals(2, store.sent.size());
      assertEquals(callOf(store.sent.getFirst()), callOf(store.sent.getLast()));
      assertTrue(store.sent.getLast().wanted().getAsBoolean(), "although the call is over");
      assertEquals(1, store.told.size());
      assertEquals(3, store.events().size());
    }
  }

  @Test
  void event_lost_answers_that_a_message_is_stored_and_stores_only_the_rest() throws Exception {
    try (var store = with(new EventLost(ALWAYS))) {
      assertInstanceOf(Answer.Stored.class, store.accept(Samples.message("m")));
      assertInstanceOf(Answer.Stored.class, store.accept(Samples.incomingCall("c")));
      assertEquals(List.of(Samples.incomingCall("c")), store.events());
    }
  }

  @Test
  void event_twice_stores_a_message_under_two_ids() throws Exception {
    try (var store = with(new EventTwice(ALWAYS))) {
      store.accept(Samples.message("m"));
      store.accept(Samples.incomingCall("c"));
      final var events = store.events();
      assertEquals(3, events.size());
      final var first = assertInstanceOf(Event.Message.class, events.get(0));
      final var second = assertInstanceOf(Event.Message.class, events.get(1));
      assertNotEquals(first.key(), second.key());
      assertEquals(first.content(), second.content());
      assertEquals(first.recipients(), second.recipients());
    }
  }

  @Test
  void answer_before_commit_commits_a_message_seconds_later_and_at_the_latest_at_the_end()
      throws Exception {
    final var putOff = new ArrayList<BrokenStore.PutOff>();
    final var broken =
        new AnswerBeforeCommit(
            ALWAYS, (wait, work) -> putOff.add(new BrokenStore.PutOff(wait, work)));
    final BrokenStore closed;
    try (var store = with(broken)) {
      closed = store;
      assertInstanceOf(Answer.Stored.class, store.accept(Samples.message("one")));
      assertInstanceOf(Answer.Stored.class, store.accept(Samples.message("two")));
      assertInstanceOf(Answer.Stored.class, store.accept(Samples.incomingCall("c")));
      assertEquals(List.of(Samples.incomingCall("c")), store.events());
      putOff.getFirst().work().run();
      assertEquals(List.of(Samples.incomingCall("c"), Samples.message("one")), store.events());
    }
    assertEquals(Samples.message("two"), closed.committed.getLast().event());
    assertEquals(3, closed.committed.size());
  }

  @Test
  void other_uuid_changes_the_uuid_of_a_repeated_ring_only() {
    try (var store = with(new OtherUuid(ALWAYS))) {
      final var call = Samples.call("c");
      final var first = ring(1, call);
      store.send(first, notice(2));
      store.send(first, notice(2));
      assertEquals(call, callOf(store.sent.get(0)));
      assertNotEquals(call, callOf(store.sent.get(2)));
      assertEquals(notice(2).content(), store.sent.get(3).content());
      assertEquals(4, store.sent.size());
      assertEquals(
          List.of(call, call),
          store.told.stream()
              .filter(push -> RingingPushes.callOf(push).isPresent())
              .map(BreaksTest::callOf)
              .toList());

      final var again = new PushContent.Ring("e-3", Samples.call("d"), "C", "sip:c", false);
      store.send(push(3, again, 2));
      assertNotEquals(Samples.call("d"), callOf(store.sent.getLast()), "a second try");
    }
  }

  @Test
  void other_uuid_takes_what_a_former_process_accepted_for_repeated() throws Exception {
    try (var before = with(new EventLost(new Strikes("b", new Chance(Integer.MAX_VALUE, 1))))) {
      before.accept(Samples.incomingCall("c"));
    }
    try (var store = with(new OtherUuid(ALWAYS))) {
      store.send(ring(1, Samples.call("c")), ring(2, Samples.call("d")));
      assertNotEquals(Samples.call("c"), callOf(store.sent.getFirst()));
      assertEquals(Samples.call("d"), callOf(store.sent.getLast()));
    }
  }

  @Test
  void content_in_log_writes_what_events_say_into_the_log() throws Exception {
    final var lines = new ArrayList<String>();
    final var handler =
        new Handler() {
          @Override
          public void publish(final LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    final var log = Logger.getLogger(ContentInLog.class.getName());
    log.addHandler(handler);
    try (var store = with(new ContentInLog(ALWAYS))) {
      store.accept(Samples.message("m"));
      store.accept(Samples.incomingCall("c"));
      assertEquals(2, store.events().size());
    } finally {
      log.removeHandler(handler);
    }
    assertTrue(lines.stream().anyMatch(line -> line.contains("Text of m")), lines.toString());
    assertTrue(lines.stream().anyMatch(line -> line.contains("Carla Caller")), lines.toString());
  }

  @Test
  void trail_missing_leaves_settling_lines_out_of_what_is_read_and_keeps_them() throws Exception {
    final var other = new InstallationId("tablet");
    try (var store = with(new TrailMissing(ALWAYS))) {
      store.accept(Samples.message("m"));
      store
          .stores
          .journal()
          .note(List.of(Samples.told(1, 2, Samples.PHONE, true), Samples.told(1, 2, other, false)));
      store.settle();
      assertEquals(2, store.whole.trail().of(1).size());
      final var read = store.stores.trail().of(1);
      assertEquals(List.of(Samples.opening(1, 2, other, false)), read);
      assertFalse(store.whole.trail().recent(Samples.ANNA, Samples.NOW, 1).isEmpty());
    }
  }
}

package dev.reveille.bench.breaks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Audience;
import dev.reveille.model.Content;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.SendLog.Unfinished;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.OfTarget;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WorkKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each break of a send does what its name says, and nothing else. [BreaksTest] is its sister for
/// events.
final class SendBreaksTest {
  private static final Strikes ALWAYS = new Strikes("b", new Chance(1, 1));
  private static final Instant LATER = Samples.NOW.plusSeconds(60);
  private static final long LAST = 1_000;

  @TempDir private Path folder = Path.of("");

  private BrokenStore with(final Break broken) {
    return new BrokenStore(folder, broken);
  }

  private static Send send(final Instant notBefore) {
    return Samples.send("s", new Audience.Registered("hub", "", LAST), notBefore);
  }

  private static Push push(final Push other, final PushContent content) {
    return new Push(
        new WorkKey(7, Samples.address(1).key()),
        other.to(),
        new UUID(0, 9),
        content,
        Lane.BULK,
        LATER,
        1,
        () -> true);
  }

  private static Push toDevice(final PushContent content) {
    return new Push(
        new WorkKey(7, Samples.PHONE.target()),
        (PushAddress.Direct) Samples.address(1).address(),
        new UUID(0, 8),
        content,
        Lane.BULK,
        LATER,
        1,
        () -> true);
  }

  private static Note told(final Outcome... outcomes) {
    final var tries =
        List.of(outcomes).stream()
            .map(one -> new Try("push", 1, Samples.NOW, one, Reason.HANDED_TO_PLATFORM, ""))
            .toList();
    return new Note.TrailLine(
        new TrailEntry.Targets(
            1,
            Samples.NOW,
            List.of(new OfTarget(1, Samples.address(1).key(), "apns", tries, true, false))));
  }

  private static List<String> outcomes(final List<TrailEntry> trail) {
    return trail.stream()
        .map(TrailEntry.Targets.class::cast)
        .flatMap(line -> line.targets().stream())
        .flatMap(target -> target.tries().stream())
        .map(Try::outcome)
        .toList();
  }

  private void accept(final BrokenStore store) throws Exception {
    store.accept(send(Samples.NOW));
    store.stores.journal().note(List.of(new Note.Advanced(1, 0, 500, State.GOES_ON)));
  }

  private Unfinished afterAKill(final Break broken) throws Exception {
    try (var next = new BrokenStore(folder, broken)) {
      return next.stores.sends().unfinished().getFirst();
    }
  }

  @Test
  void send_target_lost_keeps_a_push_to_an_address_and_tells_that_it_was_handed_over() {
    final var notice =
        PushContent.Notice.of("e-7", EventClass.ALERT, "news", Content.EMPTY, "", "", -1);
    try (var store = with(new SendTargetLost(ALWAYS))) {
      final var device = toDevice(notice);
      store.send(device, push(device, notice));
      assertEquals(List.of(device), store.sent);
      assertEquals(2, store.told.size());
    }
  }

  @Test
  void send_uncertain_hidden_leaves_uncertain_out_of_what_is_read_and_keeps_it() throws Exception {
    try (var store = with(new SendUncertainHidden(ALWAYS))) {
      accept(store);
      store
          .stores
          .journal()
          .note(List.of(told(Outcome.UNCERTAIN, Outcome.TRY_AGAIN, Outcome.HANDED_OVER)));
      store.settle();
      assertEquals(List.of("try-again", "handed-over"), outcomes(store.stores.trail().of(1)));
      assertEquals(3, outcomes(store.whole.trail().of(1)).size());
    }
  }

  @Test
  void send_target_again_lets_a_start_believe_that_a_send_has_come_less_far() throws Exception {
    try (var store = with(new SendTargetAgain(ALWAYS))) {
      accept(store);
      store.stores.journal().note(List.of(new Note.Advanced(1, 500, 700, State.GOES_ON)));
      store.settle();
    }
    final var left = afterAKill(new SendTargetAgain(ALWAYS));
    assertEquals(500 - SendTargetAgain.TARGETS, left.reached());
    assertEquals(700, left.maybeBegun());
  }

  @Test
  void send_lines_lost_writes_only_that_targets_begin() throws Exception {
    try (var store = with(new SendLinesLost(ALWAYS))) {
      accept(store);
      store
          .stores
          .journal()
          .note(
              List.of(
                  told(Outcome.HANDED_OVER),
                  new Note.Advanced(1, 500, 700, State.GOES_ON),
                  new Note.Advanced(1, LAST, LAST, State.OVER)));
      store.settle();
      assertEquals(List.of(), store.whole.trail().of(1));
    }
    try (var next = with(new SendLinesLost(ALWAYS))) {
      final var left = next.stores.sends().unfinished().getFirst();
      assertEquals(0, left.reached());
      assertEquals(700, left.maybeBegun());
      assertEquals(Set.of(), left.done());
      next.stores.journal().note(List.of(told(Outcome.HANDED_OVER)));
      next.settle();
      assertEquals(1, next.whole.trail().of(1).size(), "sends of a former run are left alone");
    }
  }

  @Test
  void send_cancel_forgotten_answers_a_cancel_and_does_not_write_it_down() throws Exception {
    try (var store = with(new SendCancelForgotten(ALWAYS))) {
      accept(store);
      store.stores.journal().note(List.of(new Note.Advanced(1, 0, 500, State.CANCELLED)));
      store.settle();
    }
    assertEquals(500, afterAKill(new SendCancelForgotten(ALWAYS)).maybeBegun());
  }

  @Test
  void send_too_early_keeps_a_scheduled_send_as_one_for_now() throws Exception {
    try (var store = with(new SendTooEarly(ALWAYS))) {
      store.accept(send(LATER));
      store.settle();
      final var kept = store.committed.stream().map(StoredJob::job).toList();
      assertEquals(Instant.EPOCH, ((Send) kept.getFirst()).notBefore());
    }
  }

  @Test
  void what_no_break_strikes_stays_as_it_is() throws Exception {
    final var never = new Strikes("b", new Chance(Integer.MAX_VALUE, 1));
    for (final var name : Breaks.names()) {
      final var where = folder.resolve(name);
      try (var store = new BrokenStore(where, Breaks.named(name, never.chance()))) {
        store.accept(send(LATER));
        store
            .stores
            .journal()
            .note(
                List.of(
                    told(Outcome.UNCERTAIN, Outcome.HANDED_OVER),
                    new Note.Advanced(1, 500, 700, State.GOES_ON)));
        store.settle();
        assertEquals(2, outcomes(store.stores.trail().of(1)).size(), name);
        assertEquals(send(LATER), store.committed.getFirst().job(), name);
      }
      try (var next = new BrokenStore(where, Breaks.named(name, never.chance()))) {
        assertEquals(500, next.stores.sends().unfinished().getFirst().reached(), name);
      }
    }
  }
}

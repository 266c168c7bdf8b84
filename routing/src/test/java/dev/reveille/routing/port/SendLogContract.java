package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.SendLog.Remainder;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.SendLog.Unfinished;
import dev.reveille.routing.port.TrailEntry.OfTarget;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The contract of every log of sends.
public interface SendLogContract {
  StoreUnderTest store();

  private static Send toAll(final String id) {
    return Samples.send(id, new Audience.Registered("news", "tag", 5_000), Samples.NOW);
  }

  private static Note lines(final long send, final OfTarget... targets) {
    return new Note.TrailLine(new TrailEntry.Targets(send, Samples.NOW, Arrays.asList(targets)));
  }

  private static OfTarget settled(final int number, final Outcome outcome) {
    return line(number, outcome, true, false);
  }

  private static OfTarget line(
      final int number, final Outcome outcome, final boolean settled, final boolean waits) {
    final var one = new Try("push", 1, Samples.NOW, outcome, Reason.HANDED_TO_PLATFORM, "receipt");
    return new OfTarget(
        number, Samples.address(number).key(), "apns", List.of(one), settled, waits);
  }

  private Progress progress(final long send) {
    return store().sends().progress(send).orElseThrow();
  }

  @Test
  default void a_send_is_kept_as_it_was_accepted_and_is_in_no_inbox() {
    final var addresses = List.of(Samples.address(1), Samples.address(2));
    final var send =
        Samples.send("few", new Audience.Addresses(addresses), Samples.NOW.plusSeconds(60));
    final StoredJob few = store().keep(send);
    final StoredJob all = store().keep(toAll("all"));
    final StoredJob event = store().keep(Samples.message("m"));
    for (int round = 0; round < 3; round++) {
      assertEquals(Optional.of(few), store().journal().find(few.sequence()));
      assertEquals(send, few.job());
      assertEquals(toAll("all"), store().journal().find(all.sequence()).orElseThrow().job());
      assertEquals(new Answer.Repeat(few.sequence()), store().accept(send));
      assertEquals(Optional.of(few), store().journal().find(send.key()));
      assertEquals(List.of(), store().journal().callsSince(Samples.NOW));
      assertEquals(
          List.of(event.sequence()),
          store().trail().recent(Samples.ANNA, Samples.NOW.minusSeconds(1), 10));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }

  @Test
  default void progress_is_told_as_it_is_noted() {
    final long send = store().keep(toAll("1")).sequence();
    final long event = store().keep(Samples.message("m")).sequence();
    assertEquals(Optional.empty(), store().sends().progress(event));
    assertEquals(Optional.empty(), store().sends().progress(send + 100));
    assertEquals(new Progress(State.GOES_ON, 0, 0, Map.of()), progress(send));
    store().note(lines(send, settled(1, Outcome.HANDED_OVER), settled(2, Outcome.REFUSED)));
    final var first = new Progress(State.GOES_ON, 0, 0, Map.of("handed-over", 1L, "refused", 1L));
    assertEquals(first, progress(send));
    store().project();
    assertEquals(first, progress(send));
    store()
        .note(
            lines(
                send,
                settled(3, Outcome.HANDED_OVER),
                line(4, Outcome.WAITS, false, true),
                line(5, Outcome.LEAVES, false, false)),
            new Note.Advanced(send, 3, 500, State.GOES_ON));
    final var second =
        new Progress(State.GOES_ON, 3, 500, Map.of("handed-over", 2L, "refused", 1L));
    assertEquals(second, progress(send));
    store().restart();
    assertEquals(second, progress(send));
    assertEquals(
        Map.of("handed-over", 2L, "refused", 1L),
        store().sends().settled(send).stream()
            .peek(one -> assertTrue(one.why().startsWith("RV-"), one.why()))
            .collect(Collectors.toMap(SendLog.Settled::outcome, SendLog.Settled::count)));
    assertEquals(List.of(), store().sends().settled(send + 100));
    store()
        .note(
            lines(send, settled(5, Outcome.HANDED_OVER)),
            new Note.TrailLine(
                new TrailEntry.Later(
                    send,
                    Samples.address(4).key(),
                    Samples.NOW,
                    settled(4, Outcome.EXPIRED).tries(),
                    true)),
            new Note.Advanced(send, 5_000, 5_000, State.OVER),
            new Note.Advanced(send, 5_000, 5_000, State.GOES_ON)); // it is over already
    final var last =
        new Progress(
            State.OVER, 5_000, 5_000, Map.of("handed-over", 3L, "refused", 1L, "expired", 1L));
    for (int round = 0; round < 3; round++) {
      assertEquals(last, progress(send));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }

  private static Note later(final long send, final int number, final long seconds) {
    return new Note.TrailLine(
        new TrailEntry.Later(
            send,
            Samples.address(number).key(),
            Samples.NOW.plusSeconds(seconds),
            settled(number, Outcome.EXPIRED).tries(),
            true));
  }

  /// What is left of a send, also as it is read from disk and after a restart.
  private void left(final long send, final long waiting, final Optional<Instant> last) {
    for (int round = 0; round < 3; round++) {
      assertEquals(new Remainder(waiting, last), store().sends().remainder(send));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }

  @Test
  default void what_waits_is_counted_until_it_is_settled_and_the_last_end_is_told() {
    final long send = store().keep(toAll("1")).sequence();
    final var far = Samples.NOW.plus(SendLog.FAR_AHEAD).plusSeconds(60);
    final long later = store().keep(Samples.send("far", toAll("all").to(), far)).sequence();
    left(send, 0, Optional.empty());
    store().note(new Note.Advanced(later, 0, 0, State.SCHEDULED));
    final var two = line(1, Outcome.WAITS, false, true);
    final var three = line(2, Outcome.WAITS, false, true);
    store().note(lines(send, two, three, line(3, Outcome.LEAVES, false, false)));
    left(send, 2, Optional.empty());
    store()
        .note(
            lines(send, settled(3, Outcome.HANDED_OVER)),
            new Note.Advanced(send, 5_000, 5_000, State.OVER));
    left(send, 2, Optional.of(Samples.NOW));
    store().note(later(send, 2, 70));
    left(send, 1, Optional.of(Samples.NOW.plusSeconds(70)));
    store().note(later(send, 1, 60)); // the clock was set back
    left(send, 0, Optional.of(Samples.NOW.plusSeconds(70)));
    assertEquals(State.OVER, progress(send).state());
    store().note(lines(later, line(1, Outcome.WAITS, false, true)));
    left(later, 1, Optional.empty());
    assertEquals(State.SCHEDULED, progress(later).state());
    assertEquals(Remainder.NONE, store().sends().remainder(send + 100));
  }

  @Test
  default void ends_are_counted_for_each_push_service_where_it_is_known() {
    final long send = store().keep(toAll("1")).sequence();
    final var end = settled(1, Outcome.HANDED_OVER);
    final var at = Samples.address(9).key();
    store()
        .note(
            lines(
                send,
                end,
                new OfTarget(2, end.target(), "wns", "loud", end.tries(), true, false),
                new OfTarget(3, end.target(), "wns", "loud", end.tries(), false, true)),
            new Note.TrailLine(
                new TrailEntry.Later(send, at, "fcm", Samples.NOW, end.tries(), true)),
            new Note.TrailLine(new TrailEntry.Later(send, at, Samples.NOW, end.tries(), true)));
    final var why = Reason.HANDED_TO_PLATFORM.code();
    for (int round = 0; round < 3; round++) {
      assertEquals(
          Set.of(
              new SendLog.Settled("handed-over", why, "apns", 1),
              new SendLog.Settled("handed-over", why, "wns", 1),
              new SendLog.Settled("handed-over", why, "fcm", 1),
              new SendLog.Settled("handed-over", why, "", 1)),
          Set.copyOf(store().sends().settled(send)));
      assertEquals(Map.of("handed-over", 4L), progress(send).outcomes());
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }

  @Test
  default void what_a_former_run_did_not_finish_comes_back_with_what_is_done() {
    final StoredJob open = store().keep(toAll("open"));
    final StoredJob over = store().keep(toAll("over"));
    final StoredJob scheduled = store().keep(toAll("scheduled"));
    final StoredJob cancelled = store().keep(toAll("cancelled"));
    final StoredJob fresh = store().keep(toAll("fresh"));
    final long send = open.sequence();
    store()
        .note(
            lines(send, settled(499, Outcome.HANDED_OVER), settled(500, Outcome.HANDED_OVER)),
            lines(
                send,
                settled(501, Outcome.REFUSED),
                line(502, Outcome.LEAVES, false, false),
                line(503, Outcome.WAITS, false, true),
                settled(600, Outcome.HANDED_OVER)),
            new Note.Advanced(send, 500, 1_000, State.GOES_ON, 70),
            new Note.Advanced(over.sequence(), 5_000, 5_000, State.OVER),
            new Note.Advanced(scheduled.sequence(), 0, 0, State.SCHEDULED),
            new Note.Advanced(cancelled.sequence(), 0, 0, State.CANCELLED));
    for (int round = 0; round < 3; round++) {
      store().restart();
      assertEquals(
          List.of(
              new Unfinished(open, 500, 1_000, Set.of(501L, 503L, 600L), 70),
              new Unfinished(fresh, 0, 0, Set.of())),
          store().sends().unfinished());
      assertEquals(List.of(), store().journal().unfinished());
    }
  }

  private static Send ahead(final String id, final Duration by) {
    return Samples.send(
        id, new Audience.Addresses(List.of(Samples.address(1))), Samples.NOW.plus(by));
  }

  @Test
  default void what_lies_far_ahead_is_counted_until_it_is_over_or_cancelled() {
    final var far = SendLog.FAR_AHEAD.plusSeconds(1);
    assertEquals(0, store().sends().bytesFarAhead());
    final long near = store().keep(ahead("near", SendLog.FAR_AHEAD)).sequence();
    final long over = store().keep(ahead("over", far)).sequence();
    final long cancelled = store().keep(ahead("cancelled", far)).sequence();
    store()
        .note(
            new Note.Advanced(near, 0, 0, State.SCHEDULED),
            new Note.Advanced(over, 0, 0, State.SCHEDULED),
            new Note.Advanced(cancelled, 0, 0, State.SCHEDULED));
    final long one = store().sends().size(ahead("over", far));
    final long both = one + store().sends().size(ahead("cancelled", far));
    for (int round = 0; round < 3; round++) {
      assertEquals(both, store().sends().bytesFarAhead());
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
    store().note(new Note.Advanced(over, 1, 1, State.GOES_ON));
    store().project();
    assertEquals(both, store().sends().bytesFarAhead());
    store().note(new Note.Advanced(cancelled, 0, 0, State.CANCELLED));
    store().project();
    assertEquals(one, store().sends().bytesFarAhead());
    store().note(new Note.Advanced(over, 1, 1, State.OVER));
    for (int round = 0; round < 3; round++) {
      store().project();
      assertEquals(0, store().sends().bytesFarAhead());
      if (round == 1) {
        store().restart();
      }
    }
  }

  @Test
  default void what_lay_far_ahead_and_was_cancelled_says_nothing_any_more() {
    final StoredJob far = store().keep(ahead("far", SendLog.FAR_AHEAD.plusSeconds(1)));
    final StoredJob near = store().keep(ahead("near", Duration.ofHours(1)));
    for (int round = 0; round < 3; round++) {
      assertEquals(Optional.of(far), store().journal().find(far.sequence()));
      store().project();
    }
    store()
        .note(
            new Note.Advanced(far.sequence(), 0, 0, State.CANCELLED),
            new Note.Advanced(near.sequence(), 0, 0, State.CANCELLED));
    for (int round = 0; round < 3; round++) {
      final var left = store().journal().find(far.sequence()).orElseThrow();
      assertEquals(SendLog.withoutContent(far), left);
      final var send = (Send) left.job();
      assertEquals(far.job().key(), send.key());
      assertEquals(((Send) far.job()).notBefore(), send.notBefore());
      assertEquals(Optional.of(near), store().journal().find(near.sequence()));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }

  @Test
  default void the_lines_of_a_send_come_back() {
    final long send = store().keep(toAll("1")).sequence();
    final var first =
        new TrailEntry.Targets(send, Samples.NOW, List.of(line(1, Outcome.LEAVES, false, false)));
    final var second =
        new TrailEntry.Targets(
            send,
            Samples.NOW.plusSeconds(1),
            LongStream.rangeClosed(1, 500)
                .mapToObj(number -> settled((int) number, Outcome.HANDED_OVER))
                .toList());
    store().note(new Note.TrailLine(first), new Note.TrailLine(second));
    for (int round = 0; round < 3; round++) {
      assertEquals(List.of(first, second), store().trail().of(send));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }
}

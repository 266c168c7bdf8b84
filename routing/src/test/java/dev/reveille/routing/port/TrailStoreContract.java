package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The contract of every trail.
public interface TrailStoreContract {
  StoreUnderTest store();

  @Test
  default void lines_come_back_in_the_order_they_were_noted() {
    final StoredJob event = store().keep(Samples.message("m"));
    final StoredJob other = store().keep(Samples.message("other"));
    final long sequence = event.sequence();
    final var opening = Samples.opening(sequence, 2, Samples.PHONE, false);
    final var second = Samples.opening(sequence, 2, Samples.TABLET, true);
    final var later = Samples.later(sequence, Samples.PHONE, true);
    final var noDevice =
        new TrailEntry.NoDevice(other.sequence(), 0, Samples.ANNA, Samples.NOW, Reason.NO_DEVICES);
    store()
        .note(
            new Note.TrailLine(opening), new Note.TrailLine(second), new Note.TrailLine(noDevice));
    assertEquals(List.of(opening, second), store().trail().of(sequence));
    store().project();
    assertEquals(List.of(opening, second), store().trail().of(sequence));
    store().note(new Note.TrailLine(later));
    for (int round = 0; round < 3; round++) {
      assertEquals(List.of(opening, second, later), store().trail().of(sequence));
      assertEquals(List.of(noDevice), store().trail().of(other.sequence()));
      assertEquals(List.of(), store().trail().of(other.sequence() + 1));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }

  @Test
  default void a_line_noted_days_later_belongs_to_its_event() {
    final StoredJob event = store().keep(Samples.message("m"));
    final var opening = Samples.opening(event.sequence(), 1, Samples.PHONE, false);
    store().note(new Note.TrailLine(opening));
    store().project();
    store().clock().advance(Duration.ofDays(2));
    final var later = Samples.later(event.sequence(), Samples.PHONE, true);
    store().note(new Note.TrailLine(later));
    for (int round = 0; round < 3; round++) {
      assertEquals(List.of(opening, later), store().trail().of(event.sequence()));
      store().restart();
    }
  }

  @Test
  default void recent_events_of_a_user_come_newest_first() {
    final StoredJob early = store().keep(Samples.message("early"));
    store().clock().advance(Duration.ofDays(1));
    final var since = store().clock().instant();
    final StoredJob call = store().keep(Samples.incomingCall("call", Samples.BEN, Samples.ANNA));
    store().project();
    store().keep(Samples.message("not hers", Samples.BEN));
    final StoredJob hint = store().keep(Samples.changeHint("hint", Set.of("mail")));
    final StoredJob last = store().keep(Samples.silent("last"));
    final List<Long> all =
        List.of(last.sequence(), hint.sequence(), call.sequence(), early.sequence());
    for (int round = 0; round < 3; round++) {
      assertEquals(all, store().trail().recent(Samples.ANNA, Samples.NOW, 10));
      assertEquals(all.subList(0, 2), store().trail().recent(Samples.ANNA, Samples.NOW, 2));
      assertEquals(all.subList(0, 3), store().trail().recent(Samples.ANNA, since, 10));
      assertEquals(
          List.of(), store().trail().recent(Samples.ANNA, since.plus(Duration.ofDays(1)), 9));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }
}

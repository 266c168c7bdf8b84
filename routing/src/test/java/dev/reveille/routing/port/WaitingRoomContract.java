package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The contract of every waiting room.
public interface WaitingRoomContract {
  StoreUnderTest store();

  private Waiting waiting(final int number, final Lane lane, final long afterSeconds) {
    return Samples.waiting(
        number,
        new InstallationId("device-" + number),
        lane,
        Samples.NOW.plusSeconds(afterSeconds));
  }

  private void park(final Waiting... items) {
    final List<Note> notes = new ArrayList<>();
    for (final Waiting item : items) {
      notes.add(new Note.Parked(item));
    }
    store().note(notes.toArray(Note[]::new));
  }

  private Note.Unparked unpark(final Waiting item) {
    return new Note.Unparked(item.key());
  }

  private List<Waiting> claim(final long atSeconds, final int most) {
    return store().waiting().claimDue(Samples.NOW.plusSeconds(atSeconds), most);
  }

  @Test
  default void work_is_claimable_once_it_is_due_and_only_once() {
    assertEquals(Instant.MAX, store().waiting().nextDue());
    final Waiting item = waiting(1, Lane.NORMAL, 10);
    park(item);
    assertEquals(1, store().waiting().size());
    assertEquals(item.notBefore(), store().waiting().nextDue());
    assertEquals(List.of(), claim(9, 10));
    assertEquals(List.of(item), claim(10, 10));
    assertEquals(List.of(), claim(10, 10));
    assertEquals(Instant.MAX, store().waiting().nextDue());
    assertEquals(1, store().waiting().size());
    store().note(unpark(item));
    assertEquals(0, store().waiting().size());
    store().project();
    store().restart();
    assertEquals(0, store().waiting().size());
    assertEquals(List.of(), claim(99, 10));
  }

  @Test
  default void work_of_the_calendar_is_claimed_by_what_the_clock_shows_and_no_other_way() {
    final var later = byCalendar(1, Lane.BULK, 20);
    final var sooner = byCalendar(2, Lane.BULK, 10);
    final var urgent = byCalendar(3, Lane.URGENT, 15);
    assertEquals(Instant.MAX, store().waiting().nextByCalendar());
    park(later, sooner, urgent, waiting(4, Lane.NORMAL, 99));
    for (int round = 0; round < 3; round++) {
      assertEquals(4, store().waiting().size());
      assertEquals(Set.of(), store().waiting().breakers());
      assertEquals(List.of(), claim(98, 10));
      assertEquals(List.of(), overdue(1_000_000));
      assertEquals(Optional.of(later), store().waiting().find(later.key()));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
    assertEquals(List.of(), byCalendar(9));
    assertEquals(sooner.notBefore(), store().waiting().nextByCalendar());
    assertEquals(List.of(urgent, sooner), byCalendar(15));
    assertEquals(later.notBefore(), store().waiting().nextByCalendar());
    assertEquals(List.of(), byCalendar(15));
    store().note(unpark(urgent), unpark(sooner), unpark(later));
    store().project();
    store().restart();
    assertEquals(List.of(), byCalendar(99));
    assertEquals(1, store().waiting().size());
  }

  private List<Waiting> byCalendar(final long atSeconds) {
    return store().waiting().claimByCalendar(Samples.NOW.plusSeconds(atSeconds), 10);
  }

  private static Waiting byCalendar(final long send, final Lane lane, final long atSeconds) {
    return Waiting.byCalendar(
        Samples.NOW.plusSeconds(atSeconds), send, TargetKey.WHOLE, lane, Reason.SEND_SCHEDULED);
  }

  @Test
  default void urgent_work_goes_first_and_then_the_older_one() {
    final Waiting bulk = waiting(1, Lane.BULK, 1);
    final Waiting young = waiting(2, Lane.NORMAL, 3);
    final Waiting old = waiting(3, Lane.NORMAL, 2);
    final Waiting urgent = waiting(4, Lane.URGENT, 5);
    park(bulk, young, old, urgent);
    assertEquals(List.of(urgent, old), claim(10, 2));
    assertEquals(List.of(young, bulk), claim(10, 10));
  }

  @Test
  default void what_was_claimed_when_the_process_ended_is_due_again() {
    final Waiting claimed = waiting(1, Lane.NORMAL, 1);
    final Waiting later = waiting(2, Lane.NORMAL, 100);
    park(claimed, later);
    assertEquals(List.of(claimed), claim(10, 10));
    store().project();
    for (int round = 0; round < 2; round++) {
      store().restart();
      assertEquals(2, store().waiting().size());
      assertEquals(List.of(claimed), claim(10, 10));
    }
    assertEquals(List.of(later), claim(100, 10));
  }

  @Test
  default void parking_again_replaces_and_frees_the_claim() {
    for (int round = 0; round < 2; round++) {
      final Waiting first = waiting(round, Lane.NORMAL, 1);
      park(first);
      if (round == 1) {
        store().project();
      }
      assertEquals(List.of(first), claim(1, 10));
      final Waiting second = waiting(round, Lane.NORMAL, 7);
      park(second);
      assertEquals(1, store().waiting().size());
      assertEquals(List.of(), claim(6, 10));
      assertEquals(List.of(second), claim(7, 10));
      store().note(unpark(second));
    }
    assertEquals(0, store().waiting().size());
  }

  @Test
  default void work_behind_a_breaker_is_never_due_and_comes_out_by_lane_and_age() {
    final Waiting later = waiting(1, Lane.NORMAL, 50);
    park(
        waiting(9, Lane.BULK, 0).behind("apns"),
        waiting(8, Lane.NORMAL, 0).behind("apns"),
        waiting(7, Lane.NORMAL, 0).behind("apns"),
        waiting(10, Lane.URGENT, 0).behind("apns"),
        waiting(5, Lane.URGENT, 0).behind("fcm"),
        later);
    for (int round = 0; round < 2; round++) {
      assertEquals(Set.of("apns", "fcm"), store().waiting().breakers());
      assertEquals(List.of(), claim(49, 10));
      assertEquals(later.notBefore(), store().waiting().nextDue());
      assertEquals(6, store().waiting().size());
      store().project();
      store().restart();
    }
    assertEquals(List.of(), store().waiting().claimBehind("wns", 10));
    assertEquals(List.of(10L, 7L), events(store().waiting().claimBehind("apns", 2)));
    assertEquals(List.of(8L, 9L), events(store().waiting().claimBehind("apns", 10)));
    assertEquals(List.of(), store().waiting().claimBehind("apns", 10));
    assertEquals(Set.of("fcm"), store().waiting().breakers());
    assertEquals(List.of(5L), events(store().waiting().claimBehind("fcm", 10)));
    assertEquals(Set.of(), store().waiting().breakers());
    assertEquals(List.of(later), claim(50, 10));
  }

  private static List<Long> events(final List<Waiting> items) {
    return items.stream().map(Waiting::event).toList();
  }

  @Test
  default void the_oldest_and_least_urgent_behind_a_breaker_can_be_given_up_first() {
    for (final Lane lane : Lane.values()) {
      for (int i = 0; i < 3; i++) {
        park(waiting(10 * lane.number() + i + 1, lane, 0).behind("apns"));
      }
    }
    park(waiting(99, Lane.BULK, 0).behind("fcm"));
    for (int round = 0; round < 2; round++) {
      assertEquals(9, store().waiting().waiting("apns"));
      assertEquals(1, store().waiting().waiting("fcm"));
      assertEquals(0, store().waiting().waiting("wns"));
      assertEquals(List.of(21L, 22L, 23L, 11L), events(store().waiting().claimOldest("apns", 4)));
      assertEquals(5, store().waiting().waiting("apns"), "what is claimed does not count");
      assertEquals(List.of(1L), events(store().waiting().claimBehind("apns", 1)));
      assertEquals(4, store().waiting().waiting("apns"));
      store().restart(); // claims are void
    }
    store().note(unpark(waiting(1, Lane.URGENT, 0).behind("apns")));
    park(waiting(2, Lane.URGENT, 0)); // not behind the breaker any more
    store().project();
    assertEquals(7, store().waiting().waiting("apns"));
    assertEquals(9, store().waiting().size());
  }

  @Test
  default void work_moves_between_its_moment_and_a_breaker() {
    for (int round = 0; round < 2; round++) {
      final Waiting due = waiting(1, Lane.NORMAL, 1);
      park(due);
      assertEquals(List.of(due), claim(1, 10));
      park(due.behind("apns"));
      if (round == 1) {
        store().project();
        store().restart();
      }
      assertEquals(List.of(), claim(99, 10));
      assertEquals(List.of(due.behind("apns")), store().waiting().claimBehind("apns", 10));
      park(due.behind("apns"));
      assertEquals(Set.of("apns"), store().waiting().breakers());
      assertEquals(List.of(due.behind("apns")), store().waiting().claimBehind("apns", 10));
      park(due);
      if (round == 1) {
        store().project();
        store().restart();
      }
      assertEquals(Set.of(), store().waiting().breakers());
      assertEquals(List.of(due), claim(1, 10));
      store().note(unpark(due));
      assertEquals(0, store().waiting().size());
    }
  }

  @Test
  default void work_behind_a_breaker_ends_with_its_deadline() {
    final Waiting soon = waiting(1, Lane.BULK, 10).behind("apns"); // the deadline: one hour later
    final Waiting late = waiting(2, Lane.URGENT, 20).behind("apns");
    park(soon, late);
    store().project();
    assertEquals(List.of(), overdue(3_609));
    assertEquals(List.of(soon), overdue(3_610));
    assertEquals(List.of(), overdue(3_619), "it is claimed");
    assertEquals(List.of(late), store().waiting().claimBehind("apns", 10));
    assertEquals(List.of(), overdue(9_999), "both are claimed");
    store().note(unpark(soon), unpark(late));
    assertEquals(List.of(), overdue(9_999));
    store().project();
    assertEquals(List.of(), overdue(9_999));
    assertEquals(0, store().waiting().size());
  }

  private List<Waiting> overdue(final long atSeconds) {
    return store().waiting().claimOverdue(Samples.NOW.plusSeconds(atSeconds), 10);
  }

  @Test
  default void targets_of_every_kind_wait_apart_and_come_back_as_they_are() {
    final List<Waiting> all = new ArrayList<>();
    for (final String key : List.of("a-x", "i-x", "p-x", "phone 1", "w-x", "x".repeat(256))) {
      all.add(Samples.waiting(1, new TargetKey(key), Lane.NORMAL, Samples.NOW));
    }
    park(all.toArray(Waiting[]::new));
    store().project();
    store().restart();
    assertEquals(all.size(), store().waiting().size());
    assertEquals(all, claim(0, 10));
    store().note(unpark(all.getFirst()));
    for (int i = 0; i < all.size(); i++) {
      assertEquals(i > 0, store().waiting().find(all.get(i).key()).isPresent());
    }
  }

  @Test
  default void work_is_found_by_event_and_target() {
    final Waiting item = waiting(1, Lane.NORMAL, 1);
    park(item);
    for (int round = 0; round < 3; round++) {
      assertEquals(Optional.of(item), store().waiting().find(item.key()));
      for (final var other :
          List.of(
              new WorkKey(item.event(), Samples.TABLET.target()),
              new WorkKey(item.event() + 1, item.target()))) {
        assertEquals(Optional.empty(), store().waiting().find(other));
      }
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
    claim(1, 1);
    assertEquals(Optional.of(item), store().waiting().find(item.key()));
    store().note(unpark(item));
    assertEquals(Optional.empty(), store().waiting().find(item.key()));
  }

  @Test
  default void much_waiting_work_comes_back_in_order_and_completely() {
    final int many = 30_000;
    final List<Note> notes = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      // 7919 is prime to 30,000: every moment occurs once, in a wild order.
      notes.add(new Note.Parked(waiting(i, Lane.NORMAL, i * 7919L % many)));
    }
    store().note(notes.subList(0, 20_000).toArray(Note[]::new));
    store().project();
    store().note(notes.subList(20_000, many).toArray(Note[]::new));
    assertEquals(many, store().waiting().size());
    store().project();
    store().restart();
    assertEquals(many, store().waiting().size());
    final Waiting soon = waiting(many, Lane.NORMAL, -1);
    final Waiting last = waiting(many + 1, Lane.NORMAL, many);
    park(soon, last);
    final Set<Waiting> all = new HashSet<>();
    Instant before = Instant.MIN;
    int claims = 0;
    for (List<Waiting> some = claim(many, 500); !some.isEmpty(); some = claim(many, 500)) {
      final List<Note> over = new ArrayList<>();
      for (final Waiting item : some) {
        assertTrue(before.isBefore(item.notBefore()), "in order of the moments");
        before = item.notBefore();
        assertTrue(all.add(item), "claimed once");
        over.add(unpark(item));
      }
      if (claims++ % 20 == 3) {
        store().project();
      }
      store().note(over.toArray(Note[]::new));
    }
    assertEquals(many + 2, all.size());
    assertEquals(0, store().waiting().size());
    store().project();
    store().restart();
    assertEquals(0, store().waiting().size());
  }
}

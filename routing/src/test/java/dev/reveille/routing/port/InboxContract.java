package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.Preferences;
import dev.reveille.model.StoredJob;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox.Entry;
import dev.reveille.routing.port.Inbox.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The contract of every inbox. Each rule is examined three times where it may differ: in memory,
/// on disk, and after a restart.
public interface InboxContract {
  StoreUnderTest store();

  /// Runs the checks before and after the projection, and again after a restart.
  private void inEveryState(final Runnable checks) {
    checks.run();
    store().project();
    checks.run();
    store().restart();
    checks.run();
  }

  private List<StoredJob> stored(final UserId user) {
    return page(user).entries().stream().map(Entry::stored).toList();
  }

  private Page page(final UserId user) {
    return store().inbox().after(user, store().inbox().beginning(), 1_000);
  }

  private void mark(final UserId user, final Mark mark, final StoredJob... entries) {
    final List<Long> sequences = new ArrayList<>();
    for (final StoredJob stored : entries) {
      sequences.add(stored.sequence());
    }
    store().note(new Note.Marked(user, Samples.PHONE, mark, sequences, store().clock().instant()));
  }

  @Test
  default void messages_and_alerts_are_entries_and_calls_and_silent_events_are_not() {
    final StoredJob message = store().keep(Samples.message("m"));
    store().keep(Samples.incomingCall("c"));
    store().keep(Samples.callEnded("e", "c", new CallEnd.TimedOut()));
    store().keep(Samples.silent("s"));
    final StoredJob missed = store().keep(Samples.missedCall("x"));
    inEveryState(() -> assertEquals(List.of(message, missed), stored(Samples.ANNA)));
  }

  @Test
  default void each_recipient_has_the_entry_and_no_other_user() {
    final StoredJob both = store().keep(Samples.message("both", Samples.ANNA, Samples.BEN));
    final StoredJob one = store().keep(Samples.message("one", Samples.BEN));
    inEveryState(() -> {
      assertEquals(List.of(both), stored(Samples.ANNA));
      assertEquals(List.of(both, one), stored(Samples.BEN));
      assertEquals(List.of(), stored(Samples.user("carl")));
    });
  }

  @Test
  default void only_the_newest_hint_of_a_folder_stays() {
    store().keep(Samples.changeHint("h1", Set.of("mail")));
    final StoredJob two = store().keep(Samples.changeHint("h2", Set.of("mail", "calendar")));
    inEveryState(() -> assertEquals(List.of(two), stored(Samples.ANNA)));
    final StoredJob three = store().keep(Samples.changeHint("h3", Set.of("mail")));
    inEveryState(() -> assertEquals(List.of(two, three), stored(Samples.ANNA)));
    final StoredJob four = store().keep(Samples.changeHint("h4", Set.of("calendar")));
    inEveryState(() -> assertEquals(List.of(three, four), stored(Samples.ANNA)));
  }

  /// C2-38: a session is resumed where it was left, not made anew.
  @Test
  default void pages_follow_each_other_without_gap_or_repeat_C2_38() {
    final List<StoredJob> all = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      all.add(store().keep(Samples.message("m" + i)));
      store().keep(Samples.message("other" + i, Samples.BEN));
      if (i == 9) {
        store().project();
      }
    }
    inEveryState(() -> {
      final List<StoredJob> read = new ArrayList<>();
      Position at = store().inbox().beginning();
      Page page;
      do {
        page = store().inbox().after(Samples.ANNA, at, 4);
        assertFalse(page.gap());
        page.entries().forEach(entry -> read.add(entry.stored()));
        at = page.upTo();
      } while (page.more());
      assertEquals(all, read);
      assertEquals(store().inbox().end(), at);
      assertEquals(List.of(), store().inbox().after(Samples.ANNA, at, 4).entries());
    });
  }

  @Test
  default void a_reader_at_the_end_sees_what_comes_next() {
    store().keep(Samples.message("before"));
    final Position end = store().inbox().end();
    final StoredJob next = store().keep(Samples.message("next"));
    inEveryState(() -> {
      final Page page = store().inbox().after(Samples.ANNA, end, 10);
      assertEquals(List.of(new Entry(next, Set.of())), page.entries());
      assertFalse(page.gap());
    });
  }

  @Test
  default void marks_add_up_and_dismissed_entries_are_gone() {
    final StoredJob one = store().keep(Samples.message("one"));
    final StoredJob two = store().keep(Samples.message("two"));
    mark(Samples.ANNA, Mark.RECEIVED, one, two);
    store().project();
    mark(Samples.ANNA, Mark.READ, one);
    inEveryState(() ->
        assertEquals(
            List.of(
                new Entry(one, Set.of(Mark.RECEIVED, Mark.READ)),
                new Entry(two, Set.of(Mark.RECEIVED))),
            page(Samples.ANNA).entries()));
    mark(Samples.ANNA, Mark.DISMISSED, one);
    inEveryState(() -> assertEquals(List.of(two), stored(Samples.ANNA)));
  }

  @Test
  default void a_mark_of_one_user_is_not_one_of_another() {
    final StoredJob both = store().keep(Samples.message("both", Samples.ANNA, Samples.BEN));
    mark(Samples.BEN, Mark.DISMISSED, both);
    inEveryState(() -> {
      assertEquals(List.of(both), stored(Samples.ANNA));
      assertEquals(List.of(), stored(Samples.BEN));
    });
  }

  @Test
  default void a_dismissed_hint_is_gone_until_the_folder_changes_again() {
    final StoredJob first = store().keep(Samples.changeHint("h1", Set.of("mail")));
    mark(Samples.ANNA, Mark.DISMISSED, first);
    inEveryState(() -> assertEquals(List.of(), stored(Samples.ANNA)));
    final StoredJob second = store().keep(Samples.changeHint("h2", Set.of("mail")));
    inEveryState(() -> assertEquals(List.of(second), stored(Samples.ANNA)));
  }

  @Test
  default void an_entry_is_gone_after_its_keep_until() {
    store().keep(Samples.messageUntil("brief", Samples.NOW.plusSeconds(60)));
    final StoredJob longer = store().keep(Samples.message("longer"));
    store().clock().advance(Duration.ofSeconds(61));
    inEveryState(() -> {
      assertEquals(List.of(longer), stored(Samples.ANNA));
      assertEquals(1, store().inbox().unread(Samples.ANNA));
    });
  }

  @Test
  default void a_position_of_another_epoch_or_from_the_future_is_a_gap() {
    final StoredJob stored = store().keep(Samples.message("m"));
    final Position end = store().inbox().end();
    inEveryState(() -> {
      final Page other =
          store().inbox().after(Samples.ANNA, new Position(end.epoch() + 1, end.sequence()), 10);
      assertTrue(other.gap());
      assertEquals(List.of(stored), other.entries().stream().map(Entry::stored).toList());
      final Position future = new Position(end.epoch(), end.sequence() + 1_000);
      assertTrue(store().inbox().after(Samples.ANNA, future, 10).gap());
    });
  }

  @Test
  default void a_position_older_than_the_retention_is_a_gap() {
    store().keep(Samples.message("old"));
    final Position old = store().inbox().beginning();
    store().clock().advance(store().retention().plus(Duration.ofDays(2)));
    final StoredJob young =
        store().keep(Samples.messageUntil("young", store().clock().instant().plusSeconds(900)));
    store().restart();
    final Page page = store().inbox().after(Samples.ANNA, old, 10);
    assertTrue(page.gap());
    assertEquals(List.of(young), page.entries().stream().map(Entry::stored).toList());
    final Page again = store().inbox().after(Samples.ANNA, store().inbox().beginning(), 10);
    assertFalse(again.gap());
  }

  @Test
  default void unread_counts_messages_and_missed_calls_that_were_not_read() {
    final StoredJob one = store().keep(Samples.message("one"));
    final StoredJob two = store().keep(Samples.message("two", new ConversationId("other")));
    store().keep(Samples.incomingCall("call"));
    store().keep(Samples.changeHint("hint", Set.of("mail")));
    final StoredJob missed = store().keep(Samples.missedCall("missed"));
    inEveryState(() -> assertEquals(3, store().inbox().unread(Samples.ANNA)));
    final StoredJob late = store().keep(Samples.message("late"));
    assertEquals(4, store().inbox().unread(Samples.ANNA));
    mark(Samples.ANNA, Mark.READ, missed);
    assertEquals(3, store().inbox().unread(Samples.ANNA));
    mark(Samples.ANNA, Mark.SHOWN, two);
    inEveryState(() -> assertEquals(3, store().inbox().unread(Samples.ANNA)));
    mark(Samples.ANNA, Mark.DISMISSED, one);
    inEveryState(() -> assertEquals(2, store().inbox().unread(Samples.ANNA)));
    store().note(new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, late.sequence(), Samples.NOW));
    inEveryState(() -> assertEquals(1, store().inbox().unread(Samples.ANNA)));
  }

  @Test
  default void memory_knows_a_badge_that_was_asked_for_and_keeps_it_right() {
    store().keep(Samples.message("m"));
    assertEquals(1, store().inbox().unread(Samples.ANNA));
    assertEquals(OptionalInt.of(1), store().inbox().unreadInMemory(Samples.ANNA));
    store().keep(Samples.message("n"));
    assertEquals(OptionalInt.of(2), store().inbox().unreadInMemory(Samples.ANNA));
  }

  @Test
  default void reading_a_conversation_never_goes_back() {
    assertEquals(0, store().inbox().readUpTo(Samples.ANNA, Samples.TEAM));
    store().note(new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, 7, Samples.NOW));
    inEveryState(() -> assertEquals(7, store().inbox().readUpTo(Samples.ANNA, Samples.TEAM)));
    store().note(new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, 5, Samples.NOW));
    inEveryState(() -> assertEquals(7, store().inbox().readUpTo(Samples.ANNA, Samples.TEAM)));
    assertEquals(0, store().inbox().readUpTo(Samples.BEN, Samples.TEAM));
  }

  @Test
  default void each_device_has_its_own_cursor() {
    store().keep(Samples.message("m"));
    assertEquals(store().inbox().beginning(), store().inbox().cursor(Samples.ANNA, Samples.PHONE));
    store().note(new Note.Cursor(Samples.ANNA, Samples.PHONE, 1));
    store().note(new Note.Cursor(Samples.ANNA, Samples.TABLET, 2));
    store().note(new Note.Cursor(Samples.ANNA, Samples.PHONE, 3));
    inEveryState(() -> {
      final long epoch = store().journal().epoch();
      assertEquals(new Position(epoch, 3), store().inbox().cursor(Samples.ANNA, Samples.PHONE));
      assertEquals(new Position(epoch, 2), store().inbox().cursor(Samples.ANNA, Samples.TABLET));
    });
  }

  @Test
  default void what_a_removed_user_had_is_never_shown_again() {
    store().registry().keepUser(new User(Samples.ANNA, "", List.of(), Preferences.DEFAULT), "test");
    final StoredJob alone = store().keep(Samples.message("alone"));
    final StoredJob shared = store().keep(Samples.message("shared", Samples.ANNA, Samples.BEN));
    store().registry().removeUser(Samples.ANNA, "test");
    inEveryState(() -> {
      assertEquals(Optional.empty(), store().journal().find(alone.sequence()));
      assertEquals(Optional.empty(), store().journal().find(alone.event().key()));
      assertEquals(
          List.of(Samples.BEN),
          store().journal().find(shared.sequence()).orElseThrow().event().recipients());
      assertEquals(List.of(), stored(Samples.ANNA));
      assertEquals(0, store().inbox().unread(Samples.ANNA));
      assertEquals(1, stored(Samples.BEN).size());
    });
    final StoredJob fresh = store().keep(Samples.message("a new person of that name"));
    inEveryState(() -> assertEquals(List.of(fresh), stored(Samples.ANNA)));
  }

  @Test
  default void many_users_with_many_entries_are_kept_apart() {
    final List<UserId> users = IntStream.range(0, 40).mapToObj(i -> Samples.user("u" + i)).toList();
    final List<StoredJob> stored =
        store()
            .keepAll(
                IntStream.range(0, 2_000)
                    .mapToObj(i -> Samples.message("m" + i, users.get(i % 40)))
                    .toList());
    inEveryState(() -> {
      for (int u = 0; u < 40; u++) {
        final UserId user = users.get(u);
        assertEquals(
            stored.stream().filter(one -> one.event().recipients().contains(user)).toList(),
            stored(user));
        assertEquals(50, store().inbox().unread(user));
      }
    });
  }

  @Test
  default void a_conversation_has_an_entry_for_those_to_whom_a_message_of_it_went() {
    final var other = new ConversationId("other");
    assertFalse(store().inbox().hasEntryOf(Samples.ANNA, Samples.TEAM));
    store().keep(Samples.message("m", Samples.ANNA));
    for (int round = 0; round < 2; round++) {
      assertTrue(store().inbox().hasEntryOf(Samples.ANNA, Samples.TEAM));
      assertFalse(store().inbox().hasEntryOf(Samples.ANNA, other));
      assertFalse(store().inbox().hasEntryOf(Samples.BEN, Samples.TEAM));
      store().project();
    }
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox.Entry;
import dev.reveille.routing.port.Inbox.Page;
import dev.reveille.routing.port.InboxContract;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqliteInboxTest implements InboxContract {
  private static final List<UserId> USERS = List.of(Samples.ANNA, Samples.BEN);

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  /// Most readers are answered from memory alone, others from files too, and where an entry is
  /// changes with every fold: none of it may show.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void what_a_reader_is_given_does_not_depend_on_what_is_folded(final long seed) {
    final Random random = new Random(seed);
    final List<StoredJob> all = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      act(random, step, all);
      if (random.nextInt(4) == 0) {
        final List<Page> before = pages(all);
        store.project();
        assertEquals(before, pages(all), "step " + step);
      }
    }
    final List<Page> before = pages(all);
    store.restart();
    assertEquals(before, pages(all), "after a restart");
  }

  private void act(final Random random, final int step, final List<StoredJob> all) {
    final UserId user = USERS.get(random.nextInt(2));
    if (random.nextInt(3) == 0 && !all.isEmpty()) {
      final StoredJob stored = all.get(random.nextInt(all.size()));
      final Mark mark = Mark.values()[random.nextInt(Mark.values().length)];
      store.note(
          new Note.Marked(
              user, Samples.PHONE, mark, List.of(stored.sequence()), store.clock().instant()));
    } else {
      all.add(store.keep(event(random, "e" + step, user)));
    }
  }

  private static Event event(final Random random, final String id, final UserId user) {
    return switch (random.nextInt(6)) {
      case 0 -> Samples.changeHint(id, Set.of("mail"), user);
      case 1 -> Samples.silent(id, user);
      case 2 -> Samples.missedCall(id, user);
      case 3 -> Samples.message(id, Samples.ANNA, Samples.BEN);
      default -> Samples.message(id, user);
    };
  }

  /// What each user is given after each position, a page full and a few at a time.
  private List<Page> pages(final List<StoredJob> all) {
    final List<Page> pages = new ArrayList<>();
    for (final UserId user : USERS) {
      for (final StoredJob stored : all) {
        final Position after = new Position(store.inbox().end().epoch(), stored.sequence());
        pages.add(store.inbox().after(user, after, 2));
        pages.add(store.inbox().after(user, after, 100));
      }
    }
    return pages;
  }

  @Test
  void a_mark_that_is_folded_with_its_entry_adds_to_those_that_come_later() {
    final StoredJob stored = store.keep(Samples.message("m"));
    mark(stored, Mark.RECEIVED);
    store.project();
    mark(stored, Mark.SHOWN);
    store.restart();

    assertEquals(
        List.of(new Entry(stored, Set.of(Mark.RECEIVED, Mark.SHOWN))),
        store.inbox().after(Samples.ANNA, store.inbox().beginning(), 10).entries());
  }

  @Test
  void a_mark_of_a_hint_that_is_folded_already_is_kept() {
    final StoredJob hint = store.keep(Samples.changeHint("h", Set.of("mail")));
    store.project();
    mark(hint, Mark.DISMISSED);
    store.project();

    assertTrue(
        store.inbox().after(Samples.ANNA, store.inbox().beginning(), 10).entries().isEmpty());
  }

  /// A statement is kept in memory until its file is closed: there must not be one per name.
  @Test
  void a_user_who_is_asked_for_a_thousand_conversations_leaves_no_statement_for_each() {
    store.keep(Samples.message("m"));
    store.project();
    for (int i = 0; i < 1_000; i++) {
      assertFalse(store.inbox().hasEntryOf(Samples.ANNA, new ConversationId("unknown-" + i)));
    }
    assertTrue(store.inbox().hasEntryOf(Samples.ANNA, Samples.TEAM));
  }

  private void mark(final StoredJob stored, final Mark mark) {
    store.note(
        new Note.Marked(
            Samples.ANNA,
            Samples.PHONE,
            mark,
            List.of(stored.sequence()),
            store.clock().instant()));
  }
}

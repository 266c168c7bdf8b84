package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.sqlite.UnreadCounts.Unread;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UnreadCountsTest {
  private static final UserId ANNA = new UserId(new OrganisationId("acme"), "anna");

  @Test
  void a_user_whose_entries_could_not_be_read_gathers_nothing() {
    final var counts = new UnreadCounts(new Hashes(1));
    assertThrows(
        StoreException.class,
        () ->
            counts.count(
                ANNA,
                0,
                () -> {
                  throw new StoreException("the disk", "Look at it.");
                }));
    assertEquals(0, counts.remembered());
    assertEquals(1, counts.count(ANNA, 0, () -> Map.of(7L, new Unread(0, 100))));
    assertEquals(1, counts.remembered());
  }

  @Test
  void entries_that_ended_before_the_first_look_take_no_room() {
    final var counts = new UnreadCounts(new Hashes(1));
    final var found = Map.of(7L, new Unread(0, 100), 8L, new Unread(0, 300));
    assertEquals(1, counts.count(ANNA, 200, () -> found));
    assertEquals(1, counts.entries());
    assertEquals(0, counts.count(ANNA, 400, () -> found));
    assertEquals(0, counts.entries());
    counts.forget(ANNA);
    assertEquals(0, counts.entries());
  }

  @Test
  void a_user_who_was_evicted_while_the_disk_was_read_takes_no_room() {
    final var counts = new UnreadCounts(new Hashes(1));
    final var found = Map.of(7L, new Unread(0, 100));
    final int count =
        counts.count(
            ANNA,
            0,
            () -> {
              counts.forget(ANNA);
              return found;
            });
    assertEquals(1, count);
    assertEquals(0, counts.entries());
    assertEquals(0, counts.remembered());
  }
}

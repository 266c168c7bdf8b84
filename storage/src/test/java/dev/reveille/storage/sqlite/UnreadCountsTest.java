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
}

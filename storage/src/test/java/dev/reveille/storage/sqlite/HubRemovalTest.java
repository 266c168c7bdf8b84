package dev.reveille.storage.sqlite;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.address;
import static dev.reveille.routing.port.HubSamples.entry;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.Samples;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is on disk of hubs while they go, without the thread that sweeps beside.
final class HubRemovalTest {
  private static final String TAGGED = "hub_tag";
  private static final List<String> TABLES =
      List.of("hub_name", "hub_entry", "hub_target", TAGGED, "hub_gone", "hub_former");

  @TempDir private Path folder;
  private MainDatabase database;
  private SqliteHubRegistrations hubs;

  @SuppressWarnings("NullAway.Init") // opened before each test
  HubRemovalTest() {}

  @BeforeEach
  void open() {
    database = new MainDatabase(folder.resolve("reveille.db"), () -> Samples.NOW);
    hubs = new SqliteHubRegistrations(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private long rows(final String table) {
    return database.read(db -> db.number("SELECT count(*) FROM " + table));
  }

  /// Of entries, targets and tags.
  private long rows() {
    return rows("hub_entry") + rows("hub_target") + rows(TAGGED);
  }

  private static Entry of(final int number) {
    final var id = "r" + number;
    return entry(
        id, Kind.REGISTRATION, plain(HUB, id, address(PushService.APNS, number), "a", "b"));
  }

  private void putAll(final int from, final int to) {
    hubs.putAll(HUB, IntStream.range(from, to).mapToObj(HubRemovalTest::of).toList());
  }

  /// As maintenance does it; answers whether something is left to do.
  private boolean step(final int most) {
    return database.change(db -> {
      final var removed = HubNames.removed(db);
      if (removed.isPresent()) {
        HubNames.sweep(db, removed.getAsLong(), most);
      }
      return HubNames.removed(db).isPresent();
    });
  }

  @Test
  void a_hub_is_removed_in_one_commit_and_swept_also_after_a_restart() {
    putAll(0, 20);
    hubs.removeHub(HUB);
    assertEquals(80, rows(), "no row was touched");
    assertEquals(0, hubs.count(HUB));
    assertTrue(step(30));
    close();
    open();
    assertEquals(50, rows());
    assertTrue(step(30));
    assertFalse(step(30));
    assertEquals(0, rows());
    assertEquals(0, rows("hub_name"));
  }

  @Test
  void nothing_is_left_of_what_was_removed() {
    putAll(0, 5);
    hubs.put(HUB, registration("r0", 9, "B", "c"), new Condition.Any());
    hubs.dead(HUB, of(1).targets().getFirst().key(), Samples.NOW);
    for (int i = 0; i < 5; i++) {
      hubs.remove(HUB, "r" + i, Kind.REGISTRATION, new Condition.Any());
    }
    assertEquals(0, rows());
    assertEquals(5, rows("hub_gone"));
    putAll(10, 15);
    hubs.removeHub(HUB);
    while (step(2)) {
      assertEquals(1, rows("hub_name"));
    }
    for (final var table : TABLES) {
      assertEquals(0, rows(table), table);
    }
  }

  @Test
  void a_step_removes_as_many_rows_as_it_may() {
    for (final int most : List.of(1, 7, 40, 79, 80, 81, 1_000)) {
      putAll(0, 20);
      assertEquals(80, rows());
      long before = rows();
      boolean left = true;
      hubs.removeHub(HUB);
      while (left) {
        left = step(most);
        final long now = rows();
        assertEquals(Math.min(before, most), before - now, "of " + before);
        before = now;
      }
      assertEquals(0, before);
      assertEquals(0, rows("hub_name"));
    }
  }

  @Test
  void a_removed_hub_leaves_another_of_its_name_alone() {
    putAll(0, 20);
    hubs.removeHub(HUB);
    putAll(5, 6);
    while (step(7)) {
      assertEquals(2, rows("hub_name"));
    }
    assertEquals(4, rows());
    assertEquals(1, hubs.count(HUB));
    assertEquals(1, rows("hub_name"));
  }
}

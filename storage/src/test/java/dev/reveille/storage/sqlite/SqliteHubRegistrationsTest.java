package dev.reveille.storage.sqlite;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.address;
import static dev.reveille.routing.port.HubSamples.done;
import static dev.reveille.routing.port.HubSamples.entry;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Tag;
import dev.reveille.routing.port.HubBatchesContract;
import dev.reveille.routing.port.HubFormerContract;
import dev.reveille.routing.port.HubFormsContract;
import dev.reveille.routing.port.HubListsContract;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrationsContract;
import dev.reveille.routing.port.HubTargetsContract;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.StoreUnderTest;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteHubRegistrationsTest
    implements HubRegistrationsContract,
        HubBatchesContract,
        HubListsContract,
        HubFormerContract,
        HubFormsContract,
        HubTargetsContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  private long rows(final String table) throws SQLException {
    final Path file = store.directory().resolve("reveille.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var run = connection.createStatement();
        var row = run.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Entry of(final String hub, final int number) {
    final var id = "r" + number;
    return entry(
        id, Kind.REGISTRATION, plain(hub, id, address(PushService.APNS, number), "a", "b"));
  }

  @Test
  void many_are_written_whole_or_not_at_all() {
    final var key = registration("a", 1).targets().getFirst().key();
    final var sameKey =
        entry(
            "b",
            Kind.REGISTRATION,
            new dev.reveille.routing.port.HubRegistrations.Target(
                "",
                key,
                address(PushService.APNS, 2),
                java.util.Set.of(),
                Optional.empty(),
                Optional.empty()));
    assertThrows(
        StoreException.class,
        () -> store.hubs().putAll(HUB, List.of(registration("a", 1), sameKey)));
    assertEquals(0, store.hubs().count(HUB));
    assertEquals(0, store.hubs().lastNumber());
    assertEquals(Optional.empty(), store.hubs().find(HUB, "a"));
  }

  /// More than are sorted without a thought, then more without the tag than are asked one by one.
  @Test
  void a_tag_that_many_have_is_listed_in_the_order_of_entries() {
    final int many = 5_400;
    final int last = many + 2_100;
    final List<Entry> all =
        IntStream.range(0, last + 7)
            .mapToObj(i -> i < many || i >= last ? of(HUB, i) : registration("r" + i, i))
            .toList();
    store.hubs().putAll(HUB, all);
    store.hubs().put(HUB, registration("r0", 0), new Condition.Any());
    store.hubs().put(HUB, of(HUB, 0), new Condition.Any()); // its target keeps its number
    final List<String> listed = new ArrayList<>();
    long after = 0;
    boolean isLast = false;
    while (!isLast) {
      final var page =
          store.hubs().list(HUB, new Filter.Tagged(new Tag("A")), after, 999, Long.MAX_VALUE);
      page.entries().forEach(kept -> listed.add(kept.entry().id()));
      after = page.reached();
      isLast = page.last();
    }
    assertEquals(
        IntStream.concat(IntStream.range(0, many), IntStream.range(last, last + 7))
            .mapToObj(i -> "r" + i)
            .toList(),
        listed);
  }

  @Test
  void what_devices_change_is_not_in_the_audit_log() {
    done(store.hubs().put(HUB, registration("a", 1), new Condition.Any()));
    store.hubs().remove(HUB, "a", Kind.REGISTRATION, new Condition.Any());
    assertEquals(List.of(), store.settings().audit(Samples.ACME, 10));
  }

  @Test
  void hubs_go_with_their_organisation_and_come_to_no_later_one_of_its_name() throws SQLException {
    final OrganisationId gone = new OrganisationId("gone");
    final var theirs = "gone/main/hub";
    final var alike = "gone/b/main/hub"; // of the organisation gone/b
    store.registry().makeOrganisation(gone, Samples.ACME, "operator");
    for (final var hub : List.of(theirs, "gone/main/second", alike, HUB)) {
      store.hubs().putAll(hub, IntStream.range(0, 600).mapToObj(i -> of(hub, i)).toList());
    }
    assertTrue(store.registry().removeOrganisation(gone, Samples.ACME, "operator"));
    assertEquals(0, store.hubs().count(theirs));
    assertEquals(
        List.of(), store.hubs().list("gone/main/second", new Filter.All(), 0, 10, 1_000).entries());
    assertThrows(
        Registry.Taken.class, () -> store.hubs().put(theirs, of(theirs, 1), new Condition.Any()));
    assertThrows(Registry.Taken.class, () -> store.hubs().putAll(theirs, List.of(of(theirs, 1))));
    store.sqlite().maintain();
    assertFalse(rows("hub_name") > 2, "what they held is removed");
    assertEquals(1200, rows("hub_entry"));
    assertEquals(1200, rows("hub_target"));
    assertEquals(2400, rows("hub_tag"));
    assertEquals(600, store.hubs().count(alike));
    assertEquals(600, store.hubs().count(HUB));
  }
}

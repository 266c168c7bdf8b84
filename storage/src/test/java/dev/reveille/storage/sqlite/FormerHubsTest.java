package dev.reveille.storage.sqlite;

import static dev.reveille.routing.port.HubSamples.HUB;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.PushService;
import dev.reveille.model.Setting;
import dev.reveille.model.TagExpression;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Selection;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubSamples;
import dev.reveille.routing.port.Samples;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Hubs as the first version with hubs kept them.
final class FormerHubsTest {
  /// The steps of the schema of that version.
  private static final int FORMER_STEPS = 15;

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  private void asFormer(final String... statements) throws SQLException {
    store.sqlite().close();
    FormerSchema.of(store.directory(), FORMER_STEPS, statements);
    store.open();
  }

  @Test
  void hubs_that_were_there_are_the_first_of_their_names() throws SQLException {
    final Map<String, List<String>> values = Map.of("name", List.of("News"));
    store.settings().put(Samples.ACME, "hub", "default/news", values, 0, "test");
    store
        .settings()
        .put(Samples.ACME, Setting.PUSH_NOTIFICATION, Setting.GLOBAL, Map.of(), 0, "test");
    asFormer();
    assertEquals(1, store.hubs().lastHub("default/news"));
    assertEquals(2, store.hubs().nextHub("default/news"));
    assertEquals(0, store.hubs().lastHub(Setting.GLOBAL));
    assertEquals(1, store.hubs().nextHub("default/olds"));
  }

  private static Entry of(final String id, final int number, final String name) {
    final var plain = HubSamples.plain(HUB, id, HubSamples.address(PushService.FCM, number), "a");
    return HubSamples.entry(
        id,
        Kind.REGISTRATION,
        new Target(
            name, plain.key(), plain.address(), plain.tags(), Optional.empty(), Optional.empty()));
  }

  private List<String> ids(final Selection which) {
    return store.hubs().targets(HUB, which, 0, store.hubs().lastNumber(), 10).targets().stream()
        .map(one -> one.target().address().token().value())
        .toList();
  }

  @Test
  void targets_for_googles_older_form_are_known_by_their_form() throws SQLException {
    final var all = List.of(of("old", 1, "gcm:"), of("new", 2, ""), of("odd", 3, "gcm:x"));
    store.hubs().putAll(HUB, all);
    asFormer();
    final var tag = HubSamples.natives(PushService.FCM, "a").tags();
    final var google = Optional.of(PushService.FCM);
    for (final var tags : List.of(tag, Optional.<TagExpression>empty())) {
      assertEquals(
          List.of(token(1)), ids(new Selection(google, "gcm", false, tags)), "tags " + tags);
      assertEquals(List.of(token(2), token(3)), ids(new Selection(google, false, tags)));
    }
    final var read = store.hubs().find(HUB, "old").orElseThrow().entry();
    assertEquals("gcm", read.targets().getFirst().format());
    final var again = HubSamples.inForm(all.getFirst().targets().getFirst(), "gcm");
    store.hubs().put(HUB, HubSamples.entry("old", Kind.REGISTRATION, again), new Condition.Any());
    assertEquals(1, ids(new Selection(google, "gcm", false, tag)).size());
  }

  private static String token(final int number) {
    return HubSamples.address(PushService.FCM, number).token().value();
  }
}

package dev.reveille.storage.sqlite;

import static dev.reveille.routing.port.HubSamples.HUB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.model.Bytes;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubSamples;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Pages of targets are bounded in bytes, too: what devices register may be large.
final class HubPageTest {
  private static final int TEMPLATE = 400 * 1_024;
  private static final int TARGETS = 12;

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Test
  void a_page_of_large_templates_is_short_and_the_next_one_goes_on() {
    final var hubs = store.hubs();
    for (int i = 0; i < TARGETS; i++) {
      final var target =
          new Target(
              "t",
              HubSamples.key(HUB, "i" + i, "t"),
              HubSamples.address(PushService.APNS, i),
              Set.of(),
              Optional.of(Bytes.of(new byte[TEMPLATE])),
              Optional.empty());
      hubs.put(HUB, HubSamples.entry("i" + i, Kind.INSTALLATION, target), new Condition.Any());
    }
    final var which = HubSamples.templates("");
    final long upTo = hubs.lastNumber();
    var page = hubs.targets(HUB, which, 0, upTo, 500);
    assertEquals(6, page.targets().size(), "a little more than two megabytes");
    assertFalse(page.last());
    final var keys = new ArrayList<>(page.targets());
    while (!page.last()) {
      page = hubs.targets(HUB, which, page.reached(), upTo, 500);
      keys.addAll(page.targets());
    }
    assertEquals(
        IntStream.range(0, TARGETS).mapToObj(i -> HubSamples.key(HUB, "i" + i, "t")).toList(),
        keys.stream().map(one -> one.target().key()).toList());
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.model.Tag;
import dev.reveille.model.TagExpression;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Numbered;
import dev.reveille.routing.port.HubRegistrations.Selection;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubSamples;
import dev.reveille.routing.port.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Random registrations, rewritten and removed, and random expressions: the pages put together are
/// what [TagExpression#matches] says of each target. Few candidates are looked at for a page, and
/// each try has a hub of its own beside those of all tries before.
final class HubSelectionProperties {
  private static Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // opened before the first try
  private static MainDatabase database;

  private static int tries;

  @BeforeContainer
  static void open() throws IOException {
    folder = Files.createTempDirectory("reveille-hubs");
    database = new MainDatabase(folder.resolve("reveille.db"), () -> Samples.NOW);
  }

  @AfterContainer
  static void close() throws IOException {
    database.close();
    SqliteUnderTest.delete(folder);
  }

  /// @param tags of the native target
  /// @param own of the template beside it; empty for none
  private record Device(
      int id, boolean stays, PushService service, Set<Tag> tags, Optional<Set<Tag>> own) {
    Entry entry(final String hub) {
      final String name = "d" + id;
      final var address = HubSamples.address(service, id);
      final List<Target> targets = new ArrayList<>();
      targets.add(target(hub, name, "", tags, false));
      own.ifPresent(its -> targets.add(target(hub, name, "t", its, true)));
      return new Entry(
          name,
          Kind.INSTALLATION,
          dev.reveille.model.Bytes.of(address.token().value()),
          Optional.empty(),
          targets);
    }

    private Target target(
        final String hub,
        final String name,
        final String of,
        final Set<Tag> its,
        final boolean isTemplate) {
      return new Target(
          of,
          HubSamples.key(hub, name, of),
          HubSamples.address(service, id),
          its,
          isTemplate ? Optional.of(dev.reveille.model.Bytes.of("t")) : Optional.empty(),
          Optional.empty());
    }
  }

  @Property(tries = 400)
  void the_pages_of_an_expression_hold_what_it_matches(
      @ForAll("devices") final List<Device> devices,
      @ForAll("selections") final List<Selection> selections,
      @ForAll @IntRange(min = 1, max = 9) final int most,
      @ForAll @IntRange(min = 1, max = 12) final int lookedAt) {
    final var hub = "acme/main/hub-" + tries++;
    final var hubs = new SqliteHubRegistrations(database, lookedAt);
    for (final var device : devices) {
      hubs.put(hub, device.entry(hub), new Condition.Any());
      if (!device.stays()) {
        hubs.remove(hub, "d" + device.id(), Kind.INSTALLATION, new Condition.Any());
      }
    }
    final var all = hubs.list(hub, new Filter.All(), 0, 1_000, Long.MAX_VALUE).entries();
    for (final var which : selections) {
      final List<Numbered> meant =
          all.stream()
              .flatMap(kept -> kept.entry().targets().stream())
              .filter(target -> isMeant(which, target))
              .map(target -> hubs.find(hub, target.key()).orElseThrow())
              .sorted(java.util.Comparator.comparingLong(Numbered::number))
              .toList();
      assertEquals(meant, pages(hubs, hub, which, most), () -> which.toString());
    }
  }

  private static boolean isMeant(final Selection which, final Target target) {
    return which.templates() == target.template().isPresent()
        && which.service().stream().allMatch(target.address().service()::equals)
        && which.tags().stream().allMatch(asked -> asked.matches(target.tags()));
  }

  private static List<Numbered> pages(
      final SqliteHubRegistrations hubs, final String hub, final Selection which, final int most) {
    final List<Numbered> all = new ArrayList<>();
    final long upTo = hubs.lastNumber();
    long after = 0;
    while (true) {
      final var page = hubs.targets(hub, which, after, upTo, most);
      assertTrue(page.targets().size() <= most);
      all.addAll(page.targets());
      if (page.last()) {
        return all;
      }
      assertTrue(page.reached() > after, "each page comes further");
      after = page.reached();
    }
  }

  // ---- what is tried --------------------------------------------------------------------------

  private static Arbitrary<Tag> tag() {
    return Arbitraries.of("a", "A", "b", "B", "c", "d", "$UserId:{u}").map(Tag::new);
  }

  @Provide
  Arbitrary<List<Device>> devices() {
    final var tags = tag().set().ofMaxSize(4);
    return Combinators.combine(
            Arbitraries.integers().between(1, 12),
            Arbitraries.integers().between(0, 5).map(one -> one > 0),
            Arbitraries.of(PushService.APNS, PushService.FCM),
            tags,
            tags.optional())
        .as(Device::new)
        .list()
        .ofMaxSize(25);
  }

  @Provide
  Arbitrary<List<Selection>> selections() {
    return Combinators.combine(
            Arbitraries.of(PushService.APNS, PushService.FCM).optional(),
            Arbitraries.of(true, false),
            expression(3).optional(0.9))
        .as(Selection::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  private static Arbitrary<TagExpression> expression(final int depth) {
    final Arbitrary<TagExpression> has = tag().map(TagExpression.Has::new);
    if (depth == 0) {
      return has;
    }
    final var inner = expression(depth - 1);
    final var several = inner.list().ofMinSize(2).ofMaxSize(3);
    return Arbitraries.oneOf(
        has,
        inner.map(TagExpression.Not::new),
        several.map(TagExpression.And::new),
        several.map(TagExpression.Or::new));
  }
}

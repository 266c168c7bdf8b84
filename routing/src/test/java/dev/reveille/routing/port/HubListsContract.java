package dev.reveille.routing.port;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.address;
import static dev.reveille.routing.port.HubSamples.done;
import static dev.reveille.routing.port.HubSamples.entry;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.registration;
import static dev.reveille.routing.port.HubSamples.tags;
import static dev.reveille.routing.port.HubSamples.template;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Tag;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Listed;
import dev.reveille.routing.port.HubRegistrations.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The contract of every store of hub registrations, as far as it concerns lists of entries.
public interface HubListsContract {
  Condition ANY = new Condition.Any();

  StoreUnderTest store();

  private HubRegistrations hubs() {
    return store().hubs();
  }

  private void put(final Entry entry) {
    final var _ = done(hubs().put(HUB, entry, ANY));
  }

  private Listed list(final Filter filter, final long after, final int most) {
    return hubs().list(HUB, filter, after, most, Long.MAX_VALUE);
  }

  private static List<String> ids(final Listed listed) {
    return listed.entries().stream().map(kept -> kept.entry().id()).toList();
  }

  private List<String> ids(final Filter filter, final long after, final int most) {
    return ids(list(filter, after, most));
  }

  @Test
  default void entries_are_listed_in_pages_while_others_come_and_go() {
    for (final String id : List.of("f", "b", "d", "a", "e", "c")) {
      put(registration(id, 1));
    }
    final List<String> all = new ArrayList<>();
    long after = 0;
    boolean last = false;
    while (!last) {
      final var page = list(new Filter.All(), after, 2);
      assertTrue(page.entries().size() <= 2);
      page.entries().forEach(kept -> all.add(kept.entry().id()));
      after = page.reached();
      last = page.last();
      if (all.size() == 2) {
        hubs().remove(HUB, "b", Kind.REGISTRATION, ANY); // the last of those listed
        hubs().remove(HUB, "a", Kind.REGISTRATION, ANY);
        put(registration("f", 2));
        put(registration("g", 2));
      }
    }
    assertEquals(List.of("f", "b", "d", "e", "c", "g"), all);
    assertEquals(5, hubs().count(HUB));
  }

  @Test
  default void entries_are_found_by_tag_each_once_and_in_their_order() {
    put(registration("a", 1, "News"));
    put(registration("b", 2, "news-more"));
    put(
        entry(
            "c",
            Kind.INSTALLATION,
            plain(HUB, "c", address(PushService.APNS, 3), "NEWS"),
            template(HUB, "c", "t", address(PushService.APNS, 3), "news", "own")));
    put(registration("d", 4, "news"));
    put(registration("a", 1, "NewS", "late")); // keeps its place
    final var news = new Filter.Tagged(new Tag("nEwS"));
    assertEquals(List.of("a", "c", "d"), ids(news, 0, 10));
    final var first = list(news, 0, 2);
    assertFalse(first.last());
    assertEquals(List.of("d"), ids(news, first.reached(), 2));
    assertEquals(
        2,
        first.entries().getLast().entry().targets().size(),
        "the others of its targets are there too");
    assertEquals(List.of("c"), ids(new Filter.Tagged(new Tag("own")), 0, 10));
    assertEquals(List.of(), ids(new Filter.Tagged(new Tag("new")), 0, 10));
  }

  @Test
  default void entries_are_found_by_handle_of_one_service_or_of_any() {
    final var apple = address(PushService.APNS, 1);
    final var word = address(PushService.FCM, 2);
    final var upper = apple.token().value().toUpperCase(java.util.Locale.ROOT);
    put(entry("a", Kind.REGISTRATION, plain(HUB, "a", apple)));
    put(entry("b", Kind.INSTALLATION, plain(HUB, "b", apple), template(HUB, "b", "t", apple)));
    put(entry("c", Kind.REGISTRATION, plain(HUB, "c", word)));
    final var spelled = // as a former version may have kept it
        new PushAddress.Direct(
            PushService.APNS,
            apple.channel(),
            apple.app(),
            false,
            new PushToken(upper),
            Samples.NOW);
    put(entry("d", Kind.REGISTRATION, plain(HUB, "d", spelled)));
    final Optional<PushService> any = Optional.empty();
    for (final var written : List.of(upper, apple.token().value())) {
      assertEquals(List.of("a", "b", "d"), ids(new Filter.WithHandle(any, written), 0, 10));
      assertEquals(
          List.of("a", "b", "d"),
          ids(new Filter.WithHandle(Optional.of(PushService.APNS), written), 0, 10));
      assertEquals(
          List.of(), ids(new Filter.WithHandle(Optional.of(PushService.FCM), written), 0, 10));
    }
    final var first = list(new Filter.WithHandle(any, upper), 0, 1);
    assertEquals(List.of("b"), ids(new Filter.WithHandle(any, upper), first.reached(), 1));
    assertEquals(List.of("c"), ids(new Filter.WithHandle(any, word.token().value()), 0, 10));
    assertEquals(
        List.of(),
        ids(
            new Filter.WithHandle(any, word.token().value().toUpperCase(java.util.Locale.ROOT)),
            0,
            10),
        "only Apple's have no case");
    hubs().remove(HUB, "a", Kind.REGISTRATION, ANY);
    assertEquals(List.of("b", "d"), ids(new Filter.WithHandle(any, upper), 0, 10));
  }

  // ---- bounds ---------------------------------------------------------------------------------

  /// With a document and a template of so many bytes each.
  private static Entry large(final String id, final int document, final int template) {
    final var address = address(PushService.APNS, 1);
    return new Entry(
        id,
        Kind.REGISTRATION,
        Bytes.of(new byte[document]),
        Optional.empty(),
        List.of(
            new Target(
                "t",
                HubSamples.key(HUB, id, "t"),
                address,
                tags("tag"),
                Optional.of(Bytes.of(new byte[template])),
                Optional.empty())));
  }

  @Test
  default void a_page_is_bounded_in_bytes_and_has_one_entry_at_least() {
    put(large("a", 600, 500));
    put(large("b", 100, 300));
    put(large("c", 100, 500));
    put(large("d", 1, 0));
    for (final var filter :
        List.of(
            new Filter.All(),
            new Filter.Tagged(new Tag("tag")),
            new Filter.WithHandle(
                Optional.empty(), address(PushService.APNS, 1).token().value()))) {
      final List<List<String>> pages = new ArrayList<>();
      long after = 0;
      boolean last = false;
      while (!last) {
        final var page = hubs().list(HUB, filter, after, 10, 1_000);
        pages.add(ids(page));
        after = page.reached();
        last = page.last();
      }
      assertEquals(
          List.of(List.of("a"), List.of("b", "c"), List.of("d")), pages, filter.toString());
    }
    assertTrue(hubs().list(HUB, new Filter.All(), 0, 4, 2_101).last());
    assertFalse(hubs().list(HUB, new Filter.All(), 0, 4, 2_100).last());
    assertFalse(hubs().list(HUB, new Filter.All(), 0, 3, 9_999).last());
  }
}

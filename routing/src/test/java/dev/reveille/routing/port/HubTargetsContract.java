package dev.reveille.routing.port;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.OTHER_HUB;
import static dev.reveille.routing.port.HubSamples.address;
import static dev.reveille.routing.port.HubSamples.done;
import static dev.reveille.routing.port.HubSamples.entry;
import static dev.reveille.routing.port.HubSamples.installation;
import static dev.reveille.routing.port.HubSamples.key;
import static dev.reveille.routing.port.HubSamples.natives;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.registration;
import static dev.reveille.routing.port.HubSamples.template;
import static dev.reveille.routing.port.HubSamples.templates;
import static dev.reveille.routing.port.HubSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Numbered;
import dev.reveille.routing.port.HubRegistrations.Selection;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The contract of every store of hub registrations, as far as it concerns the targets of sends and
/// how they end.
public interface HubTargetsContract {
  StoreUnderTest store();

  private HubRegistrations hubs() {
    return store().hubs();
  }

  private Versioned put(final Entry entry) {
    return done(hubs().put(HUB, entry, new Condition.Any()));
  }

  private static String name(final Target target) {
    return target.address().token().value();
  }

  /// All pages of a selection, up to the last number that was given.
  private List<Numbered> all(final String hub, final Selection which, final int most) {
    return after(hub, which, 0, hubs().lastNumber(), most);
  }

  private List<Numbered> after(
      final String hub, final Selection which, final long from, final long upTo, final int most) {
    final List<Numbered> all = new ArrayList<>();
    long after = from;
    while (true) {
      final var page = hubs().targets(hub, which, after, upTo, most);
      assertTrue(page.targets().size() <= most);
      for (final var each : page.targets()) {
        assertTrue(each.number() > after && each.number() <= page.reached(), "in ascending order");
        after = each.number();
      }
      all.addAll(page.targets());
      if (page.last()) {
        assertEquals(upTo, page.reached());
        return all;
      }
      assertTrue(page.reached() > from && page.reached() <= upTo);
      after = page.reached();
    }
  }

  /// The entries of a selection, one letter each.
  private String meant(final Selection which) {
    return all(HUB, which, 100).stream()
        .map(each ->
            hubs()
                .list(
                    HUB,
                    new Filter.WithHandle(
                        Optional.of(each.target().address().service()), name(each.target())),
                    0,
                    1,
                    Long.MAX_VALUE)
                .entries()
                .getFirst()
                .entry()
                .id())
        .reduce("", String::concat);
  }

  // ---- selections -----------------------------------------------------------------------------

  /// Six registrations with every set of two tags, one in other case, one with a third tag.
  private void putTagged() {
    put(registration("n", 1));
    put(registration("a", 2, "a"));
    put(registration("b", 3, "b"));
    put(registration("x", 4, "a", "b"));
    put(registration("A", 5, "A"));
    put(registration("c", 6, "A", "B", "c"));
  }

  @Test
  default void every_operator_is_asked_without_regard_to_case() {
    putTagged();
    Map.ofEntries(
            Map.entry("", "nabxAc"),
            Map.entry("a", "axAc"),
            Map.entry("A", "axAc"),
            Map.entry("nothing", ""),
            Map.entry("!a", "nb"),
            Map.entry("!nothing", "nabxAc"),
            Map.entry("!!a", "axAc"),
            Map.entry("a && b", "xc"),
            Map.entry("b && a", "xc"),
            Map.entry("a && a", "axAc"),
            Map.entry("a && !b", "aA"),
            Map.entry("!b && a", "aA"),
            Map.entry("a || b", "abxAc"),
            Map.entry("a || a", "axAc"),
            Map.entry("c || b", "bxc"),
            Map.entry("c || nothing", "c"),
            Map.entry("a || !b", "naxAc"),
            Map.entry("!a || !b", "nabA"),
            Map.entry("!a && !b", "n"),
            Map.entry("!(a || b)", "n"),
            Map.entry("!(a && b)", "nabA"),
            Map.entry("!(a && !b)", "nbxc"),
            Map.entry("!(!a && !b)", "abxAc"),
            Map.entry("a && (b || c)", "xc"),
            Map.entry("(a || b) && !(a && b)", "abA"),
            Map.entry("(a && !b) || (b && !a)", "abA"),
            Map.entry("a && b && c", "c"),
            Map.entry("(a || nothing) && (c || b)", "xc"),
            Map.entry("a && nothing", ""))
        .forEach((asked, meant) -> assertEquals(meant, meant(natives(asked)), asked));
  }

  @Test
  default void a_send_is_for_one_service_or_for_all_and_with_templates_or_without() {
    final var apple = address(PushService.APNS, 1);
    final var google = address(PushService.FCM, 2);
    put(
        entry(
            "phone",
            Kind.INSTALLATION,
            plain(HUB, "phone", apple, "tag"),
            template(HUB, "phone", "t", apple, "tag", "own"),
            template(HUB, "phone", "u", apple, "tag")));
    put(
        entry(
            "other",
            Kind.INSTALLATION,
            plain(HUB, "other", google, "tag"),
            template(HUB, "other", "t", google, "tag")));
    for (final var tag : List.of("", "tag", "!own || own", "tag && !nothing")) {
      assertEquals(List.of("", ""), names(natives(tag)), tag);
      assertEquals(List.of(apple.token().value()), tokens(natives(PushService.APNS, tag)), tag);
      assertEquals(List.of(google.token().value()), tokens(natives(PushService.FCM, tag)), tag);
      assertEquals(List.of(), tokens(natives(PushService.WNS, tag)), tag);
      assertEquals(List.of("t", "u", "t"), names(templates(tag)), tag);
      assertEquals(
          List.of("t"),
          names(new Selection(Optional.of(PushService.FCM), true, templates(tag).tags())),
          tag);
    }
    assertEquals(List.of("t"), names(templates("own")));
    assertEquals(List.of(), names(natives("own")), "a template's own tags are its alone");
    assertEquals(List.of("u", "t"), names(templates("!own")));
  }

  private List<String> names(final Selection which) {
    return all(HUB, which, 2).stream().map(each -> each.target().name()).toList();
  }

  private List<String> tokens(final Selection which) {
    return all(HUB, which, 2).stream().map(each -> name(each.target())).toList();
  }

  @Test
  default void special_tags_select_as_others_do() {
    put(registration("a", 1, "$UserId:{Anna=1}", "$InstallationId:{one}"));
    put(registration("b", 2, "$UserId:{Anna=1}", "$InstallationId:{two}"));
    put(registration("c", 3, "UserId"));
    assertEquals("ab", meant(natives("$UserId:{anna=1}")));
    assertEquals("a", meant(natives("$UserId:{Anna=1} && !$InstallationId:{two}")));
  }

  @Test
  default void a_target_is_what_was_written() {
    final var target = template(HUB, "a", "t", address(PushService.FCM, 1).withScope("p"), "X");
    put(entry("a", Kind.INSTALLATION, target));
    assertEquals(List.of(new Numbered(1, target)), all(HUB, templates("x"), 1));
    assertEquals(Optional.of(new Numbered(1, target)), hubs().find(HUB, target.key()));
    assertEquals(Optional.empty(), hubs().find(OTHER_HUB, target.key()));
    assertEquals(List.of(), all(OTHER_HUB, templates("x"), 1));
    put(entry("a", Kind.INSTALLATION));
    assertEquals(Optional.empty(), hubs().find(HUB, target.key()));
  }

  // ---- pages ----------------------------------------------------------------------------------

  @Test
  default void pages_of_any_size_hold_each_target_once() {
    hubs()
        .putAll(
            HUB,
            IntStream.range(0, 30)
                .mapToObj(i ->
                    registration(
                        "r" + i,
                        i,
                        Stream.of(i % 2 == 0 ? "two" : "", i % 3 == 0 ? "three" : "", "all")
                            .filter(tag -> !tag.isEmpty())
                            .toArray(String[]::new)))
                .toList());
    for (final var asked :
        List.of("", "all", "two", "two || three", "two && three", "!two", "all && !three")) {
      final var whole = all(HUB, natives(asked), 100);
      assertFalse(whole.isEmpty());
      for (int most = 1; most <= 31; most++) {
        assertEquals(whole, all(HUB, natives(asked), most), asked + " by " + most);
      }
      final long middle = whole.get(whole.size() / 2).number();
      assertEquals(
          whole.stream().filter(each -> each.number() > middle).toList(),
          after(HUB, natives(asked), middle, hubs().lastNumber(), 4),
          asked);
      assertEquals(
          whole.stream().filter(each -> each.number() <= middle).toList(),
          after(HUB, natives(asked), 0, middle, 4),
          asked);
    }
  }

  @Test
  default void a_send_finds_those_who_were_there_and_still_are() {
    final List<Entry> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(registration("r" + i, i, i == 6 ? "other" : "tag"));
    }
    hubs().putAll(HUB, all);
    final long upTo = hubs().lastNumber();
    final var first = hubs().targets(HUB, natives("tag"), 0, upTo, 3);
    assertEquals(3, first.targets().size());
    hubs().remove(HUB, "r2", Kind.REGISTRATION, new Condition.Any()); // it was told
    hubs().remove(HUB, "r3", Kind.REGISTRATION, new Condition.Any());
    put(registration("r4", 14, "other"));
    put(registration("r5", 15, "tag"));
    put(registration("r6", 6, "tag"));
    put(registration("r8", 8, "tag"));
    put(entry("r9", Kind.INSTALLATION, plain(HUB, "r9", address(PushService.APNS, 9), "tag")));
    assertEquals(
        List.of(15, 6, 7).stream()
            .map(number -> address(PushService.APNS, number).token().value())
            .toList(),
        after(HUB, natives("tag"), first.reached(), upTo, 3).stream()
            .map(each -> name(each.target()))
            .toList());
  }

  @Test
  default void nothing_is_found_in_a_hub_to_which_nothing_was_written() {
    final var page = hubs().targets(HUB, natives("a"), 0, 100, 10);
    assertEquals(new HubRegistrations.Page(List.of(), 100, true), page);
    assertEquals(List.of(), hubs().list(HUB, new Filter.All(), 0, 10, Long.MAX_VALUE).entries());
    assertEquals(0, hubs().count(HUB));
    assertEquals(Optional.empty(), hubs().find(HUB, key(HUB, "a", "")));
    assertEquals(Optional.empty(), hubs().dead(HUB, key(HUB, "a", ""), Samples.NOW));
  }

  // ---- dead addresses -------------------------------------------------------------------------

  @Test
  default void a_registration_at_a_dead_address_goes_and_its_id_is_gone() {
    final var kept = put(registration("a", 1, "tag"));
    put(registration("b", 1, "tag"));
    assertEquals(Optional.of(kept), hubs().dead(HUB, key(HUB, "a", ""), Samples.NOW));
    assertEquals(Optional.empty(), hubs().find(HUB, "a"));
    assertEquals("b", meant(natives("tag")));
    assertEquals(new Written.Gone(), hubs().put(HUB, registration("a", 2), new Condition.Any()));
    assertEquals(Optional.empty(), hubs().dead(HUB, key(HUB, "a", ""), Samples.NOW));
    assertEquals(Optional.empty(), hubs().dead(OTHER_HUB, key(HUB, "b", ""), Samples.NOW));
    assertEquals("b", meant(natives("tag")));
  }

  @Test
  default void an_installation_loses_what_it_has_at_a_dead_address_and_stays() {
    final var dead = address(PushService.APNS, 1);
    final var other = address(PushService.APNS, 2);
    final var later = address(PushService.APNS, 1, Samples.NOW.plusSeconds(2));
    final var tile = template(HUB, "a", "tile", other, "tag");
    final var again = template(HUB, "a", "again", later, "tag");
    final var sandbox = template(HUB, "a", "sandbox", dead.proven(true), "tag");
    final var scoped = template(HUB, "a", "scoped", dead.withScope("com.example"), "tag");
    final var kept =
        put(
            entry(
                "a",
                Kind.INSTALLATION,
                plain(HUB, "a", dead, "tag"),
                tile,
                template(HUB, "a", "t", dead, "tag"),
                again,
                sandbox,
                scoped));
    final long number = hubs().find(HUB, tile.key()).orElseThrow().number();
    assertEquals(
        Optional.of(kept), hubs().dead(HUB, key(HUB, "a", "t"), Samples.NOW.plusSeconds(1)));
    store().restart();
    assertEquals(
        Optional.of(
            new Versioned(
                kept.number(),
                kept.version(),
                entry("a", Kind.INSTALLATION, tile, again, sandbox, scoped))),
        hubs().find(HUB, "a"));
    assertEquals(List.of(), names(natives("tag")));
    assertEquals(List.of("tile", "again", "sandbox", "scoped"), names(templates("tag")));
    assertEquals(number, hubs().find(HUB, tile.key()).orElseThrow().number());
    assertEquals(1, hubs().count(HUB));
  }

  @Test
  default void what_was_registered_after_the_word_of_the_service_stays() {
    final var since = Samples.NOW.plusSeconds(5);
    final var later =
        entry(
            "a",
            Kind.REGISTRATION,
            plain(HUB, "a", address(PushService.APNS, 1, since.plusNanos(1))));
    final var kept = put(later);
    assertEquals(Optional.empty(), hubs().dead(HUB, key(HUB, "a", ""), since));
    assertEquals(Optional.of(kept), hubs().find(HUB, "a"));
    assertEquals(Optional.of(kept), hubs().dead(HUB, key(HUB, "a", ""), since.plusNanos(1)));
  }

  // ---- ends -----------------------------------------------------------------------------------

  private Instant pass(final Duration time) {
    store().clock().advance(time);
    return store().clock().instant();
  }

  @Test
  default void what_is_over_is_sent_nothing_also_before_it_is_removed() {
    final var end = Samples.NOW.plusSeconds(60);
    final var phone = address(PushService.APNS, 2);
    put(until(registration("a", 1, "tag"), end));
    put(
        entry(
            "b",
            Kind.INSTALLATION,
            until(plain(HUB, "b", phone, "tag"), end.plusSeconds(30)),
            until(template(HUB, "b", "t", phone, "tag"), end)));
    put(registration("c", 3, "tag"));
    put(
        until(
            entry(
                "d",
                Kind.INSTALLATION,
                until(plain(HUB, "d", address(PushService.APNS, 4), "tag"), end.plusSeconds(9))),
            end));
    pass(Duration.ofSeconds(59));
    for (final var asked : List.of("", "tag", "tag && !no", "!no")) {
      assertEquals("abcd", meant(natives(asked)));
      assertEquals(List.of("t"), names(templates(asked)));
    }
    pass(Duration.ofSeconds(1));
    for (final var asked : List.of("", "tag", "tag && !no", "!no")) {
      assertEquals("bc", meant(natives(asked)));
      assertEquals(List.of(), names(templates(asked)));
    }
    assertEquals(Optional.empty(), hubs().find(HUB, key(HUB, "a", "")));
    assertEquals(Optional.empty(), hubs().find(HUB, key(HUB, "b", "t")));
    assertTrue(hubs().find(HUB, key(HUB, "b", "")).isPresent());
    assertTrue(hubs().find(HUB, "a").isPresent(), "it is not removed yet");
    put(until(registration("a", 1, "tag"), end.plusSeconds(60)));
    put(registration("c", 3, "tag"));
    assertEquals("abc", meant(natives("tag")), "what is written again goes on");
  }

  @Test
  default void entries_and_targets_are_removed_when_their_time_is_over() {
    final var end = Samples.NOW.plusSeconds(60);
    final var phone = address(PushService.APNS, 3);
    put(until(registration("a", 1, "tag"), end));
    put(until(installation("b", 2, "tag"), end.plusSeconds(1)));
    final var stays = plain(HUB, "c", phone, "tag");
    final var kept =
        put(
            entry(
                "c",
                Kind.INSTALLATION,
                until(template(HUB, "c", "t", phone, "tag"), end),
                stays,
                until(template(HUB, "c", "u", phone, "tag"), end)));
    assertEquals(0, hubs().removeEnded(pass(Duration.ofSeconds(59)), 10));
    assertEquals(3, hubs().count(HUB));
    assertEquals(3, hubs().removeEnded(pass(Duration.ofSeconds(1)), 10));
    store().restart();
    assertEquals(Optional.empty(), hubs().find(HUB, "a"));
    assertEquals(
        Optional.of(new Versioned(kept.number(), 1, entry("c", Kind.INSTALLATION, stays))),
        hubs().find(HUB, "c"));
    assertEquals(new Written.Gone(), hubs().put(HUB, registration("a", 1), new Condition.Any()));
    assertEquals("bc", meant(natives("tag")));
    assertEquals(1, hubs().removeEnded(pass(Duration.ofSeconds(1)), 10));
    assertEquals("c", meant(natives("tag")));
    put(installation("b", 2)); // the id of an installation is free
    assertEquals(0, hubs().removeEnded(pass(Duration.ofDays(80)), 10));
  }

  @Test
  default void so_many_are_removed_at_once() {
    final var end = Samples.NOW.plusSeconds(60);
    for (int i = 0; i < 5; i++) {
      put(until(registration("r" + i, i), end));
    }
    put(
        entry(
            "c",
            Kind.INSTALLATION,
            until(template(HUB, "c", "t", address(PushService.APNS, 1)), end)));
    final var now = pass(Duration.ofSeconds(60));
    assertEquals(2, hubs().removeEnded(now, 2));
    assertEquals(4, hubs().count(HUB));
    assertEquals(2, hubs().removeEnded(now, 2));
    assertEquals(2, hubs().removeEnded(now, 2));
    assertEquals(0, hubs().removeEnded(now, 2));
    assertEquals(1, hubs().count(HUB));
    final var muchLater = pass(HubRegistrations.GONE_IDS_KEPT);
    put(until(installation("late", 9), muchLater));
    assertEquals(3, hubs().removeEnded(muchLater, 3));
    assertEquals(3, hubs().removeEnded(muchLater, 3));
    assertEquals(3, hubs().removeEnded(muchLater, 3), "what is known of the removed ones goes too");
    assertEquals(2, hubs().removeEnded(muchLater, 3));
    assertEquals(0, hubs().removeEnded(muchLater, 3));
  }

  @Test
  default void nothing_of_a_removed_hub_is_sent_to() {
    hubs()
        .putAll(HUB, IntStream.range(0, 5).mapToObj(i -> registration("r" + i, i, "tag")).toList());
    final long upTo = hubs().lastNumber();
    hubs().removeHub(HUB);
    for (final var asked : List.of("", "tag", "!no")) {
      assertEquals(List.of(), after(HUB, natives(asked), 0, upTo, 10));
    }
    assertEquals(Optional.empty(), hubs().find(HUB, key(HUB, "r1", "")));
    assertEquals(Optional.empty(), hubs().dead(HUB, key(HUB, "r1", ""), Samples.NOW));
  }
}

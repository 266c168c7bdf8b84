package dev.reveille.routing.port;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.OTHER_HUB;
import static dev.reveille.routing.port.HubSamples.address;
import static dev.reveille.routing.port.HubSamples.done;
import static dev.reveille.routing.port.HubSamples.entry;
import static dev.reveille.routing.port.HubSamples.installation;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.registration;
import static dev.reveille.routing.port.HubSamples.tags;
import static dev.reveille.routing.port.HubSamples.template;
import static dev.reveille.routing.port.HubSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.Tag;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The contract of every store of hub registrations, as far as it concerns entries; what sends ask
/// is in [HubTargetsContract].
public interface HubRegistrationsContract {
  Condition ANY = new Condition.Any();
  Condition EXISTS = new Condition.Exists();
  Duration A_SECOND = Duration.ofSeconds(1);

  StoreUnderTest store();

  private HubRegistrations hubs() {
    return store().hubs();
  }

  private Versioned put(final Entry entry) {
    return done(hubs().put(HUB, entry, ANY));
  }

  private List<String> ids(final Filter filter, final long after, final int most) {
    return hubs().list(HUB, filter, after, most, Long.MAX_VALUE).entries().stream()
        .map(kept -> kept.entry().id())
        .toList();
  }

  private long number(final String id, final String name) {
    return hubs().find(HUB, HubSamples.key(HUB, id, name)).orElseThrow().number();
  }

  // ---- as it was written ----------------------------------------------------------------------

  @Test
  default void an_entry_is_read_as_it_was_written_also_after_a_restart() {
    final var doubted =
        address(PushService.APNS, 1)
            .withScope("com.example.phone")
            .doubted(new PushAddress.Doubt(Samples.NOW.plusMillis(7), Reason.TOKEN_BAD, 3));
    final var browser =
        address(PushService.WEB_PUSH, 2).withKeys(new SubscriptionKeys("point", "secret"));
    final var whole =
        new Entry(
            "phone",
            Kind.INSTALLATION,
            Bytes.of(new byte[] {0, -1, 7}),
            Optional.of(Samples.NOW.plusNanos(123_456_789)),
            List.of(
                until(template(HUB, "phone", "z", browser), Samples.NOW.plusSeconds(9)),
                plain(HUB, "phone", doubted, "News", "$UserId:{Anna=1}", "a@b#c.d:e-f_g"),
                template(HUB, "phone", "a", address(PushService.FCM, 3).proven(true), "über")));
    final var bare = entry("dead", Kind.INSTALLATION);
    assertEquals(whole, put(whole).entry());
    assertEquals(bare, put(bare).entry());
    store().restart();
    final var read = hubs().find(HUB, "phone").orElseThrow().entry();
    assertEquals(whole, read);
    assertEquals(bare, hubs().find(HUB, "dead").orElseThrow().entry());
    assertTrue(
        read.targets().get(1).tags().stream().map(Tag::value).toList().contains("News"),
        "tags are read as they were written");
    assertEquals(Optional.empty(), hubs().find(HUB, "Phone"));
    assertEquals(Optional.empty(), hubs().find(OTHER_HUB, "phone"));
  }

  @Test
  default void what_is_written_in_place_of_an_entry_replaces_all_of_it() {
    put(
        entry(
            "phone",
            Kind.INSTALLATION,
            plain(HUB, "phone", address(PushService.APNS, 1), "old", "both"),
            template(HUB, "phone", "first", address(PushService.APNS, 1)),
            template(HUB, "phone", "second", address(PushService.APNS, 1), "old")));
    final var now =
        until(
            entry(
                "phone",
                Kind.INSTALLATION,
                template(HUB, "phone", "second", address(PushService.FCM, 2), "new"),
                plain(HUB, "phone", address(PushService.FCM, 2), "both", "New")),
            Samples.NOW.plusSeconds(60));
    put(now);
    store().restart();
    assertEquals(now, hubs().find(HUB, "phone").orElseThrow().entry());
    assertEquals(List.of(), ids(new Filter.Tagged(new Tag("old")), 0, 10));
    assertEquals(List.of("phone"), ids(new Filter.Tagged(new Tag("new")), 0, 10));
    assertEquals(Optional.empty(), hubs().find(HUB, HubSamples.key(HUB, "phone", "first")));
  }

  @Test
  default void targets_of_an_entry_may_change_places_and_keys() {
    final var one = template(HUB, "phone", "one", address(PushService.APNS, 1), "a");
    final var two = template(HUB, "phone", "two", address(PushService.APNS, 1), "b");
    put(entry("phone", Kind.INSTALLATION, one, two));
    final var swapped =
        entry(
            "phone",
            Kind.INSTALLATION,
            new HubRegistrations.Target(
                "two", one.key(), one.address(), tags("c"), Optional.empty(), Optional.empty()),
            new HubRegistrations.Target(
                "one", two.key(), two.address(), tags("a"), two.template(), Optional.empty()));
    final long before = number("phone", "one");
    put(swapped);
    assertEquals(swapped, hubs().find(HUB, "phone").orElseThrow().entry());
    assertEquals(before, hubs().find(HUB, two.key()).orElseThrow().number());
  }

  // ---- numbers and versions -------------------------------------------------------------------

  @Test
  default void an_entry_and_its_targets_keep_their_numbers_while_it_is_written_again() {
    final var first = put(installation("phone", 1));
    put(installation("other", 2));
    final long plain = number("phone", "");
    final var again =
        put(
            entry(
                "phone",
                Kind.INSTALLATION,
                template(HUB, "phone", "t", address(PushService.FCM, 4)),
                plain(HUB, "phone", address(PushService.FCM, 4), "new")));
    assertEquals(first.number(), again.number());
    assertEquals(plain, number("phone", ""));
    final long template = number("phone", "t");
    assertTrue(template > number("other", ""), "a new name has a number of its own");
    assertEquals(template, hubs().lastNumber());
    put(installation("phone", 1));
    put(again.entry());
    assertTrue(number("phone", "t") > template, "a name that came back is a new target");
    assertEquals(number("phone", "t"), hubs().lastNumber());
  }

  @Test
  default void no_number_is_given_twice() {
    assertEquals(0, hubs().lastNumber());
    final var first = put(installation("a", 1));
    hubs().remove(HUB, "a", Kind.INSTALLATION, ANY);
    store().restart();
    assertEquals(1, hubs().lastNumber());
    final var second = put(installation("a", 1));
    assertTrue(second.number() > first.number());
    assertEquals(2, hubs().lastNumber());
    assertEquals(2, number("a", ""));
    final var elsewhere =
        done(
            hubs()
                .put(
                    OTHER_HUB,
                    entry(
                        "a",
                        Kind.INSTALLATION,
                        plain(OTHER_HUB, "a", address(PushService.APNS, 1))),
                    ANY));
    assertTrue(elsewhere.number() > second.number());
    assertEquals(3, hubs().lastNumber());
  }

  @Test
  default void the_version_grows_by_one_each_time() {
    assertEquals(1, put(registration("a", 1)).version());
    assertEquals(2, put(registration("a", 1)).version());
    assertEquals(3, put(registration("a", 2)).version());
    store().restart();
    assertEquals(3, hubs().find(HUB, "a").orElseThrow().version());
    put(installation("b", 1));
    put(installation("b", 1));
    hubs().remove(HUB, "b", Kind.INSTALLATION, ANY);
    assertEquals(1, put(installation("b", 1)).version());
  }

  // ---- conditions -----------------------------------------------------------------------------

  @Test
  default void a_condition_that_is_not_met_changes_nothing() {
    final var version = new Condition.IsVersion(1);
    for (final var condition : List.of(EXISTS, version)) {
      assertEquals(new Written.NotThere(), hubs().put(HUB, registration("a", 1), condition));
      assertEquals(new Written.NotThere(), hubs().remove(HUB, "a", Kind.REGISTRATION, condition));
    }
    assertEquals(new Written.NotThere(), hubs().remove(HUB, "a", Kind.REGISTRATION, ANY));
    put(registration("b", 9)); // the hub is there
    assertEquals(new Written.NotThere(), hubs().put(HUB, registration("a", 1), version));
    assertEquals(new Written.NotThere(), hubs().remove(HUB, "a", Kind.REGISTRATION, version));
    assertEquals(1, hubs().count(HUB));
    put(registration("a", 1));
    final var second = put(registration("a", 2));
    final var other = new Written.OtherVersion(2);
    assertEquals(other, hubs().put(HUB, registration("a", 3), version));
    assertEquals(other, hubs().remove(HUB, "a", Kind.REGISTRATION, version));
    assertEquals(Optional.of(second), hubs().find(HUB, "a"));
  }

  @Test
  default void a_condition_that_is_met_is_none() {
    final var first = put(registration("a", 1));
    final var second = hubs().put(HUB, registration("a", 2), EXISTS);
    assertEquals(new Written.Done(Optional.of(first), done(second)), second);
    final var third = hubs().put(HUB, registration("a", 3), new Condition.IsVersion(2));
    assertEquals(new Written.Done(Optional.of(done(second)), done(third)), third);
    assertEquals(
        new Written.Done(Optional.of(done(third)), done(third)),
        hubs().remove(HUB, "a", Kind.REGISTRATION, new Condition.IsVersion(3)));
    assertEquals(Optional.empty(), hubs().find(HUB, "a"));
  }

  @Test
  default void an_id_belongs_to_one_kind() {
    final var kept = put(registration("a", 1));
    final var other = new Written.OtherKind(Kind.REGISTRATION);
    assertEquals(other, hubs().put(HUB, installation("a", 2), ANY));
    assertEquals(other, hubs().put(HUB, installation("a", 2), EXISTS));
    put(installation("b", 1));
    assertEquals(
        new Written.OtherKind(Kind.INSTALLATION),
        hubs().put(HUB, registration("b", 2), new Condition.IsVersion(1)));
    for (final var condition : List.of(ANY, EXISTS, new Condition.IsVersion(1))) {
      assertEquals(other, hubs().remove(HUB, "a", Kind.INSTALLATION, condition));
      assertEquals(
          new Written.OtherKind(Kind.INSTALLATION),
          hubs().remove(HUB, "b", Kind.REGISTRATION, condition));
    }
    assertEquals(Optional.of(kept), hubs().find(HUB, "a"));
    assertTrue(hubs().find(HUB, "b").isPresent());
    hubs().remove(HUB, "a", Kind.REGISTRATION, ANY);
    assertEquals(
        1, put(installation("a", 2)).version(), "a registration's id is gone for them only");
  }

  // ---- ids that are gone ----------------------------------------------------------------------

  @Test
  default void the_id_of_a_removed_registration_is_gone_for_ninety_days() {
    put(registration("a", 1));
    hubs().remove(HUB, "a", Kind.REGISTRATION, ANY);
    store().clock().advance(HubRegistrations.GONE_IDS_KEPT.minus(A_SECOND));
    assertEquals(0, hubs().removeEnded(store().clock().instant(), 10));
    store().restart();
    for (final var condition : List.of(ANY, EXISTS, new Condition.IsVersion(1))) {
      assertEquals(new Written.Gone(), hubs().put(HUB, registration("a", 1), condition));
      assertEquals(new Written.Gone(), hubs().remove(HUB, "a", Kind.REGISTRATION, condition));
    }
    assertEquals(Optional.empty(), hubs().find(HUB, "a"));
    assertEquals(List.of(new Written.Gone()), hubs().putAll(HUB, List.of(registration("a", 1))));
    store().clock().advance(A_SECOND);
    assertEquals(new Written.NotThere(), hubs().put(HUB, registration("a", 1), EXISTS));
    assertEquals(new Written.NotThere(), hubs().remove(HUB, "a", Kind.REGISTRATION, ANY));
    assertEquals(
        2, hubs().removeEnded(store().clock().instant(), 10), "it and its target are forgotten");
    assertEquals(1, put(registration("a", 1)).version());
  }

  @Test
  default void an_id_is_gone_in_its_hub_only_and_an_installations_never() {
    put(registration("a", 1));
    put(installation("b", 2));
    hubs().remove(HUB, "a", Kind.REGISTRATION, ANY);
    hubs().remove(HUB, "b", Kind.INSTALLATION, ANY);
    assertEquals(1, put(installation("b", 2)).version());
    final var elsewhere =
        entry("a", Kind.REGISTRATION, plain(OTHER_HUB, "a", address(PushService.APNS, 1)));
    assertEquals(1, done(hubs().put(OTHER_HUB, elsewhere, ANY)).version());
  }

  // ---- many -----------------------------------------------------------------------------------

  @Test
  default void many_are_written_at_once_and_each_is_answered() {
    put(registration("gone", 1));
    hubs().remove(HUB, "gone", Kind.REGISTRATION, ANY);
    final var known = put(registration("known", 2));
    put(installation("other", 3));
    final var answers =
        hubs()
            .putAll(
                HUB,
                List.of(
                    registration("new", 4),
                    registration("gone", 5),
                    registration("other", 6),
                    registration("known", 7, "tag"),
                    registration("new", 8)));
    final var first = done(answers.getFirst());
    assertEquals(
        List.of(
            new Written.Done(
                Optional.empty(), new Versioned(first.number(), 1, registration("new", 4))),
            new Written.Gone(),
            new Written.OtherKind(Kind.INSTALLATION),
            new Written.Done(
                Optional.of(known),
                new Versioned(known.number(), 2, registration("known", 7, "tag"))),
            new Written.Done(
                Optional.of(first), new Versioned(first.number(), 2, registration("new", 8)))),
        answers);
    store().restart();
    assertEquals(installation("other", 3), hubs().find(HUB, "other").orElseThrow().entry());
    assertEquals(registration("new", 8), hubs().find(HUB, "new").orElseThrow().entry());
    assertEquals(3, hubs().count(HUB));
    assertEquals(List.of(), hubs().putAll(HUB, List.of()));
  }

  // ---- hubs -----------------------------------------------------------------------------------

  @Test
  default void hubs_have_ids_tags_and_handles_of_their_own() {
    final var names = List.of(HUB, OTHER_HUB, "acme/main/phones2", "acme/main/phones/x");
    for (final var hub : names) {
      final var address = address(PushService.APNS, 1);
      done(hubs().put(hub, entry("a", Kind.REGISTRATION, plain(hub, "a", address, "tag")), ANY));
      assertEquals(1, hubs().count(hub));
    }
    hubs().remove(HUB, "a", Kind.REGISTRATION, ANY);
    assertEquals(0, hubs().count(HUB));
    for (final var hub : names.subList(1, names.size())) {
      for (final var filter :
          List.of(
              new Filter.All(),
              new Filter.Tagged(new Tag("tag")),
              new Filter.WithHandle(
                  Optional.empty(), address(PushService.APNS, 1).token().value()))) {
        assertEquals(
            1,
            hubs().list(hub, filter, 0, 10, Long.MAX_VALUE).entries().size(),
            hub + " by " + filter);
        assertEquals(List.of(), ids(filter, 0, 10));
      }
    }
  }

  @Test
  default void what_names_no_hub_is_refused() {
    for (final var wrong :
        List.of("", "hub", "main/hub", "/main/hub", "acme//hub", "acme/main/", "acme/Main/hub")) {
      assertThrows(
          IllegalArgumentException.class, () -> HubRegistrations.organisation(wrong), wrong);
      assertThrows(
          IllegalArgumentException.class, () -> hubs().put(wrong, registration("a", 1), ANY));
    }
    assertEquals(Samples.ACME, HubRegistrations.organisation(HUB));
    assertEquals(new OrganisationId("A/b"), HubRegistrations.organisation("A/b/main/hub"));
  }

  @Test
  default void no_two_hubs_of_a_name_have_one_number() {
    assertEquals(0, hubs().lastHub("main/phones"));
    assertEquals(1, hubs().nextHub("main/phones"));
    assertEquals(1, hubs().nextHub("main/tablets"));
    hubs().removeHub(HUB);
    store().restart();
    assertEquals(1, hubs().lastHub("main/phones"));
    assertEquals(2, hubs().nextHub("main/phones"));
    assertEquals(2, hubs().lastHub("main/phones"));
    assertEquals(0, hubs().lastHub("main/Phones"));
  }

  @Test
  default void a_removed_hub_is_found_no_more() {
    hubs()
        .putAll(
            HUB, IntStream.range(0, 7).mapToObj(i -> registration("r" + i, i, "a", "b")).toList());
    hubs().remove(HUB, "r0", Kind.REGISTRATION, ANY);
    final var elsewhere =
        entry("r1", Kind.REGISTRATION, plain(OTHER_HUB, "r1", address(PushService.APNS, 1), "a"));
    hubs().put(OTHER_HUB, elsewhere, ANY);
    final long last = hubs().lastNumber();
    assertEquals(Set.of(HUB, OTHER_HUB), Set.copyOf(hubs().names()));
    hubs().removeHub(HUB);
    assertEquals(0, hubs().count(HUB));
    assertEquals(List.of(), ids(new Filter.All(), 0, 10));
    assertEquals(Optional.empty(), hubs().find(HUB, "r1"));
    assertEquals(List.of(OTHER_HUB), hubs().names());
    hubs().removeHub(HUB); // once more is no mistake
    store().restart();
    assertEquals(List.of(OTHER_HUB), hubs().names());
    assertEquals(1, hubs().count(OTHER_HUB));
    assertEquals(1, put(registration("r0", 1)).version(), "its gone ids went with it");
    assertEquals(1, hubs().count(HUB));
    assertTrue(hubs().lastNumber() > last);
  }

  @Test
  default void a_hub_may_come_back_before_what_it_held_is_removed() {
    hubs().putAll(HUB, IntStream.range(0, 7).mapToObj(i -> registration("r" + i, i, "a")).toList());
    hubs().removeHub(HUB);
    put(registration("r3", 3, "a"));
    assertEquals(1, hubs().count(HUB));
    assertEquals(List.of("r3"), ids(new Filter.Tagged(new Tag("a")), 0, 10));
  }
}

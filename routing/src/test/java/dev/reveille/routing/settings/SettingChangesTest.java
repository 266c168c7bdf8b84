package dev.reveille.routing.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.routing.MemorySettings;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.settings.PropertyChange.Adjust;
import dev.reveille.routing.settings.PropertyChange.Assign;
import dev.reveille.routing.settings.PropertyChange.Reset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What operators may do with the objects of each collection, and what is refused.
class SettingChangesTest {
  private static final By OPERATOR = new By("operator", "192.0.2.1");
  private static final long ANY = SettingChanges.ANY_VERSION;

  private final MemorySettings store = new MemorySettings();
  private final SettingChanges changes = new SettingChanges(store);

  private static SettingsCollection.Identity at(final String place) {
    final int slash = place.indexOf('/');
    return collection(place).identity(place.substring(slash + 1)).orElseThrow();
  }

  private static SettingsCollection collection(final String place) {
    return SettingsCatalogue.get(place.substring(0, place.indexOf('/')));
  }

  private EffectiveSetting put(final String place, final Map<String, List<String>> values) {
    return changes.replace(Samples.ACME, collection(place), at(place), values, ANY, OPERATOR);
  }

  private EffectiveSetting set(final String place, final String name, final String value) {
    return change(place, name, new Assign(List.of(value)));
  }

  private EffectiveSetting change(
      final String place, final String name, final PropertyChange change) {
    return changes.change(
        Samples.ACME, collection(place), at(place), Map.of(name, change), ANY, OPERATOR);
  }

  private EffectiveSetting get(final String place) {
    return changes.find(Samples.ACME, collection(place), at(place)).orElseThrow();
  }

  private boolean remove(final String place) {
    return changes.remove(Samples.ACME, collection(place), at(place), OPERATOR);
  }

  private EffectiveSetting provider(final String name, final String proxy) {
    return put(
        "hosting-providers/" + name,
        Map.of("proxy-fqdn", List.of(proxy), "enabled", List.of("true")));
  }

  private static void refused(final Reason why, final String message, final Runnable change) {
    final var refusal = assertThrows(SettingRefused.class, change::run);
    assertEquals(message, refusal.getMessage());
    assertEquals(why, refusal.why());
  }

  @Test
  void the_global_object_is_there_with_the_defaults_although_nothing_is_stored() {
    final var mobility = get("mobility/global");
    assertTrue(mobility.isDefault());
    assertEquals(259_200, mobility.number("session-expiration-interval"));
    assertEquals("sip:push@push.lync.com", mobility.text("push-notification-proxy-uri"));
    assertEquals(
        List.of("global"),
        changes.list(Samples.ACME, SettingsCatalogue.get("mobility")).stream()
            .map(EffectiveSetting::identity)
            .toList());
    assertEquals(List.of(), changes.list(Samples.ACME, SettingsCatalogue.get("hosting-providers")));
  }

  @Test
  void an_object_keeps_its_own_values_only_and_a_reset_one_is_at_its_default_again() {
    set("mobility/site:Redmond", "exposed-web-url", "internal");
    final var changed = set("mobility/site:Redmond", "session-expiration-interval", "7200");
    assertEquals(
        Map.of(
            "exposed-web-url", List.of("Internal"), "session-expiration-interval", List.of("7200")),
        changed.own().values());
    final var reset = change("mobility/site:Redmond", "exposed-web-url", new Reset());
    assertEquals("External", reset.text("exposed-web-url"));
    assertEquals(Map.of("session-expiration-interval", List.of("7200")), reset.own().values());
  }

  /// An empty object of a site would take the place of the global one, and switch all pushes off.
  @Test
  void a_reset_of_what_a_site_never_set_makes_no_object() {
    set("push-notification/global", "apple", "true");
    refused(
        Reason.NOT_FOUND,
        "setting push-notification/site:berlin",
        () -> change("push-notification/site:berlin", "apple", new Reset()));
    assertTrue(
        changes
            .find(
                Samples.ACME,
                SettingsCatalogue.get("push-notification"),
                at("push-notification/site:berlin"))
            .isEmpty());
  }

  /// Versions before the catalogue kept any text under any name.
  @Test
  void a_stored_value_that_cannot_be_read_counts_as_left_out() {
    store.put(
        Samples.ACME,
        "mobility",
        "global",
        Map.of("session-expiration-interval", List.of("3d")),
        ANY,
        "before");
    assertEquals(259_200, get("mobility/global").number("session-expiration-interval"));
  }

  @Test
  void the_global_object_can_always_be_removed_and_is_at_its_defaults_then() {
    assertTrue(remove("im-filter/global"));
    set("im-filter/global", "enabled", "true");
    assertTrue(remove("im-filter/global"));
    assertFalse(get("im-filter/global").isOn("enabled"));
    assertFalse(remove("im-filter/site:Redmond"));
  }

  @Test
  void a_short_session_is_shorter_than_a_long_one() {
    refused(
        Reason.MALFORMED,
        "values.session-short-expiration-interval: session-short-expiration-interval (259200) must"
            + " be smaller than session-expiration-interval (259200); change both at once",
        () -> set("mobility/global", "session-short-expiration-interval", "259200"));
    refused(
        Reason.MALFORMED,
        "values.session-expiration-interval: session-short-expiration-interval (3600) must be"
            + " smaller than session-expiration-interval (3600); change both at once",
        () -> set("mobility/global", "session-expiration-interval", "3600"));
    assertEquals(
        3_599,
        set("mobility/global", "session-short-expiration-interval", "3599")
            .number("session-short-expiration-interval"));
  }

  // L0-54: each removes one prefix and keeps the others.
  @Test
  void a_prefix_is_taken_off_a_sites_list_and_the_others_stay() {
    final var byDefault = get("im-filter/global").texts("prefixes");
    assertEquals(17, byDefault.size());
    change("im-filter/site:Redmond", "prefixes", new Adjust(List.of("HTTP:"), List.of()));
    final var left =
        change("im-filter/site:Redmond", "prefixes", new Adjust(List.of("https:"), List.of("x:")))
            .texts("prefixes");
    assertEquals(16, left.size());
    assertFalse(left.contains("http:") || left.contains("https:"));
    assertTrue(left.contains("x:") && left.contains("sip:"));
    assertEquals(byDefault, get("im-filter/global").texts("prefixes"));
  }

  // L1-22, L1-25, L1-26
  @Test
  void a_provider_has_a_proxy_of_its_own_whatever_its_name() {
    provider("LyncOnline", "sipfed.online.lync.com");
    refused(
        Reason.EXISTS,
        "values.proxy-fqdn: sipfed.online.lync.com is the proxy of the hosting provider LyncOnline;"
            + " no two providers have the same",
        () -> provider("Other", "SipFed.Online.Lync.Com"));
    refused(
        Reason.MALFORMED,
        "values.proxy-fqdn: must be a host name such as edge.example.org",
        () -> provider("Other", "sip:sipfed.online.lync.com"));
    assertEquals("other.example", provider("Other", "other.example").text("proxy-fqdn"));
  }

  @Test
  void a_providers_proxy_cannot_be_changed_and_is_required() {
    refused(
        Reason.MALFORMED,
        "values.proxy-fqdn: is missing: it must be a host name such as edge.example.org",
        () -> put("hosting-providers/A", Map.of("enabled", List.of("true"))));
    refused(
        Reason.MALFORMED,
        "values.enabled: is missing: it must be true or false",
        () -> put("hosting-providers/A", Map.of("proxy-fqdn", List.of("a.example"))));
    provider("A", "a.example");
    refused(
        Reason.MALFORMED,
        "values.proxy-fqdn: cannot be changed; remove hosting-providers/A and make it anew",
        () -> set("hosting-providers/A", "proxy-fqdn", "b.example"));
    set("hosting-providers/A", "proxy-fqdn", "A.example");
    refused(
        Reason.MALFORMED,
        "values.proxy-fqdn: is missing: it must be a host name such as edge.example.org",
        () -> change("hosting-providers/A", "proxy-fqdn", new Reset()));
  }

  // L1-21: names of providers are compared without regard to case.
  @Test
  void a_provider_is_found_under_its_name_in_any_spelling() {
    provider("LyncOnline", "a.example");
    assertEquals("LyncOnline", get("hosting-providers/lynconline").identity());
    assertEquals(
        "LyncOnline", set("hosting-providers/LYNCONLINE", "sip-client-port", "444").identity());
    assertEquals(1, store.all(Samples.ACME, "hosting-providers").size());
    assertTrue(remove("hosting-providers/lyncOnline"));
    assertEquals(0, store.all(Samples.ACME, "hosting-providers").size());
  }

  @Test
  void what_is_enabled_already_is_not_enabled_again() {
    provider("A", "a.example");
    refused(Reason.ALREADY_SO, "hosting-providers/A is enabled already", () -> enable("A", true));
    assertFalse(enable("A", false).isOn("enabled"));
    refused(Reason.ALREADY_SO, "hosting-providers/A is disabled already", () -> enable("A", false));
    assertTrue(enable("a", true).isOn("enabled"));
    refused(Reason.NOT_FOUND, "setting hosting-providers/B", () -> enable("B", true));
  }

  private EffectiveSetting enable(final String name, final boolean on) {
    return changes.enable(
        Samples.ACME,
        SettingsCatalogue.get("hosting-providers"),
        at("hosting-providers/" + name),
        on,
        OPERATOR);
  }

  @Test
  void an_object_of_a_list_must_be_there_to_be_changed() {
    refused(
        Reason.NOT_FOUND,
        "setting allowed-domains/push.lync.com",
        () -> set("allowed-domains/push.lync.com", "comment", "x"));
  }

  @Test
  void a_domain_is_on_one_list_only() {
    put("allowed-domains/Push.Lync.com", Map.of());
    refused(
        Reason.EXISTS,
        "allowed-domains/push.lync.com: a domain is on one list only; remove it there first",
        () -> put("blocked-domains/push.lync.COM", Map.of()));
    remove("allowed-domains/push.lync.com");
    put("blocked-domains/push.lync.com", Map.of());
    refused(
        Reason.EXISTS,
        "blocked-domains/push.lync.com: a domain is on one list only; remove it there first",
        () -> put("allowed-domains/push.lync.com", Map.of()));
  }

  @Test
  void default_routing_needs_a_route_and_no_providers() {
    refused(
        Reason.MALFORMED,
        "values.default-route-fqdn: is needed with use-default-routing",
        () -> set("access-edge/global", "use-default-routing", "true"));
    provider("A", "a.example");
    final Map<String, List<String>> byDefault =
        Map.of("use-default-routing", List.of("true"), "default-route-fqdn", List.of("r.example"));
    refused(
        Reason.STILL_USED,
        "values.use-default-routing: there are hosting providers (A); remove them first",
        () -> put("access-edge/global", byDefault));
    remove("hosting-providers/A");
    final var edge = put("access-edge/global", byDefault);
    assertFalse(edge.isOn("use-dns-srv-routing"));
    refused(
        Reason.STILL_USED,
        "access-edge/global has use-default-routing true, with which there are no hosting"
            + " providers; set it to false first",
        () -> provider("A", "a.example"));
    refused(
        Reason.MALFORMED,
        "values.use-dns-srv-routing: must be the opposite of use-default-routing",
        () -> set("access-edge/global", "use-dns-srv-routing", "true"));
    remove("access-edge/global");
    provider("A", "a.example");
  }

  @Test
  void partners_are_not_discovered_and_the_default_routes_level_needs_the_route() {
    refused(
        Reason.MALFORMED,
        "values.enable-partner-discovery: cannot be switched on: this server speaks with partners"
            + " on its lists only; allow the domain with `reveille federation domain allow DOMAIN`",
        () -> set("access-edge/global", "enable-partner-discovery", "true"));
    refused(
        Reason.MALFORMED,
        "values.verification-level: can be set with use-default-routing only: it says how senders"
            + " of the default route are judged",
        () -> set("access-edge/global", "verification-level", "AlwaysVerifiable"));
  }

  @Test
  void the_topology_has_no_place_at_a_site_that_is_not_declared() {
    refused(
        Reason.MALFORMED,
        "values.site: there is no topology/site:Redmond; declare it first: `reveille settings set"
            + " topology comment=TEXT --identity site:Redmond`",
        () -> set("topology/pool:P.example", "site", "Redmond"));
    put("topology/site:Redmond", Map.of());
    set("topology/edge:edge.example", "site", "Redmond");
    refused(
        Reason.STILL_USED,
        "topology/edge:edge.example stands in site:Redmond",
        () -> remove("topology/site:Redmond"));
    refused(
        Reason.MALFORMED,
        "values.home-pool: there is no topology/pool:p.example; declare it first",
        () -> set("topology/global", "home-pool", "p.example"));
    put("topology/pool:p.example", Map.of());
    set("topology/global", "home-pool", "P.EXAMPLE");
    refused(
        Reason.STILL_USED,
        "pool:p.example is the home-pool of topology/global",
        () -> remove("topology/pool:p.example"));
  }

  @Test
  void the_audit_log_has_old_and_new_values_and_where_the_change_came_from() {
    set("mobility/global", "session-short-expiration-interval", "1800");
    set("mobility/global", "push-notification-proxy-uri", "");
    change("mobility/global", "push-notification-proxy-uri", new Reset());
    remove("mobility/global");
    final var said =
        store.audit(Samples.ACME, 10).stream()
            .map(entry -> entry.who() + " " + entry.from() + " " + entry.what())
            .toList();
    assertEquals(
        List.of(
            "operator 192.0.2.1 remove mobility/global (session-short-expiration-interval was"
                + " 1800)",
            "operator 192.0.2.1 set mobility/global: push-notification-proxy-uri from nothing to"
                + " sip:push@push.lync.com (default)",
            "operator 192.0.2.1 set mobility/global: push-notification-proxy-uri from"
                + " sip:push@push.lync.com (default) to nothing",
            "operator 192.0.2.1 set mobility/global: session-short-expiration-interval from 3600"
                + " (default) to 1800"),
        said);
  }

  @Test
  void a_collection_has_a_bound() {
    for (int i = 0; i < CrossRules.MOST_OBJECTS; i++) {
      final Setting _ =
          store.put(Samples.ACME, "blocked-domains", "d" + i + ".example", Map.of(), 0, "test");
    }
    refused(
        Reason.TOO_LARGE,
        "blocked-domains has 10000 objects, the most",
        () -> put("blocked-domains/one.more", Map.of()));
    set("blocked-domains/d0.example", "comment", "still changed");
  }

  @Test
  void what_another_version_stored_is_not_shown_and_does_no_harm() {
    final Setting _ =
        store.put(Samples.ACME, "mobility", "region:x", Map.of("new", List.of("1")), 0, "test");
    final Setting _ =
        store.put(Samples.ACME, "mobility", "global", Map.of("new", List.of("1")), 0, "test");
    final var all = changes.list(Samples.ACME, SettingsCatalogue.get("mobility"));
    assertEquals(List.of("global"), all.stream().map(EffectiveSetting::identity).toList());
    assertFalse(all.getFirst().values().containsKey("new"));
    final var changed = set("mobility/global", "exposed-web-url", "Internal");
    assertEquals(List.of("1"), changed.own().values().get("new"));
  }
}

package dev.reveille.protocols.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.Credential;
import dev.reveille.model.HubName;
import dev.reveille.model.Reason;
import dev.reveille.model.Secret;
import dev.reveille.model.Setting;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResource;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.CommunicationResources.Removal;
import dev.reveille.protocols.resources.HubReach;
import dev.reveille.routing.port.SealedSecrets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Links and hubs where something goes wrong: a store that fails, a row that is damaged, a place
/// that may not be sent to, a request that comes at the same moment.
class LinkFaultsTest {
  private static final String COLLECTION = "communication-resource";

  private ArmUnderTest arm;
  private App app;
  private String foreignHub;

  @BeforeEach
  void start() {
    arm = new ArmUnderTest();
    app = arm.app("phone");
    arm.resources.bindUnlessBound(app);
    final var azure = UUID.randomUUID();
    arm.resources.subscriptions().declare(ArmUnderTest.ACME, azure, "test");
    foreignHub = arm.hubId().replace(arm.subscription(), azure.toString());
  }

  @AfterEach
  void stop() {
    arm.close();
  }

  private static String string(final String host, final String key) {
    return "Endpoint=sb://" + host + "/;SharedAccessKeyName=send;SharedAccessKey=" + key;
  }

  private CommunicationResources afterRestart() {
    return CommunicationResources.open(
        arm.stores, Hubs.open(arm.stores, InstantSource.system()), InstantSource.system());
  }

  private CommunicationResource resource() {
    return arm.resources.find(ArmUnderTest.ACME, "reveille").orElseThrow();
  }

  private String key(final CommunicationResources resources) {
    return assertInstanceOf(HubReach.ForeignHub.class, resources.reach(app.id())).key().text();
  }

  // ---- a place that may not be sent to --------------------------------------------------------

  @Test
  void a_place_that_may_never_be_sent_to_is_not_linked() {
    final var said = arm.link(string("10.0.0.5", "one"), foreignHub);
    assertEquals(400, said.status(), said::text);
    assertEquals("NotificationHubAddressForbidden", said.code());
    assertTrue(said.message().contains("push.allowed-hosts"), said::message);
    assertTrue(resource().link().isEmpty());
  }

  @Test
  void a_hub_whose_name_can_be_none_of_azure_is_not_linked() {
    for (final var name : List.of("pho nes", "phones#", "phones?x", "ph%20ones", "-phones")) {
      final var said =
          arm.link(string("ns.example.org", "one"), foreignHub.replace("phones", name));
      assertEquals(400, said.status(), name);
      assertEquals("InvalidNotificationHubId", said.code(), name);
    }
  }

  // ---- a store that fails ---------------------------------------------------------------------

  @Test
  void a_link_that_could_not_be_kept_leaves_the_former_one_whole() {
    arm.link(string("ns.example.org", "one"), foreignHub);
    arm.faults.unwritable.add(COLLECTION);
    assertEquals(503, arm.link(string("ns.example.org", "two"), foreignHub).status());
    arm.faults.unwritable.clear();
    assertEquals("one", key(arm.resources));
    assertEquals("one", key(afterRestart()));
    arm.resources.putChat(resource(), true, "test");
    assertEquals("one", key(arm.resources));
  }

  @Test
  void what_a_broken_change_left_is_gone_after_the_next_start() {
    arm.link(string("ns.example.org", "one"), foreignHub);
    arm.faults.unwritable.add(COLLECTION);
    arm.link(string("ns.example.org", "two"), foreignHub);
    arm.faults.unwritable.clear();
    final var again = afterRestart();
    assertEquals("one", key(again));
    assertEquals(
        1,
        arm.store.sealed().names(ArmUnderTest.ACME, "hub-link", "", 10).size(),
        "the link's own");
    arm.link(string("ns.example.org", "three"), foreignHub);
    assertEquals("three", key(arm.resources));
  }

  @Test
  void a_key_where_an_older_version_kept_it_is_found_until_another_is_linked() {
    arm.link(string("ns.example.org", "one"), foreignHub);
    final var sealed = arm.store.sealed();
    final var place = sealed.names(ArmUnderTest.ACME, "hub-link", "", 10).getFirst();
    final var former = new SealedSecrets.Name(ArmUnderTest.ACME, "hub-link", "reveille");
    sealed.put(former, Secret.of("one"), "test");
    assertTrue(sealed.remove(new SealedSecrets.Name(ArmUnderTest.ACME, "hub-link", place), "test"));
    final var again = afterRestart();
    assertEquals("one", key(again));
    assertEquals(List.of("reveille"), sealed.names(ArmUnderTest.ACME, "hub-link", "", 10));
    assertTrue(again.unlink(again.find(ArmUnderTest.ACME, "reveille").orElseThrow(), "test"));
    assertEquals(List.of(), sealed.names(ArmUnderTest.ACME, "hub-link", "", 10));
  }

  @Test
  void A4_29_a_linked_hub_that_gets_a_certificate_in_place_of_its_key_says_so_until_it_has_one() {
    arm.openApple();
    assertEquals(200, arm.link().status());
    assertFalse(isByCertificate(arm.resources));
    arm.openApple(
        ArmUnderTest.BUNDLE, new Credential.ApnsCertificate("certificate", "key", "", "", ""));
    assertTrue(isByCertificate(arm.resources));
    assertTrue(isByCertificate(afterRestart()));
    arm.openApple();
    assertFalse(isByCertificate(arm.resources));
    assertFalse(isByCertificate(afterRestart()));
  }

  private boolean isByCertificate(final CommunicationResources resources) {
    return assertInstanceOf(HubReach.OwnHub.class, resources.reach(app.id())).byCertificate();
  }

  // ---- what cannot be read --------------------------------------------------------------------

  @Test
  void a_key_that_cannot_be_read_concerns_its_own_link_alone() {
    arm.openApple();
    arm.link(string("ns.example.org", "one"), foreignHub);
    arm.faults.unreadable.add("hub-link");
    final var again = afterRestart();
    final var reach = assertInstanceOf(HubReach.KeyRefused.class, again.reach(app.id()));
    assertTrue(reach.words().contains("cannot be read"), reach::words);
  }

  @Test
  void a_policy_whose_key_cannot_be_read_opens_nothing_and_the_others_work() {
    arm.faults.unreadable.add(Hubs.LISTEN);
    final var hubs = Hubs.open(arm.stores, InstantSource.system());
    final var names = hubs.policies(arm.hub).stream().map(each -> each.name()).toList();
    assertEquals(List.of(Hubs.FULL, Hubs.SEND), names);
  }

  @Test
  void a_damaged_definition_keeps_no_server_from_starting_and_is_not_overwritten() {
    final var before = resource();
    damage(COLLECTION, "reveille", Map.of("made-at", "never", "immutable-id", "none"));
    damage("hub", "default/phones", Map.of("made-at", "never"));
    final var again = afterRestart();
    final var read = again.find(ArmUnderTest.ACME, "reveille").orElseThrow();
    assertEquals(before.name(), read.name());
    assertNotEquals(before.immutableId(), read.immutableId());
    assertEquals(List.of(app.id()), again.apps(read));
  }

  @Test
  void the_key_of_a_link_whose_moment_cannot_be_read_survives_a_start_and_works_again() {
    arm.link(string("ns.example.org", "one"), foreignHub);
    final var moment = damage(COLLECTION, "reveille", Map.of("link:linked-at", "never"));
    assertEquals("one", key(afterRestart()), "it is the only one");
    arm.store
        .sealed()
        .put(
            new SealedSecrets.Name(ArmUnderTest.ACME, "hub-link", "reveille/1"),
            Secret.of("two"),
            "test");
    assertInstanceOf(HubReach.KeyRefused.class, afterRestart().reach(app.id()), "which is it?");
    damage(COLLECTION, "reveille", moment);
    assertEquals("one", key(afterRestart()), "the field was repaired");
  }

  /// @return what stood there
  private Map<String, String> damage(
      final String collection, final String identity, final Map<String, String> values) {
    final var settings = arm.store.settings();
    final Map<String, List<String>> all =
        new HashMap<>(
            settings
                .get(ArmUnderTest.ACME, collection, identity)
                .map(Setting::values)
                .orElseThrow());
    final Map<String, String> before = new HashMap<>();
    values.forEach((name, value) -> {
      final var words = all.put(name, List.of(value));
      before.put(name, words == null ? "" : words.getFirst());
    });
    final var _ = settings.put(ArmUnderTest.ACME, collection, identity, all, -1, "test");
    return before;
  }

  // ---- at the same moment ---------------------------------------------------------------------

  @Test
  void a_hub_with_which_a_device_registers_while_it_is_removed_stays() {
    arm.faults.counts.addAll(List.of(0L, 1L));
    final var said = arm.delete(arm.hubId() + ArmUnderTest.OF_HUBS);
    assertEquals(409, said.status(), said::text);
    assertTrue(arm.hubs.find("default", "phones").isPresent());
  }

  @Test
  void a_hub_that_is_gone_leaves_no_place_in_a_namespace() {
    arm.put(arm.namespaces() + "/second1" + ArmUnderTest.OF_HUBS, "{\"location\":\"global\"}");
    final var path = arm.namespaces() + "/second1/notificationHubs/doors" + ArmUnderTest.OF_HUBS;
    assertEquals(201, arm.put(path, "{}").status());
    arm.hubs.remove(arm.hubs.find("default", "doors").orElseThrow(), "test"); // by its own address
    arm.hubs.add(ArmUnderTest.ACME, new HubName("doors"), "test");
    assertEquals(404, arm.get(path).status());
  }

  @Test
  void a_resource_that_was_removed_meanwhile_comes_not_back_and_takes_no_app() {
    arm.put(arm.resource().replace("/reveille", "/second") + ArmUnderTest.VERSION, "{}");
    final var second = other("second");
    assertEquals(Removal.APPS_ARE_BOUND, arm.resources.remove(resource(), "test"));
    assertEquals(Removal.DONE, arm.resources.remove(second, "test"));
    assertThrows(Refusal.class, () -> arm.resources.bind(app, second, "test"));
    assertThrows(Refusal.class, () -> arm.resources.putChat(second, true, "test"));
    assertThrows(Refusal.class, () -> arm.resources.unlink(second, "test"));
    assertFalse(arm.resources.find(ArmUnderTest.ACME, "second").isPresent());
    assertEquals(List.of(app.id()), arm.resources.apps(resource()));
    arm.resources.unbind(ArmUnderTest.ACME, app.id(), "test");
    assertEquals(Removal.IS_THE_LAST, arm.resources.remove(resource(), "test"));
  }

  private CommunicationResource other(final String name) {
    final var first = resource();
    return arm.resources.put(
        new CommunicationResource(
            ArmUnderTest.ACME,
            name,
            "group",
            "global",
            "",
            Map.of(),
            UUID.randomUUID(),
            false,
            Optional.empty(),
            first.madeAt()),
        "test");
  }

  // ---- limits ---------------------------------------------------------------------------------

  @Test
  void an_organisation_has_a_hundred_hubs_at_most() {
    while (arm.hubs.of(ArmUnderTest.ACME).size() < Hubs.MOST_HUBS) {
      arm.hubs.add(
          ArmUnderTest.ACME, new HubName("hub" + arm.hubs.of(ArmUnderTest.ACME).size()), "test");
    }
    final var refused =
        assertThrows(
            Hubs.Refused.class,
            () -> arm.hubs.add(ArmUnderTest.ACME, new HubName("onemore"), "test"));
    assertEquals(Reason.TOO_LARGE, refused.why());
    arm.hubs.add(ArmUnderTest.OTHER, new HubName("theirs"), "test");
  }

  @Test
  void where_a_resource_lies_has_a_length() {
    final var path = arm.resource().replace("/reveille", "/second") + ArmUnderTest.VERSION;
    final var said = arm.put(path, "{\"location\":\"" + "x".repeat(257) + "\"}");
    assertEquals(400, said.status(), said::text);
  }
}

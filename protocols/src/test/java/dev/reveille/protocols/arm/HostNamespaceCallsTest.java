package dev.reveille.protocols.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Credential;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Resource Manager and namespaces with host names of their own: made by it or by others, with hubs
/// that resources are linked to.
final class HostNamespaceCallsTest {
  private static final String HOST = "hubs.example.org";
  private static final String WITH_HOST =
      "{\"location\":\"global\",\"properties\":{\"serviceBusEndpoint\":\"%s\"}}";

  private final ArmUnderTest arm = new ArmUnderTest();

  @AfterEach
  void stop() {
    arm.close();
  }

  private String path(final String name) {
    return arm.namespaces() + "/" + name;
  }

  private String asOperator(final String method, final String path, final String body) {
    final var key = arm.key(OrganisationId.FIRST, EnumSet.allOf(Right.class));
    final var subscription = arm.resources.subscriptions().of(OrganisationId.FIRST).toString();
    final var said = arm.ask(method, path.replace(arm.subscription(), subscription), body, key);
    return said.status() + " " + (said.text().isEmpty() ? "" : said.code() + said.text());
  }

  private Hub linkable() {
    arm.hubs.namespaces().make(ArmUnderTest.ACME, "chat-hubs", HOST, "test");
    return arm.hubs.add(ArmUnderTest.ACME, "chat-hubs", new HubName("phones"), false, "test");
  }

  @Test
  void an_endpoint_makes_the_namespace_answer_at_its_host() {
    final var path = path("chat-hubs");
    final var body = WITH_HOST.formatted("https://Hubs.example.org:443/");
    final var made = asOperator("PUT", path + ArmUnderTest.OF_HUBS, body);
    assertTrue(made.startsWith("201 "), made);
    assertTrue(made.contains("\"serviceBusEndpoint\":\"https://" + HOST + ":"), made);
    assertTrue(arm.hubs.namespaces().isAt(HOST));
    for (final var again : List.of(body, "{}", WITH_HOST.formatted("https://127.0.0.1:8443/"))) {
      final var said = asOperator("PUT", path + ArmUnderTest.OF_HUBS, again);
      assertTrue(said.startsWith("200 "), said);
    }
    final var other = WITH_HOST.formatted("https://more.example.org/");
    final var moved = asOperator("PUT", path + ArmUnderTest.OF_HUBS, other);
    assertTrue(moved.startsWith("409 HostStays"), moved);
    final var hub = path + "/notificationHubs/calls" + ArmUnderTest.OF_HUBS;
    assertTrue(asOperator("PUT", hub, "{}").startsWith("201 "));
    assertTrue(arm.hubs.find("chat-hubs", "calls").isPresent());
    assertTrue(arm.hubs.find(Hub.DEFAULT_NAMESPACE, "calls").isEmpty());
    final var keys =
        asOperator(
            "POST",
            path
                + "/notificationHubs/calls/AuthorizationRules/"
                + Hubs.SEND
                + "/listKeys"
                + ArmUnderTest.OF_HUBS,
            "{}");
    assertTrue(keys.contains("Endpoint=sb://" + HOST + ":"), keys);
    final var kept = asOperator("DELETE", path + ArmUnderTest.OF_HUBS, "");
    assertTrue(kept.startsWith("409 NamespaceNotEmpty"), kept);
    assertTrue(asOperator("DELETE", hub, "").startsWith("200"));
    assertTrue(asOperator("DELETE", path + ArmUnderTest.OF_HUBS, "").startsWith("200"));
    assertTrue(arm.hubs.namespaces().isEmpty());
    assertTrue(asOperator("GET", path + ArmUnderTest.OF_HUBS, "").startsWith("404"));
  }

  @Test
  void only_operators_give_host_names_and_only_good_ones() {
    final var put = path("chat-hubs") + ArmUnderTest.OF_HUBS;
    final var refused = arm.put(put, WITH_HOST.formatted("https://" + HOST + "/"));
    assertEquals(403, refused.status(), refused.text());
    assertEquals("AuthorizationFailed", refused.code());
    for (final var endpoint :
        List.of("no url", "https://10.0.0.1/", "ftp://a.example.org/", "https://a.example.org/b")) {
      final var said = asOperator("PUT", put, WITH_HOST.formatted(endpoint));
      assertTrue(said.startsWith("400 "), endpoint + ": " + said);
    }
    assertTrue(arm.hubs.namespaces().isEmpty());
    assertEquals(404, arm.get(put).status());
    assertEquals(201, arm.put(put, "{}").status(), "only a name, as ever");
    assertEquals(200, arm.put(put, "{}").status());
    assertEquals(
        201,
        arm.put(path("chat-hubs/notificationHubs/calls") + ArmUnderTest.OF_HUBS, "{}").status());
    assertTrue(arm.hubs.find(Hub.DEFAULT_NAMESPACE, "calls").isPresent());
  }

  /// One that is only a name lists hubs of the default namespace, which would be lost to it.
  @Test
  void a_name_that_lists_hubs_gets_no_host_and_one_that_lists_none_does() {
    final var put = path("chat-hubs") + ArmUnderTest.OF_HUBS;
    assertEquals(201, arm.put(put, "{\"tags\":{\"a\":\"b\"}}").status());
    final var calls = path("chat-hubs/notificationHubs/calls") + ArmUnderTest.OF_HUBS;
    assertEquals(201, arm.put(calls, "{}").status());
    final var namespaces = arm.resources.namespaces();
    final var refused =
        assertThrows(
            RuntimeException.class,
            () -> namespaces.make(ArmUnderTest.ACME, "chat-hubs", HOST, "test"));
    assertTrue(String.valueOf(refused.getMessage()).contains("chat-hubs"), refused::toString);
    assertEquals(200, arm.get(calls).status());
    assertEquals(200, arm.delete(calls).status());
    namespaces.make(ArmUnderTest.ACME, "chat-hubs", HOST, "test");
    final var shown = arm.get(put);
    assertTrue(shown.text().contains("https://" + HOST + ":"), shown.text());
    assertEquals("b", shown.json().path("tags").path("a").asText());
  }

  @Test
  void one_that_was_made_elsewhere_is_listed_with_its_hubs() {
    final var hub = linkable();
    final var listed = arm.get(arm.namespaces() + ArmUnderTest.OF_HUBS).json().path("value");
    assertEquals("chat-hubs", listed.path(0).path("name").asText());
    assertEquals("reveille", listed.path(1).path("name").asText());
    assertEquals(2, listed.size());
    final var hubs = arm.get(path("chat-hubs/notificationHubs") + ArmUnderTest.OF_HUBS);
    assertEquals(1, hubs.json().path("value").size(), hubs.text());
    final var first = arm.get(path("reveille/notificationHubs") + ArmUnderTest.OF_HUBS);
    assertEquals(1, first.json().path("value").size(), first.text());
    final var id =
        arm.resources.namespaces().id(arm.resources.subscriptions().of(ArmUnderTest.ACME), hub);
    assertEquals(path("chat-hubs/notificationHubs/phones"), id);
    final boolean isFree = arm.resources.namespaces().isFree(ArmUnderTest.OTHER, "chat-hubs");
    assertFalse(isFree, "names are unique on the server");
  }

  @Test
  void a_resource_is_linked_to_the_hub_of_the_namespace_that_is_named() {
    final var hub = linkable();
    final var resource = arm.resources.of(ArmUnderTest.ACME).getFirst();
    arm.openGoogle();
    final var id = path("chat-hubs/notificationHubs/phones");
    final var ofOther = arm.link(arm.string(Hubs.SEND), id);
    assertEquals("ConnectionStringRefused", ofOther.code(), ofOther.text());
    assertTrue(ofOther.message().contains("reveille hubs show phones --namespace chat-hubs"));
    final var key =
        arm.hubs.policies(hub).stream()
            .filter(each -> each.name().equals(Hubs.SEND))
            .findFirst()
            .orElseThrow()
            .primary();
    final var string =
        "Endpoint=sb://%s/;SharedAccessKeyName=%s;SharedAccessKey=%s"
            .formatted(HOST, Hubs.SEND, key.text());
    assertEquals("NotificationHubWithoutCredentials", arm.link(string, id).code());
    arm.store.secrets().keepCredential(hub.app(), new Credential.Fcm("{}", "", ""), "test");
    final var linked = arm.link(string, id);
    assertEquals(200, linked.status(), linked.text());
    assertEquals("", arm.resources.refusal(resource).orElse(""));
    final var again =
        CommunicationResources.open(
            arm.store, Hubs.open(arm.store, InstantSource.system()), InstantSource.system());
    assertEquals(
        "chat-hubs", again.of(ArmUnderTest.ACME).getFirst().link().orElseThrow().namespace());
    assertEquals("", again.refusal(resource).orElse(""));
    arm.hubs.remove(arm.hub, "test"); // of the default namespace, and of the same name
    assertEquals("", arm.resources.refusal(resource).orElse(""));
    arm.hubs.remove(hub, "test");
    assertEquals("the hub phones is gone", arm.resources.refusal(resource).orElse(""));
  }
}

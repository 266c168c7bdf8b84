package dev.reveille.protocols.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.arm.ArmUnderTest.Said;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.EnumSet;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Resource Manager: who may ask, versions and errors, communication resources, namespaces, hubs
/// and their policies.
class ArmApiTest {
  private static final String LOCATION = "{\"location\":\"global\"}";

  private ArmUnderTest arm;

  @BeforeEach
  void start() {
    arm = new ArmUnderTest();
  }

  @AfterEach
  void stop() {
    arm.close();
  }

  private static void assertError(final int status, final String code, final Said said) {
    assertEquals(status, said.status(), said::text);
    assertEquals(code, said.code());
    assertFalse(said.message().isEmpty());
  }

  // ---- who may ask, and how -------------------------------------------------------------------

  @Test
  void a_key_with_the_right_manage_is_needed() {
    final var path = arm.resource() + ArmUnderTest.VERSION;
    assertError(401, "AuthenticationFailed", arm.ask("GET", path, "", ""));
    assertError(401, "AuthenticationFailed", arm.ask("GET", path, "", "rk_" + "x".repeat(43)));
    assertError(
        403,
        "AuthorizationFailed",
        arm.ask("GET", path, "", arm.key(ArmUnderTest.ACME, EnumSet.of(Right.SEND))));
    assertEquals(200, arm.get(path).status());
  }

  @Test
  void an_organisation_sees_its_own_subscription_alone() {
    assertError(
        404,
        "SubscriptionNotFound",
        arm.ask("GET", arm.resource() + ArmUnderTest.VERSION, "", arm.keyOfOther));
    final var own = arm.get("/subscriptions?api-version=2022-12-01").json().path("value");
    assertEquals(1, own.size());
    assertEquals(arm.subscription(), own.path(0).path("subscriptionId").asText());
    assertEquals(
        "acme",
        arm.get("/subscriptions/" + arm.subscription() + "?api-version=2022-12-01")
            .json()
            .path("displayName")
            .asText());
  }

  @Test
  void A4_33_a_version_that_is_missing_or_unknown_is_answered_with_the_list() {
    assertEquals(200, arm.get(arm.resource() + "?api-version=2020-08-20-preview").status());
    final var missing = arm.get(arm.resource());
    assertError(400, "MissingApiVersionParameter", missing);
    assertTrue(missing.message().contains("2020-08-20-preview"), missing::text);
    final var unknown = arm.get(arm.resource() + "?api-version=1999-01-01");
    assertError(400, "InvalidApiVersionParameter", unknown);
    assertTrue(unknown.message().contains("2023-04-01"), unknown::text);
  }

  @Test
  void paths_are_compared_without_regard_to_case() {
    final var path = arm.resource().toLowerCase(Locale.ROOT) + ArmUnderTest.VERSION;
    assertEquals(200, arm.get(path).status());
    final var loud =
        arm.resource()
            .replace("subscriptions", "SUBSCRIPTIONS")
            .replace("CommunicationServices/reveille", "communicationServices/REVEILLE");
    assertEquals(arm.resource(), arm.get(loud + ArmUnderTest.VERSION).json().path("id").asText());
  }

  @Test
  void what_there_is_not_is_refused_in_the_form_of_resource_manager() {
    assertError(
        404, "InvalidResourceType", arm.get("/subscriptions/" + arm.subscription() + "/locations"));
    assertError(405, "MethodNotAllowed", arm.post(arm.resource() + ArmUnderTest.VERSION, "{}"));
    assertError(404, "ResourceNotFound", arm.get(arm.resource() + "-no" + ArmUnderTest.VERSION));
    assertError(
        400, "InvalidRequestContent", arm.put(arm.resource() + ArmUnderTest.VERSION, "{\"a\":"));
  }

  // ---- communication resources ----------------------------------------------------------------

  @Test
  void an_organisation_has_a_resource_from_the_beginning_and_always_the_same() {
    final var first = arm.get(arm.resource() + ArmUnderTest.VERSION).json();
    assertEquals(arm.resource(), first.path("id").asText());
    assertEquals("Succeeded", first.path("properties").path("provisioningState").asText());
    assertEquals(first, arm.get(arm.resource() + ArmUnderTest.VERSION).json());
  }

  @Test
  void others_are_made_tagged_listed_and_removed() {
    final var other =
        arm.resource().replace("CommunicationServices/reveille", "CommunicationServices/second");
    final var body =
        "{\"location\":\"global\",\"properties\":{\"dataLocation\":\"Europe\"},\"tags\":{\"a\":\"b\"}}";
    final var made = arm.put(other + ArmUnderTest.VERSION, body);
    assertEquals(201, made.status(), made::text);
    assertEquals("Europe", made.json().path("properties").path("dataLocation").asText());
    assertEquals(200, arm.put(other + ArmUnderTest.VERSION, body).status());
    assertEquals(
        "c",
        arm.ask("PATCH", other + ArmUnderTest.VERSION, "{\"tags\":{\"x\":\"c\"}}", arm.key)
            .json()
            .path("tags")
            .path("x")
            .asText());
    final var all =
        "/subscriptions/%s/providers/Microsoft.Communication/communicationServices"
            .formatted(arm.subscription());
    assertEquals(2, arm.get(all + ArmUnderTest.VERSION).json().path("value").size());
    assertError(
        409,
        "NameInUse",
        arm.put(
            other.replace("resourceGroups/reveille", "resourceGroups/g2") + ArmUnderTest.VERSION,
            body));
    assertEquals(200, arm.delete(other + ArmUnderTest.VERSION).status());
    assertEquals(204, arm.delete(other + ArmUnderTest.VERSION).status());
    assertError(409, "ResourceStays", arm.delete(arm.resource() + ArmUnderTest.VERSION));
  }

  @Test
  void a_resource_to_which_apps_are_bound_stays() {
    arm.put(
        arm.resource().replace("Services/reveille", "Services/second") + ArmUnderTest.VERSION,
        LOCATION);
    arm.resources.bindUnlessBound(arm.app("phone"));
    final var said = arm.delete(arm.resource() + ArmUnderTest.VERSION);
    assertError(409, "ResourceInUse", said);
    assertTrue(said.message().contains("phone"), said::text);
  }

  @Test
  void its_keys_are_shown_and_made_anew() {
    final var keys = arm.post(arm.resource() + "/listKeys" + ArmUnderTest.VERSION, "").json();
    assertTrue(
        keys.path("primaryConnectionString")
            .asText()
            .endsWith("/;accesskey=" + keys.path("primaryKey").asText()));
    assertNotEquals(keys.path("primaryKey"), keys.path("secondaryKey"));
    final var anew =
        arm.post(
                arm.resource() + "/regenerateKey" + ArmUnderTest.VERSION,
                "{\"keyType\":\"Primary\"}")
            .json();
    assertNotEquals(keys.path("primaryKey"), anew.path("primaryKey"));
    assertEquals(keys.path("secondaryKey"), anew.path("secondaryKey"));
  }

  // ---- hubs -----------------------------------------------------------------------------------

  @Test
  void a_namespace_a_hub_and_a_policy_are_made_and_the_policy_s_keys_read() {
    final var namespace = arm.namespaces() + "/phones-ns";
    assertEquals(201, arm.put(namespace + ArmUnderTest.OF_HUBS, LOCATION).status());
    assertEquals(200, arm.put(namespace + ArmUnderTest.OF_HUBS, LOCATION).status());
    final var hub = namespace + "/notificationHubs/calls";
    final var made = arm.put(hub + ArmUnderTest.OF_HUBS, LOCATION);
    assertEquals(201, made.status(), made::text);
    assertEquals(hub, made.json().path("id").asText());
    final var rule = hub + "/AuthorizationRules/sender";
    assertEquals(
        "Send",
        arm.put(rule + ArmUnderTest.OF_HUBS, "{\"properties\":{\"rights\":[\"Send\"]}}")
            .json()
            .path("properties")
            .path("rights")
            .path(0)
            .asText());
    final var keys = arm.post(rule + "/listKeys" + ArmUnderTest.OF_HUBS, "").json();
    assertEquals("sender", keys.path("keyName").asText());
    assertTrue(
        keys.path("primaryConnectionString").asText().startsWith("Endpoint=sb://127.0.0.1:"));
    final var anew =
        arm.post(
                rule + "/regenerateKeys" + ArmUnderTest.OF_HUBS, "{\"policyKey\":\"SecondaryKey\"}")
            .json();
    assertEquals(keys.path("primaryKey"), anew.path("primaryKey"));
    assertNotEquals(keys.path("secondaryKey"), anew.path("secondaryKey"));
    assertEquals(
        1,
        arm.get(namespace + "/notificationHubs" + ArmUnderTest.OF_HUBS)
            .json()
            .path("value")
            .size());
    assertEquals(
        4, arm.get(hub + "/AuthorizationRules" + ArmUnderTest.OF_HUBS).json().path("value").size());
    assertTrue(arm.hubs.find(Hub.DEFAULT_NAMESPACE, "calls").isPresent());
  }

  @Test
  void A4_18_a_hub_that_was_made_elsewhere_is_listed_in_the_first_namespace() {
    final var hubs =
        arm.get(arm.namespaces() + "/reveille/notificationHubs" + ArmUnderTest.OF_HUBS);
    assertEquals(arm.hubId(), hubs.json().path("value").path(0).path("id").asText());
    final var rule = arm.hubId() + "/AuthorizationRules/" + Hubs.SEND;
    assertEquals(200, arm.get(rule + ArmUnderTest.OF_HUBS).status());
  }

  @Test
  void names_that_are_taken_say_so() {
    final var check = arm.namespaces() + "/reveille/checkNotificationHubAvailability";
    assertFalse(
        arm.post(check + ArmUnderTest.OF_HUBS, "{\"name\":\"Phones\"}")
            .json()
            .path("isAvailiable")
            .asBoolean());
    assertTrue(
        arm.post(check + ArmUnderTest.OF_HUBS, "{\"name\":\"free\"}")
            .json()
            .path("isAvailiable")
            .asBoolean());
  }

  @Test
  void what_would_lose_registrations_is_refused() {
    final var namespace = arm.namespaces() + "/phones-ns";
    arm.put(namespace + ArmUnderTest.OF_HUBS, LOCATION);
    arm.put(namespace + "/notificationHubs/calls" + ArmUnderTest.OF_HUBS, LOCATION);
    assertError(409, "NamespaceNotEmpty", arm.delete(namespace + ArmUnderTest.OF_HUBS));
    assertError(
        409, "NamespaceStays", arm.delete(arm.namespaces() + "/reveille" + ArmUnderTest.OF_HUBS));
    assertEquals(
        200, arm.delete(namespace + "/notificationHubs/calls" + ArmUnderTest.OF_HUBS).status());
    assertTrue(arm.hubs.find(Hub.DEFAULT_NAMESPACE, "calls").isEmpty());
    assertEquals(200, arm.delete(namespace + ArmUnderTest.OF_HUBS).status());
    assertEquals(204, arm.delete(namespace + ArmUnderTest.OF_HUBS).status());
  }
}

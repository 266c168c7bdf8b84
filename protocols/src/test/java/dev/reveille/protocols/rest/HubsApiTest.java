package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.protocols.sas.ConnectionString;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.SecretStore.Right;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Notification hubs are made, changed and removed by their organisation alone, and none that has
/// registrations goes unless they are named.
class HubsApiTest {
  private static final String FULL = "DefaultFullSharedAccessSignature";
  private static final String SEND = "DefaultSendSharedAccessSignature";
  private static final String LISTEN = "DefaultListenSharedAccessSignature";

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller acme = api.caller();
  private final Caller other = api.caller(ApiUnderTest.OTHER, Right.values());
  private final Caller listener = api.caller(ApiUnderTest.ACME, Right.LISTEN);

  @AfterEach
  void close() {
    api.close();
  }

  private static void refused(final Reason why, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
  }

  private Reply made(final String name) {
    final var reply = acme.post("/v1/hubs", "{\"name\":\"" + name + "\"}");
    assertEquals(201, reply.status(), () -> reply.whole().body());
    return reply;
  }

  private void register(final String hub, final String id) {
    final var entry =
        new HubRegistrations.Entry(
            id,
            HubRegistrations.Kind.REGISTRATION,
            Bytes.of(new byte[] {1}),
            Optional.empty(),
            List.of());
    final var _ =
        api.store().hubs().put("acme/default/" + hub, entry, new HubRegistrations.Condition.Any());
  }

  private static JsonNode policy(final Reply hub, final String name) {
    for (final var policy : hub.body().path("policies")) {
      if (policy.path("name").asText().equals(name)) {
        return policy;
      }
    }
    throw new AssertionError("no policy " + name + " in " + hub.body());
  }

  private static ConnectionString string(final JsonNode policy, final String which) {
    return ConnectionString.parse(policy.path(which).asText());
  }

  @Test
  void one_is_made_with_three_policies_and_strings_that_lead_to_where_it_was_made() {
    final var hub = made("Phones");

    assertEquals("Phones", hub.text("/name"));
    assertEquals("hub.default.phones", hub.text("/app"));
    assertFalse(hub.body().path("sandbox").asBoolean());
    assertEquals(0, hub.body().path("registrations").asInt(-1));
    assertEquals(List.of(FULL, LISTEN, SEND), hub.body().path("policies").findValuesAsText("name"));
    assertEquals("[\"listen\",\"send\",\"manage\"]", policy(hub, FULL).path("rights").toString());
    assertEquals("[\"send\"]", policy(hub, SEND).path("rights").toString());
    assertEquals("[\"listen\"]", policy(hub, LISTEN).path("rights").toString());
    final var text = policy(hub, SEND).path("connectionString").asText();
    assertTrue(
        text.startsWith(
            "Endpoint=sb://127.0.0.1:" + api.port() + "/;SharedAccessKeyName=" + SEND + ";"),
        text);
    final var key = string(policy(hub, SEND), "connectionString");
    final var found =
        api.hubs().policies(api.hubs().of(ApiUnderTest.ACME).getFirst()).stream()
            .filter(each -> each.name().equals(SEND))
            .findFirst()
            .orElseThrow();
    assertEquals(found.primary(), key.key());
    assertEquals(found.secondary(), string(policy(hub, SEND), "secondaryConnectionString").key());
    assertEquals(hub.body(), acme.get("/v1/hubs/phones").body());
  }

  @Test
  void the_strings_name_the_host_that_was_asked() throws IOException {
    made("phones");
    final var secret =
        ApiKeys.make(
                api.store().secrets(),
                ApiUnderTest.ACME,
                java.util.EnumSet.of(Right.MANAGE),
                "test",
                InstantSource.system().instant(),
                "test")
            .secret();
    for (final var hosts :
        List.of(
            List.of("Push.Example.org", "push.example.org"),
            List.of("push.example.org:443", "push.example.org"),
            List.of("[::1]:8443", "[::1]:8443"))) {
      try (var connection = api.connection()) {
        connection
            .getOutputStream()
            .write(
                ("GET /v1/hubs/phones HTTP/1.1\r\nHost: "
                        + hosts.getFirst()
                        + "\r\nAuthorization: Bearer "
                        + secret
                        + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        final var answer =
            new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(
            answer.contains("\"Endpoint=sb://" + hosts.getLast() + "/;SharedAccessKeyName="),
            answer);
      }
    }
  }

  @Test
  void keys_are_for_who_may_manage() {
    made("phones");

    final var seen = listener.get("/v1/hubs/phones");
    assertEquals(200, seen.status());
    assertEquals(3, seen.body().path("policies").size());
    assertFalse(seen.whole().body().contains("SharedAccessKey="), seen.whole().body());
    assertFalse(acme.get("/v1/hubs").whole().body().contains("SharedAccessKey="));
    assertEquals(
        "hub.default.phones", listener.get("/v1/hubs").text("/hubs/0/app"), "listed for all");
    refused(Reason.NOT_ALLOWED, listener.post("/v1/hubs", "{\"name\":\"x\"}"));
    refused(Reason.NOT_ALLOWED, listener.patch("/v1/hubs/phones", "{\"sandbox\":true}"));
    refused(Reason.NOT_ALLOWED, listener.delete("/v1/hubs/phones"));
    refused(
        Reason.NOT_ALLOWED,
        listener.put("/v1/hubs/phones/policies/app", "{\"rights\":[\"send\"]}"));
    refused(Reason.NOT_ALLOWED, listener.delete("/v1/hubs/phones/policies/" + SEND));
    refused(
        Reason.NOT_ALLOWED,
        listener.post("/v1/hubs/phones/policies/" + SEND + "/rekey", "{\"key\":\"primary\"}"));
  }

  @Test
  void those_of_another_organisation_are_not_there() {
    made("phones");

    assertEquals("[]", other.get("/v1/hubs").body().path("hubs").toString());
    refused(Reason.NOT_FOUND, other.get("/v1/hubs/phones"));
    refused(Reason.NOT_FOUND, other.patch("/v1/hubs/phones", "{\"sandbox\":true}"));
    refused(Reason.NOT_FOUND, other.delete("/v1/hubs/phones?registrations=remove"));
    refused(
        Reason.NOT_FOUND,
        other.put("/v1/hubs/phones/policies/" + SEND, "{\"rights\":[\"manage\"]}"));
    refused(Reason.NOT_FOUND, other.delete("/v1/hubs/phones/policies/" + SEND));
    refused(
        Reason.NOT_FOUND,
        other.post("/v1/hubs/phones/policies/" + SEND + "/rekey", "{\"key\":\"primary\"}"));
    refused(Reason.EXISTS, other.post("/v1/hubs", "{\"name\":\"PHONES\"}"));
    refused(Reason.EXISTS, acme.post("/v1/hubs", "{\"name\":\"Phones\"}"));
    assertEquals(200, acme.get("/v1/hubs/phones").status());
  }

  @Test
  void names_that_no_hub_can_have_are_refused() {
    for (final var name : List.of("v1", "Topics", "openapi.json", "health")) {
      refused(Reason.HUB_NAME_RESERVED, acme.post("/v1/hubs", "{\"name\":\"" + name + "\"}"));
    }
    for (final var name : List.of("", "a/b", "-a", "x".repeat(65), "é")) {
      refused(Reason.MALFORMED, acme.post("/v1/hubs", "{\"name\":\"" + name + "\"}"));
    }
    refused(Reason.MALFORMED, other.put("/v1/apps/hub.default.phones", "{}"));
    final var app = new AppId("hub.default.phones"); // of a version that did not refuse it
    final var registry = api.store().registry();
    registry.keepApp(new App(app, ApiUnderTest.OTHER, "theirs", "", ""), "test");
    refused(Reason.EXISTS, acme.post("/v1/hubs", "{\"name\":\"phones\"}"));
    assertEquals("[]", acme.get("/v1/hubs").body().path("hubs").toString());
  }

  @Test
  void apples_sandbox_is_said_when_it_is_made_or_later() {
    assertTrue(
        acme.post("/v1/hubs", "{\"name\":\"beta\",\"sandbox\":true}")
            .body()
            .path("sandbox")
            .asBoolean());
    assertFalse(
        acme.patch("/v1/hubs/beta", "{\"sandbox\":false}").body().path("sandbox").asBoolean());
    assertTrue(
        acme.patch("/v1/hubs/beta", "{\"sandbox\":true}").body().path("sandbox").asBoolean());
    assertTrue(acme.patch("/v1/hubs/beta", "{}").body().path("sandbox").asBoolean());
    assertTrue(
        Hubs.open(api.store(), InstantSource.system()).of(ApiUnderTest.ACME).getFirst().sandbox(),
        "on disk");
  }

  @Test
  void how_long_registrations_live_is_said_later() {
    made("beta");
    assertTrue(acme.get("/v1/hubs/beta").body().path("registrationTtl").isMissingNode());
    final var set = acme.patch("/v1/hubs/beta", "{\"registrationTtl\":\"P90D\"}");
    assertEquals("PT2160H", set.text("/registrationTtl"));
    assertEquals("PT2160H", acme.get("/v1/hubs/beta").text("/registrationTtl"));
    for (final var wrong : List.of("PT23H59M", "P36501D", "P0D", "soon", "")) {
      refused(
          Reason.MALFORMED,
          acme.patch("/v1/hubs/beta", "{\"sandbox\":true,\"registrationTtl\":\"" + wrong + "\"}"));
    }
    assertFalse(acme.get("/v1/hubs/beta").body().path("sandbox").asBoolean());
    assertEquals(
        "PT2160H",
        Hubs.open(api.store(), InstantSource.system())
            .of(ApiUnderTest.ACME)
            .getFirst()
            .registrationTtl()
            .orElseThrow()
            .toString(),
        "on disk");
    acme.patch("/v1/hubs/beta", "{\"registrationTtl\":\"never\"}");
    assertTrue(acme.get("/v1/hubs/beta").body().path("registrationTtl").isMissingNode());
  }

  @Test
  void one_with_registrations_stays_unless_they_are_named() {
    made("phones");
    acme.put(
        "/v1/apps/hub.default.phones/credentials/fcm", "{\"serviceAccount\":\"{\\\"a\\\":1}\"}");
    register("phones", "r1");
    register("phones", "r2");
    assertEquals(2, acme.get("/v1/hubs/phones").body().path("registrations").asInt());

    final var stays = acme.delete("/v1/hubs/phones");
    refused(Reason.STILL_USED, stays);
    assertEquals(2, stays.body().path("registrations").asInt());
    refused(Reason.MALFORMED, acme.delete("/v1/hubs/phones?registrations=all"));
    assertEquals(2, api.store().hubs().count("acme/default/phones"));
    refused(Reason.STILL_USED, acme.delete("/v1/apps/hub.default.phones"));

    assertEquals(204, acme.delete("/v1/hubs/phones?registrations=remove").status());
    assertEquals(0, api.store().hubs().count("acme/default/phones"));
    refused(Reason.NOT_FOUND, acme.get("/v1/hubs/phones"));
    refused(Reason.NOT_FOUND, acme.delete("/v1/hubs/phones"));
    refused(Reason.NOT_FOUND, acme.get("/v1/apps/hub.default.phones"));

    made("phones");
    assertEquals(204, acme.delete("/v1/hubs/phones").status(), "it has none");
  }

  @Test
  void policies_are_made_changed_and_removed() {
    final var hub = made("phones");
    final var made = acme.put("/v1/hubs/phones/policies/backend", "{\"rights\":[\"send\"]}");
    assertEquals(201, made.status());
    assertEquals("[\"send\"]", made.body().path("rights").toString());
    final var key = string(made.body(), "connectionString").key();

    final var changed =
        acme.put("/v1/hubs/phones/policies/backend", "{\"rights\":[\"send\",\"listen\"]}");
    assertEquals(200, changed.status());
    assertEquals("[\"listen\",\"send\"]", changed.body().path("rights").toString());
    assertEquals(key, string(changed.body(), "connectionString").key(), "its key stays");

    for (final var name : List.of("backend", FULL, LISTEN)) {
      assertEquals(204, acme.delete("/v1/hubs/phones/policies/" + name).status(), name);
    }
    refused(Reason.NOT_FOUND, acme.delete("/v1/hubs/phones/policies/backend"));
    refused(Reason.HUB_POLICY_STAYS, acme.delete("/v1/hubs/phones/policies/" + SEND));
    assertEquals(1, acme.get("/v1/hubs/phones").body().path("policies").size());
    assertEquals(
        policy(hub, SEND),
        policy(acme.get("/v1/hubs/phones"), SEND),
        "the others are as they were");
  }

  @Test
  void policies_that_cannot_be_are_refused() {
    made("phones");
    for (final var rights : List.of("[]", "[\"Send\"]", "[\"all\"]", "[\"send\",7]", "\"send\"")) {
      refused(
          Reason.MALFORMED,
          acme.put("/v1/hubs/phones/policies/app", "{\"rights\":" + rights + "}"));
    }
    refused(Reason.MALFORMED, acme.put("/v1/hubs/phones/policies/app", "{}"));
    refused(Reason.MALFORMED, acme.put("/v1/hubs/phones/policies/a;b", "{\"rights\":[\"send\"]}"));
    for (int i = 3; i < Hubs.MOST_POLICIES; i++) {
      assertEquals(
          201, acme.put("/v1/hubs/phones/policies/p" + i, "{\"rights\":[\"send\"]}").status());
    }
    refused(Reason.TOO_LARGE, acme.put("/v1/hubs/phones/policies/more", "{\"rights\":[\"send\"]}"));
  }

  @Test
  void one_key_is_made_anew_and_the_other_works_on() {
    final var before = policy(made("phones"), SEND);
    final var path = "/v1/hubs/phones/policies/" + SEND + "/rekey";

    final var first = acme.post(path, "{\"key\":\"primary\"}").body();
    assertNotEquals(before.path("connectionString"), first.path("connectionString"));
    assertEquals(before.path("secondaryConnectionString"), first.path("secondaryConnectionString"));
    final var second = acme.post(path, "{\"key\":\"secondary\"}").body();
    assertEquals(first.path("connectionString"), second.path("connectionString"));
    assertNotEquals(
        first.path("secondaryConnectionString"), second.path("secondaryConnectionString"));
    assertEquals(second, policy(acme.get("/v1/hubs/phones"), SEND));

    refused(Reason.MALFORMED, acme.post(path, "{\"key\":\"both\"}"));
    refused(Reason.MALFORMED, acme.post(path, "{}"));
    refused(
        Reason.NOT_FOUND,
        acme.post("/v1/hubs/phones/policies/none/rekey", "{\"key\":\"primary\"}"));
  }

  @Test
  void they_are_listed_by_name() {
    made("B");
    made("a");
    other.post("/v1/hubs", "{\"name\":\"aa\"}");

    final var listed = acme.get("/v1/hubs");
    assertEquals(
        List.of("hub.default.a", "hub.default.b"),
        listed.body().path("hubs").findValuesAsText("app"),
        "in any case");
    assertEquals("B", listed.text("/hubs/1/name"));
    assertEquals("B", acme.get("/v1/hubs?after=a").text("/hubs/0/name"));
  }

  @Test
  void those_of_a_removed_organisation_go_with_it() {
    final var first = api.caller(OrganisationId.FIRST, Right.values());
    made("phones");
    register("phones", "r1");

    refused(Reason.STILL_USED, first.delete("/v1/organisations/acme"));
    assertEquals(204, first.delete("/v1/organisations/acme?contents=remove").status());

    assertEquals(List.of(), api.hubs().of(ApiUnderTest.ACME));
    assertEquals(201, other.post("/v1/hubs", "{\"name\":\"phones\"}").status());
  }
}

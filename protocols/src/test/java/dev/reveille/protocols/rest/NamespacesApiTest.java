package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Namespaces with host names are given out by operators of the first organisation, and none goes
/// with hubs in it unless they are named.
class NamespacesApiTest {
  private static final String IN = "?namespace=chat-hubs";

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller first = api.caller(OrganisationId.FIRST, Right.values());
  private final Caller acme = api.caller();
  private final Caller other = api.caller(ApiUnderTest.OTHER, Right.values());

  @AfterEach
  void close() {
    api.close();
  }

  private static void refused(final Reason why, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
  }

  private Reply make(final String name, final String host) {
    return first.post(
        "/v1/namespaces",
        "{\"name\":\"%s\",\"host\":\"%s\",\"organisation\":\"acme\"}".formatted(name, host));
  }

  private void makeHub() {
    assertEquals(201, make("Chat-Hubs", "Hubs.example.org").status());
    final var made = acme.post("/v1/hubs", "{\"name\":\"phones\",\"namespace\":\"CHAT-hubs\"}");
    assertEquals(201, made.status(), () -> made.whole().body());
  }

  private void register() {
    final var entry =
        new HubRegistrations.Entry(
            "one",
            HubRegistrations.Kind.REGISTRATION,
            Bytes.of(new byte[] {1}),
            Optional.empty(),
            List.of());
    final var any = new HubRegistrations.Condition.Any();
    final var _ = api.store().hubs().put("acme/chat-hubs/phones", entry, any);
  }

  private List<String> names(final Caller caller) {
    return caller.get("/v1/namespaces").body().path("namespaces").findValuesAsText("name");
  }

  @Test
  void operators_give_host_names_out_and_take_them_back() {
    final var made = make("Chat-Hubs", "Hubs.Example.ORG.");
    assertEquals(201, made.status(), () -> made.whole().body());
    assertEquals("chat-hubs", made.text("/name"));
    assertEquals("hubs.example.org", made.text("/host"));
    assertEquals("acme", made.text("/organisation"));
    assertEquals(made.body(), acme.get("/v1/namespaces/CHAT-HUBS").body());
    assertEquals(List.of("chat-hubs"), names(first));
    assertEquals(List.of("chat-hubs"), names(acme));
    assertEquals(List.of(), names(other));
    refused(Reason.NOT_FOUND, other.get("/v1/namespaces/chat-hubs"));
    refused(Reason.EXISTS, make("chat-hubs", "more.example.org"));
    refused(Reason.EXISTS, make("more-hubs", "hubs.example.org"));
    assertEquals(204, first.delete("/v1/namespaces/chat-hubs").status());
    refused(Reason.NOT_FOUND, first.delete("/v1/namespaces/chat-hubs"));
    assertEquals(201, make("more-hubs", "hubs.example.org").status());
  }

  @Test
  void others_may_not_and_bad_input_changes_nothing() {
    final var body = "{\"name\":\"chat-hubs\",\"host\":\"hubs.example.org\"}";
    refused(Reason.NOT_ALLOWED, acme.post("/v1/namespaces", body));
    final var sender = api.caller(OrganisationId.FIRST, Right.SEND);
    refused(Reason.NOT_ALLOWED, sender.post("/v1/namespaces", body));
    for (final var host : List.of("127.0.0.1", "localhost", "hubs.example.org:443", "")) {
      refused(Reason.MALFORMED, make("chat-hubs", host));
    }
    refused(Reason.MALFORMED, make("chat", "hubs.example.org"));
    refused(Reason.MALFORMED, first.post("/v1/namespaces", "{\"name\":\"chat-hubs\"}"));
    refused(Reason.EXISTS, make("reveille", "hubs.example.org"));
    refused(
        Reason.NOT_FOUND,
        first.post("/v1/namespaces", body.replace("}", ",\"organisation\":\"globex\"}")));
    assertEquals(List.of(), names(first));
    makeHub();
    refused(Reason.NOT_ALLOWED, acme.delete("/v1/namespaces/chat-hubs"));
    refused(Reason.MALFORMED, first.delete("/v1/namespaces/chat-hubs?hubs=yes"));
  }

  @Test
  void the_parameter_says_in_which_namespace_a_hub_is() {
    assertEquals(201, acme.post("/v1/hubs", "{\"name\":\"phones\"}").status());
    makeHub();
    refused(
        Reason.NOT_FOUND,
        other.post("/v1/hubs", "{\"name\":\"phones\",\"namespace\":\"chat-hubs\"}"));
    refused(
        Reason.EXISTS, acme.post("/v1/hubs", "{\"name\":\"Phones\",\"namespace\":\"chat-hubs\"}"));
    final var all = acme.get("/v1/hubs").body().path("hubs");
    assertEquals(List.of("chat-hubs", "default"), all.findValuesAsText("namespace"));
    final var mine = acme.get("/v1/hubs/phones" + IN);
    assertEquals("hub.chat-hubs.phones", mine.text("/app"));
    final int port = api.port();
    final var string = mine.text("/policies/0/connectionString");
    assertTrue(string.startsWith("Endpoint=sb://hubs.example.org:" + port + "/;"), string);
    final var usual = acme.get("/v1/hubs/phones").text("/policies/0/connectionString");
    assertTrue(usual.startsWith("Endpoint=sb://127.0.0.1:" + port + "/;"), usual);

    final var policy = "/v1/hubs/phones/policies/backend" + IN;
    final var made = acme.put(policy, "{\"rights\":[\"send\"]}");
    assertTrue(made.text("/connectionString").contains("hubs.example.org"), made.text(""));
    assertEquals(3, acme.get("/v1/hubs/phones").body().path("policies").size());
    final var rekeyed =
        acme.post("/v1/hubs/phones/policies/backend/rekey" + IN, "{\"key\":\"primary\"}");
    assertTrue(rekeyed.text("/connectionString").contains("hubs.example.org"), rekeyed.text(""));
    assertEquals(204, acme.delete(policy).status());
    assertEquals(200, acme.patch("/v1/hubs/phones" + IN, "{\"sandbox\":true}").status());
    assertEquals("false", acme.get("/v1/hubs/phones").text("/sandbox"));
    refused(Reason.NOT_FOUND, acme.get("/v1/hubs/phones?namespace=more-hubs"));
    refused(Reason.NOT_FOUND, other.get("/v1/hubs/phones" + IN));
    assertEquals(204, acme.delete("/v1/hubs/phones" + IN).status());
    assertEquals(200, acme.get("/v1/hubs/phones").status());
  }

  @Test
  void hubs_and_registrations_keep_a_namespace_unless_they_are_named() {
    makeHub();
    register();
    final var path = "/v1/namespaces/chat-hubs";
    final var kept = first.delete(path);
    refused(Reason.STILL_USED, kept);
    assertEquals("1", kept.text("/hubs"));
    refused(Reason.STILL_USED, first.delete(path + "?registrations=remove"));
    assertEquals(
        201, acme.post("/v1/hubs", "{\"name\":\"doors\",\"namespace\":\"chat-hubs\"}").status());
    final var withRegistrations = first.delete(path + "?hubs=remove");
    refused(Reason.STILL_USED, withRegistrations);
    assertEquals("1", withRegistrations.text("/registrations"));
    assertEquals(2, acme.get("/v1/hubs").body().path("hubs").size(), "none went");
    assertEquals(204, first.delete(path + "?hubs=remove&registrations=remove").status());
    assertEquals(0, acme.get("/v1/hubs").body().path("hubs").size());
    assertEquals(List.of(), names(acme));
  }

  @Test
  void they_go_with_their_organisation() {
    makeHub();
    register();
    assertEquals(204, first.delete("/v1/organisations/acme?contents=remove").status());
    assertEquals(List.of(), names(first));
    assertEquals(List.of(), api.store().hubs().names());
    final var body = "{\"name\":\"chat-hubs\",\"host\":\"hubs.example.org\"}";
    assertEquals(201, first.post("/v1/namespaces", body).status(), "its host is free");
  }
}

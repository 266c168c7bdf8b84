package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Organisations are made and removed by operators of the first one, and a removal loses nothing
/// that was not named.
class OrganisationsTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller first = api.caller(OrganisationId.FIRST, Right.values());

  @AfterEach
  void close() {
    api.close();
  }

  private static void refused(final Reason why, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
  }

  private Caller made(final String name) {
    final var reply = first.post("/v1/organisations", "{\"name\":\"" + name + "\"}");
    assertEquals(201, reply.status(), () -> reply.whole().body());
    return api.caller(reply.text("/key/secret"));
  }

  private List<String> audit(final Caller caller) {
    return caller.get("/v1/audit").body().path("entries").findValuesAsText("what");
  }

  @Test
  void one_is_made_with_a_key_that_has_all_rights_in_it_and_is_shown_once() {
    final var globex = made("globex");

    final var self = globex.get("/v1");
    assertEquals("globex", self.text("/organisation"));
    assertEquals("[\"listen\",\"manage\",\"send\"]", self.body().path("rights").toString());
    assertEquals(201, globex.put("/v1/users/anna", "{}").status());
    refused(Reason.NOT_FOUND, first.get("/v1/users/anna"));
    final var shown = first.get("/v1/organisations/globex");
    assertEquals(
        "{\"name\":\"globex\",\"users\":1,\"installations\":0,\"apps\":0,\"keys\":1}",
        shown.body().toString());
    refused(Reason.EXISTS, first.post("/v1/organisations", "{\"name\":\"globex\"}"));
    assertEquals(1, globex.get("/v1/keys").body().path("keys").size());
    assertTrue(audit(first).contains("make organisation globex"));
    assertTrue(audit(globex).contains("make organisation"));
    final var key = self.text("/key");
    assertTrue(
        audit(globex).stream().anyMatch(line -> line.startsWith("keep key " + key + ":")),
        () -> "its first key is in " + audit(globex));
  }

  @Test
  void only_operators_of_the_first_one_may() {
    final var acme = api.caller();
    final var sender = api.caller(OrganisationId.FIRST, Right.SEND);

    refused(Reason.ORGANISATIONS_NOT_YOURS, acme.get("/v1/organisations"));
    refused(Reason.ORGANISATIONS_NOT_YOURS, acme.get("/v1/organisations/acme"));
    refused(Reason.ORGANISATIONS_NOT_YOURS, acme.post("/v1/organisations", "{\"name\":\"x\"}"));
    refused(Reason.ORGANISATIONS_NOT_YOURS, acme.delete("/v1/organisations/other"));
    refused(Reason.NOT_ALLOWED, sender.post("/v1/organisations", "{\"name\":\"x\"}"));
  }

  @Test
  void names_that_no_organisation_may_have_are_refused() {
    for (final var name :
        List.of(
            "",
            "*",
            "\\u0007",
            "\\ud800",
            "x".repeat(65),
            "Acme",
            "ac me",
            " acme",
            "-acme",
            "acm\u0435",
            "acme\\u202e",
            "\u00fcber")) {
      refused(Reason.MALFORMED, first.post("/v1/organisations", "{\"name\":\"" + name + "\"}"));
    }
  }

  @Test
  void they_are_listed_in_pages() {
    made("a");
    made("b");

    final var page = first.get("/v1/organisations?limit=2");
    final var next = first.get("/v1/organisations?limit=9&after=" + page.text("/next"));

    assertEquals(List.of("a", "acme"), page.body().path("organisations").findValuesAsText("name"));
    assertEquals("b", next.body().path("organisations").findValuesAsText("name").getFirst());
  }

  @Test
  void one_that_holds_anything_stays_unless_its_contents_are_named() {
    final var globex = made("globex");
    globex.put("/v1/apps/globex.app", "{}");
    globex.put("/v1/users/anna", "{}");
    globex.post("/v1/users/anna/codes", "{\"app\":\"globex.app\"}");

    final var refusal = first.delete("/v1/organisations/globex");
    refused(Reason.STILL_USED, refusal);
    assertTrue(
        refusal.text("/detail").contains("1 users, 0 installations and 1 apps"),
        refusal.text("/detail"));
    assertEquals(200, globex.get("/v1/users/anna").status());
    refused(Reason.MALFORMED, first.delete("/v1/organisations/globex?contents=all"));

    assertEquals(204, first.delete("/v1/organisations/globex?contents=remove").status());
    refused(Reason.NO_KEY, globex.get("/v1"));
    refused(Reason.NOT_FOUND, first.get("/v1/organisations/globex"));
    refused(Reason.NOT_FOUND, first.delete("/v1/organisations/globex"));
    assertTrue(audit(first).contains("remove organisation globex"));
    assertEquals(201, api.caller().put("/v1/apps/globex.app", "{}").status());
  }

  @Test
  void an_empty_one_goes_with_its_keys_and_its_name_rests() {
    final var globex = made("globex");
    globex.put("/v1/settings/push-notification/global", "{\"values\":{\"apple\":true}}");

    assertEquals(204, first.delete("/v1/organisations/globex").status());

    refused(Reason.NO_KEY, globex.get("/v1"));
    refused(
        Reason.ORGANISATION_NAME_RESTS, first.post("/v1/organisations", "{\"name\":\"globex\"}"));
  }

  @Test
  void the_first_one_cannot_be_removed() {
    api.store().registry().keepOrganisation(OrganisationId.FIRST, "test");

    refused(Reason.ORGANISATION_STAYS, first.delete("/v1/organisations/default?contents=remove"));
    assertEquals(200, first.get("/v1").status());
  }
}

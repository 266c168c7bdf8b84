package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Domains of an organisation by the API: what leads to it, what is refused, and what strangers
/// learn.
class DomainsApiTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller acme = api.caller();
  private final Caller other = api.caller(ApiUnderTest.OTHER, Right.values());

  @AfterEach
  void close() {
    api.close();
  }

  private static Reply added(final Caller caller, final String body) {
    return caller.post("/v1/domains", body.replace('\'', '"'));
  }

  private static void refused(
      final int status, final String code, final String detail, final Reply reply) {
    assertEquals(status, reply.status(), () -> reply.body().toString());
    assertEquals(code, reply.code());
    assertEquals(detail, reply.text("/detail"));
  }

  private List<String> audit(final String kind) {
    return acme.get("/v1/audit?kind=" + kind).body().path("entries").findValuesAsText("what");
  }

  @Test
  void a_domain_is_added_shown_changed_and_removed() {
    final var made = added(acme, "{'domain':'B\u00dcCHER.Example.','netbios':'example'}");
    assertEquals(201, made.status(), () -> made.body().toString());
    assertEquals(
        "{\"domain\":\"xn--bcher-kva.example\",\"netbios\":\"EXAMPLE\",\"version\":1,"
            + "\"passwordsToSetAgain\":0}",
        made.body().toString());
    assertEquals("\"1\"", made.header("etag"));
    final var shown = acme.get("/v1/domains/b%C3%BCcher.example");
    assertEquals(made.body(), shown.body());
    assertEquals("\"1\"", shown.header("etag"));
    final var domains = api.store().domains();
    assertEquals(Optional.of(ApiUnderTest.ACME), domains.organisationOf("b\u00fccher.example"));
    assertEquals(Optional.of(ApiUnderTest.ACME), domains.organisationOfNetbios("Example"));
    final var changed = acme.put("/v1/domains/xn--bcher-kva.example", "{\"netbios\":\"corp\"}");
    assertEquals(200, changed.status());
    assertEquals("CORP", changed.text("/netbios"));
    assertEquals(Optional.empty(), domains.organisationOfNetbios("EXAMPLE"));
    assertFalse(acme.put("/v1/domains/xn--bcher-kva.example", "{}").body().has("netbios"));
    assertEquals(Optional.empty(), domains.organisationOfNetbios("CORP"));
    assertEquals(204, acme.delete("/v1/domains/b%C3%BCcher.example").status());
    assertEquals(Optional.empty(), domains.organisationOf("b\u00fccher.example"));
    refused(
        404,
        "RV-109",
        "domain xn--bcher-kva.example",
        acme.delete("/v1/domains/xn--bcher-kva.example"));
    refused(404, "RV-109", "domain a.example", acme.get("/v1/domains/a.example"));
    assertEquals(
        List.of(
            "remove domain xn--bcher-kva.example (netbios was nothing)",
            "keep domain xn--bcher-kva.example: netbios from CORP to nothing",
            "keep domain xn--bcher-kva.example: netbios from EXAMPLE to CORP",
            "keep domain xn--bcher-kva.example: new, netbios EXAMPLE"),
        audit("domain"));
    final var entry = acme.get("/v1/audit?kind=domain").body().at("/entries/0");
    assertEquals("127.0.0.1", entry.path("from").asText());
    assertTrue(entry.path("who").asText().startsWith("key "), entry::toString);
  }

  @Test
  void versions_guard_a_change() {
    assertEquals(201, acme.put("/v1/domains/a.example", "{\"netbios\":\"A\"}").status());
    refused(
        409,
        "RV-111",
        "domain a.example",
        acme.put("/v1/domains/a.example", "{}", "If-None-Match", "*"));
    refused(409, "RV-111", "domain a.example", added(acme, "{'domain':'A.example'}"));
    assertEquals(200, acme.put("/v1/domains/a.example", "{}", "If-Match", "\"1\"").status());
    refused(
        412,
        "RV-110",
        "domain a.example has version 2, not 1",
        acme.put("/v1/domains/a.example", "{\"netbios\":\"B\"}", "If-Match", "\"1\""));
    assertEquals(200, acme.put("/v1/domains/a.example", "{}", "If-Match", "*").status());
    assertEquals(201, acme.put("/v1/domains/b.example", "{}", "If-None-Match", "*").status());
    refused(
        400,
        "RV-101",
        "domain: must be a.example as in the address, or left out",
        acme.put("/v1/domains/a.example", "{\"domain\":\"b.example\"}"));
  }

  @Test
  void whose_domain_it_is_is_told_to_operators_of_the_server_alone() {
    final var first = api.caller(OrganisationId.FIRST, Right.MANAGE);
    added(acme, "{'domain':'example.org','netbios':'EXAMPLE'}");
    for (final var spelling : List.of("example.org", "EXAMPLE.ORG", "example.org.")) {
      refused(
          409,
          "RV-111",
          "the domain example.org belongs to another organisation of this server",
          added(other, "{'domain':'" + spelling + "'}"));
      refused(
          409,
          "RV-111",
          "the domain example.org belongs to the organisation acme",
          added(first, "{'domain':'" + spelling + "'}"));
    }
    refused(
        409,
        "RV-111",
        "the NetBIOS name EXAMPLE belongs to another organisation of this server",
        other.put("/v1/domains/other.example", "{\"netbios\":\"Example\"}"));
    refused(
        409,
        "RV-111",
        "the NetBIOS name EXAMPLE belongs to the organisation acme",
        first.put("/v1/domains/other.example", "{\"netbios\":\"Example\"}"));
    refused(
        409,
        "RV-111",
        "the NetBIOS name EXAMPLE is that of the domain example.org",
        added(acme, "{'domain':'other.example','netbios':'example'}"));
    refused(404, "RV-109", "domain example.org", other.get("/v1/domains/example.org"));
    refused(404, "RV-109", "domain example.org", other.delete("/v1/domains/example.org"));
    refused(404, "RV-109", "domain example.org", first.delete("/v1/domains/example.org"));
    assertEquals("[]", other.get("/v1/domains").body().path("domains").toString());
    assertEquals(200, acme.get("/v1/domains/example.org").status());
  }

  @Test
  void what_is_no_domain_is_refused_with_its_sentence() {
    refused(400, "RV-101", "domain: is missing", added(acme, "{}"));
    refused(
        400,
        "RV-101",
        "domain: must have at least two parts, such as example.org; \"corp\" could be a name in any"
            + " network",
        added(acme, "{'domain':'Corp'}"));
    for (final var body :
        List.of(
            "{'domain':'192.0.2.1'}",
            "{'domain':'sip:a.example'}",
            "{'domain':''}",
            "{'domain':7}",
            "{'domain':'a.example','netbios':''}",
            "{'domain':'a.example','netbios':'SIXTEEN-LETTERS-'}",
            "{'domain':'a.example','name':'x'}")) {
      final var reply = added(acme, body);
      assertEquals(400, reply.status(), body);
    }
    assertEquals(400, acme.get("/v1/domains/192.0.2.1").status());
    assertEquals(400, acme.put("/v1/domains/corp", "{}").status());
    final var sender = api.caller(ApiUnderTest.ACME, Right.SEND, Right.LISTEN);
    for (final var reply :
        List.of(
            sender.get("/v1/domains"),
            sender.get("/v1/domains/a.example"),
            added(sender, "{'domain':'a.example'}"),
            sender.put("/v1/domains/a.example", "{}"),
            sender.delete("/v1/domains/a.example"))) {
      assertEquals("RV-108", reply.code());
    }
    assertEquals("[]", acme.get("/v1/domains").body().path("domains").toString());
  }

  @Test
  void they_are_listed_in_pages_and_bounded() {
    for (int i = 0; i < OrganisationDomains.MOST; i++) {
      assertEquals(201, added(acme, "{'domain':'d" + (1000 + i) + ".example'}").status());
    }
    refused(
        413,
        "RV-103",
        "an organisation has at most 200 domains",
        added(acme, "{'domain':'one-more.example'}"));
    final var page = acme.get("/v1/domains?limit=150");
    assertEquals(150, page.body().path("domains").size());
    assertEquals("d1149.example", page.text("/next"));
    final var rest = acme.get("/v1/domains?limit=150&after=d1149.example");
    assertEquals(50, rest.body().path("domains").size());
    assertTrue(rest.body().path("next").isMissingNode());
    assertEquals("d1150.example", rest.text("/domains/0/domain"));
  }

  @Test
  void domains_go_with_their_organisation() {
    final var first = api.caller(OrganisationId.FIRST, Right.values());
    final var made = first.post("/v1/organisations", "{\"name\":\"globex\"}");
    final var globex = api.caller(made.text("/key/secret"));
    assertEquals(201, added(globex, "{'domain':'globex.example','netbios':'G'}").status());
    assertEquals(204, first.delete("/v1/organisations/globex").status());
    assertEquals(Optional.empty(), api.store().domains().organisationOf("globex.example"));
    assertEquals(201, added(acme, "{'domain':'globex.example','netbios':'G'}").status());
  }
}

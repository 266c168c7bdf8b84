package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.settings.SettingsCatalogue;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Settings by the API: what is shown, what a change answers, and what is refused.
class SettingsApiTest {
  private static final String PROVIDER =
      "{\"values\":{\"proxy-fqdn\":\"sipfed.online.lync.com\",\"enabled\":true}}";

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @AfterEach
  void close() {
    api.close();
  }

  private Reply get(final String place) {
    return caller.get("/v1/settings/" + place);
  }

  private Reply put(final String place, final String body, final String... headers) {
    return caller.put("/v1/settings/" + place, body, headers);
  }

  private Reply patch(final String place, final String values, final String... headers) {
    return caller.patch(
        "/v1/settings/" + place, "{\"values\":" + values.replace('\'', '"') + "}", headers);
  }

  private Reply create(final String place, final String body) {
    return put(place, body, "If-None-Match", "*");
  }

  private static void refused(
      final int status, final String code, final String detail, final Reply reply) {
    assertEquals(status, reply.status(), () -> reply.body().toString());
    assertEquals(code, reply.code());
    assertEquals(detail, reply.text("/detail"));
  }

  @Test
  void all_collections_are_described() {
    final var all = caller.get("/v1/settings").body().path("collections");
    assertEquals(
        SettingsCatalogue.names().stream().sorted().toList(),
        all.findValuesAsText("name").stream().filter(SettingsCatalogue.names()::contains).toList());
    final var mobility =
        all.valueStream().filter(each -> each.path("name").asText().equals("mobility")).findFirst();
    final var session = mobility.orElseThrow().path("properties").path(0);
    assertEquals("session-expiration-interval", session.path("name").asText());
    assertEquals(259_200, session.path("default").asLong());
    assertFalse(session.path("actedOn").asBoolean(true));
  }

  @Test
  void the_global_object_is_shown_with_its_defaults_although_nothing_is_stored() {
    final var global = get("access-edge/global");
    assertEquals(200, global.status());
    assertEquals("\"0\"", global.header("etag"));
    assertEquals(0, global.body().at("/version").asLong(-1));
    assertEquals("{}", global.body().at("/values").toString());
    assertEquals("false", global.body().at("/effective/allow-federated-users").toString());
    assertEquals("4", global.text("/effective/outgoing-tls-count-for-federated-partners"));
    assertEquals(22, global.body().at("/effective").size());
    assertEquals(
        List.of("global"), get("im-filter").body().path("settings").findValuesAsText("identity"));
    assertEquals(
        "\"www*\"", get("im-filter/global").body().at("/effective/prefixes/16").toString());
    assertEquals(404, get("im-filter/site:Redmond").status());
  }

  @Test
  void a_change_answers_all_values_which_are_its_own_and_what_is_not_acted_on() {
    final var changed =
        patch("mobility/site:Redmond", "{'exposed-web-url':'INTERNAL'}", "If-Match", "\"0\"");
    assertEquals(200, changed.status(), () -> changed.body().toString());
    assertEquals("{\"exposed-web-url\":[\"Internal\"]}", changed.body().at("/values").toString());
    assertEquals("Internal", changed.text("/effective/exposed-web-url"));
    assertEquals("sip:push@push.lync.com", changed.text("/effective/push-notification-proxy-uri"));
    assertEquals("[\"exposed-web-url\"]", changed.body().at("/notActedOn").toString());
    assertEquals("Kept, and not acted on by this version: exposed-web-url.", changed.text("/note"));
    final var pushes = patch("push-notification/global", "{'apple':true}");
    assertTrue(pushes.body().at("/notActedOn").isMissingNode());
    assertTrue(pushes.body().at("/note").isMissingNode());
    final var allowed = create("allowed-domains/push.lync.com", "{\"values\":{}}");
    assertTrue(allowed.body().at("/note").isMissingNode());
    final var blocked = create("blocked-domains/evil.example", "{\"values\":{}}");
    assertTrue(blocked.body().at("/note").isMissingNode());
  }

  @Test
  void a_change_from_another_version_is_refused() {
    final var first = patch("mobility/global", "{'exposed-web-url':'Internal'}").header("etag");
    assertEquals(
        412, patch("mobility/global", "{'exposed-web-url':null}", "If-Match", "\"0\"").status());
    assertEquals(
        200, patch("mobility/global", "{'exposed-web-url':null}", "If-Match", first).status());
    assertEquals(204, caller.delete("/v1/settings/mobility/global").status());
    assertEquals(204, caller.delete("/v1/settings/mobility/global").status());
    assertEquals("\"0\"", get("mobility/global").header("etag"));
    assertEquals(404, caller.delete("/v1/settings/mobility/site:Redmond").status());
  }

  // L1-21, L1-25, L1-26
  @Test
  void a_provider_is_made_once_and_its_proxy_is_its_alone() {
    assertEquals(200, create("hosting-providers/LyncOnline", PROVIDER).status());
    refused(
        409,
        "RV-111",
        "hosting-providers/LyncOnline",
        create("hosting-providers/LyncOnline", PROVIDER));
    refused(
        409,
        "RV-111",
        "hosting-providers/lynconline",
        create("hosting-providers/lynconline", PROVIDER));
    refused(
        409,
        "RV-111",
        "values.proxy-fqdn: sipfed.online.lync.com is the proxy of the hosting provider LyncOnline;"
            + " no two providers have the same",
        create("hosting-providers/Other", PROVIDER.replace("sipfed", "SIPFED")));
    refused(
        409,
        "RV-111",
        "access-edge/global is always there; change it",
        create("access-edge/global", "{\"values\":{}}"));
    assertEquals("LyncOnline", get("hosting-providers/lynconline").text("/identity"));
  }

  @Test
  void a_provider_is_enabled_and_disabled_when_it_is_not_so_already() {
    create("hosting-providers/LyncOnline", PROVIDER);
    final var place = "/v1/settings/hosting-providers/LyncOnline/";
    refused(
        409,
        "RV-144",
        "hosting-providers/LyncOnline is enabled already",
        caller.post(place + "enable", ""));
    final var disabled = caller.post(place + "disable", "");
    assertEquals("false", disabled.body().at("/effective/enabled").toString());
    assertEquals(disabled.header("etag"), get("hosting-providers/LyncOnline").header("etag"));
    assertEquals(200, caller.post(place + "enable", "").status());
    assertEquals(404, caller.post("/v1/settings/hosting-providers/Other/enable", "").status());
    refused(
        400,
        "RV-101",
        "collection: must be one whose objects are enabled and disabled: hosting-providers",
        caller.post("/v1/settings/im-filter/global/enable", ""));
  }

  // L0-54
  @Test
  void a_list_is_changed_in_part() {
    final var without = patch("im-filter/site:Redmond", "{'prefixes':{'remove':['http:']}}");
    assertEquals(16, without.body().at("/effective/prefixes").size());
    final var more =
        patch("im-filter/site:Redmond", "{'prefixes':{'remove':['https:'],'add':['x:']}}");
    assertEquals(16, more.body().at("/effective/prefixes").size());
    assertTrue(more.body().at("/effective/prefixes").toString().endsWith("\"x:\"]"));
    assertEquals(17, get("im-filter/global").body().at("/effective/prefixes").size());
    refused(
        400,
        "RV-102",
        "values.prefixes.delete: known are add, remove",
        patch("im-filter/global", "{'prefixes':{'delete':['a']}}"));
    refused(
        400,
        "RV-101",
        "values.prefixes.add: must be a text, a number, true, false, or a list of them, not an"
            + " object",
        patch("im-filter/global", "{'prefixes':{'add':{}}}"));
    refused(
        400,
        "RV-101",
        "values.enabled: must be a text, a number, true, false, or a list of them, not an object",
        patch("im-filter/global", "{'enabled':{'add':['true']}}"));
  }

  @Test
  void what_does_not_fit_is_refused_with_the_nearest_name() {
    refused(
        404, "RV-109", "collection mobilty: did you mean mobility?", patch("mobilty/global", "{}"));
    refused(
        400,
        "RV-102",
        "values.exposed-web-uri: did you mean exposed-web-url?",
        patch("mobility/global", "{'exposed-web-uri':'External'}"));
    refused(
        400,
        "RV-101",
        "identity: must be global, site:NAME or service:WebServer:FQDN",
        patch("mobility/service:Registrar:a.example", "{}"));
    refused(
        400,
        "RV-101",
        "values.exposed-web-url: must be one of External, Internal",
        patch("mobility/global", "{'exposed-web-url':'Both'}"));
    refused(
        400,
        "RV-101",
        "identity: must be DOMAIN",
        create("allowed-domains/*.lync.com", "{\"values\":{}}"));
    assertEquals(404, get("hub").status());
  }

  @Test
  void the_audit_log_has_old_and_new_values_and_the_address() {
    patch("access-edge/global", "{'allow-federated-users':true}");
    caller.delete("/v1/settings/access-edge/global");
    final var entries = caller.get("/v1/audit?kind=setting").body().path("entries");
    assertEquals(
        List.of(
            "remove access-edge/global (allow-federated-users was true)",
            "set access-edge/global: allow-federated-users from false (default) to true"),
        entries.findValuesAsText("what"));
    assertEquals(List.of("127.0.0.1", "127.0.0.1"), entries.findValuesAsText("from"));
  }

  @Test
  void a_value_that_ends_in_a_kinds_name_is_still_a_setting() {
    create(
        "blocked-domains/spam.example",
        "{\"values\":{\"comment\":\"asked by another organisation\"}}");
    caller.delete("/v1/settings/blocked-domains/spam.example");
    assertEquals(2, caller.get("/v1/audit?kind=setting").body().path("entries").size());
    assertEquals(
        0,
        caller
            .get("/v1/audit?kind=organisation")
            .body()
            .path("entries")
            .valueStream()
            .filter(entry -> entry.path("what").asText().contains("spam"))
            .count());
  }
}

package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Typed settings, hosting providers and domains on the command line.
class FederationCommandTest {
  private static final String PROVIDER =
      "{'collection':'hosting-providers','identity':'LyncOnline','version':3,"
          + "'values':{'proxy-fqdn':['sipfed.online.lync.com'],'enabled':['true']},"
          + "'effective':{'proxy-fqdn':'sipfed.online.lync.com','enabled':true,"
          + "'verification-level':'AlwaysVerifiable','autodiscover-url':''},"
          + "'note':'Kept, and not acted on by this version: enabled, proxy-fqdn.'}";
  private static final String DOMAIN =
      "{'collection':'allowed-domains','identity':'push.lync.com','version':4,'values':{},"
          + "'effective':{'proxy-fqdn':'','comment':'ours'}}";
  private static final String PROVIDERS = "/v1/settings/hosting-providers";
  private static final String ALLOWED = "/v1/settings/allowed-domains";
  private static final String BLOCKED = "/v1/settings/blocked-domains";

  @AutoClose private final StubServer server = new StubServer();

  private void asked(final String what, final String body) {
    assertEquals(what, server.lastAsked().what());
    assertEquals(Json.read(body.replace('\'', '"')), server.lastAsked().body());
  }

  private static String list(final String setting) {
    return "{'settings':[" + setting + "]}";
  }

  @Test
  void a_provider_is_added_and_never_replaced() {
    server.on("PUT " + PROVIDERS + "/LyncOnline", 200, PROVIDER);
    assertEquals(
        """
        hosting-providers LyncOnline (version 3)
          proxy-fqdn          sipfed.online.lync.com
          enabled             true
          verification-level  AlwaysVerifiable (default)
          autodiscover-url    - (default)
          Kept, and not acted on by this version: enabled, proxy-fqdn.
        """,
        server.out(
            "federation", "provider", "add", "LyncOnline", "--proxy", "sipfed.online.lync.com"));
    asked(
        "PUT " + PROVIDERS + "/LyncOnline",
        "{'values':{'proxy-fqdn':'sipfed.online.lync.com','enabled':'true'}}");
    assertEquals("*", server.lastAsked().ifNoneMatch());
    server.out(
        "federation",
        "provider",
        "add",
        "LyncOnline",
        "sip-client-port=444",
        "--proxy",
        "a.example",
        "--verification-level",
        "UseSourceVerification",
        "--disabled");
    asked(
        "PUT " + PROVIDERS + "/LyncOnline",
        "{'values':{'sip-client-port':'444','proxy-fqdn':'a.example','enabled':'false',"
            + "'verification-level':'UseSourceVerification'}}");
  }

  @Test
  void a_provider_is_listed_changed_switched_and_removed() {
    server
        .on("GET " + PROVIDERS, 200, list(PROVIDER))
        .on("GET " + PROVIDERS + "/LyncOnline", 200, PROVIDER)
        .on("PATCH " + PROVIDERS + "/LyncOnline", 200, PROVIDER)
        .on("POST " + PROVIDERS + "/LyncOnline/enable", 200, PROVIDER)
        .on("POST " + PROVIDERS + "/LyncOnline/disable", 200, PROVIDER)
        .on("DELETE " + PROVIDERS + "/LyncOnline", 204, "");
    final var table =
        """
        PROVIDER    PROXY                   ENABLED  VERIFICATION LEVEL
        LyncOnline  sipfed.online.lync.com  true     AlwaysVerifiable
        """;
    assertEquals(table, server.out("federation", "provider"));
    assertEquals(table, server.out("federation", "provider", "list"));
    assertTrue(server.out("federation", "provider", "show", "LyncOnline").contains("version 3"));
    server.out("federation", "provider", "set", "LyncOnline", "is-local=true");
    asked("PATCH " + PROVIDERS + "/LyncOnline", "{'values':{'is-local':'true'}}");
    server.out("federation", "provider", "disable", "LyncOnline");
    assertEquals("POST " + PROVIDERS + "/LyncOnline/disable", server.lastAsked().what());
    server.out("federation", "provider", "enable", "LyncOnline");
    assertEquals("POST " + PROVIDERS + "/LyncOnline/enable", server.lastAsked().what());
    assertEquals(
        "LyncOnline is removed.\n", server.out("federation", "provider", "remove", "LyncOnline"));
  }

  @Test
  void what_the_server_refuses_is_said_with_its_remedy() {
    server.on(
        "PUT " + PROVIDERS + "/Other",
        409,
        "{'title':'It exists already.','status':409,'code':'RV-111','detail':'values.proxy-fqdn:"
            + " a.example is the proxy of the hosting provider LyncOnline; no two providers have"
            + " the same','remedy':'Choose another identifier or change the existing one.'}");
    final var ran = server.run("federation", "provider", "add", "Other", "--proxy", "a.example");
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("the hosting provider LyncOnline"), ran.err());
    assertTrue(ran.err().contains("Choose another identifier"), ran.err());
    assertEquals(2, server.run("federation", "provider", "add", "Other").exitCode());
  }

  @Test
  void domains_of_both_lists_are_shown_together_and_found_on_theirs() {
    server
        .on("GET " + ALLOWED, 200, list(DOMAIN))
        .on("GET " + BLOCKED, 200, "{'settings':[]}")
        .on("GET " + ALLOWED + "/Push.lync.com", 200, DOMAIN)
        .on("PATCH " + ALLOWED + "/push.lync.com", 200, DOMAIN)
        .on("DELETE " + ALLOWED + "/push.lync.com", 204, "");
    assertEquals(
        """
        DOMAIN         LIST     PROXY  COMMENT
        push.lync.com  allowed         ours
        """,
        server.out("federation", "domain"));
    assertTrue(server.out("federation", "domain", "show", "Push.lync.com").contains("version 4"));
    server.out("federation", "domain", "set", "push.lync.com", "comment=a b");
    asked("PATCH " + ALLOWED + "/push.lync.com", "{'values':{'comment':'a b'}}");
    assertEquals(
        "push.lync.com is taken off the allowed domains.\n",
        server.out("federation", "domain", "remove", "push.lync.com"));
    final var unknown = server.run("federation", "domain", "remove", "other.example");
    assertEquals(1, unknown.exitCode());
    assertTrue(unknown.err().contains("other.example is on no list."), unknown.err());
  }

  @Test
  void a_domain_is_allowed_or_blocked() {
    server
        .on("PUT " + ALLOWED + "/push.lync.com", 200, DOMAIN)
        .on("PUT " + BLOCKED + "/spam.example", 200, DOMAIN);
    server.out("federation", "domain", "allow", "push.lync.com");
    asked("PUT " + ALLOWED + "/push.lync.com", "{'values':{}}");
    server.out(
        "federation", "domain", "allow", "push.lync.com", "--proxy", "p.example", "--comment", "x");
    asked(
        "PUT " + ALLOWED + "/push.lync.com", "{'values':{'proxy-fqdn':'p.example','comment':'x'}}");
    server.out("federation", "domain", "block", "spam.example");
    asked("PUT " + BLOCKED + "/spam.example", "{'values':{}}");
  }

  @Test
  void json_is_printed_as_it_came() {
    server
        .on("GET " + PROVIDERS, 200, list(PROVIDER))
        .on("GET " + ALLOWED, 200, list(DOMAIN))
        .on("GET " + BLOCKED, 200, "{'settings':[]}");
    final var providers = Json.read(server.out("federation", "provider", "list", "--json"));
    assertEquals("LyncOnline", providers.at("/settings/0/identity").asText());
    final var domains = Json.read(server.out("federation", "domain", "list", "--json"));
    assertEquals("push.lync.com", domains.at("/allowed/0/identity").asText());
  }

  @Test
  void lists_are_changed_in_part_texts_emptied_and_objects_named() {
    server
        .on("PATCH /v1/settings/im-filter/site%3ARedmond", 200, DOMAIN)
        .on("PATCH /v1/settings/mobility/global", 200, DOMAIN)
        .on("PATCH /v1/settings/topology/pool%3Ap.example", 200, DOMAIN);
    server.out(
        "settings",
        "set",
        "im-filter",
        "prefixes-=http:",
        "prefixes-=https:",
        "prefixes+=x:",
        "--site",
        "Redmond");
    asked(
        "PATCH /v1/settings/im-filter/site%3ARedmond",
        "{'values':{'prefixes':{'remove':['http:','https:'],'add':['x:']}}}");
    server.out(
        "settings",
        "set",
        "mobility",
        "exposed-web-url=",
        "--empty",
        "push-notification-proxy-uri");
    asked(
        "PATCH /v1/settings/mobility/global",
        "{'values':{'exposed-web-url':null,'push-notification-proxy-uri':''}}");
    server.out(
        "settings",
        "set",
        "topology",
        "services=A",
        "services=B",
        "services=C",
        "--identity",
        "pool:p.example");
    asked("PATCH /v1/settings/topology/pool%3Ap.example", "{'values':{'services':['A','B','C']}}");
    final var both =
        server.run("settings", "get", "mobility", "--site", "a", "--identity", "global");
    assertEquals(2, both.exitCode());
    final var mixed = server.run("settings", "set", "im-filter", "prefixes=a", "prefixes+=b");
    assertEquals(2, mixed.exitCode());
    assertTrue(mixed.err().contains("prefixes is set and changed at once"), mixed.err());
  }

  @Test
  void collections_are_listed_and_the_audit_log_says_from_where() {
    server
        .on(
            "GET /v1/settings",
            200,
            "{'collections':[{'name':'mobility','meaning':'The Mobility Service.',"
                + "'identities':['global','site:NAME'],'properties':[]}]}")
        .on(
            "GET /v1/audit?limit=20",
            200,
            "{'entries':[{'at':'2026-03-01T12:00:00Z','who':'key k_1','from':'192.0.2.7',"
                + "'what':'set mobility/global'},{'at':'2026-03-01T11:00:00Z','who':'server',"
                + "'what':'keep user a'}]}");
    assertTrue(
        server
            .out("settings", "list")
            .contains("mobility    global, site:NAME  The Mobility Service."));
    final var audit = server.out("settings", "audit");
    assertTrue(audit.contains("key k_1  192.0.2.7  set mobility/global"), audit);
  }
}

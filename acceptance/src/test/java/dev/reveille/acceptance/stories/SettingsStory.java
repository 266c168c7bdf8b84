package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Typed settings of the packaged server: defaults, scopes, and rules over several of them, by the
/// API and by the command line.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SettingsStory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SETTINGS = "/v1/settings/";
  private static final String DOMAIN = "online.lync.com";
  private static final String PROXY = "sipfed." + DOMAIN;

  /// The store's contract does it a thousand times.
  private static final int AT_ONCE = 200;

  @AutoClose private final Theatre theatre = Theatres.open();

  private JsonNode get(final String place) throws Exception {
    return theatre.call("GET", SETTINGS + place, "");
  }

  private HttpResponse<String> send(
      final String method, final String place, final Map<String, Object> values) throws Exception {
    return theatre.send(method, SETTINGS + place, Map.of("values", values));
  }

  private HttpResponse<String> provider(final String name, final String proxy) throws Exception {
    return send("PUT", "hosting-providers/" + name, Map.of("proxy-fqdn", proxy, "enabled", true));
  }

  private static String detail(final HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body()).path("detail").asText();
  }

  // L0-42: the URI is sip:push@push.lync.com by default; one's own clearing house may have another.
  @Test
  void the_clearing_houses_address_has_a_default_and_can_be_another() throws Exception {
    final var uri = "/effective/push-notification-proxy-uri";
    assertEquals("sip:push@push.lync.com", get("mobility/global").at(uri).asText());
    theatre.command(
        "settings",
        "set",
        "mobility",
        "push-notification-proxy-uri=sip:push@clearing.example.org",
        "--site",
        "Redmond");
    assertEquals("sip:push@clearing.example.org", get("mobility/site:Redmond").at(uri).asText());
    assertEquals("sip:push@push.lync.com", get("mobility/global").at(uri).asText());
    final var wrong =
        send("PATCH", "mobility/global", Map.of("push-notification-proxy-uri", "push.lync.com"));
    assertEquals(400, wrong.statusCode());
    assertTrue(detail(wrong).contains("must be a SIP address"), wrong::body);
    theatre.call("DELETE", SETTINGS + "mobility/site:Redmond", "");
    assertEquals(404, theatre.send("GET", SETTINGS + "mobility/site:Redmond", "").statusCode());
  }

  // L1-21: a provider's identity is unique. L1-22: its proxy must be a host name. L1-25, L1-26: a
  // second provider with the same proxy is refused whatever its identity and spelling, and the
  // error names the first.
  @Test
  void a_provider_has_a_name_and_a_proxy_of_its_own() throws Exception {
    final var added =
        theatre.command(
            "federation",
            "provider",
            "add",
            "LyncOnline",
            "--proxy",
            PROXY,
            "--verification-level",
            "usesourceverification");
    assertTrue(added.contains("verification-level            UseSourceVerification"), added);
    final var before = get("hosting-providers/LyncOnline");
    assertTrue(before.path("note").isMissingNode(), before::toString);
    assertRefused("It exists already.*hosting-providers/lynconline", "lynconline", "other.example");
    assertRefused("is the proxy of the hosting provider LyncOnline", "Other", "SIPFED." + DOMAIN);
    for (final var proxy : List.of(PROXY, "SIPFED.Online.Lync.COM", PROXY + ".")) {
      final var answer = provider("Other", proxy);
      assertEquals(409, answer.statusCode());
      assertTrue(detail(answer).contains("of the hosting provider LyncOnline"), answer::body);
    }
    for (final var proxy : List.of("sip:" + PROXY, PROXY + ":5061", "*.lync.com", "192.0.2.1")) {
      final var answer = provider("Other", proxy);
      assertEquals(400, answer.statusCode(), proxy);
      assertTrue(detail(answer).contains("must be a host name"), answer::body);
    }
    assertEquals(before, get("hosting-providers/LyncOnline"));
    assertEquals(1, get("hosting-providers").path("settings").size());
    theatre.call("DELETE", SETTINGS + "hosting-providers/LyncOnline", "");
    assertEquals(200, provider("Other", PROXY).statusCode());
    theatre.call("DELETE", SETTINGS + "hosting-providers/Other", "");
  }

  /// The command line adds a provider, is refused and says why.
  private void assertRefused(final String why, final String name, final String proxy)
      throws Exception {
    final var failed =
        assertThrows(
            IOException.class,
            () -> theatre.command("federation", "provider", "add", name, "--proxy", proxy));
    final var said = String.valueOf(failed.getMessage());
    assertTrue(said.matches("(?s).*" + why + ".*"), said);
  }

  // L1-25, L1-26: also when both come at the same moment.
  @Test
  void of_two_providers_that_are_made_at_once_for_one_proxy_one_wins_and_is_named()
      throws Exception {
    try (var threads = Executors.newFixedThreadPool(2)) {
      final var start = new CyclicBarrier(2);
      for (int i = 0; i < AT_ONCE; i++) {
        final var proxy = "p" + i + ".example";
        final var names = List.of("first-" + i, "second-" + i);
        final var running = new ArrayList<Future<HttpResponse<String>>>();
        for (final var name : names) {
          final Callable<HttpResponse<String>> attempt =
              () -> {
                start.await();
                return provider(name, proxy);
              };
          running.add(threads.submit(attempt));
        }
        final var first = running.getFirst().get();
        final var second = running.getLast().get();
        assertEquals(
            List.of(200, 409),
            List.of(first.statusCode(), second.statusCode()).stream().sorted().toList());
        final boolean firstWon = first.statusCode() == 200;
        final var winner = firstWon ? names.getFirst() : names.getLast();
        final var refusal = detail(firstWon ? second : first);
        assertTrue(refusal.contains("of the hosting provider " + winner + ";"), refusal);
        theatre.call("DELETE", SETTINGS + "hosting-providers/" + winner, "");
      }
    }
  }

  @Test
  void a_sites_list_is_its_own_and_global_is_reset_to_its_defaults() throws Exception {
    final var without =
        send(
            "PATCH",
            "im-filter/site:Redmond",
            Map.of("prefixes", Map.of("remove", List.of("http:", "https:"))));
    assertFalse(without.body().contains("notActedOn"), without::body);
    final var site = get("im-filter/site:Redmond").at("/effective/prefixes");
    final var global = get("im-filter/global").at("/effective/prefixes");
    assertEquals(15, site.size());
    assertEquals(17, global.size());
    assertFalse(site.toString().contains("http"), site::toString);
    assertTrue(global.toString().contains("\"http:\",\"https:\""), global::toString);
    send("PATCH", "im-filter/global", Map.of("enabled", true, "prefixes", List.of()));
    theatre.call("DELETE", SETTINGS + "im-filter/global", "");
    assertEquals(global, get("im-filter/global").at("/effective/prefixes"));
    assertFalse(get("im-filter/global").at("/effective/enabled").asBoolean(true));
    assertEquals(15, get("im-filter/site:Redmond").at("/effective/prefixes").size());
  }

  @Test
  void the_topology_names_this_servers_pool_and_the_audit_log_old_and_new_values()
      throws Exception {
    final var home = get("topology/global").at("/effective/home-pool").asText();
    assertFalse(home.isEmpty());
    assertEquals("WebServer", get("topology/pool:" + home).at("/effective/services/0").asText());
    assertEquals(409, theatre.send("DELETE", SETTINGS + "topology/pool:" + home, "").statusCode());
    send("PATCH", "access-edge/global", Map.of("allow-federated-users", true));
    final var entry = theatre.call("GET", "/v1/audit?kind=setting&who=", "").path("entries");
    final var mine =
        entry
            .valueStream()
            .filter(each -> each.path("what").asText().contains("allow-federated-users"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        "set access-edge/global: allow-federated-users from false (default) to true",
        mine.path("what").asText());
    assertEquals("127.0.0.1", mine.path("from").asText());
    assertTrue(mine.path("who").asText().startsWith("key "), mine::toString);
  }
}

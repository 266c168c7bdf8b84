package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.sas.SharedAccessSignature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Namespaces with host names of their own: what answers there, and that the same name in two of
/// them is two hubs.
final class HostNamespacesTest {
  private static final OrganisationId OTHER = new OrganisationId("other");
  private static final String ONE = "one.example.org";
  private static final String TWO = "two.example.org";
  private static final String TOKEN_ONE = "1".repeat(64);
  private static final String TOKEN_TWO = "2".repeat(64);

  private final HubUnderTest hub = new HubUnderTest();
  private final HostNamespaces namespaces = hub.hubs.namespaces();

  @SuppressWarnings("NullAway") // made before each test
  private Hub one, two;

  @BeforeEach
  void make() {
    hub.store.registry().keepOrganisation(OTHER, "test");
    namespaces.make(HubUnderTest.ACME, "Hubs-One", "One.Example.ORG", "test");
    namespaces.make(OTHER, "hubs-two", TWO, "test");
    final var name = new HubName(HubUnderTest.NAME);
    one = hub.hubs.add(HubUnderTest.ACME, "hubs-one", name, false, "test");
    two = hub.hubs.add(OTHER, "hubs-two", name, false, "test");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private String signed(final Hub of, final String host) {
    final var policy =
        hub.hubs.policies(of).stream()
            .filter(each -> each.name().equals(Hubs.FULL))
            .findFirst()
            .orElseThrow();
    return SharedAccessSignature.sign(
        "sb://" + host + "/", policy.name(), policy.primary(), Instant.now().plusSeconds(600));
  }

  private HubWire.Said call(
      final Hub of, final String host, final String method, final String path, final String body) {
    return HubWire.call(
        hub.port(),
        host,
        "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n%s: apple\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, host, signed(of, host), FORMAT, body.length(), body));
  }

  private static void refused(final int status, final String word, final HubWire.Said said) {
    assertEquals(status, said.status(), said.text());
    assertTrue(said.text().contains("<Error><Code>" + status + "</Code>"), said.text());
    assertTrue(said.text().contains(word), () -> word + " expected, came " + said.text());
    assertTrue(said.text().contains("TrackingId:"), said.text());
    assertFalse(said.header("TrackingId").isEmpty(), said.head());
  }

  @Test
  void one_name_in_two_namespaces_is_two_hubs() {
    final var path = "/news/registrations" + VERSION;
    final var mine = call(one, ONE, "POST", path, apple(TOKEN_ONE, ""));
    final var theirs = call(two, TWO, "POST", path, apple(TOKEN_TWO, ""));
    assertEquals(List.of(200, 200), List.of(mine.status(), theirs.status()), mine.text());
    final var id = between(mine.text(), "RegistrationId");
    final var single = "/news/registrations/" + id + VERSION;
    assertEquals(200, call(one, ONE, "GET", single, "").status());
    refused(404, "40400", call(two, TWO, "GET", single, ""));
    assertEquals(404, hub.call("GET", single, "").statusCode(), "the default one has a third");
    assertEquals(1, hub.hubs.registrations(one));
    assertEquals(0, hub.hubs.registrations(hub.hub));

    final var sent = call(two, TWO, "POST", "/news/messages" + VERSION, ALERT);
    assertEquals(201, sent.status(), sent.text());
    final var story = sent.header("Location").replaceFirst("https://" + TWO, "");
    assertTrue(story.startsWith("/News/messages/"), sent.head());
    Eventually.holds(() -> !hub.arrived.isEmpty(), "it is sent");
    assertEquals(List.of(TOKEN_TWO), hub.tokens());
    assertNotEquals(one.app(), two.app());
    assertEquals(200, call(two, TWO, "GET", story, "").status());
    refused(404, "40400", call(one, ONE, "GET", story, ""));
  }

  @Test
  void signatures_are_for_the_namespace_s_own_host_and_hubs() {
    final var path = "/news/registrations" + VERSION;
    refused(401, "40103: ", call(two, ONE, "GET", path, ""));
    refused(401, "40103: ", call(hub.hub, ONE, "GET", path, ""));
    final var forTwo = signed(one, TWO);
    refused(
        401,
        "40104: ",
        HubWire.call(
            hub.port(),
            ONE,
            "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n"
                .formatted(path, ONE, forTwo)));
    assertEquals(401, hub.callAs(signed(one, hub.authority()), "GET", path, "").statusCode());
    for (final var host : List.of(ONE + ":8443", "One.Example.Org", ONE + ".", ONE + ".:8443")) {
      final var said =
          HubWire.call(
              hub.port(),
              host,
              "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n"
                  .formatted(path, host, signed(one, ONE)));
      assertEquals(200, said.status(), host);
    }
  }

  /// The word for all hubs finds the policies of its namespace alone.
  @Test
  void all_hubs_are_those_of_the_namespace() {
    final var all = "/$Resources/NotificationHubs" + VERSION;
    assertEquals(200, call(one, ONE, "GET", all, "").status());
    refused(401, "40103: ", call(two, ONE, "GET", all, ""));
  }

  @Test
  void nothing_else_answers_at_the_host() {
    for (final var path :
        List.of(
            "/",
            "/v1",
            "/v1/hubs",
            "/docs",
            "/openapi.json",
            "/device/v1/inbox",
            "/subscriptions/x",
            "/.well-known/x",
            "/olds/registrations")) {
      refused(404, "40400: ", call(one, ONE, "GET", path, ""));
    }
    refused(405, "40500: ", call(one, ONE, "PATCH", "/news/messages", ""));
    final var elsewhere = call(hub.hub, "three.example.org", "GET", "/v1/hubs", "");
    assertTrue(elsewhere.text().contains("elsewhere"), elsewhere.text());
    assertEquals(
        200, call(hub.hub, "three.example.org", "GET", "/news" + VERSION, "").status(), "default");
  }

  @Test
  void what_the_transport_refuses_is_told_in_the_same_form() {
    refused(400, "40000: ", HubWire.call(hub.port(), ONE, "what is this\r\n\r\n"));
    refused(400, "40000: ", HubWire.call(hub.port(), ONE, "GET /v1 HTTP/1.1\r\n\r\n"));
    final var long431 = "X: " + "x".repeat(70_000) + "\r\n";
    refused(431, "43100: ", HubWire.call(hub.port(), ONE, "GET / HTTP/1.1\r\n" + long431 + "\r\n"));
    final var long413 = "POST /news/messages HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n";
    refused(
        413,
        "41300: ",
        HubWire.call(
            hub.port(),
            "unknown.example.org",
            long413.formatted(ONE, signed(one, ONE)) + "Content-Length: 99999999\r\n\r\n"));
  }

  @Test
  void names_and_hosts_are_checked_before_anything_is_kept() {
    final var hosts =
        List.of(
            "",
            "localhost",
            "a.localhost",
            "127.0.0.1",
            "10.1",
            "0x7f.1",
            "[::1]",
            "::1",
            "a b",
            "a..b",
            "-a.org",
            "a_b.org",
            "three.org:443",
            "https://three.org",
            "*.org",
            "x".repeat(64) + ".org",
            "a." + "b.".repeat(130) + "org");
    hosts.forEach(host -> refused(Reason.MALFORMED, "hubs-three", host));
    for (final var name :
        List.of("", "short", "default", "a.b.c.d", "1hubs-one", "hubs-", "x".repeat(51))) {
      refused(Reason.MALFORMED, name, "three.example.org");
    }
    refused(Reason.EXISTS, "hubs-ONE", "three.example.org");
    refused(Reason.EXISTS, "hubs-three", "TWO.example.org");
    namespaces.reserve(Set.of("phones.example.org"));
    refused(Reason.MALFORMED, "hubs-three", "Phones.example.org");
    assertEquals(2, namespaces.all().size());
    assertEquals(2, Hubs.open(hub.store, InstantSource.system()).namespaces().all().size());
  }

  private void refused(final Reason why, final String name, final String host) {
    final var refused =
        assertThrows(
            Hubs.Refused.class,
            () -> namespaces.make(HubUnderTest.ACME, name, host, "test"),
            name + " " + host);
    assertEquals(why, refused.why(), name + " " + host);
  }

  @Test
  void hubs_are_made_in_a_namespace_of_their_own_organisation_only() {
    for (final var namespace : List.of("hubs-two", "hubs-none")) {
      final var refused =
          assertThrows(
              Hubs.Refused.class,
              () -> hub.hubs.add(HubUnderTest.ACME, namespace, new HubName("more"), false, "test"));
      assertEquals(Reason.NOT_FOUND, refused.why());
    }
  }

  @Test
  void a_namespace_with_hubs_stays_and_one_without_frees_its_host() {
    final var first = namespaces.find("hubs-one").orElseThrow();
    assertEquals(1, hub.hubs.removeNamespace(first, "test"));
    assertTrue(namespaces.isAt(ONE));
    hub.hubs.remove(one, "test");
    assertEquals(0, hub.hubs.removeNamespace(first, "test"));
    assertFalse(namespaces.isAt(ONE));
    final var path = "/news/registrations" + VERSION;
    assertEquals(200, call(hub.hub, ONE, "GET", path, "").status(), "the default one again");
    namespaces.make(OTHER, "hubs-one", ONE, "test");
    refused(404, "no hub news", call(hub.hub, ONE, "GET", path, ""));
  }

  @Test
  void another_start_finds_them_with_their_hubs_and_keys() {
    final var again = Hubs.open(hub.store, InstantSource.system());
    assertEquals(namespaces.all(), again.namespaces().all());
    assertEquals(one, again.find("hubs-one", "NEWS").orElseThrow());
    assertEquals(hub.hubs.policies(one), again.policies(one));
    assertEquals(List.of(one), again.in(again.namespaces().find("Hubs-One").orElseThrow()));
    again.namespaces().forget(OTHER);
    assertFalse(again.namespaces().isAt(TWO));
    assertTrue(again.namespaces().isAt(ONE));
  }

  /// Where only namespaces have hubs, the server's own names answer as without any.
  @Test
  void hubs_of_namespaces_take_no_paths_of_the_server_s_own_names() {
    hub.hubs.remove(hub.hub, "test");
    final var said = call(two, "three.example.org", "GET", "/news/registrations", "");
    assertTrue(said.text().contains("elsewhere"), said.text());
  }
}

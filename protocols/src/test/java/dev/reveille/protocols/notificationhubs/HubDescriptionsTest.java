package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.entries;
import static dev.reveille.protocols.notificationhubs.HubBodies.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.HubName;
import dev.reveille.protocols.sas.SharedAccessSignature;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The management calls of clients: a hub as a description.
final class HubDescriptionsTest {
  private static final String PATH = "/news?api-version=2014-09";
  private static final String ALL = "/$Resources/NotificationHubs";
  private static final String TOKEN = "a1".repeat(32);

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private static String entry(final String inside) {
    return "<entry xmlns=\"http://www.w3.org/2005/Atom\"><content type=\"application/xml\">"
        + "<NotificationHubDescription"
        + " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\">"
        + inside
        + "</NotificationHubDescription></content></entry>";
  }

  private HttpResponse<String> put(final String inside) {
    return hub.call("PUT", PATH, entry(inside), "If-Match", "*");
  }

  private Optional<Duration> ttl() {
    return hub.hubs.find(Hub.DEFAULT_NAMESPACE, "news").orElseThrow().registrationTtl();
  }

  @Test
  void a_description_changes_how_long_registrations_live() {
    final var changed = put("<RegistrationTtl>P90D</RegistrationTtl>");
    assertEquals(200, changed.statusCode(), changed.body());
    assertEquals("PT2160H", between(changed.body(), "RegistrationTtl"));
    assertEquals(Optional.of(Duration.ofDays(90)), ttl());
    assertEquals(200, put("").statusCode());
    assertEquals(Optional.of(Duration.ofDays(90)), ttl(), "what is left out stays");
    assertEquals(
        200,
        put("<RegistrationTtl>P10675199DT2H48M5.4775807S</RegistrationTtl>").statusCode(),
        "never, as .NET says it");
    assertEquals(Optional.empty(), ttl());
    refused(400, "40000", put("<RegistrationTtl>PT23H59M59S</RegistrationTtl>"));
    assertEquals(Optional.empty(), ttl());
  }

  @Test
  void a_description_is_put_back_as_it_was_read() {
    final var read = hub.call("GET", PATH, "").body();
    assertTrue(read.contains("<PrimaryKey>"), read);
    final var put = hub.call("PUT", PATH, read, "If-Match", "*");
    assertEquals(200, put.statusCode(), put.body());
    final var others = read.replaceFirst("<PrimaryKey>[^<]*", "<PrimaryKey>another");
    final var refused = hub.call("PUT", PATH, others, "If-Match", "*");
    assertTrue(refused(400, "40000", refused).contains("reveille hubs policy"), refused.body());
  }

  @Test
  void what_is_given_elsewhere_is_not_taken() {
    final var credential =
        put(
            "<ApnsCredential><Properties><Property><Name>AppName</Name><Value>x</Value></Property>"
                + "</Properties></ApnsCredential>");
    assertTrue(
        refused(400, "40000", credential).contains("reveille hubs credentials"), credential.body());
    refused(409, "40900", hub.call("PUT", PATH, entry("")));
    final var other = hub.call("PUT", "/olds" + VERSION, entry(""), "If-Match", "*");
    assertTrue(refused(404, "40400", other).contains("reveille hubs add"), other.body());
    refused(401, "40100", hub.callAs(hub.signed(Hubs.LISTEN), "PUT", PATH, entry("")));
  }

  @Test
  void a_hub_goes_when_nothing_is_registered() {
    assertEquals(
        200, hub.call("PUT", "/news/registrations/r-1" + VERSION, apple(TOKEN, "")).statusCode());
    refused(401, "40100", hub.callAs(hub.signed(Hubs.LISTEN), "DELETE", PATH, ""));
    final var full = hub.call("DELETE", PATH, "");
    assertTrue(refused(409, "40900", full).contains("has 1 registrations"), full.body());
    assertEquals(200, hub.call("GET", "/news/registrations/r-1" + VERSION, "").statusCode());
    assertEquals(200, hub.call("DELETE", "/news/registrations/r-1" + VERSION, "").statusCode());
    final var signed = hub.signed(Hubs.FULL);
    assertEquals(200, hub.callAs(signed, "DELETE", PATH, "").statusCode());
    assertTrue(hub.hubs.find(Hub.DEFAULT_NAMESPACE, "news").isEmpty());
  }

  @Test
  void a_hub_with_which_a_device_registers_while_it_is_removed_stays() {
    final var comes = new AtomicBoolean(true);
    hub.counted =
        () -> {
          if (comes.getAndSet(false)) {
            final var path = "/news/registrations/r-1" + VERSION;
            assertEquals(200, hub.call("PUT", path, apple(TOKEN, "")).statusCode());
          }
        };
    refused(409, "40900", hub.call("DELETE", PATH, ""));
    assertTrue(hub.hubs.find(Hub.DEFAULT_NAMESPACE, "news").isPresent());
  }

  @Test
  void a_signature_that_the_policies_of_all_hubs_judge_is_short() {
    final var long401 =
        hub.callAs(hub.signed(Hubs.FULL) + "&x=" + "y".repeat(2_000), "GET", ALL + VERSION, "");
    assertTrue(refused(401, "40105", long401).contains("at most"), long401.body());
    assertEquals(200, hub.call("GET", ALL + VERSION, "").statusCode());
  }

  @Test
  void a_list_has_the_hub_whose_policy_signed() {
    final var other = hub.hubs.add(HubUnderTest.ACME, new HubName("Olds"), "test");
    final var mine = hub.call("GET", ALL + "?api-version=2014-09", "");
    assertEquals(200, mine.statusCode(), mine.body());
    assertEquals(1, entries(mine.body()));
    assertTrue(mine.body().contains("<title type=\"text\">News</title>"), mine.body());
    final var key = hub.hubs.policies(other).getFirst();
    final var theirs =
        hub.callAs(
            SharedAccessSignature.sign(
                hub.url(ALL.toLowerCase(java.util.Locale.ROOT) + "/"),
                key.name(),
                key.primary(),
                Instant.now().plusSeconds(60)),
            "GET",
            ALL + "/?api-version=2014-09&$skip=0&$top=2147483647",
            "");
    assertTrue(theirs.body().contains("<title type=\"text\">Olds</title>"), theirs.body());
    assertFalse(theirs.body().contains("News"), theirs.body());
    assertEquals(0, entries(hub.call("GET", ALL + "?$skip=1", "").body()));
    assertEquals(0, entries(hub.call("GET", ALL + "?$top=0", "").body()));
    refused(400, "40000", hub.call("GET", ALL + "?$skip=x", ""));
    refused(401, "40100", hub.callAs(hub.signed(Hubs.SEND), "GET", ALL, ""));
    refused(401, "40102", hub.callAs("", "GET", ALL, ""));
    refused(405, "40500", hub.call("POST", ALL, ""));
  }

  @Test
  void the_word_for_all_hubs_is_no_hub() {
    final var id = hub.registered(TOKEN, "");
    for (final var path : List.of("", "/", "/Queues", "/registrations", "/registrations/" + id)) {
      final var answer = hub.call("GET", "/$Resources" + path, "");
      assertTrue(refused(404, "40400", answer).contains("no operation"), path);
    }
    final var sent =
        hub.call("POST", "/$Resources/messages", HubBodies.ALERT, HubBodies.FORMAT, "apple");
    assertTrue(refused(404, "40400", sent).contains("no operation"), sent.body());
  }
}

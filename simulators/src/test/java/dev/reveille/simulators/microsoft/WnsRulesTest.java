package dev.reveille.simulators.microsoft;

import static dev.reveille.simulators.microsoft.MicrosoftCaller.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.microsoft.WindowsChannel.Reach;
import dev.reveille.simulators.microsoft.WindowsChannel.State;
import dev.reveille.simulators.service.HeaderLine;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What WNS refuses, our stand-in refuses with its status and headers.
final class WnsRulesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final MicrosoftSimulator microsoft =
      MicrosoftSimulator.start(
          MicrosoftOptions.DEFAULT
              .withLimits(new MicrosoftOptions.Limits(100, 3, 500, 30))
              .withClock(() -> NOW));
  private static final MicrosoftIdentity identity = microsoft.makeStoreIdentity();
  private static MicrosoftCaller caller;

  @BeforeAll
  static void connect() throws Exception {
    caller = new MicrosoftCaller(microsoft);
    caller.signIn(identity);
  }

  @AfterAll
  static void stop() {
    caller.close();
    microsoft.close();
  }

  private static String uri() {
    return microsoft.uri(microsoft.newChannel(identity.clientId()));
  }

  private static HttpResponse<String> toast(final String uri) throws Exception {
    return caller.wns(uri, "toast", MicrosoftCaller.TOAST, Map.of());
  }

  // ---- what is taken ----

  @ParameterizedTest
  @CsvSource({"toast", "tile", "badge", "raw"})
  void each_type_is_received_and_kept_as_it_came(final String type) throws Exception {
    final String token = microsoft.newChannel(identity.clientId());
    final String body = body(type);
    final var line =
        type.equals("raw")
            ? new HeaderLine("X-WNS-Cache-Policy", "cache")
            : new HeaderLine("X-WNS-TTL", "30");
    final var answer =
        caller.wns(microsoft.uri(token), type, body, Map.of(line.name(), line.value()));
    assertEquals(200, answer.statusCode());
    assertEquals("received", header(answer, "X-WNS-NotificationStatus"));
    assertTrue(header(answer, "X-WNS-Msg-ID").matches("[0-9A-F]{16}"));
    assertTrue(!header(answer, "X-WNS-Debug-Trace").isEmpty());
    assertTrue(!header(answer, "MS-CV").isEmpty());
    assertEquals("", header(answer, "X-WNS-DeviceConnectionStatus"));
    final var arrived = microsoft.pushes(token).getFirst();
    assertEquals(body, arrived.text());
    assertEquals(type, arrived.type());
    assertTrue(arrived.call().headers().contains(line));
  }

  private static String body(final String type) {
    return switch (type) {
      case "toast" -> MicrosoftCaller.TOAST;
      case "tile" -> MicrosoftCaller.TILE;
      case "badge" -> MicrosoftCaller.BADGE;
      default -> "anything \u00e4 at all";
    };
  }

  @Test
  void the_channel_uri_names_the_host_of_the_callers_choice() throws Exception {
    try (var other =
        MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost("sim.notify.windows.com"))) {
      assertTrue(
          other
              .uri(other.newChannel(""))
              .startsWith("https://sim.notify.windows.com:" + other.port() + "/?token="));
    }
    assertTrue(uri().startsWith("https://localhost:" + microsoft.port() + "/?token="), uri());
  }

  // ---- what is refused ----

  @ParameterizedTest
  @CsvSource({
    "X-WNS-Type, ''",
    "X-WNS-Type, wns/ring",
    "X-WNS-Type, toast",
    "X-WNS-Type, wns/raw",
    "Content-Type, application/octet-stream",
    "Content-Type, ''",
    "X-WNS-Cache-Policy, maybe",
    "X-WNS-RequestForStatus, 1",
    "X-WNS-SuppressPopup, yes",
    "X-WNS-Priority, Highest",
    "X-WNS-TTL, soon",
    "X-WNS-TTL, -1",
    "X-WNS-Match, type:wns/toast;all",
  })
  void a_header_that_wns_does_not_know_is_named(final String name, final String value)
      throws Exception {
    final var answer = caller.wns(uri(), "toast", MicrosoftCaller.TOAST, Map.of(name, value));
    assertEquals(400, answer.statusCode());
    final String named = value.equals("wns/raw") ? "Content-Type" : name;
    assertTrue(
        header(answer, "X-WNS-Error-Description").endsWith("Header: " + named + "."),
        answer.headers()::toString);
    assertEquals("", header(answer, "X-WNS-NotificationStatus"));
  }

  @Test
  void a_tag_has_its_length() throws Exception {
    final var uri = uri();
    final var fits = Map.of("X-WNS-Tag", "t".repeat(64));
    assertEquals(200, caller.wns(uri, "toast", MicrosoftCaller.TOAST, fits).statusCode());
    assertEquals(400, caller.wns(uri, "tile", MicrosoftCaller.TILE, fits).statusCode());
    final var longer = Map.of("X-WNS-Tag", "t".repeat(65));
    assertEquals(400, caller.wns(uri, "toast", MicrosoftCaller.TOAST, longer).statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "toast, <toast><visual>",
    "toast, not XML",
    "toast, <tile><visual><binding template='t'/></visual></tile>",
    "toast, <toast/>",
    "tile, <toast><visual><binding template='t'/></visual></toast>",
    "tile, <!DOCTYPE tile><tile><visual><binding template='t'/></visual></tile>",
    "badge, <badge value='gone'/>",
    "badge, <badge/>",
  })
  void content_that_is_not_of_its_type_is_refused(final String type, final String body)
      throws Exception {
    assertEquals(400, caller.wns(uri(), type, body, Map.of()).statusCode());
    assertTrue(microsoft.counters().getOrDefault("refused.BAD_CONTENT", 0L) > 0);
  }

  @Test
  void a_body_has_at_most_5000_bytes() throws Exception {
    final var fits = "x".repeat(5_000);
    assertEquals(200, caller.wns(uri(), "raw", fits, Map.of()).statusCode());
    assertEquals(413, caller.wns(uri(), "raw", fits + "x", Map.of()).statusCode());
  }

  @Test
  void a_chunked_body_is_refused() throws Exception {
    assertEquals(411, caller.chunked(uri()).statusCode());
  }

  @Test
  void only_post_and_delete_are_allowed() throws Exception {
    final var answer = caller.any(uri(), "GET", Map.of());
    assertEquals(405, answer.statusCode());
    assertEquals("POST, DELETE", header(answer, "Allow"));
    final var without = caller.any(uri(), "DELETE", Map.of());
    assertEquals(400, without.statusCode());
  }

  @Test
  void without_a_good_token_the_sender_hears_401() throws Exception {
    for (final var bearer : new String[] {"", "Bearer nonsense", "Basic YTpi"}) {
      final var answer =
          caller.wns(uri(), "toast", MicrosoftCaller.TOAST, Map.of("Authorization", bearer));
      assertEquals(401, answer.statusCode());
      assertEquals("Bearer", header(answer, "WWW-Authenticate"));
    }
  }

  @Test
  void a_channel_of_another_identity_is_403() throws Exception {
    final var other = microsoft.makeStoreIdentity();
    assertEquals(403, toast(microsoft.uri(microsoft.newChannel(other.clientId()))).statusCode());
    assertEquals(200, toast(microsoft.uri(microsoft.newChannel(""))).statusCode());
  }

  @Test
  void unknown_is_404_and_expired_is_410() throws Exception {
    final String token = microsoft.newChannel(identity.clientId());
    final var uri = microsoft.uri(token);
    assertEquals(404, toast(uri.replace("AgUA", "AgUB")).statusCode());
    assertEquals(404, toast(microsoft.endpoint() + "/other").statusCode());
    assertEquals(404, toast(microsoft.endpoint() + "/").statusCode());
    microsoft.put(microsoft.channel(token).with(State.EXPIRED));
    assertEquals(410, toast(uri).statusCode());
  }

  @Test
  void an_app_of_the_windows_app_sdk_gets_toasts_and_raw_pushes_only() throws Exception {
    final var entra = microsoft.makeEntraIdentity();
    try (var other = new MicrosoftCaller(microsoft)) {
      other.signIn(entra);
      final var uri = microsoft.uri(microsoft.newChannel(entra.clientId()));
      assertEquals(200, other.wns(uri, "toast", MicrosoftCaller.TOAST, Map.of()).statusCode());
      assertEquals(200, other.wns(uri, "raw", "x", Map.of()).statusCode());
      assertEquals(400, other.wns(uri, "badge", MicrosoftCaller.BADGE, Map.of()).statusCode());
    }
  }

  // ---- what becomes of it ----

  @Test
  void a_channel_takes_so_many_a_minute_and_then_says_so() throws Exception {
    final var uri = uri();
    for (int i = 0; i < 3; i++) {
      assertEquals("received", header(toast(uri), "X-WNS-NotificationStatus"));
    }
    final var answer = toast(uri);
    assertEquals(200, answer.statusCode());
    assertEquals("channelthrottled", header(answer, "X-WNS-NotificationStatus"));
  }

  @Test
  void an_identity_takes_so_many_a_minute_and_then_hears_406() throws Exception {
    final var busy = microsoft.makeStoreIdentity();
    try (var other = new MicrosoftCaller(microsoft)) {
      other.signIn(busy);
      for (int i = 0; i < 100; i++) {
        final var uri = microsoft.uri(microsoft.newChannel(busy.clientId()));
        assertEquals(200, other.wns(uri, "raw", "x", Map.of()).statusCode());
      }
      final var uri = microsoft.uri(microsoft.newChannel(busy.clientId()));
      final var answer = other.wns(uri, "raw", "x", Map.of());
      assertEquals(406, answer.statusCode());
      assertEquals("1", header(answer, "Retry-After"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECTED, connected, received",
    "DISCONNECTED, disconnected, dropped",
    "TEMP_DISCONNECTED, tempdisconnected, dropped",
  })
  void it_says_of_the_device_what_was_asked(
      final Reach reach, final String word, final String notification) throws Exception {
    final String token = microsoft.newChannel(identity.clientId());
    microsoft.put(microsoft.channel(token).with(reach));
    final var answer =
        caller.wns(
            microsoft.uri(token),
            "toast",
            MicrosoftCaller.TOAST,
            Map.of("X-WNS-RequestForStatus", "true", "X-WNS-Cache-Policy", "no-cache"));
    assertEquals(word, header(answer, "X-WNS-DeviceConnectionStatus"));
    assertEquals(notification, header(answer, "X-WNS-NotificationStatus"));
  }

  @Test
  void what_the_user_does_not_want_is_dropped() throws Exception {
    final String token = microsoft.newChannel(identity.clientId());
    microsoft.put(microsoft.channel(token).suppressing(Set.of("toast")));
    final var uri = microsoft.uri(token);
    assertEquals("dropped", header(toast(uri), "X-WNS-NotificationStatus"));
    final var badge = caller.wns(uri, "badge", MicrosoftCaller.BADGE, Map.of());
    assertEquals("received", header(badge, "X-WNS-NotificationStatus"));
  }

  @Test
  void what_arrived_stands_on_the_control_port_raw_with_its_verdict() throws Exception {
    final var made =
        caller.control(
            "POST",
            "/tokens",
            "{\"owner\":\"" + identity.clientId() + "\",\"device\":\"connected\"}");
    caller.wns(
        made.path("uri").asText(), "raw", "a\u0000b", Map.of("X-WNS-RequestForStatus", "true"));
    final var all = caller.control("GET", "/pushes?token=" + made.path("token").asText(), "");
    assertEquals(1, all.size());
    final var push = all.path(0);
    assertEquals("wns", push.path("service").asText());
    assertEquals("raw", push.path("type").asText());
    assertEquals(200, push.path("status").asInt());
    assertEquals("RECEIVED", push.path("reason").asText());
    assertEquals("a\u0000b", push.path("body").asText());
    assertEquals("YQBi", push.path("bytes").asText());
    assertTrue(push.path("headers").toString().contains("[\"X-WNS-Type\",\"wns/raw\"]"));
    assertTrue(
        push.path("answered")
            .toString()
            .contains("[\"X-WNS-DeviceConnectionStatus\",\"connected\"]"));
  }

  @Test
  void in_quick_mode_it_only_counts() throws Exception {
    try (var quick = MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withQuick(true));
        var other = new MicrosoftCaller(quick)) {
      final var answer = other.wns(quick.endpoint() + "/?token=any", "raw", "x", Map.of());
      assertEquals("received", header(answer, "X-WNS-NotificationStatus"));
      final var phone = quick.endpoint() + "/throttledthirdparty/01.00/any";
      assertEquals(200, other.mpns(phone, "raw", "x", Map.of()).statusCode());
      assertEquals(2, quick.counters().get("accepted"));
      assertEquals(0, quick.pushes("").size());
    }
  }
}

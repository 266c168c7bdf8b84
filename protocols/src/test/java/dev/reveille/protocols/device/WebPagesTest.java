package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.live.LiveSettings;
import dev.reveille.routing.ServerClock;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Web pages as phones: tickets instead of headers, and which origins may ask.
class WebPagesTest {
  private static final String PAGE = "https://app.example.org";
  private static final String STRANGE = "https://evil.example.org";

  @TempDir Path directory;
  @AutoClose private DeviceServer server;
  private PhoneRequests.Device phone;

  @BeforeEach
  void start() {
    server = new DeviceServer(directory, settings(Set.of(PAGE)), LiveSettings.DEFAULT);
    phone = PhoneRequests.register(server, server.code(server.user("anna")));
  }

  private static DeviceSettings settings(final Set<String> origins) {
    return new DeviceSettings(
        20, 300, 20, 50, Duration.ofMinutes(30), Duration.ofMinutes(15), origins);
  }

  private String ticket() {
    final var answer = phone.send("POST", "/tickets", "");
    assertEquals(201, answer.status());
    assertEquals("PT30S", answer.json().path("for").asText());
    return answer.json().path("ticket").asText();
  }

  private PhoneRequests.Answer ask(
      final String method, final String path, final String... headers) {
    return PhoneRequests.send(server.address(), method, path, "", headers);
  }

  // ---- tickets --------------------------------------------------------------------------------

  @Test
  void a_ticket_opens_one_stream_once() throws Exception {
    final var ticket = ticket();
    try (var stream =
        new EventStream(server.address(), "/live?state=foreground&ticket=" + ticket)) {
      assertEquals(
          phone.installation(), stream.next("welcome").frame().path("installation").asText());
    }
    try (var again = new EventStream(server.address(), "/live?ticket=" + ticket)) {
      assertEquals(401, again.status());
      assertEquals("RV-407", again.problem().path("code").asText());
    }
  }

  @Test
  void a_ticket_opens_a_websocket() {
    final var socket = PhoneRequests.openWith(server.address(), "/live?ticket=" + ticket());
    socket.say("{\"frame\":\"hello\",\"state\":\"foreground\"}");
    assertEquals(phone.installation(), socket.next("welcome").path("installation").asText());
  }

  @Test
  void a_ticket_opens_nothing_but_a_channel_and_nothing_after_a_sign_out() throws Exception {
    final var ticket = ticket();
    assertEquals("RV-102", ask("GET", "/inbox?ticket=" + ticket).code());
    assertEquals(204, phone.send("POST", "/sign-out", "").status());
    try (var stream = new EventStream(server.address(), "/live?ticket=" + ticket)) {
      assertEquals("RV-404", stream.problem().path("code").asText());
    }
  }

  @Test
  void a_ticket_ends_by_itself() {
    final var now = new Instant[] {Instant.EPOCH};
    final var tickets = new Tickets(ServerClock.even(() -> now[0]));
    final var id = new dev.reveille.model.InstallationId("i-1");
    final var inTime = tickets.issue(id, dev.reveille.routing.port.Samples.ANNA);
    final var late = tickets.issue(id, dev.reveille.routing.port.Samples.ANNA);
    now[0] = now[0].plus(Tickets.LIFE).minusMillis(1);
    assertTrue(tickets.take(inTime).isPresent());
    now[0] = now[0].plusMillis(1);
    assertTrue(tickets.take(late).isEmpty());
  }

  // ---- origins --------------------------------------------------------------------------------

  private HttpResponse<String> fetch(
      final String method, final String path, final String... headers) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(server.address().resolve("/device/v1" + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .headers(headers)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static String allowed(final HttpResponse<String> answer) {
    return answer.headers().firstValue("access-control-allow-origin").orElse("");
  }

  @Test
  void a_configured_page_may_ask_before_it_asks() throws Exception {
    final var answer =
        fetch(
            "OPTIONS",
            "/inbox",
            "Origin",
            PAGE,
            "Access-Control-Request-Method",
            "GET",
            "Access-Control-Request-Headers",
            "authorization");
    assertEquals(204, answer.statusCode());
    assertEquals(PAGE, allowed(answer));
    final var names = answer.headers().firstValue("access-control-allow-headers").orElse("");
    assertTrue(names.contains("Authorization") && names.contains("Last-Event-ID"), names);
    assertEquals("Origin", answer.headers().firstValue("vary").orElse(""));
    assertTrue(answer.headers().firstValue("access-control-allow-credentials").isEmpty());
  }

  @Test
  void every_answer_to_a_configured_page_says_that_it_may_read_it() throws Exception {
    final var bearer = "Bearer " + phone.token();
    assertEquals(PAGE, allowed(fetch("GET", "/inbox", "Origin", PAGE, "Authorization", bearer)));
    final var refusal = fetch("GET", "/inbox", "Origin", PAGE);
    assertEquals(PAGE, allowed(refusal), "a refusal too");
    assertEquals(
        "Date, Retry-After",
        refusal.headers().firstValue("access-control-expose-headers").orElse(""));
    final var poll = "/poll?wait=2&state=foreground";
    assertEquals(PAGE, allowed(fetch("GET", poll, "Origin", PAGE, "Authorization", bearer)));
    try (var stream = EventStream.of(phone, "state=foreground", "Origin", PAGE)) {
      assertEquals(PAGE, stream.header("access-control-allow-origin"));
      stream.next("caught-up");
    }
    assertEquals("", allowed(fetch("GET", "/inbox", "Authorization", bearer)), "an app");
  }

  @Test
  void a_page_of_another_origin_is_refused_and_changes_nothing() throws Exception {
    final var refused = ask("POST", "/sign-out", "Origin", STRANGE, "Authorization", "Bearer x");
    assertEquals(403, refused.status());
    assertEquals("RV-408", refused.code());
    assertEquals("", allowed(fetch("GET", "/inbox", "Origin", STRANGE)));
    final var preflight =
        fetch("OPTIONS", "/inbox", "Origin", STRANGE, "Access-Control-Request-Method", "GET");
    assertEquals(403, preflight.statusCode());
    for (final var origin : new String[] {STRANGE, "null", "http://app.example.org"}) {
      assertEquals(403, ask("GET", "/live", "Origin", origin).status(), origin);
    }
  }

  @Test
  void a_websocket_of_another_origin_is_refused_before_it_opens() {
    final var refused =
        assertThrows(
            CompletionException.class,
            () ->
                PhoneRequests.openWith(
                    server.address(), "/live?ticket=" + ticket(), "Origin", STRANGE));
    assertTrue(
        refused.getCause() instanceof WebSocketHandshakeException handshake
            && handshake.getResponse().statusCode() == 403,
        refused.toString());
    PhoneRequests.openWith(server.address(), "/live?ticket=" + ticket(), "Origin", PAGE).close();
  }

  @Test
  void a_page_of_the_servers_own_origin_needs_no_leave() throws Exception {
    final var own = "http://" + server.address().getAuthority();
    assertEquals("RV-404", ask("GET", "/inbox", "Origin", own).code());
    assertEquals("RV-408", ask("GET", "/inbox", "Origin", "http://127.0.0.1:1").code());
  }

  @Test
  void an_origin_is_written_as_browsers_write_it() {
    for (final var wrong :
        new String[] {"*", "app.example.org", PAGE + "/", "https://App.example.org", "null"}) {
      assertThrows(IllegalArgumentException.class, () -> settings(Set.of(wrong)), wrong);
    }
    assertFalse(settings(Set.of("http://localhost:8080", "https://[::1]:1")).origins().isEmpty());
  }
}

package dev.reveille.simulators.apple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What arrives at a phone: at once, later, or not at all; and the control port.
final class ApplePhonesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private volatile Instant now = Instant.now();
  private final AppleSimulator apple =
      AppleSimulator.start(AppleOptions.DEFAULT.withClock(() -> now));
  private final AppSender sender = sender();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private AppSender sender() {
    try {
      return new AppSender(apple, apple.makeKey());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    http.close();
    apple.close();
  }

  private HttpResponse<String> control(final String method, final String path, final String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(apple.control() + path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static BlockingQueue<ArrivedPush> phone() {
    return new LinkedBlockingQueue<>();
  }

  @Test
  void a_phone_that_is_online_hears_a_push_at_once() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    final var phone = phone();
    try (var _ = apple.connectPhone(token, phone::add)) {
      sender.alert(token, "hello");
      final var heard = phone.poll(5, TimeUnit.SECONDS);
      assertTrue(heard != null && heard.payload().contains("hello"));
    }
  }

  @Test
  void for_a_phone_that_is_offline_the_newest_push_is_kept_and_no_other() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    sender.alert(token, "first");
    sender.alert(token, "second");
    final var phone = phone();
    try (var _ = apple.connectPhone(token, phone::add)) {
      assertEquals(1, phone.size());
      assertTrue(phone.remove().payload().contains("second"));
    }
    try (var _ = apple.connectPhone(token, phone::add)) {
      assertTrue(phone.isEmpty(), "it was delivered once");
    }
  }

  @Test
  void a_kept_push_does_not_outlive_its_expiration() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    sender.alert(token, "ring", "apns-expiration", Long.toString(now.getEpochSecond() + 30));
    now = now.plusSeconds(31);
    final var phone = phone();
    try (var _ = apple.connectPhone(token, phone::add)) {
      assertTrue(phone.isEmpty());
    }
  }

  @Test
  void an_expiration_of_0_means_now_or_never() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    assertEquals(200, sender.alert(token, "ring", "apns-expiration", "0").statusCode());
    final var phone = phone();
    try (var _ = apple.connectPhone(token, phone::add)) {
      assertTrue(phone.isEmpty());
      sender.alert(token, "ring again", "apns-expiration", "0");
      assertTrue(phone.poll(5, TimeUnit.SECONDS) != null);
    }
  }

  @Test
  void each_push_says_when_it_came_and_when_it_was_answered_if_it_was() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    sender.alert(token, "hello");
    apple.fault(Fault.of(Fault.Action.CUT));
    assertThrows(IOException.class, () -> sender.alert(token, "cut"));
    final var pushes = apple.pushes(token);
    assertEquals(Optional.of(now), pushes.getFirst().answered());
    assertEquals(now, pushes.getFirst().at());
    assertEquals(Optional.empty(), pushes.getLast().answered());
  }

  @Test
  void a_503_may_have_been_delivered_all_the_same() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    apple.fault(Fault.answer(AppleReason.ServiceUnavailable).butDelivered());
    final var phone = phone();
    try (var _ = apple.connectPhone(token, phone::add)) {
      assertEquals(503, sender.alert(token, "hello").statusCode());
      assertTrue(phone.poll(5, TimeUnit.SECONDS) != null);
    }
  }

  @Test
  void faults_come_by_token_by_number_and_by_chance() throws Exception {
    final String one = apple.newToken(AppSender.APP, false);
    final String other = apple.newToken(AppSender.APP, false);
    control(
        "POST",
        "/faults",
        "{\"token\":\""
            + one
            + "\",\"times\":2,\"status\":500,\"reason\":\"InternalServerError\"}");
    assertEquals(200, sender.alert(other, "x").statusCode());
    assertEquals(500, sender.alert(one, "x").statusCode());
    assertEquals(500, sender.alert(one, "x").statusCode());
    assertEquals(200, sender.alert(one, "x").statusCode());
    apple.fault(Fault.answer(AppleReason.ServiceUnavailable).always().withChance(0.5, 42));
    final var seen = new ArrayList<Integer>();
    for (int i = 0; i < 40; i++) {
      seen.add(sender.alert(one, "x").statusCode());
    }
    final long failed = seen.stream().filter(status -> status == 503).count();
    assertTrue(failed > 8 && failed < 32, "of forty: " + failed);
    control("DELETE", "/faults", "");
    assertEquals(200, sender.alert(one, "x").statusCode());
  }

  @Test
  void tokens_are_made_and_changed_over_the_control_port() throws Exception {
    final var made =
        JSON.readTree(control("POST", "/tokens", "{\"topic\":\"org.example.app\"}").body());
    final String token = made.path("token").asText();
    assertEquals(200, sender.alert(token, "x").statusCode());
    control(
        "POST",
        "/tokens",
        "{\"token\":\"" + token + "\",\"state\":\"unregistered\",\"since\":1790000000000}");
    final var answer = sender.alert(token, "x");
    assertEquals("{\"reason\":\"Unregistered\",\"timestamp\":1790000000000}", answer.body());
    assertEquals(400, control("POST", "/tokens", "{\"environment\":\"moon\"}").statusCode());
    assertEquals(400, control("POST", "/tokens", "{").statusCode());
    assertEquals(404, control("GET", "/nothing", "").statusCode());
  }

  @Test
  void what_arrived_is_shown_without_the_provider_token() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    sender.alert(token, "one");
    sender.alert(token, "two", "apns-priority", "9");
    final var all = JSON.readTree(control("GET", "/pushes?token=" + token, "").body());
    assertEquals(2, all.size());
    assertEquals("one", all.get(0).path("payload").path("aps").path("alert").asText());
    assertEquals("BadPriority", all.get(1).path("reason").asText());
    assertTrue(all.get(0).path("headers").path("authorization").isMissingNode());
    final long first = all.get(0).path("sequence").asLong();
    assertEquals(
        1,
        JSON.readTree(control("GET", "/pushes?token=" + token + "&since=" + first, "").body())
            .size());
    assertEquals(
        1,
        JSON.readTree(control("GET", "/counters", "").body()).path("refused.BadPriority").asInt());
  }

  @Test
  void keys_are_registered_over_the_control_port() throws Exception {
    final var key = SigningKey.make("TEAMREMOTE", "REMOTEKEY2");
    final var body =
        JSON.createObjectNode()
            .put("team", key.team())
            .put("key-id", key.keyId())
            .put("public-key", key.publicPem());
    assertEquals(200, control("POST", "/keys", body.toString()).statusCode());
    final String token = apple.newToken(AppSender.APP, false);
    assertEquals(200, new AppSender(apple, key).alert(token, "x").statusCode());
    final var known = new ArrayList<String>();
    JSON.readTree(control("GET", "/keys", "").body())
        .forEach(one -> known.add(one.path("key-id").asText()));
    assertTrue(known.contains("REMOTEKEY2"));
  }

  /// A phone's connection to Apple over the control port.
  private final class Line implements AutoCloseable {
    private final HttpResponse<java.io.InputStream> response;
    private final BufferedReader reader;

    Line(final String token) throws IOException, InterruptedException {
      response =
          http.send(
              HttpRequest.newBuilder(URI.create(apple.control() + "/devices/" + token)).build(),
              BodyHandlers.ofInputStream());
      reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    JsonNode next() throws IOException {
      return JSON.readTree(reader.readLine());
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  @Test
  void a_hundred_phones_hold_their_connection_and_each_hears_its_own() throws Exception {
    final var lines = new ArrayList<Line>();
    final var tokens = new ArrayList<String>();
    for (int i = 0; i < 100; i++) {
      tokens.add(apple.newToken(AppSender.APP, false));
      lines.add(new Line(tokens.get(i)));
    }
    for (int i = 0; i < 100; i++) {
      sender.alert(tokens.get(i), "for " + i);
    }
    for (int i = 0; i < 100; i++) {
      assertEquals(
          "for " + i, lines.get(i).next().path("payload").path("aps").path("alert").asText());
      lines.get(i).close();
    }
  }

  @Test
  void a_phone_that_hangs_up_is_offline_and_gets_the_push_when_it_comes_back() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    new Line(token).close();
    final long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (apple.devices().isOnline(token) && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    sender.alert(token, "later");
    try (var line = new Line(token)) {
      final var heard = line.next();
      assertEquals("later", heard.path("payload").path("aps").path("alert").asText());
      assertTrue(heard.path("stored").asBoolean());
    }
  }

  @Test
  void waiting_for_arrivals_ends_when_they_are_there() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    sender.alert(token, "x");
    assertEquals(1, apple.awaitPushes(token, 1, Duration.ofSeconds(5)).size());
    assertEquals(List.of(), apple.awaitPushes("other", 1, Duration.ofMillis(1)));
  }
}

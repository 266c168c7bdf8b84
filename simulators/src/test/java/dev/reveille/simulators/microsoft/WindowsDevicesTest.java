package dev.reveille.simulators.microsoft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Microsoft keeps for a device that cannot be reached, what replaces what, and for how long.
final class WindowsDevicesTest {
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final MicrosoftSimulator microsoft =
      MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withClock(() -> now));
  private final MicrosoftIdentity identity = microsoft.makeStoreIdentity();
  private final String token = microsoft.newChannel(identity.clientId());
  private final String uri = microsoft.uri(token);
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private MicrosoftCaller caller;

  @BeforeEach
  void connect() throws Exception {
    caller = new MicrosoftCaller(microsoft);
    caller.signIn(identity);
  }

  @AfterEach
  void stop() {
    caller.close();
    microsoft.close();
  }

  private String push(final String type, final String word, final Map<String, String> headers)
      throws Exception {
    final String body =
        switch (type) {
          case "toast" -> MicrosoftCaller.TOAST.replace("Anna", word);
          case "tile" -> MicrosoftCaller.TILE.replace("Anna", word);
          case "badge" -> MicrosoftCaller.BADGE.replace("3", word);
          default -> word;
        };
    final var answer = caller.wns(uri, type, body, headers);
    assertEquals(200, answer.statusCode());
    return MicrosoftCaller.header(answer, "X-WNS-NotificationStatus");
  }

  private AutoCloseable device() {
    return microsoft.connectDevice(
        token,
        push ->
            heard.add(
                push.call().method().equals("DELETE")
                    ? "delete"
                    : push.text().replaceAll(".*(?:\"1\">|value=\")|[<\"].*", "")));
  }

  @Test
  void a_device_that_is_there_hears_at_once() throws Exception {
    try (var _ = device()) {
      assertEquals("received", push("raw", "now", Map.of()));
      assertEquals(List.of("now"), heard);
    }
    assertEquals("dropped", push("raw", "later", Map.of()));
  }

  @Test
  void what_waited_comes_first_and_nothing_that_expired() throws Exception {
    push("toast", "call", Map.of("X-WNS-TTL", "30"));
    push("toast", "chat", Map.of());
    assertEquals("dropped", push("toast", "never", Map.of("X-WNS-TTL", "0")));
    assertEquals("dropped", push("toast", "nowhere", Map.of("X-WNS-Cache-Policy", "no-cache")));
    now = now.plusSeconds(31);
    try (var _ = device()) {
      push("toast", "live", Map.of());
    }
    assertEquals(List.of("chat", "live"), heard);
  }

  @Test
  void a_toast_replaces_the_one_of_its_tag_and_group() throws Exception {
    push("toast", "old", Map.of("X-WNS-Tag", "a", "X-WNS-Group", "g"));
    push("toast", "other", Map.of("X-WNS-Tag", "a"));
    push("toast", "new", Map.of("X-WNS-Tag", "a", "X-WNS-Group", "g"));
    push("toast", "one", Map.of());
    push("toast", "two", Map.of());
    device().close();
    assertEquals(List.of("other", "new", "one", "two"), heard);
  }

  @Test
  void of_tiles_without_a_tag_badges_and_raw_pushes_the_newest_waits() throws Exception {
    for (final var type : List.of("tile", "badge", "raw")) {
      final var headers = Map.of("X-WNS-Cache-Policy", "cache");
      push(type, "1", headers);
      push(type, type.equals("badge") ? "2" : type + "2", headers);
    }
    device().close();
    assertEquals(List.of("tile2", "2", "raw2"), heard);
  }

  @Test
  void of_tiles_with_tags_five_wait() throws Exception {
    for (int i = 1; i <= 6; i++) {
      push("tile", "t" + i, Map.of("X-WNS-Tag", "tag" + i));
    }
    device().close();
    assertEquals(List.of("t2", "t3", "t4", "t5", "t6"), heard);
  }

  @Test
  void a_delete_takes_toasts_back() throws Exception {
    push("toast", "one", Map.of("X-WNS-Tag", "a", "X-WNS-Group", "g"));
    push("toast", "two", Map.of("X-WNS-Tag", "b", "X-WNS-Group", "g"));
    push("toast", "three", Map.of("X-WNS-Tag", "a", "X-WNS-Group", "h"));
    push("badge", "3", Map.of());
    final var match = Map.of("X-WNS-Match", "type:wns/toast;group=g;tag=a");
    assertEquals(200, caller.any(uri, "DELETE", match).statusCode());
    try (var _ = device()) {
      assertEquals(List.of("two", "three", "3"), heard);
      final var all = Map.of("X-WNS-Match", "type:wns/toast;all");
      assertEquals(200, caller.any(uri, "DELETE", all).statusCode());
    }
    assertEquals(List.of("two", "three", "3", "delete"), heard);
  }

  @Test
  void a_channel_lives_30_days() throws Exception {
    now = now.plus(Duration.ofDays(30)).minusSeconds(1);
    caller.signIn(identity);
    push("raw", "x", Map.of());
    now = now.plusSeconds(1);
    assertEquals(410, caller.wns(uri, "raw", "x", Map.of()).statusCode());
  }

  @Test
  void a_device_connects_to_the_control_port() throws Exception {
    push("toast", "kept", Map.of());
    final var address = URI.create(microsoft.control() + "/devices/" + token);
    try (var lines = address.toURL().openStream();
        var reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8))) {
      final var first = reader.readLine();
      assertTrue(first.contains(">kept<") && first.contains("\"stored\":true"), first);
      push("toast", "live", Map.of());
      final var second = reader.readLine();
      assertTrue(second.contains(">live<") && second.contains("\"stored\":false"), second);
    }
  }

  @Test
  void a_phone_hears_what_its_queue_kept() throws Exception {
    final String phone = microsoft.newPhoneChannel("");
    final var address = microsoft.uri(phone);
    caller.mpns(address, "raw", "one", Map.of());
    caller.mpns(address, "raw", "two", Map.of());
    microsoft.connectDevice(phone, push -> heard.add(push.text())).close();
    assertEquals(List.of("one", "two"), heard);
  }
}

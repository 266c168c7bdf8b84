package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.simulators.apple.ArrivedPush;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is counted of notifications of a hub.
final class HubSendsTest {
  private static ArrivedPush push(final String mark, final String token, final String id) {
    return new ArrivedPush(
        1,
        token,
        false,
        Map.of("apns-id", id),
        "{\"send-of-bench\":\"" + mark + "\"}",
        Instant.EPOCH,
        Optional.empty(),
        200,
        "Accepted");
  }

  @Test
  void a_repeat_has_the_id_of_the_push_before_it() {
    final var good =
        List.of(push("s", "a", "1"), push("s", "a", "1"), push("s", "b", "2"), push("t", "a", "3"));
    assertEquals(List.of(), HubSends.underSeveralIds(good));
    assertEquals(
        List.of("s to a"),
        HubSends.underSeveralIds(List.of(push("s", "a", "1"), push("s", "a", "2"))));
  }
}

package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.port.SecretStore.Right;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What senders without a valid key can do to those who have one, and what one with a key can ask
/// for at once.
final class UnknownSendersTest {
  private static final String WELL_FORMED = "rk_" + "x".repeat(43);

  @Test
  void wrong_keys_from_an_address_do_not_lock_the_valid_ones_behind_it_out() {
    final var slow = RestLimits.DEFAULT.withStrangers(1, 50); // to be caught up with by guesses
    try (var api = new ApiUnderTest(slow, RoutingOptions.DEFAULT)) {
      final var seen = api.caller();
      assertEquals(200, seen.get("/v1").status());
      final var fresh = api.caller(); // a change of keys, and a key that was not seen yet
      for (final var wrong : List.of("rk_wrong", WELL_FORMED)) {
        final var guesser = api.caller(wrong);
        int asked = 0;
        var answer = guesser.get("/v1");
        while (answer.status() != 429) {
          asked++;
          assertTrue(asked < 500, "guessing is slow");
          answer = guesser.get("/v1");
        }
        assertTrue(ApiUnderTest.is(answer, Reason.RATE_LIMITED));
      }
      assertEquals(200, fresh.get("/v1").status(), "a key that was not seen");
      assertEquals(200, seen.get("/v1").status(), "a key that was");
    }
  }

  @Test
  void a_removed_key_is_forgotten_at_once() {
    try (var api = new ApiUnderTest()) {
      final var made =
          ApiKeys.make(
              api.store().secrets(),
              ApiUnderTest.ACME,
              java.util.Set.of(Right.MANAGE),
              "",
              java.time.Instant.now(),
              "test");
      final var gone = api.caller(made.secret());
      assertEquals(200, gone.get("/v1").status());
      assertTrue(api.store().secrets().removeApiKey(ApiUnderTest.ACME, made.key().id(), "test"));
      assertEquals(401, gone.get("/v1").status());
    }
  }

  @Test
  void a_wrong_key_with_a_body_that_is_too_large_hears_that_it_is_wrong() {
    try (var api = new ApiUnderTest()) {
      for (final var version : HttpClient.Version.values()) {
        if (version != HttpClient.Version.HTTP_1_1 && version != HttpClient.Version.HTTP_2) {
          continue;
        }
        for (final var secret : List.of("", "rk_wrong", WELL_FORMED)) {
          final var stranger = api.caller(secret).over(version);
          final var reply = stranger.post("/v1/events", "x".repeat(4 * 1024 * 1024 + 1));
          assertTrue(ApiUnderTest.is(reply, Reason.NO_KEY), version + " " + reply.body());
        }
        final var known = api.caller().over(version);
        final var reply = known.post("/v1/events", "x".repeat(4 * 1024 * 1024 + 1));
        assertTrue(ApiUnderTest.is(reply, Reason.TOO_LARGE), version + " " + reply.body());
        final var large =
            known.event(
                "{\"id\":\"l%s\",\"source\":\"chat\",\"class\":\"message\",\"to\":[\"no-such-user\"],\"conversation\":\"c\",\"content\":{\"text\":\"%s\"}}"
                    .formatted(version, "x".repeat(60_000)));
        assertTrue(ApiUnderTest.is(large, Reason.UNKNOWN_USER), large.body().toString());
      }
    }
  }

  @Test
  void pages_end_by_bytes_and_go_on_where_they_ended() {
    try (var api = new ApiUnderTest()) {
      final var caller = api.caller();
      assertEquals(201, caller.put("/v1/users/anna", "{}").status());
      for (int i = 0; i < 25; i++) {
        final var event =
            "{\"id\":\"e%d\",\"source\":\"chat\",\"class\":\"message\",\"to\":[\"anna\"],\"conversation\":\"c\",\"content\":{\"text\":\"%s\"}}"
                .formatted(i, "x".repeat(60_000));
        assertEquals(202, caller.event(event).status());
      }
      final var ids = new ArrayList<String>();
      var path = "/v1/users/anna/inbox?limit=1000";
      boolean more = true;
      while (more) {
        final var page = caller.get(path);
        assertTrue(page.whole().body().length() <= 520 * 1024, "a page has too many bytes");
        page.body().path("entries").forEach(entry -> ids.add(entry.at("/event/id").asText()));
        more = page.body().path("more").asBoolean();
        path = "/v1/users/anna/inbox?limit=1000&after=" + page.text("/upTo");
      }
      assertEquals(25, ids.size());
      assertEquals("e0", ids.getFirst());
      assertEquals("e24", ids.getLast());
      final var newest = caller.get("/v1/users/anna/events?limit=1000");
      assertTrue(newest.whole().body().length() <= 520 * 1024);
      assertEquals("e24", newest.text("/events/0/id"));
    }
  }
}

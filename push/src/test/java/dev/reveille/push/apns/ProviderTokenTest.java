package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.apple.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/// Signed often enough for Apple, and never too often.
final class ProviderTokenTest {
  private final SigningKey key = SigningKey.make("TEAM234567", "KEY2345678");
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private final ProviderToken token = token(Duration.ofMinutes(45));

  private ProviderToken token(final Duration refresh) {
    return new ProviderToken(key.team(), key.keyId(), ApnsKey.parse(key.pem()), refresh, () -> now);
  }

  @Test
  void one_token_serves_for_three_quarters_of_an_hour() {
    final var first = token.current();
    now = now.plus(Duration.ofMinutes(44));
    assertSame(first, token.current());
    now = now.plus(Duration.ofMinutes(1));
    assertNotEquals(first.header(), token.current().header());
  }

  @Test
  void however_often_apple_says_expired_no_two_tokens_are_signed_within_twenty_minutes() {
    final var signed = new HashSet<String>();
    for (int minute = 0; minute < 240; minute++) {
      signed.add(token.current().header());
      token.expired(token.current().header());
      signed.add(token.current().header());
      now = now.plus(Duration.ofMinutes(1));
    }
    assertTrue(signed.size() <= 240 / 20, "tokens in four hours: " + signed.size());
  }

  @Test
  void an_expired_token_is_worth_one_more_try_only_when_a_new_one_may_be_signed() {
    final String first = token.current().header();
    assertFalse(token.expired(first));
    now = now.plus(Duration.ofMinutes(20));
    assertTrue(token.expired(first));
    assertNotEquals(first, token.current().header());
    assertTrue(token.expired(first), "it was renewed meanwhile");
  }

  @Test
  void when_apple_has_seen_too_many_the_one_before_serves_as_long_as_it_holds() {
    final String first = token.current().header();
    assertFalse(token.tooMany(first), "there is none before");
    now = now.plus(Duration.ofMinutes(45));
    final String second = token.current().header();
    assertTrue(token.tooMany(second));
    assertEquals(first, token.current().header());
    now = now.plus(Duration.ofMinutes(14));
    assertNotEquals(first, token.current().header(), "the hour is nearly over");
  }

  @Test
  void a_token_signed_while_the_clock_was_fast_is_signed_anew_at_once() {
    final String fast = token.current().header();
    now = now.minus(Duration.ofHours(1));
    final String right = token.current().header();
    assertNotEquals(fast, right);
    assertFalse(token.tooMany(right), "the one before lies ahead");
    assertEquals(right, token.current().header());
    now = now.minus(Duration.ofSeconds(1));
    assertEquals(right, token.current().header(), "a clock that is kept right moves a little");
  }

  @Test
  void a_refresh_outside_apples_window_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> token(Duration.ofMinutes(19)));
    assertThrows(IllegalArgumentException.class, () -> token(Duration.ofMinutes(60)));
  }
}

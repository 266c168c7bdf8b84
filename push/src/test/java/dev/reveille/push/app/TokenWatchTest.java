package dev.reveille.push.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Invalid tokens are dropped; a wrong setting drops none.
final class TokenWatchTest {
  private final TokenWatch watch = new TokenWatch();

  @Test
  void now_and_then_a_token_is_bad() {
    for (int i = 0; i < 1_000; i++) {
      if (i % 10 == 9) {
        assertTrue(watch.bad(), "answer " + i);
      } else {
        watch.good();
      }
    }
  }

  @Test
  void when_nothing_was_ever_good_only_the_first_two_are_believed() {
    assertTrue(watch.bad());
    assertTrue(watch.bad());
    for (int i = 0; i < 50; i++) {
      assertFalse(watch.bad());
    }
  }

  @Test
  void more_than_thirty_in_a_hundred_are_not_believed() {
    for (int i = 0; i < 100; i++) {
      watch.good();
    }
    for (int i = 0; i < 30; i++) {
      assertTrue(watch.bad(), "bad answer " + i);
    }
    assertFalse(watch.bad());
  }

  @Test
  void it_forgets_when_the_answers_are_good_again() {
    for (int i = 0; i < 100; i++) {
      watch.bad();
    }
    for (int i = 0; i < 90; i++) {
      watch.good();
    }
    assertTrue(watch.bad());
  }
}

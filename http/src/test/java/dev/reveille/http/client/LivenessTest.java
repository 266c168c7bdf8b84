package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.Liveness.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The dialogue with a peer that may be gone, without a socket: moments in, verdicts out.
final class LivenessTest {
  private static final PoolSettings SETTINGS =
      PoolSettings.DEFAULT
          .withLivenessCheck(Duration.ofMillis(1_500), Duration.ofMillis(1_500))
          .withIdle(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofMinutes(5));

  private long now = 1_000_000_000_000L;
  private final Liveness liveness = new Liveness(SETTINGS, now);

  private Verdict after(final long millis, final long oldestMillis) {
    now += millis * 1_000_000;
    return liveness.look(now, oldestMillis * 1_000_000, false);
  }

  @Test
  void silence_with_answers_due_is_asked_about_doubted_and_then_believed() {
    assertEquals(Verdict.FINE, after(1_400, 1_400));
    assertEquals(Verdict.PING, after(200, 1_600));
    liveness.asked(now);
    assertTrue(liveness.isSuspected());
    assertEquals(Verdict.DOUBTFUL, after(100, 1_700));
    assertEquals(Verdict.DOUBTFUL, after(1_300, 3_000));
    assertEquals(Verdict.DEAD, after(200, 3_200));
  }

  @Test
  void a_pong_or_any_byte_clears_it() {
    after(1_600, 1_600);
    liveness.asked(now);
    liveness.read(now);
    assertFalse(liveness.isSuspected());
    assertEquals(Verdict.FINE, after(400, 2_000), "bytes come although the pong does not");
    liveness.pong();
    assertFalse(liveness.isAsking());
    assertEquals(Verdict.FINE, after(100, 100));
  }

  @Test
  void silence_without_answers_due_is_peace() {
    assertEquals(Verdict.FINE, after(3_000_000, 0));
    assertEquals(Verdict.PING, after(700_000, 0), "once an hour");
  }

  @Test
  void a_shut_window_with_nothing_under_way_is_asked_about() {
    assertEquals(Verdict.PING, liveness.look(now, 0, true));
  }

  @Test
  void after_a_minute_of_silence_the_next_request_wants_proof() {
    assertFalse(liveness.wantsProof(now));
    now += Duration.ofSeconds(61).toNanos();
    assertTrue(liveness.wantsProof(now));
    liveness.asked(now);
    assertFalse(liveness.wantsProof(now), "it is on its way");
    assertEquals(Verdict.FINE, after(100, 100));
    assertEquals(Verdict.DOUBTFUL, after(600, 700));
  }

  @Test
  void time_in_which_we_were_held_up_ourselves_is_not_held_against_the_peer() {
    after(1_600, 1_600);
    liveness.asked(now);
    now += Duration.ofSeconds(10).toNanos();
    liveness.excuse(Duration.ofSeconds(10).toNanos());
    assertEquals(Verdict.DOUBTFUL, after(100, 11_700));
  }
}

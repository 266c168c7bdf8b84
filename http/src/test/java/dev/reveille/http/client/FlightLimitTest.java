package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A sender that always has more to send, before peers of different kinds, on a clock of its own.
class FlightLimitTest {
  private static final int MOST = 8_000;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private record Sent(long at, long answeredAt) {}

  /// When a peer answers what reaches it now.
  @FunctionalInterface
  private interface Peer {
    long answersAt(long now);
  }

  private long now;
  private final FlightLimit pace = new FlightLimit(MOST, now);

  /// Works one request after the other off.
  private Peer queueing(final long each, final long onTheWay) {
    final long[] freeAt = {0};
    return at -> {
      freeAt[0] = Math.max(freeAt[0], at) + each;
      return freeAt[0] + onTheWay;
    };
  }

  /// What happened in the last second of a run.
  private record Seen(int answered, long longest) {}

  private Seen run(final Peer peer, final long seconds) {
    final var underWay =
        new PriorityQueue<Sent>((one, other) -> Long.compare(one.answeredAt, other.answeredAt));
    final long end = now + TimeUnit.SECONDS.toNanos(seconds);
    int answered = 0;
    long longest = 0;
    while (now < end) {
      while (pace.hasRoom()) {
        pace.wrote();
        underWay.add(new Sent(now, peer.answersAt(now)));
      }
      final var next = underWay.remove();
      now = Math.max(now, next.answeredAt);
      pace.answered(next.at, now);
      pace.left();
      if (now > end - TimeUnit.SECONDS.toNanos(1)) {
        answered++;
        longest = Math.max(longest, now - next.at);
      }
    }
    while (!underWay.isEmpty()) {
      underWay.remove();
      pace.left();
    }
    return new Seen(answered, longest);
  }

  @Test
  void before_a_peer_that_works_one_by_one_little_waits_and_nothing_is_lost_of_its_speed() {
    final var seen = run(queueing(MILLI / 20, MILLI), 5);
    assertTrue(seen.longest < 30 * MILLI, () -> seen.toString());
    assertTrue(seen.answered > 19_500, () -> seen.toString());
  }

  @Test
  void a_wait_does_not_become_usual() {
    final var seen = run(queueing(MILLI / 20, 20 * MILLI), 120);
    assertTrue(seen.longest < 100 * MILLI, () -> seen.toString());
    assertTrue(seen.answered > 19_000, () -> seen.toString());
  }

  @Test
  void a_distant_peer_that_works_on_all_at_once_gets_all() {
    final var random = new Random(4711);
    final var seen = run(at -> at + (50 + random.nextInt(250)) * MILLI, 20);
    assertEquals(MOST, pace.limit());
    assertTrue(seen.answered > 40_000, () -> seen.toString());
  }

  @Test
  void a_peer_that_becomes_quick_again_gets_more_again() {
    run(queueing(MILLI, MILLI), 20);
    assertTrue(pace.limit() < 200, () -> "" + pace.limit());
    final var seen = run(queueing(MILLI / 40, MILLI), 20);
    assertTrue(seen.answered > 38_000, () -> seen.toString());
  }

  @Test
  void a_slow_peer_still_gets_the_least() {
    run(queueing(100 * MILLI, MILLI), 60);
    assertEquals(FlightLimit.LEAST, pace.limit());
    final var underWay = new ArrayDeque<Integer>();
    while (pace.hasRoom()) {
      pace.wrote();
      underWay.add(1);
    }
    assertEquals(FlightLimit.LEAST, underWay.size());
    pace.left();
    assertTrue(pace.hasRoom());
    pace.wrote();
    assertFalse(pace.hasRoom());
  }
}

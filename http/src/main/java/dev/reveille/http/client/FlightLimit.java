package dev.reveille.http.client;

import java.util.concurrent.TimeUnit;

/// Limits how many requests that are not urgent may be under way at once over a shard's
/// connections.
///
/// What is written stands in the peer's and the kernel's buffers, where an urgent request cannot
/// pass it: with all streams of all connections taken by a broadcast, a call's push waited 400 ms
/// before a peer that answers 20,000 a second. More requests under way than the peer works on at a
/// time gain nothing but that wait. So the answers are timed: while they take no longer than twice
/// the shortest time this peer needs, the limit grows, and when they take longer, it falls in
/// proportion. Below [#UNHURRIED] nothing is gained by a lower limit.
///
/// Only requests that were written under the present limit are timed. Now and then the limit is
/// lowered for one look, so that a wait that became usual is not taken for the peer's own time.
///
/// Belongs to its shard's event loop.
final class FlightLimit {
  /// Never fewer.
  static final int LEAST = 64;

  /// At the start, until the peer has shown how fast it answers.
  static final int FIRST = 256;

  static final long UNHURRIED = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_LOOK = TimeUnit.SECONDS.toNanos(1);
  private static final int ANSWERS_OF_A_LOOK = 16;
  private static final long BELIEVED_FOR = TimeUnit.SECONDS.toNanos(10);

  private final int most;
  private int limit;
  private int underWay;
  private boolean wasFull;

  private long lookSince;
  private long took;
  private int answers;

  /// The shortest mean time of a look.
  private long shortest = Long.MAX_VALUE;

  private long shortestSince;

  /// The limit to go back to after the look at the peer's own time; 0 when this is none.
  private int before;

  FlightLimit(final int most, final long now) {
    this.most = most;
    this.limit = Math.min(FIRST, most);
    this.lookSince = now;
    this.shortestSince = now;
  }

  boolean hasRoom() {
    if (underWay < limit) {
      return true;
    }
    wasFull = true;
    return false;
  }

  int limit() {
    return limit;
  }

  void wrote() {
    underWay++;
  }

  /// It is not under way any more, whatever became of it.
  void left() {
    underWay--;
  }

  /// A request that [#wrote] told of was answered.
  void answered(final long writtenAt, final long now) {
    if (writtenAt - lookSince < 0) {
      return; // it left under an older limit
    }
    took += now - writtenAt;
    answers++;
    final long looked = now - lookSince;
    if (looked >= LONGEST_LOOK || (looked >= LOOK && answers >= ANSWERS_OF_A_LOOK)) {
      look(took / answers, now);
      lookSince = now;
      took = 0;
      answers = 0;
      wasFull = false;
    }
  }

  private void look(final long mean, final long now) {
    if (before > 0) {
      limit = before;
      before = 0;
      shortest = mean;
      shortestSince = now;
      return;
    }
    shortest = Math.min(shortest, mean);
    final long wanted = Math.max(UNHURRIED, 2 * shortest);
    if (mean > wanted) {
      final int used = Math.min(limit, Math.max(underWay, limit / 2));
      limit = (int) Math.max(LEAST, Math.max(used / 2, used * wanted / mean));
    } else if (wasFull) {
      limit = (int) Math.min(most, limit + Math.max(16L, limit / 2));
    }
    if (now - shortestSince >= BELIEVED_FOR) {
      if (wasFull && limit > LEAST && wanted > UNHURRIED) {
        before = limit;
        limit = LEAST;
      } else {
        shortest = mean;
        shortestSince = now;
      }
    }
  }
}

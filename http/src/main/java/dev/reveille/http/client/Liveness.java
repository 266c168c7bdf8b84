package dev.reveille.http.client;

/// Decides from moments alone, without socket and clock, whether the peer of a connection is still
/// there. Belongs to the connection's event loop.
///
/// ```
///   quiet --silent although answers are due--> suspected, ping out --pong or any byte--> quiet
///     |                                             |
///     `--a request after a long silence: ping out --'--no byte for the pong's patience--> dead
/// ```
///
/// A suspected connection gets no new requests, so a half-open one costs the requests that were
/// under way and no more.
final class Liveness {
  enum Verdict {
    FINE,
    /// Ask by a ping.
    PING,
    /// Asked a while ago: something else should take its place.
    DOUBTFUL,
    DEAD
  }

  private final long suspectAfter;
  private final long pongPatience;
  private final long verifyAfter;
  private final long pingIdleEvery;
  private long lastRead;
  private long pingSentAt;
  private boolean pingOut;
  private boolean suspected;

  Liveness(final PoolSettings settings, final long now) {
    this.suspectAfter = settings.suspectAfter().toNanos();
    this.pongPatience = settings.pongPatience().toNanos();
    this.verifyAfter = settings.verifyAfter().toNanos();
    this.pingIdleEvery = settings.pingIdleEvery().toNanos();
    this.lastRead = now;
  }

  boolean isSuspected() {
    return suspected;
  }

  /// A ping waits for its answer.
  boolean isAsking() {
    return pingOut;
  }

  boolean isSilentSince(final long now, final long nanos) {
    return now - lastRead > nanos;
  }

  /// A firewall may have forgotten a connection that was silent for long: its next request should
  /// take a ping along.
  boolean wantsProof(final long now) {
    return !pingOut && isSilentSince(now, verifyAfter);
  }

  void asked(final long now) {
    pingOut = true;
    pingSentAt = now;
  }

  /// Any byte is a sign of life.
  void read(final long now) {
    lastRead = now;
    suspected = false;
  }

  void pong() {
    pingOut = false;
    suspected = false;
  }

  /// We ourselves were held up for so long: that time does not count as silence of the peer.
  void excuse(final long nanos) {
    lastRead += nanos;
    pingSentAt += nanos;
  }

  /// @param oldest age of the oldest unanswered request, 0 when none is under way
  /// @param stuck nothing can be sent until the peer says something
  Verdict look(final long now, final long oldest, final boolean stuck) {
    final long silent = now - lastRead;
    if (pingOut) {
      final long unanswered = Math.min(now - pingSentAt, silent);
      if (unanswered > pongPatience) {
        return Verdict.DEAD;
      }
      suspected |= unanswered > pongPatience / 3;
      return suspected ? Verdict.DOUBTFUL : Verdict.FINE;
    }
    if (Math.min(silent, oldest) > suspectAfter) {
      suspected = true;
      return Verdict.PING;
    }
    return oldest == 0 && (stuck || silent > pingIdleEvery) ? Verdict.PING : Verdict.FINE;
  }
}

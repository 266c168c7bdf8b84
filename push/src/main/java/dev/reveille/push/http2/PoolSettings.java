package dev.reveille.push.http2;

import java.time.Duration;

/// Limits and patience of a pool.
///
/// @param mostConnections it grows up to here when all streams are taken
/// @param mostStreams never more under way on one connection, whatever the peer allows
/// @param queueLimit waiting requests per lane; more are answered [NotSent#QUEUE_FULL]
/// @param queuePatience the longest wait for a connection or a stream
/// @param answerPatience the longest wait for an answer
/// @param connectPatience for the TCP connection, the TLS handshake and the peer's SETTINGS each
/// @param suspectAfter requests are under way and nothing was read this long: ask by a ping
/// @param pongPatience no pong this long: the connection is dead
/// @param verifyAfter idle this long: the next request takes a ping along
/// @param pingIdleEvery a ping on a connection that carries nothing
/// @param closeIdleAfter an idle connection beyond the first is closed
/// @param firstRetry back-off after the first failed connection attempt
/// @param longestRetry back-off at most
/// @param stayConnected open a new connection even when nothing waits for it
public record PoolSettings(
    int mostConnections,
    int mostStreams,
    int queueLimit,
    Duration queuePatience,
    Duration answerPatience,
    Duration connectPatience,
    Duration suspectAfter,
    Duration pongPatience,
    Duration verifyAfter,
    Duration pingIdleEvery,
    Duration closeIdleAfter,
    Duration firstRetry,
    Duration longestRetry,
    boolean stayConnected) {

  public static final PoolSettings DEFAULT =
      new PoolSettings(
          8,
          1_000,
          20_000,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofMillis(1_500),
          Duration.ofMillis(1_500),
          Duration.ofSeconds(60),
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          Duration.ofMillis(100),
          Duration.ofSeconds(10),
          true);

  public PoolSettings {
    positive("mostConnections", mostConnections);
    positive("mostStreams", mostStreams);
    positive("queueLimit", queueLimit);
    if (firstRetry.compareTo(longestRetry) > 0) {
      throw new IllegalArgumentException(
          "firstRetry ("
              + firstRetry
              + ") must not be longer than longestRetry ("
              + longestRetry
              + ")");
    }
  }

  private static void positive(final String what, final int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + value);
    }
  }

  public PoolSettings withMostConnections(final int value) {
    return new PoolSettings(
        value,
        mostStreams,
        queueLimit,
        queuePatience,
        answerPatience,
        connectPatience,
        suspectAfter,
        pongPatience,
        verifyAfter,
        pingIdleEvery,
        closeIdleAfter,
        firstRetry,
        longestRetry,
        stayConnected);
  }

  public PoolSettings withQueueLimit(final int value) {
    return new PoolSettings(
        mostConnections,
        mostStreams,
        value,
        queuePatience,
        answerPatience,
        connectPatience,
        suspectAfter,
        pongPatience,
        verifyAfter,
        pingIdleEvery,
        closeIdleAfter,
        firstRetry,
        longestRetry,
        stayConnected);
  }

  public PoolSettings withQueuePatience(final Duration value) {
    return new PoolSettings(
        mostConnections,
        mostStreams,
        queueLimit,
        value,
        answerPatience,
        connectPatience,
        suspectAfter,
        pongPatience,
        verifyAfter,
        pingIdleEvery,
        closeIdleAfter,
        firstRetry,
        longestRetry,
        stayConnected);
  }

  public PoolSettings withAnswerPatience(final Duration value) {
    return new PoolSettings(
        mostConnections,
        mostStreams,
        queueLimit,
        queuePatience,
        value,
        connectPatience,
        suspectAfter,
        pongPatience,
        verifyAfter,
        pingIdleEvery,
        closeIdleAfter,
        firstRetry,
        longestRetry,
        stayConnected);
  }

  public PoolSettings withSuspicion(final Duration after, final Duration pong) {
    return new PoolSettings(
        mostConnections,
        mostStreams,
        queueLimit,
        queuePatience,
        answerPatience,
        connectPatience,
        after,
        pong,
        verifyAfter,
        pingIdleEvery,
        closeIdleAfter,
        firstRetry,
        longestRetry,
        stayConnected);
  }

  public PoolSettings withIdle(
      final Duration verify, final Duration pingEvery, final Duration close) {
    return new PoolSettings(
        mostConnections,
        mostStreams,
        queueLimit,
        queuePatience,
        answerPatience,
        connectPatience,
        suspectAfter,
        pongPatience,
        verify,
        pingEvery,
        close,
        firstRetry,
        longestRetry,
        stayConnected);
  }

  public PoolSettings withRetry(final Duration first, final Duration longest) {
    return new PoolSettings(
        mostConnections,
        mostStreams,
        queueLimit,
        queuePatience,
        answerPatience,
        connectPatience,
        suspectAfter,
        pongPatience,
        verifyAfter,
        pingIdleEvery,
        closeIdleAfter,
        first,
        longest,
        stayConnected);
  }
}

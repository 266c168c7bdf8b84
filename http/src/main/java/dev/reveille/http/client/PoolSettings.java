package dev.reveille.http.client;

import java.time.Duration;
import java.util.function.Consumer;

/// The limits and time-outs of a [ClientPool]. Counts below 1, and a first back-off above the
/// longest, throw IllegalArgumentException.
///
/// @param mostConnections how many connections it may open; it opens more when all streams are
///   taken
/// @param mostStreams how many requests may be under way on one connection, even when the peer
///   allows more
/// @param queueLimit how many requests may wait per priority; more are answered
///   [NotSent#QUEUE_FULL]
/// @param queuePatience the longest wait for a connection or a stream
/// @param answerPatience the longest wait for an answer
/// @param connectPatience for the TCP connection, the TLS handshake and the peer's SETTINGS each
/// @param suspectAfter when requests are under way and nothing was read for this time, a ping is
///   sent
/// @param pongPatience when its answer does not come for this time, the connection is closed
/// @param verifyAfter after a rest of this time the next request is accompanied by a ping
/// @param pingIdleEvery the time between pings on a connection that carries nothing
/// @param closeIdleAfter the time after which an idle connection beyond the first is closed
/// @param firstRetry back-off after the first failed connection attempt
/// @param longestRetry back-off at most
/// @param stayConnected keep one connection open even when nothing waits for it; else a failed
///   attempt to connect ends the requests that wait
/// @param nameServers where the peer's name is asked for
/// @param largestAnswer so many bytes of an answer's body are read over HTTP/1.1; a longer answer
///   is cut, and its connection closed
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
    boolean stayConnected,
    NameServers nameServers,
    int largestAnswer) {

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
          true,
          NameServers.OF_THE_SYSTEM,
          16_384);

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
    return with(it -> it.mostConnections = value);
  }

  public PoolSettings withQueueLimit(final int value) {
    return with(it -> it.queueLimit = value);
  }

  public PoolSettings withQueuePatience(final Duration value) {
    return with(it -> it.queuePatience = value);
  }

  public PoolSettings withAnswerPatience(final Duration value) {
    return with(it -> it.answerPatience = value);
  }

  public PoolSettings withLivenessCheck(final Duration after, final Duration pong) {
    return with(it -> {
      it.suspectAfter = after;
      it.pongPatience = pong;
    });
  }

  public PoolSettings withIdle(
      final Duration verify, final Duration pingEvery, final Duration close) {
    return with(it -> {
      it.verifyAfter = verify;
      it.pingIdleEvery = pingEvery;
      it.closeIdleAfter = close;
    });
  }

  public PoolSettings withRetry(final Duration first, final Duration longest) {
    return with(it -> {
      it.firstRetry = first;
      it.longestRetry = longest;
    });
  }

  /// No connection is opened before it is needed, none is kept longer than its idle time, and a
  /// request does not wait for a second attempt to connect.
  public PoolSettings onDemand() {
    return with(it -> it.stayConnected = false);
  }

  public PoolSettings withConnectPatience(final Duration value) {
    return with(it -> it.connectPatience = value);
  }

  public PoolSettings withLargestAnswer(final int value) {
    return with(it -> it.largestAnswer = value);
  }

  public PoolSettings withNameServers(final NameServers value) {
    return with(it -> it.nameServers = value);
  }

  private PoolSettings with(final Consumer<Changed> change) {
    final var changed = new Changed(this);
    change.accept(changed);
    return changed.done();
  }

  /// All of it, to be changed before it is made anew.
  private static final class Changed {
    private int mostConnections;
    private int mostStreams;
    private int queueLimit;
    private Duration queuePatience;
    private Duration answerPatience;
    private Duration connectPatience;
    private Duration suspectAfter;
    private Duration pongPatience;
    private Duration verifyAfter;
    private Duration pingIdleEvery;
    private Duration closeIdleAfter;
    private Duration firstRetry;
    private Duration longestRetry;
    private boolean stayConnected;
    private NameServers nameServers;
    private int largestAnswer;

    Changed(final PoolSettings it) {
      mostConnections = it.mostConnections;
      mostStreams = it.mostStreams;
      queueLimit = it.queueLimit;
      queuePatience = it.queuePatience;
      answerPatience = it.answerPatience;
      connectPatience = it.connectPatience;
      suspectAfter = it.suspectAfter;
      pongPatience = it.pongPatience;
      verifyAfter = it.verifyAfter;
      pingIdleEvery = it.pingIdleEvery;
      closeIdleAfter = it.closeIdleAfter;
      firstRetry = it.firstRetry;
      longestRetry = it.longestRetry;
      stayConnected = it.stayConnected;
      nameServers = it.nameServers;
      largestAnswer = it.largestAnswer;
    }

    PoolSettings done() {
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
          firstRetry,
          longestRetry,
          stayConnected,
          nameServers,
          largestAnswer);
    }
  }
}

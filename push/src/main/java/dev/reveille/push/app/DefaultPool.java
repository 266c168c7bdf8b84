package dev.reveille.push.app;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.TimeScale;
import java.time.Duration;

/// The pool settings for connections to a push service, with all waits divided by this process's
/// [TimeScale].
public final class DefaultPool {
  public static final PoolSettings SETTINGS = scaled(PoolSettings.DEFAULT);

  private DefaultPool() {}

  private static PoolSettings scaled(final PoolSettings usual) {
    return usual
        .withQueuePatience(TimeScale.divide(usual.queuePatience(), TimeScale.OF_A_PEER))
        .withAnswerPatience(TimeScale.divide(usual.answerPatience(), TimeScale.OF_A_PEER))
        .withRetry(
            usual.firstRetry(), TimeScale.divide(usual.longestRetry(), Duration.ofMillis(200)));
  }
}

package dev.reveille.push.fcm;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.push.app.AllowedHosts;
import java.time.Duration;

/// How the sender behaves.
///
/// @param placeholder shown where the real words do not fit into a push
/// @param breaker so long nothing is sent for an app after Google refused its credentials
/// @param tokenPatience the longest wait for the token endpoint
/// @param messagesPerMinute of one project, as Google granted it
/// @param allowed hosts that credentials may name
/// @param shards over so many event loops one pool may spread
public record FcmSettings(
    String placeholder,
    Duration breaker,
    Duration tokenPatience,
    int messagesPerMinute,
    AllowedHosts allowed,
    int shards,
    PoolSettings pool) {
  public static final FcmSettings DEFAULT =
      new FcmSettings(
          "New message",
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          600_000,
          AllowedHosts.SERVICES,
          1,
          PoolSettings.DEFAULT);

  public FcmSettings withPool(final PoolSettings value) {
    return new FcmSettings(
        placeholder, breaker, tokenPatience, messagesPerMinute, allowed, shards, value);
  }

  public FcmSettings withBreaker(final Duration value) {
    return new FcmSettings(
        placeholder, value, tokenPatience, messagesPerMinute, allowed, shards, pool);
  }

  public FcmSettings withMessagesPerMinute(final int value) {
    return new FcmSettings(placeholder, breaker, tokenPatience, value, allowed, shards, pool);
  }

  public FcmSettings withAllowed(final AllowedHosts value) {
    return new FcmSettings(
        placeholder, breaker, tokenPatience, messagesPerMinute, value, shards, pool);
  }
}

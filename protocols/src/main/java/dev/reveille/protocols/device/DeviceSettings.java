package dev.reveille.protocols.device;

import java.time.Duration;
import java.util.Set;

/// The limits of the device listener.
///
/// @param mostDevices installations of one user
/// @param registrationsPerMinute from one address; at most twice as many at once
/// @param requestsPerSecond of one installation over HTTP; five times as many at once
/// @param framesPerSecond on one live channel; five times as many at once
/// @param longestPoll how long a poll is held at most
/// @param statementLife how far in the future a signed statement may expire
/// @param origins of web pages that may speak to the listener, besides its own
public record DeviceSettings(
    int mostDevices,
    int registrationsPerMinute,
    int requestsPerSecond,
    int framesPerSecond,
    Duration longestPoll,
    Duration statementLife,
    Set<String> origins) {
  public static final DeviceSettings DEFAULT =
      new DeviceSettings(20, 300, 20, 50, Duration.ofMinutes(30), Duration.ofMinutes(15), Set.of());

  /// Whether a text is an origin as browsers write it.
  public static boolean isOrigin(final String text) {
    return text.matches("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?");
  }

  public DeviceSettings {
    origins = Set.copyOf(origins);
    for (final var origin : origins) {
      if (!isOrigin(origin)) {
        throw new IllegalArgumentException(
            "devices: an origin reads https://app.example.org, in lower case and without a path,"
                + " not "
                + origin);
      }
    }
    if (mostDevices < 1
        || registrationsPerMinute < 1
        || requestsPerSecond < 1
        || framesPerSecond < 1) {
      throw new IllegalArgumentException(
          "devices: most per user (%d), registrations per minute (%d), requests (%d) and frames (%d) per second must be positive"
              .formatted(mostDevices, registrationsPerMinute, requestsPerSecond, framesPerSecond));
    }
    if (longestPoll.toSeconds() < 2 || longestPoll.compareTo(Duration.ofMinutes(30)) > 0) {
      throw new IllegalArgumentException(
          "devices.longest-poll must be PT2S to PT30M, not " + longestPoll);
    }
  }

  public DeviceSettings withMostDevices(final int ofOneUser) {
    return new DeviceSettings(
        ofOneUser,
        registrationsPerMinute,
        requestsPerSecond,
        framesPerSecond,
        longestPoll,
        statementLife,
        origins);
  }

  public DeviceSettings withRegistrationsPerMinute(final int other) {
    return new DeviceSettings(
        mostDevices,
        other,
        requestsPerSecond,
        framesPerSecond,
        longestPoll,
        statementLife,
        origins);
  }

  public DeviceSettings withPace(final int requests, final int frames) {
    return new DeviceSettings(
        mostDevices, registrationsPerMinute, requests, frames, longestPoll, statementLife, origins);
  }

  public DeviceSettings withOrigins(final Set<String> others) {
    return new DeviceSettings(
        mostDevices,
        registrationsPerMinute,
        requestsPerSecond,
        framesPerSecond,
        longestPoll,
        statementLife,
        others);
  }
}

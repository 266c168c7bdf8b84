package dev.reveille.simulators.apple;

import java.time.Instant;
import java.util.Locale;

/// A device token as Apple's simulator knows it.
///
/// @param topic the app's topic with suffix, or "" for any
/// @param since for a dead token: when it died
public record DeviceToken(String token, String topic, boolean sandbox, State state, Instant since) {

  public DeviceToken {
    token = spelled(token);
  }

  /// Apple's tokens are bytes; their hexadecimal digits know no case.
  static String spelled(final String token) {
    return token.toLowerCase(Locale.ROOT);
  }

  /// Whether pushes reach it.
  public enum State {
    ACTIVE,
    UNREGISTERED,
    EXPIRED
  }

  public static DeviceToken active(final String token, final String topic, final boolean sandbox) {
    return new DeviceToken(token, topic, sandbox, State.ACTIVE, Instant.EPOCH);
  }
}

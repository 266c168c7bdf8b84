package dev.reveille.simulators.google;

import java.time.Duration;
import java.time.InstantSource;

/// The settings of the simulator of Google's push service. Ports of 0 are chosen by the system.
///
/// @param tokenLife an access token holds so long
/// @param unknownTokens accept registration tokens that were not created
/// @param limits how much Google takes
/// @param loops threads
/// @param keptMessages so many arrivals are remembered for `GET /pushes`
/// @param clock for token ages, limits and times to live
public record GoogleOptions(
    int port,
    int controlPort,
    Duration tokenLife,
    boolean unknownTokens,
    Limits limits,
    int loops,
    int keptMessages,
    InstantSource clock) {

  /// @param projectPerMinute messages of one project
  /// @param devicePerMinute to one device
  /// @param devicePerHour to one device
  /// @param collapsible with a collapse key to one device at once; after that one per pause
  /// @param collapsiblePause see `collapsible`
  public record Limits(
      int projectPerMinute,
      int devicePerMinute,
      int devicePerHour,
      int collapsible,
      Duration collapsiblePause) {
    public static final Limits DEFAULT = new Limits(600_000, 240, 5_000, 20, Duration.ofMinutes(3));
  }

  public static final GoogleOptions DEFAULT =
      new GoogleOptions(
          0,
          0,
          Duration.ofSeconds(3_599),
          false,
          Limits.DEFAULT,
          1,
          100_000,
          InstantSource.system());

  public GoogleOptions withPorts(final int service, final int control) {
    return new GoogleOptions(
        service, control, tokenLife, unknownTokens, limits, loops, keptMessages, clock);
  }

  public GoogleOptions withUnknownTokens(final boolean value) {
    return new GoogleOptions(
        port, controlPort, tokenLife, value, limits, loops, keptMessages, clock);
  }

  public GoogleOptions withLimits(final Limits value) {
    return new GoogleOptions(
        port, controlPort, tokenLife, unknownTokens, value, loops, keptMessages, clock);
  }

  public GoogleOptions withLoops(final int value) {
    return new GoogleOptions(
        port, controlPort, tokenLife, unknownTokens, limits, value, keptMessages, clock);
  }

  public GoogleOptions withClock(final InstantSource value) {
    return new GoogleOptions(
        port, controlPort, tokenLife, unknownTokens, limits, loops, keptMessages, value);
  }
}

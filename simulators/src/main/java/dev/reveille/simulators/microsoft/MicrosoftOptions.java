package dev.reveille.simulators.microsoft;

import java.time.Duration;
import java.time.InstantSource;

/// The settings of the simulator of Microsoft's push services. Ports of 0 are chosen by the system.
///
/// @param host in the channel URIs that it hands out
/// @param tokenLife an access token holds so long
/// @param limits how much Microsoft takes
/// @param quick count and answer only: nothing is kept, channels need not exist, no bearer is asked
///   for; the sink of a measurement
/// @param loops threads
/// @param kept so many arrivals are remembered for `GET /pushes`
/// @param clock for token ages, limits and times to live
public record MicrosoftOptions(
    int port,
    int controlPort,
    String host,
    Duration tokenLife,
    Limits limits,
    boolean quick,
    int loops,
    int kept,
    InstantSource clock) {

  /// @param identityPerMinute WNS: pushes of one identity, beyond it 406
  /// @param channelPerMinute WNS: pushes to one channel, beyond it `channelthrottled`
  /// @param phonePerDay MPNS: pushes to one channel without a certificate, beyond it 406
  /// @param phoneQueue MPNS: pushes that wait for one phone, beyond it `QueueFull`
  public record Limits(
      int identityPerMinute, int channelPerMinute, int phonePerDay, int phoneQueue) {
    public static final Limits DEFAULT = new Limits(600_000, 600, 500, 30);
  }

  public static final MicrosoftOptions DEFAULT =
      new MicrosoftOptions(
          0,
          0,
          "localhost",
          Duration.ofSeconds(86_400),
          Limits.DEFAULT,
          false,
          1,
          100_000,
          InstantSource.system());

  public MicrosoftOptions withPorts(final int service, final int control) {
    return new MicrosoftOptions(
        service, control, host, tokenLife, limits, quick, loops, kept, clock);
  }

  public MicrosoftOptions withHost(final String value) {
    return new MicrosoftOptions(
        port, controlPort, value, tokenLife, limits, quick, loops, kept, clock);
  }

  public MicrosoftOptions withTokenLife(final Duration value) {
    return new MicrosoftOptions(port, controlPort, host, value, limits, quick, loops, kept, clock);
  }

  public MicrosoftOptions withLimits(final Limits value) {
    return new MicrosoftOptions(
        port, controlPort, host, tokenLife, value, quick, loops, kept, clock);
  }

  public MicrosoftOptions withQuick(final boolean value) {
    return new MicrosoftOptions(
        port, controlPort, host, tokenLife, limits, value, loops, kept, clock);
  }

  public MicrosoftOptions withLoops(final int value) {
    return new MicrosoftOptions(
        port, controlPort, host, tokenLife, limits, quick, value, kept, clock);
  }

  public MicrosoftOptions withClock(final InstantSource value) {
    return new MicrosoftOptions(
        port, controlPort, host, tokenLife, limits, quick, loops, kept, value);
  }
}

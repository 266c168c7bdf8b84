package dev.reveille.simulators.apple;

import java.time.Duration;
import java.time.InstantSource;

/// How the simulator behaves. Ports of 0 are chosen by the system.
///
/// @param streamsBeforeToken allowed streams until the first valid provider token was seen
/// @param streams allowed streams after that
/// @param tokenUpdateInterval a connection may see another provider token once in this time
/// @param tokenLife a provider token older than this has expired
/// @param unknownTokens accept device tokens that nobody created
/// @param quick count and answer only: nothing is kept, no device hears anything
/// @param alpn answer ALPN; without it, clients must come with prior knowledge
/// @param loops threads
/// @param keptPushes so many arrivals are remembered for `GET /pushes`
/// @param clock for token ages and expirations
public record AppleOptions(
    int port,
    int sandboxPort,
    int controlPort,
    int streamsBeforeToken,
    int streams,
    Duration tokenUpdateInterval,
    Duration tokenLife,
    boolean unknownTokens,
    boolean quick,
    boolean alpn,
    int loops,
    int keptPushes,
    InstantSource clock) {

  public static final AppleOptions DEFAULT =
      new AppleOptions(
          0,
          0,
          0,
          1,
          1_000,
          Duration.ofMinutes(20),
          Duration.ofHours(1),
          false,
          false,
          true,
          1,
          100_000,
          InstantSource.system());

  public AppleOptions withPorts(final int production, final int sandbox, final int control) {
    return new AppleOptions(
        production,
        sandbox,
        control,
        streamsBeforeToken,
        streams,
        tokenUpdateInterval,
        tokenLife,
        unknownTokens,
        quick,
        alpn,
        loops,
        keptPushes,
        clock);
  }

  public AppleOptions withStreams(final int beforeToken, final int after) {
    return new AppleOptions(
        port,
        sandboxPort,
        controlPort,
        beforeToken,
        after,
        tokenUpdateInterval,
        tokenLife,
        unknownTokens,
        quick,
        alpn,
        loops,
        keptPushes,
        clock);
  }

  public AppleOptions withTokenTimes(final Duration updateInterval, final Duration life) {
    return new AppleOptions(
        port,
        sandboxPort,
        controlPort,
        streamsBeforeToken,
        streams,
        updateInterval,
        life,
        unknownTokens,
        quick,
        alpn,
        loops,
        keptPushes,
        clock);
  }

  public AppleOptions withUnknownTokens(final boolean value) {
    return new AppleOptions(
        port,
        sandboxPort,
        controlPort,
        streamsBeforeToken,
        streams,
        tokenUpdateInterval,
        tokenLife,
        value,
        quick,
        alpn,
        loops,
        keptPushes,
        clock);
  }

  public AppleOptions withQuick(final boolean value) {
    return new AppleOptions(
        port,
        sandboxPort,
        controlPort,
        streamsBeforeToken,
        streams,
        tokenUpdateInterval,
        tokenLife,
        unknownTokens || value,
        value,
        alpn,
        loops,
        keptPushes,
        clock);
  }

  public AppleOptions withAlpn(final boolean value) {
    return new AppleOptions(
        port,
        sandboxPort,
        controlPort,
        streamsBeforeToken,
        streams,
        tokenUpdateInterval,
        tokenLife,
        unknownTokens,
        quick,
        value,
        loops,
        keptPushes,
        clock);
  }

  public AppleOptions withLoops(final int value) {
    return new AppleOptions(
        port,
        sandboxPort,
        controlPort,
        streamsBeforeToken,
        streams,
        tokenUpdateInterval,
        tokenLife,
        unknownTokens,
        quick,
        alpn,
        value,
        keptPushes,
        clock);
  }

  public AppleOptions withClock(final InstantSource value) {
    return new AppleOptions(
        port,
        sandboxPort,
        controlPort,
        streamsBeforeToken,
        streams,
        tokenUpdateInterval,
        tokenLife,
        unknownTokens,
        quick,
        alpn,
        loops,
        keptPushes,
        value);
  }
}

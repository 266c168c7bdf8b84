package dev.reveille.simulators.apple;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// The settings of the simulator of Apple's push service. Ports of 0 are chosen by the system.
///
/// @param streamsBeforeToken allowed streams until the first valid provider token was seen
/// @param streams allowed streams after that
/// @param tokenUpdateInterval a connection may see another provider token once in this time
/// @param tokenLife a provider token older than this has expired
/// @param unknownTokens accept device tokens that were not created
/// @param quick count and answer only: nothing is kept, no device is told anything
/// @param alpn answer ALPN; without it, clients must come with prior knowledge
/// @param loops threads
/// @param keptPushes so many arrivals are remembered for `GET /pushes`
/// @param clientAuthority issues the certificates that senders may show; without one they are not
///   asked for any
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
    Optional<X509Certificate> clientAuthority,
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
          Optional.empty(),
          InstantSource.system());

  public AppleOptions withPorts(final int production, final int sandbox, final int control) {
    return with(it -> {
      it.port = production;
      it.sandboxPort = sandbox;
      it.controlPort = control;
    });
  }

  public AppleOptions withStreams(final int beforeToken, final int after) {
    return with(it -> {
      it.streamsBeforeToken = beforeToken;
      it.streams = after;
    });
  }

  public AppleOptions withUnknownTokens(final boolean value) {
    return with(it -> it.unknownTokens = value);
  }

  public AppleOptions withQuick(final boolean value) {
    return with(it -> {
      it.unknownTokens = unknownTokens || value;
      it.quick = value;
    });
  }

  public AppleOptions withLoops(final int value) {
    return with(it -> it.loops = value);
  }

  /// @param value after so many arrivals the oldest is forgotten
  public AppleOptions withKeptPushes(final int value) {
    return with(it -> it.keptPushes = value);
  }

  /// @param value issues the certificates that senders may show instead of a token
  public AppleOptions withClientAuthority(final X509Certificate value) {
    return with(it -> it.clientAuthority = Optional.of(value));
  }

  public AppleOptions withClock(final InstantSource value) {
    return with(it -> it.clock = value);
  }

  private AppleOptions with(final Consumer<Changed> change) {
    final var changed = new Changed(this);
    change.accept(changed);
    return changed.done();
  }

  /// All of it, to be changed before it is made anew.
  private static final class Changed {
    private int port;
    private int sandboxPort;
    private int controlPort;
    private int streamsBeforeToken;
    private int streams;
    private Duration tokenUpdateInterval;
    private Duration tokenLife;
    private boolean unknownTokens;
    private boolean quick;
    private boolean alpn;
    private int loops;
    private int keptPushes;
    private Optional<X509Certificate> clientAuthority;
    private InstantSource clock;

    Changed(final AppleOptions it) {
      port = it.port;
      sandboxPort = it.sandboxPort;
      controlPort = it.controlPort;
      streamsBeforeToken = it.streamsBeforeToken;
      streams = it.streams;
      tokenUpdateInterval = it.tokenUpdateInterval;
      tokenLife = it.tokenLife;
      unknownTokens = it.unknownTokens;
      quick = it.quick;
      alpn = it.alpn;
      loops = it.loops;
      keptPushes = it.keptPushes;
      clientAuthority = it.clientAuthority;
      clock = it.clock;
    }

    AppleOptions done() {
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
          clientAuthority,
          clock);
    }
  }
}

package dev.reveille.simulators.apple;

import io.netty.channel.ChannelHandlerContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What all connections of one listener (production or sandbox) share.
final class Gateway {
  private final AppleOptions options;
  private final boolean sandbox;
  private final ProviderTokens tokens;
  private final Devices devices;
  private final Faults faults;
  private final Counters counters;
  private final Map<PushConnection, ChannelHandlerContext> open = new ConcurrentHashMap<>();

  Gateway(
      final AppleOptions options,
      final boolean sandbox,
      final ProviderTokens tokens,
      final Devices devices,
      final Faults faults,
      final Counters counters) {
    this.options = options;
    this.sandbox = sandbox;
    this.tokens = tokens;
    this.devices = devices;
    this.faults = faults;
    this.counters = counters;
  }

  AppleOptions options() {
    return options;
  }

  boolean sandbox() {
    return sandbox;
  }

  Faults faults() {
    return faults;
  }

  Counters counters() {
    return counters;
  }

  Judge newJudge() {
    return new Judge(tokens, devices, options, sandbox);
  }

  /// Writes the arrival down and lets the phone have it.
  void keep(
      final @Nullable String token,
      final PushHeaders headers,
      final String payload,
      final int status,
      final String reason,
      final boolean deliver) {
    final String to = token == null ? "" : token;
    final var push = devices.remember(to, sandbox, headers.visible(), payload, status, reason);
    if (deliver) {
      devices.deliver(push);
    }
  }

  /// The moment a 410 tells, in milliseconds; 0 otherwise.
  long deadSince(final @Nullable String token, final AppleReason reason) {
    final boolean dead = reason == AppleReason.Unregistered || reason == AppleReason.ExpiredToken;
    final var known = dead && token != null ? devices.token(token) : null;
    return known == null ? 0 : known.since().toEpochMilli();
  }

  void opened(final PushConnection connection, final ChannelHandlerContext ctx) {
    counters.connections.increment();
    open.put(connection, ctx);
  }

  void closed(final PushConnection connection) {
    open.remove(connection);
  }

  int openConnections() {
    return open.size();
  }

  /// Does something to every connection, on its own event loop.
  void each(final BiConsumer<PushConnection, ChannelHandlerContext> what) {
    open.forEach((connection, ctx) -> ctx.executor().execute(() -> what.accept(connection, ctx)));
  }
}

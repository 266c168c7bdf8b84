package dev.reveille.simulators.apple;

import dev.reveille.simulators.service.FrameListener;
import dev.reveille.simulators.service.ServiceConnection;
import dev.reveille.simulators.service.Site;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The state that all connections to one of Apple's listeners (production or sandbox) share.
/// Thread-safe.
final class Gateway {
  private final AppleOptions options;
  private final boolean sandbox;
  private final ProviderTokens tokens;
  private final Devices devices;
  private final Site site;
  private final AtomicLong byCertificate = new AtomicLong();

  Gateway(
      final AppleOptions options,
      final boolean sandbox,
      final ProviderTokens tokens,
      final Devices devices,
      final Site site) {
    this.options = options;
    this.sandbox = sandbox;
    this.tokens = tokens;
    this.devices = devices;
    this.site = site;
  }

  AppleOptions options() {
    return options;
  }

  boolean sandbox() {
    return sandbox;
  }

  Site site() {
    return site;
  }

  ServiceConnection<?> newConnection() {
    return FrameListener.connection(
        options.streamsBeforeToken(),
        PushConnection.APNS_ID,
        (decoder, encoder, initial) -> new PushConnection(decoder, encoder, initial, this));
  }

  /// Pushes that were taken from senders who showed a certificate.
  long byCertificate() {
    return byCertificate.get();
  }

  void takenByCertificate() {
    byCertificate.incrementAndGet();
  }

  /// @param shown what the sender showed, asked once a request came
  RequestValidator newJudge(final Supplier<@Nullable ClientCertificate> shown) {
    return new RequestValidator(tokens, devices, options, sandbox, shown);
  }

  /// Writes the arrival down and lets the phone have it.
  void keep(
      final @Nullable String token,
      final PushHeaders headers,
      final String payload,
      final Instant came,
      final int status,
      final String reason,
      final boolean deliver) {
    final String to = token == null ? "" : token;
    final var push =
        devices.remember(to, sandbox, headers.visible(), payload, came, status, reason);
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
}

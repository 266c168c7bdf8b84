package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.model.InstallationId;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.routing.ServerClock;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Issues and redeems the tickets with which a web page opens a live channel: browsers let it set
/// no header there, so the ticket stands in the address.
///
/// Addresses are written down by proxies and histories, so the device token must never stand there.
/// A ticket may: it opens one channel, once, within [#LIFE]. It is kept in memory only, as a hash.
///
/// Thread-safe.
final class Tickets {
  static final Duration LIFE = TimeScale.divide(Duration.ofSeconds(30), TimeScale.OF_A_PEER);
  private static final String PREFIX = "rt_";
  private static final int MOST = 100_000;

  private final SecureRandom random = new SecureRandom();
  private final Cache<ByteBuffer, Holder> open;

  /// The device that may open a channel with it.
  record Holder(InstallationId installation, UserId user) {}

  Tickets(final ServerClock clock) {
    final var passed = clock.withoutSteps();
    final Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(passed.millis());
    open = Caffeine.newBuilder().ticker(ticker).expireAfterWrite(LIFE).maximumSize(MOST).build();
  }

  String issue(final InstallationId installation, final UserId user) {
    final var bytes = new byte[24];
    random.nextBytes(bytes);
    final var ticket = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open.put(key(ticket), new Holder(installation, user));
    return ticket;
  }

  /// Uses a ticket up.
  Optional<Holder> take(final String ticket) {
    return Optional.ofNullable(open.asMap().remove(key(ticket)));
  }

  private static ByteBuffer key(final String ticket) {
    return ByteBuffer.wrap(DeviceTokens.sha256(ticket));
  }
}

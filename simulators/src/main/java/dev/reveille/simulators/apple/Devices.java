package dev.reveille.simulators.apple;

import dev.reveille.simulators.service.Arrivals;
import dev.reveille.simulators.service.ServiceCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The device tokens of Apple's simulator, the phones behind them, and what arrived.
///
/// While a phone is offline Apple keeps one notification per app, the newest, until it expires; an
/// expiration of 0 means one attempt and no keeping. Locks: a device guards itself; the history has
/// its own lock. Neither is held while the other is taken, except that a device may append.
final class Devices {
  /// Apple keeps a push without an expiration for so long.
  private static final Duration DEFAULT_LIFE = Duration.ofDays(30);

  /// A push as a phone gets it.
  ///
  /// @param stored it waited while the phone was offline
  record Delivery(ArrivedPush push, boolean stored) {}

  private static final class Device {
    private volatile DeviceToken token;
    private final List<Consumer<Delivery>> online = new CopyOnWriteArrayList<>();
    private @Nullable ArrivedPush stored;
    private Instant storedUntil = Instant.MAX;

    Device(final DeviceToken token) {
      this.token = token;
    }
  }

  private final AppleOptions options;
  private final ServiceCounters counters;
  private final Map<String, Device> devices = new ConcurrentHashMap<>();
  private final Arrivals<ArrivedPush> arrived;

  Devices(final AppleOptions options, final ServiceCounters counters) {
    this.options = options;
    this.counters = counters;
    this.arrived = new Arrivals<>(options.keptPushes());
  }

  void put(final DeviceToken token) {
    final var device = devices.computeIfAbsent(token.token(), _ -> new Device(token));
    device.token = token;
    if (token.state() != DeviceToken.State.ACTIVE) {
      synchronized (device) {
        device.stored = null;
      }
    }
  }

  @Nullable DeviceToken token(final String token) {
    final var device = devices.get(DeviceToken.spelled(token));
    return device == null ? null : device.token;
  }

  int count() {
    return devices.size();
  }

  /// The push was accepted: to the phone now, or kept for it.
  void deliver(final ArrivedPush push) {
    final var device =
        devices.computeIfAbsent(
            push.token(), token -> new Device(DeviceToken.active(token, "", push.sandbox())));
    synchronized (device) {
      final var until = expiry(push);
      final boolean oneAttempt = push.header("apns-expiration").equals("0");
      if (!oneAttempt && !until.isAfter(options.clock().instant())) {
        counters.expired.increment();
        return;
      }
      if (!device.online.isEmpty()) {
        counters.delivered.increment();
        device.online.forEach(phone -> phone.accept(new Delivery(push, false)));
      } else if (!oneAttempt) {
        if (device.stored != null) {
          counters.replaced.increment();
        }
        device.stored = push;
        device.storedUntil = until;
      } else {
        counters.expired.increment();
      }
    }
  }

  private static Instant expiry(final ArrivedPush push) {
    final String text = push.header("apns-expiration");
    return text.isEmpty()
        ? push.at().plus(DEFAULT_LIFE)
        : Instant.ofEpochSecond(Math.min(Long.parseLong(text), 1L << 40));
  }

  /// The phone connects to Apple; a kept push comes first. Closing the result takes it offline.
  ///
  /// @throws IllegalArgumentException for a token that was not created
  AutoCloseable connect(final String token, final Consumer<Delivery> phone) {
    final var device = devices.get(DeviceToken.spelled(token));
    if (device == null) {
      throw new IllegalArgumentException("there is no such device token");
    }
    synchronized (device) {
      final var kept = device.stored;
      device.stored = null;
      if (kept != null) {
        if (device.storedUntil.isAfter(options.clock().instant())) {
          counters.delivered.increment();
          phone.accept(new Delivery(kept, true));
        } else {
          counters.expired.increment();
        }
      }
      device.online.add(phone);
    }
    return () -> device.online.remove(phone);
  }

  boolean isOnline(final String token) {
    final var device = devices.get(DeviceToken.spelled(token));
    return device != null && !device.online.isEmpty();
  }

  // ---- what arrived ----

  ArrivedPush remember(
      final String token,
      final boolean sandbox,
      final Map<String, String> headers,
      final String payload,
      final Instant came,
      final int status,
      final String reason) {
    final Optional<Instant> answered =
        status == 0 ? Optional.empty() : Optional.of(options.clock().instant());
    return arrived.add(sequence ->
        new ArrivedPush(
            sequence, token, sandbox, headers, payload, came, answered, status, reason));
  }

  Arrivals<ArrivedPush> arrived() {
    return arrived;
  }
}

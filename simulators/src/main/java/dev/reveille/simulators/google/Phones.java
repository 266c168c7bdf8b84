package dev.reveille.simulators.google;

import dev.reveille.simulators.service.ServiceCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The registration tokens of Google's simulator and the phones behind them.
///
/// For a phone that is offline Google keeps messages until they expire: of each collapse key the
/// newest, at most four keys, and at most a hundred without a key; beyond that all of those are
/// dropped and the phone is told that messages were deleted. In doze a phone gets HIGH messages
/// only. A device guards itself.
final class Phones {
  private static final Duration DEFAULT_LIFE = Duration.ofDays(28);
  private static final int MOST_KEYS = 4;
  private static final int MOST_PLAIN = 100;

  /// A message as a phone gets it.
  ///
  /// @param message absent when Google tells that messages were deleted
  /// @param stored it waited while the phone was offline or in doze
  record Delivery(@Nullable ArrivedMessage message, boolean stored) {}

  private record Waiting(ArrivedMessage message, Instant until) {}

  private static final class Device {
    private volatile RegistrationToken token;
    private final List<Consumer<Delivery>> online = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean doze;
    private boolean deleted;

    Device(final RegistrationToken token) {
      this.token = token;
    }
  }

  private final GoogleOptions options;
  private final ServiceCounters counters;
  private final Map<String, Device> devices = new ConcurrentHashMap<>();

  Phones(final GoogleOptions options, final ServiceCounters counters) {
    this.options = options;
    this.counters = counters;
  }

  void put(final RegistrationToken token) {
    final var device = devices.computeIfAbsent(token.token(), _ -> new Device(token));
    device.token = token;
    if (token.state() != RegistrationToken.State.ACTIVE) {
      synchronized (device) {
        device.waiting.clear();
      }
    }
  }

  @Nullable RegistrationToken token(final String token) {
    final var device = devices.get(token);
    return device == null ? null : device.token;
  }

  /// The phone lies still: NORMAL messages wait until it is moved.
  void doze(final String token, final boolean on) {
    final var device = devices.get(token);
    if (device != null) {
      synchronized (device) {
        device.doze = on;
        handOut(device);
      }
    }
  }

  /// The message was accepted: to the phone now, or kept for it.
  void deliver(final ArrivedMessage message) {
    final var device =
        devices.computeIfAbsent(
            message.token(),
            token -> new Device(RegistrationToken.active(token, message.project())));
    synchronized (device) {
      final boolean awake = !device.doze || message.priority().equalsIgnoreCase("high");
      if (!device.online.isEmpty() && awake) {
        hear(device, new Delivery(message, false));
        return;
      }
      final var life = life(message);
      if (life.isZero()) {
        counters.expired.increment(); // now or never
        return;
      }
      keep(device, new Waiting(message, message.at().plus(life)));
    }
  }

  private void keep(final Device device, final Waiting one) {
    final String key = one.message().collapseKey();
    if (key.isEmpty()) {
      device.waiting.add(one);
      if (device.waiting.stream().filter(Phones::isPlain).count() > MOST_PLAIN) {
        device.waiting.removeIf(Phones::isPlain);
        device.deleted = true;
      }
      return;
    }
    if (device.waiting.removeIf(other -> other.message().collapseKey().equals(key))) {
      counters.replaced.increment();
    }
    final var keys = new HashSet<String>();
    device.waiting.forEach(other -> keys.add(other.message().collapseKey()));
    keys.remove("");
    if (keys.size() >= MOST_KEYS) {
      // Google documents no order; the oldest goes here
      final var oldest = device.waiting.stream().filter(other -> !isPlain(other)).findFirst();
      oldest.ifPresent(device.waiting::remove);
      counters.replaced.increment();
    }
    device.waiting.add(one);
  }

  private static boolean isPlain(final Waiting one) {
    return one.message().collapseKey().isEmpty();
  }

  private static Duration life(final ArrivedMessage message) {
    final String ttl = message.ttl();
    if (ttl.isEmpty()) {
      return DEFAULT_LIFE;
    }
    return Duration.ofSeconds((long) Double.parseDouble(ttl.substring(0, ttl.length() - 1)));
  }

  private void hear(final Device device, final Delivery delivery) {
    counters.delivered.increment();
    device.online.forEach(phone -> phone.accept(delivery));
  }

  /// The phone connects to Google; what was kept comes first. Closing the result takes it offline.
  ///
  /// @throws IllegalArgumentException for a token that was not created
  AutoCloseable connect(final String token, final Consumer<Delivery> phone) {
    final var device = devices.get(token);
    if (device == null) {
      throw new IllegalArgumentException("there is no such registration token");
    }
    synchronized (device) {
      device.online.add(phone);
      handOut(device);
    }
    return () -> {
      synchronized (device) {
        device.online.remove(phone);
      }
    };
  }

  private void handOut(final Device device) {
    if (device.online.isEmpty()) {
      return;
    }
    if (device.deleted) {
      device.deleted = false;
      hear(device, new Delivery(null, true));
    }
    final var now = options.clock().instant();
    final var left = new ArrayList<Waiting>();
    for (final var one : device.waiting) {
      if (!one.until().isAfter(now)) {
        counters.expired.increment();
      } else if (device.doze && !one.message().priority().equalsIgnoreCase("high")) {
        left.add(one);
      } else {
        hear(device, new Delivery(one.message(), true));
      }
    }
    device.waiting.clear();
    device.waiting.addAll(left);
  }
}

package dev.reveille.simulators.browser;

import dev.reveille.simulators.service.ServiceCounters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The subscriptions of the simulated Web Push service and the browsers behind them.
///
/// For a browser that is offline a message waits until its TTL is over; a message with a topic
/// replaces the one of the same topic that waits. A browser guards itself.
final class BrowserSubscriptions {
  /// What a browser hears.
  ///
  /// @param stored it waited while the browser was offline
  record Delivery(ArrivedWebPush push, boolean stored) {}

  private record Waiting(ArrivedWebPush push, String topic, Instant until) {}

  private static final class Device {
    private volatile BrowserSubscription subscription;
    private final List<Consumer<Delivery>> online = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    Device(final BrowserSubscription subscription) {
      this.subscription = subscription;
    }
  }

  private final InstantSource clock;
  private final ServiceCounters counters;
  private final BrowserReceipts receipts;
  private final BiConsumer<Duration, Runnable> later;
  private final Map<String, Device> devices = new ConcurrentHashMap<>();

  /// @param later runs something after a time
  BrowserSubscriptions(
      final InstantSource clock,
      final ServiceCounters counters,
      final BrowserReceipts receipts,
      final BiConsumer<Duration, Runnable> later) {
    this.clock = clock;
    this.counters = counters;
    this.receipts = receipts;
    this.later = later;
  }

  void put(final BrowserSubscription subscription) {
    final var device = devices.computeIfAbsent(subscription.token(), _ -> new Device(subscription));
    synchronized (device) {
      device.subscription = subscription;
      if (subscription.state() != BrowserSubscription.State.ACTIVE) {
        device.waiting.forEach(one -> receipts.settle(one.push().message(), false));
        device.waiting.clear();
      }
    }
  }

  Optional<BrowserSubscription> subscription(final String token) {
    return Optional.ofNullable(devices.get(token)).map(device -> device.subscription);
  }

  /// To the browser now, or kept for it, or dropped.
  void hand(final ArrivedWebPush push, final String topic, final Duration life) {
    final var device = devices.get(push.token());
    if (device == null) {
      return;
    }
    synchronized (device) {
      if (!topic.isEmpty()) {
        replace(device, topic);
      }
      if (!device.online.isEmpty()) {
        hear(device, new Delivery(push, false));
      } else if (life.isZero()) {
        counters.expired.increment(); // now or never
        receipts.settle(push.message(), false);
      } else {
        device.waiting.add(new Waiting(push, topic, push.call().at().plus(life)));
        later.accept(life.plusMillis(1), () -> expire(device));
      }
    }
  }

  private void replace(final Device device, final String topic) {
    for (final var one : List.copyOf(device.waiting)) {
      if (one.topic().equals(topic)) {
        device.waiting.remove(one);
        counters.replaced.increment();
        receipts.settle(one.push().message(), false);
      }
    }
  }

  private void expire(final Device device) {
    final var now = clock.instant();
    synchronized (device) {
      for (final var one : List.copyOf(device.waiting)) {
        if (!one.until().isAfter(now)) {
          device.waiting.remove(one);
          counters.expired.increment();
          receipts.settle(one.push().message(), false);
        }
      }
    }
  }

  /// Takes a message back that waits.
  ///
  /// @return false when none does
  boolean cancel(final String message) {
    for (final var device : devices.values()) {
      synchronized (device) {
        if (device.waiting.removeIf(one -> one.push().message().equals(message))) {
          receipts.settle(message, false);
          return true;
        }
      }
    }
    return false;
  }

  private void hear(final Device device, final Delivery delivery) {
    counters.delivered.increment();
    device.online.forEach(ear -> ear.accept(delivery));
    final var push = delivery.push();
    if (push.undecryptable().isPresent()) {
      receipts.settle(push.message(), false);
    } else if (device.subscription.acknowledges()) {
      receipts.settle(push.message(), true);
    }
  }

  /// The browser connects to its service; what was kept comes first. Closing the result takes it
  /// offline.
  ///
  /// @throws IllegalArgumentException for a subscription that was never made
  AutoCloseable connect(final String token, final Consumer<Delivery> ear) {
    final var device = devices.get(token);
    if (device == null) {
      throw new IllegalArgumentException("there is no such subscription");
    }
    expire(device);
    synchronized (device) {
      device.online.add(ear);
      device.waiting.forEach(one -> hear(device, new Delivery(one.push(), true)));
      device.waiting.clear();
    }
    return () -> {
      synchronized (device) {
        device.online.remove(ear);
      }
    };
  }
}

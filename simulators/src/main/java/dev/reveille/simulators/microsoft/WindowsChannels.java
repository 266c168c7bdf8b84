package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.microsoft.WindowsChannel.Reach;
import dev.reveille.simulators.microsoft.WindowsChannel.Service;
import dev.reveille.simulators.service.Arrivals;
import dev.reveille.simulators.service.ServiceCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The channels of Microsoft's simulator, the devices behind them, and all that arrived.
///
/// For a device that is offline WNS keeps toasts (of each tag and group the newest), up to five
/// tiles with tags or one without, one badge, and one raw push where the sender asks for it; MPNS
/// keeps so many pushes of any kind as its queue has room for. A device guards itself.
final class WindowsChannels {
  private static final int MOST_TILES = 5;
  private static final String TILE = "tile:";

  /// What becomes of a push.
  enum Outcome {
    DELIVERED,
    KEPT,
    DROPPED,
    /// MPNS: there is no room for it.
    FULL
  }

  /// How a push is to be treated.
  ///
  /// @param slot a waiting push in the same place is replaced; "" for none
  /// @param keeps it may wait for the device
  /// @param life it waits so long at most; zero for now or never
  record Handling(String type, String slot, boolean keeps, Duration life) {}

  /// What a device hears.
  ///
  /// @param stored it waited while the device was offline
  record Delivery(ArrivedNotification push, boolean stored) {}

  private record Waiting(ArrivedNotification push, String slot, Instant until) {}

  private static final class Device {
    private volatile WindowsChannel channel;
    private final List<Consumer<Delivery>> online = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private Instant dayBegan = Instant.EPOCH;
    private int today;

    Device(final WindowsChannel channel) {
      this.channel = channel;
    }
  }

  private final MicrosoftOptions options;
  private final ServiceCounters counters;
  private final Arrivals<ArrivedNotification> arrived;
  private final Map<String, Device> devices = new ConcurrentHashMap<>();

  WindowsChannels(final MicrosoftOptions options, final ServiceCounters counters) {
    this.options = options;
    this.counters = counters;
    this.arrived = new Arrivals<>(options.kept());
  }

  Arrivals<ArrivedNotification> arrived() {
    return arrived;
  }

  void put(final WindowsChannel channel) {
    final var device = devices.computeIfAbsent(channel.token(), _ -> new Device(channel));
    synchronized (device) {
      device.channel = channel;
      if (channel.state() != WindowsChannel.State.ACTIVE) {
        device.waiting.clear();
      }
      handOut(device);
    }
  }

  Optional<WindowsChannel> channel(final String token) {
    return Optional.ofNullable(devices.get(token)).map(device -> device.channel);
  }

  Optional<WindowsChannel> channel(final String token, final Service service) {
    return channel(token).filter(channel -> channel.service() == service);
  }

  /// What the service believes of the device now.
  Reach reach(final String token) {
    final var device = devices.get(token);
    if (device == null) {
      return Reach.DISCONNECTED;
    }
    synchronized (device) {
      return reach(device);
    }
  }

  private static Reach reach(final Device device) {
    final var said = device.channel.reach();
    if (said != Reach.AS_IT_IS) {
      return said;
    }
    return !device.online.isEmpty()
        ? Reach.CONNECTED
        : device.channel.service() == Service.WNS ? Reach.DISCONNECTED : Reach.TEMP_DISCONNECTED;
  }

  /// MPNS: counts a push of today.
  ///
  /// @return false when there were so many already
  boolean countToday(final String token) {
    final var device = devices.get(token);
    if (device == null) {
      return true;
    }
    final var now = options.clock().instant();
    synchronized (device) {
      if (!now.isBefore(device.dayBegan.plus(Duration.ofDays(1)))) {
        device.dayBegan = now;
        device.today = 0;
      }
      if (device.today >= options.limits().phonePerDay()) {
        return false;
      }
      device.today++;
      return true;
    }
  }

  // ---- pushes ----

  /// What will become of a push that comes now.
  Outcome foresee(final String token, final Handling how) {
    final var device = devices.get(token);
    if (device == null) {
      return Outcome.DROPPED;
    }
    synchronized (device) {
      return foresee(device, how);
    }
  }

  private Outcome foresee(final Device device, final Handling how) {
    if (device.channel.suppressed().contains(how.type())) {
      return Outcome.DROPPED;
    }
    if (reach(device) == Reach.CONNECTED) {
      return Outcome.DELIVERED;
    }
    if (!how.keeps() || how.life().isZero()) {
      return Outcome.DROPPED;
    }
    return device.channel.service() == Service.MPNS
            && device.waiting.size() >= options.limits().phoneQueue()
        ? Outcome.FULL
        : Outcome.KEPT;
  }

  /// To the device now, or kept for it, or dropped.
  void hand(final ArrivedNotification push, final Handling how) {
    final var device = devices.get(push.token());
    if (device == null) {
      return;
    }
    synchronized (device) {
      switch (foresee(device, how)) {
        case DELIVERED -> hear(device, new Delivery(push, false));
        case KEPT -> keep(device, new Waiting(push, how.slot(), push.call().at().plus(how.life())));
        case DROPPED, FULL -> {}
      }
    }
  }

  private void keep(final Device device, final Waiting one) {
    if (!one.slot().isEmpty()
        && device.waiting.removeIf(other -> other.slot().equals(one.slot()))) {
      counters.replaced.increment();
    }
    device.waiting.add(one);
    final var tiles =
        device.waiting.stream().filter(other -> other.slot().startsWith(TILE)).toList();
    if (tiles.size() > MOST_TILES) {
      device.waiting.remove(tiles.getFirst());
      counters.replaced.increment();
    }
  }

  /// Takes toasts back that wait, and tells the device to do the same.
  void remove(final ArrivedNotification order, final Predicate<ArrivedNotification> which) {
    final var device = devices.get(order.token());
    if (device != null) {
      synchronized (device) {
        device.waiting.removeIf(one -> which.test(one.push()));
        if (reach(device) == Reach.CONNECTED) {
          hear(device, new Delivery(order, false));
        }
      }
    }
  }

  private void hear(final Device device, final Delivery delivery) {
    counters.delivered.increment();
    device.online.forEach(one -> one.accept(delivery));
  }

  // ---- devices ----

  /// The device connects to Microsoft; what was kept comes first. Closing the result takes it
  /// offline.
  ///
  /// @throws IllegalArgumentException for a channel that was never made
  AutoCloseable connect(final String token, final Consumer<Delivery> ear) {
    final var device = devices.get(token);
    if (device == null) {
      throw new IllegalArgumentException("there is no such channel");
    }
    synchronized (device) {
      device.online.add(ear);
      handOut(device);
    }
    return () -> {
      synchronized (device) {
        device.online.remove(ear);
      }
    };
  }

  private void handOut(final Device device) {
    if (device.online.isEmpty() || reach(device) != Reach.CONNECTED) {
      return;
    }
    final var now = options.clock().instant();
    for (final var one : device.waiting) {
      if (one.until().isAfter(now)) {
        hear(device, new Delivery(one.push(), true));
      } else {
        counters.expired.increment();
      }
    }
    device.waiting.clear();
  }
}

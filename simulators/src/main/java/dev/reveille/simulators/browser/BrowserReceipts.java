package dev.reveille.simulators.browser;

import dev.reveille.simulators.service.HeldCall;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// Tells senders which messages browsers acknowledged (RFC 8030 section 6.3). A sender holds a GET
/// of its receipt subscription; each receipt is pushed to it as the answer to a GET of the message:
/// 204 when the browser acknowledged it, 410 when it never will. What cannot be told yet waits for
/// the next GET. Thread-safe: each subscription has its own lock.
final class BrowserReceipts {
  static final String MESSAGE = "/m/";
  private static final int ACKNOWLEDGED = 204;
  private static final int NEVER = 410;
  private static final Duration FLOOD_PAUSE = Duration.ofMillis(1);
  private static final int FLOOD_AT_ONCE = 100;

  private record Receipt(String message, int status) {}

  private static final class Subscription {
    private final Deque<Receipt> untold = new ArrayDeque<>();
    private final List<HeldCall> watching = new ArrayList<>();
  }

  private final ReceiptMode mode;
  private final BiConsumer<Duration, Runnable> later;
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final Map<String, Subscription> messages = new ConcurrentHashMap<>();

  /// @param later runs something after a time
  BrowserReceipts(final ReceiptMode mode, final BiConsumer<Duration, Runnable> later) {
    this.mode = mode;
    this.later = later;
  }

  /// The receipt subscription that a push shall be told to: the one it names, or a new one.
  ///
  /// @param named its id; "" for none
  /// @return empty when there is none of that name
  Optional<String> subscription(final String named) {
    if (!named.isEmpty()) {
      return subscriptions.containsKey(named) ? Optional.of(named) : Optional.empty();
    }
    final var made = UUID.randomUUID().toString();
    subscriptions.put(made, new Subscription());
    return Optional.of(made);
  }

  /// The message's receipt goes to this subscription.
  void open(final String message, final String subscription) {
    final var to = subscriptions.get(subscription);
    if (to != null) {
      messages.put(message, to);
    }
  }

  /// The first word counts; for messages without a receipt nothing happens.
  void settle(final String message, final boolean acknowledged) {
    final var to = messages.remove(message);
    if (to == null || mode == ReceiptMode.NEVER) {
      return;
    }
    synchronized (to) {
      if (mode == ReceiptMode.FOREIGN) {
        to.untold.add(new Receipt(UUID.randomUUID().toString(), ACKNOWLEDGED));
      }
      to.untold.add(new Receipt(message, acknowledged ? ACKNOWLEDGED : NEVER));
    }
    tell(to);
  }

  /// A sender watches a subscription from now on.
  ///
  /// @return false when there is none of that name
  boolean watch(final String subscription, final HeldCall call) {
    final var to = subscriptions.get(subscription);
    if (to == null) {
      return false;
    }
    if (mode == ReceiptMode.FLOOD) {
      flood(call);
    }
    synchronized (to) {
      to.watching.add(call);
    }
    tell(to);
    return true;
  }

  private void tell(final Subscription to) {
    synchronized (to) {
      to.watching.removeIf(call -> !call.isOpen());
      if (to.watching.isEmpty()) {
        return;
      }
      final var call = to.watching.getLast();
      for (var one = to.untold.poll(); one != null; one = to.untold.poll()) {
        final var receipt = one;
        call.push(
            MESSAGE + receipt.message(),
            receipt.status(),
            written -> {
              if (!written) {
                keep(to, receipt);
              }
            });
      }
    }
  }

  /// It waits for the next GET.
  private static void keep(final Subscription to, final Receipt receipt) {
    synchronized (to) {
      to.untold.add(receipt);
    }
  }

  private void flood(final HeldCall call) {
    if (!call.isOpen()) {
      return;
    }
    for (int i = 0; i < FLOOD_AT_ONCE && call.isWritable(); i++) {
      call.push(MESSAGE + UUID.randomUUID(), ACKNOWLEDGED, _ -> {});
    }
    later.accept(FLOOD_PAUSE, () -> flood(call));
  }

  /// Forgets a subscription, as a service may: senders get 404, and pushes that name it 400.
  void forget() {
    subscriptions.clear();
  }
}

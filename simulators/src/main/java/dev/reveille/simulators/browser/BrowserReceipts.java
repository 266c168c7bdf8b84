package dev.reveille.simulators.browser;

import dev.reveille.simulators.service.ServiceAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Whether a browser acknowledged a message, for senders that asked to be told.
///
/// RFC 8030 answers a GET of the receipt resource by server push, which HTTP/1.1 does not have and
/// clients of HTTP/2 gave up. Here, as an extension, each message has a receipt of its own and a
/// GET of it is held until the answer is known: 204 when the browser acknowledged the message, 410
/// when it never will. When the wait is over first (`Prefer: wait=SECONDS`), the answer is 202. A
/// receipt guards itself.
final class BrowserReceipts {
  private static final class Receipt {
    private final List<Consumer<ServiceAnswer>> held = new ArrayList<>();
    private boolean settled;
    private boolean acknowledged;
  }

  private final BiConsumer<Duration, Runnable> later;
  private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();

  /// @param later runs something after a time
  BrowserReceipts(final BiConsumer<Duration, Runnable> later) {
    this.later = later;
  }

  void open(final String message) {
    receipts.put(message, new Receipt());
  }

  /// The first word counts; for messages without a receipt nothing happens.
  void settle(final String message, final boolean acknowledged) {
    final var receipt = receipts.get(message);
    if (receipt == null) {
      return;
    }
    final List<Consumer<ServiceAnswer>> held;
    synchronized (receipt) {
      if (receipt.settled) {
        return;
      }
      receipt.settled = true;
      receipt.acknowledged = acknowledged;
      held = List.copyOf(receipt.held);
      receipt.held.clear();
    }
    held.forEach(say -> say.accept(answer(acknowledged)));
  }

  private static ServiceAnswer answer(final boolean acknowledged) {
    return acknowledged
        ? ServiceAnswer.of(204, "ACKNOWLEDGED")
        : ServiceAnswer.of(410, "NOT_ACKNOWLEDGED");
  }

  /// @param say called when the answer is known or the wait is over
  void tell(final String message, final Duration wait, final Consumer<ServiceAnswer> say) {
    final var receipt = receipts.get(message);
    if (receipt == null) {
      say.accept(ServiceAnswer.of(404, BrowserReason.NOT_FOUND.name()));
      return;
    }
    final boolean settled;
    synchronized (receipt) {
      settled = receipt.settled;
      if (!settled) {
        receipt.held.add(say);
      }
    }
    if (settled) {
      say.accept(answer(receipt.acknowledged));
    } else {
      later.accept(wait, () -> letGo(receipt, say));
    }
  }

  private static void letGo(final Receipt receipt, final Consumer<ServiceAnswer> say) {
    final boolean held;
    synchronized (receipt) {
      held = receipt.held.remove(say);
    }
    if (held) {
      say.accept(ServiceAnswer.of(202, "NOT_YET"));
    }
  }
}

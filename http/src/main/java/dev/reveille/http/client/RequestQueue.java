package dev.reveille.http.client;

import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The requests of one shard that wait for a stream: urgent before normal before bulk, each
/// priority in order and with the same limit of its own. A request beyond the limit is refused.
/// Belongs to the shard's event loop.
final class RequestQueue {
  private final ArrayDeque<ClientRequest> urgent = new ArrayDeque<>();
  private final ArrayDeque<ClientRequest> normal = new ArrayDeque<>();
  private final ArrayDeque<ClientRequest> bulk = new ArrayDeque<>();
  private final int limit;

  RequestQueue(final int limit) {
    this.limit = limit;
  }

  /// @return false when the queue of its priority is full
  boolean offer(final ClientRequest request) {
    final var queue = of(request.priority);
    if (queue.size() >= limit) {
      return false;
    }
    queue.addLast(request);
    return true;
  }

  /// Back to the front of its queue, beyond the limit: it had its place already.
  void putBack(final ClientRequest request) {
    of(request.priority).addFirst(request);
  }

  @Nullable ClientRequest poll() {
    ClientRequest next = urgent.pollFirst();
    if (next == null) {
      next = normal.pollFirst();
    }
    return next == null ? bulk.pollFirst() : next;
  }

  @Nullable ClientRequest pollUrgent() {
    return urgent.pollFirst();
  }

  boolean hasUrgent() {
    return !urgent.isEmpty();
  }

  boolean isEmpty() {
    return urgent.isEmpty() && normal.isEmpty() && bulk.isEmpty();
  }

  int size() {
    return urgent.size() + normal.size() + bulk.size();
  }

  /// Takes out what has waited since before `since` or whose moment has passed. Only the front of a
  /// queue is looked at: those behind came later.
  void dropExpired(
      final long now,
      final long patience,
      final NotSent waitedInVain,
      final BiConsumer<ClientRequest, NotSent> told) {
    for (final var priority : Priority.values()) {
      final var waiting = of(priority);
      for (var front = waiting.peekFirst(); front != null; front = waiting.peekFirst()) {
        if (front.isTooLate(now)) {
          waiting.removeFirst();
          told.accept(front, NotSent.TOO_LATE);
        } else if (now - front.queuedAt >= patience) {
          waiting.removeFirst();
          told.accept(front, waitedInVain);
        } else {
          break;
        }
      }
    }
  }

  private ArrayDeque<ClientRequest> of(final Priority priority) {
    return switch (priority) {
      case URGENT -> urgent;
      case NORMAL -> normal;
      case BULK -> bulk;
    };
  }
}

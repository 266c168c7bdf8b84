package dev.reveille.push.http2;

import dev.reveille.model.Lane;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Requests that wait for a stream: urgent before normal before bulk, each lane in order and with a
/// limit of its own, so that no broadcast can take a call's place.
final class RequestQueue {
  private final ArrayDeque<Http2Request> urgent = new ArrayDeque<>();
  private final ArrayDeque<Http2Request> normal = new ArrayDeque<>();
  private final ArrayDeque<Http2Request> bulk = new ArrayDeque<>();
  private final int limit;

  RequestQueue(final int limit) {
    this.limit = limit;
  }

  /// @return false when the lane is full
  boolean offer(final Http2Request request) {
    final var lane = of(request.lane);
    if (lane.size() >= limit) {
      return false;
    }
    lane.addLast(request);
    return true;
  }

  /// Back to the front of its lane, beyond the limit: it had its place already.
  void putBack(final Http2Request request) {
    of(request.lane).addFirst(request);
  }

  @Nullable Http2Request poll() {
    Http2Request next = urgent.pollFirst();
    if (next == null) {
      next = normal.pollFirst();
    }
    return next == null ? bulk.pollFirst() : next;
  }

  boolean isEmpty() {
    return urgent.isEmpty() && normal.isEmpty() && bulk.isEmpty();
  }

  int size() {
    return urgent.size() + normal.size() + bulk.size();
  }

  /// Takes out what has waited since before `since` or whose moment has passed. Only the front of a
  /// lane is looked at: those behind came later.
  void dropExpired(
      final long now,
      final long patience,
      final NotSent waitedInVain,
      final BiConsumer<Http2Request, NotSent> told) {
    for (final var lane : Lane.values()) {
      final var waiting = of(lane);
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

  private ArrayDeque<Http2Request> of(final Lane lane) {
    return switch (lane) {
      case URGENT -> urgent;
      case NORMAL -> normal;
      case BULK -> bulk;
    };
  }
}

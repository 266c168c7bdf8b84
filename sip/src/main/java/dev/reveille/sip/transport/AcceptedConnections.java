package dev.reveille.sip.transport;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The connections that one port accepted. Thread-safe: one lock guards the sets of connections.
final class AcceptedConnections implements Origin {
  private final int most;
  private final int mostUnproven;
  private final Set<SipConnection> connections = new LinkedHashSet<>();

  /// Those that have shown neither a certificate nor a message, the oldest first.
  private final Set<SipConnection> unproven = new LinkedHashSet<>();

  private final AtomicLong refused = new AtomicLong();
  private final CountDownLatch empty = new CountDownLatch(1);
  private boolean isClosing;

  AcceptedConnections(final int most, final int mostUnproven) {
    this.most = most;
    this.mostUnproven = mostUnproven;
  }

  int size() {
    synchronized (connections) {
      return connections.size();
    }
  }

  long refused() {
    return refused.get();
  }

  /// Whether there is room for one more; otherwise its socket is closed.
  boolean takes(final Channel channel) {
    synchronized (connections) {
      if (connections.size() < most && !isClosing) {
        return true;
      }
    }
    refused.incrementAndGet();
    final var _ = channel.close();
    return false;
  }

  void add(final SipConnection connection) {
    SipConnection oldest = null;
    synchronized (connections) {
      connections.add(connection);
      if (unproven.size() >= mostUnproven) {
        oldest = unproven.iterator().next();
        unproven.remove(oldest);
      }
      unproven.add(connection);
    }
    if (oldest != null) {
      refused.incrementAndGet();
      oldest.closeFor(CloseReason.CROWDED_OUT);
    }
  }

  @Override
  public boolean isAccepted() {
    return true;
  }

  @Override
  public Set<String> acceptedNames() {
    return Set.of();
  }

  @Override
  public void opened(final SipConnection connection) {
    // who it is, the handler asks
  }

  @Override
  public void proven(final SipConnection connection) {
    synchronized (connections) {
      unproven.remove(connection);
    }
  }

  @Override
  public void closed(final SipConnection connection, final boolean wasOpened) {
    synchronized (connections) {
      connections.remove(connection);
      unproven.remove(connection);
      if (isClosing && connections.isEmpty()) {
        empty.countDown();
      }
    }
  }

  /// Ends all: those with open requests when these are answered, or after this time. Blocks.
  void drain(final Duration longest) {
    final List<SipConnection> open;
    synchronized (connections) {
      isClosing = true;
      open = List.copyOf(connections);
      if (open.isEmpty()) {
        empty.countDown();
      }
    }
    open.forEach(one -> one.drain(longest));
    try {
      final var _ = empty.await(longest.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    open.forEach(SipConnection::close);
  }
}

package dev.reveille.sip.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A port that accepts SIP connections. Thread-safe.
public final class SipListener {
  private final Channel port;
  private final AcceptedConnections accepted;

  SipListener(final Channel port, final AcceptedConnections accepted) {
    this.port = port;
    this.accepted = accepted;
  }

  /// Where it listens.
  public InetSocketAddress address() {
    if (port.localAddress() instanceof final InetSocketAddress address) {
      return address;
    }
    throw new IllegalStateException("the port is closed");
  }

  /// How many connections there are.
  public int connections() {
    return accepted.size();
  }

  /// How many were refused because there were too many, or ended for newer ones.
  public long refused() {
    return accepted.refused();
  }

  /// Closes the port, and the connections when their open requests are answered, but no later than
  /// after this time. Blocks so long; never call it on an event loop.
  public void close(final Duration longest) {
    port.close().awaitUninterruptibly();
    accepted.drain(longest);
  }
}

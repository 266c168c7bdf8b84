package dev.reveille.http.client;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A GET that the peer does not answer, on an HTTP/2 connection of its own: whenever the peer has
/// something to tell it promises a request and answers that (server push, RFC 9113 section 8.4).
/// Push services tell receipts so (RFC 8030 section 6.3).
///
/// This is the only connection on which server push is enabled. What the peer can make it hold is
/// small and fixed: [HeldGetWire] has the limits. The host is looked up, judged and reached by the
/// rules of its [ClientTarget], as any other connection.
///
/// May be used from any thread. The listener is told on one event loop, [Listener#ended] once and
/// last, and must not block there.
public final class HeldGet implements AutoCloseable {
  /// Receives what the peer pushes, on one event loop: must not block.
  public interface Listener {
    /// A promised request was answered. Not told of answers below 200.
    ///
    /// @param path of the promised request, with its query; the host is the target's
    void answered(String path, int status);

    /// The connection is over, or never came about.
    ///
    /// @param status of the answer to the GET itself; 0 when there was none
    /// @param words for logs: what ended it
    void ended(int status, String words);
  }

  private final EventLoop loop;
  private final HeldGetWire wire;

  private HeldGet(final EventLoop loop, final HeldGetWire wire) {
    this.loop = loop;
    this.wire = wire;
  }

  /// Begins to connect and returns at once.
  ///
  /// @param loops carry the connection; they stay the caller's to shut down
  /// @param target speaks HTTP/2 over TLS
  /// @param url what is asked for, at the target
  /// @param settings of which the patience while connecting and the name servers are used
  /// @param pingEvery the peer is asked so often whether it is there, and has as long to answer
  /// @param limit of which the connection takes a place
  public static HeldGet open(
      final EventLoopGroup loops,
      final ClientTarget target,
      final PublicUrl url,
      final PoolSettings settings,
      final Duration pingEvery,
      final OutgoingLimit limit,
      final Listener listener) {
    if (target.isPlain() || target.versions() != HttpVersions.HTTP_2) {
      throw new IllegalArgumentException("server push needs HTTP/2 over TLS, not " + target);
    }
    final var loop = loops.next();
    final var wire = new HeldGetWire(url, pingEvery, limit, listener);
    final var connector = new Connector(target, ClientEventLoops.channelFor(loops), settings);
    loop.execute(() -> connect(loop, connector, wire, settings));
    return new HeldGet(loop, wire);
  }

  private static void connect(
      final EventLoop loop,
      final Connector connector,
      final HeldGetWire wire,
      final PoolSettings settings) {
    if (!wire.takesPlace()) {
      return;
    }
    // name, TCP, TLS and SETTINGS each have their own patience; this is the sum
    loop.schedule(
        wire::endUnlessOpen, 4 * settings.connectPatience().toMillis(), TimeUnit.MILLISECONDS);
    connector.connect(
        loop,
        wire,
        new Connector.Result() {
          @Override
          public void connected(final InetSocketAddress peer) {
            // the rest follows from TLS
          }

          @Override
          public void failed(final Throwable cause) {
            wire.shut(Links.words(cause));
          }
        });
  }

  /// Ends the connection; the listener is told so as well.
  @Override
  public void close() {
    if (!loop.isShuttingDown()) {
      loop.execute(() -> wire.shut("closed by us"));
    }
  }
}

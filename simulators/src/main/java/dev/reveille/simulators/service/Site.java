package dev.reveille.simulators.service;

import io.netty.channel.ChannelHandlerContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// The state that all connections of one listener share: the faults in force, the counters, and the
/// list of connections. Thread-safe.
public final class Site {
  /// A sender's connection.
  interface Connection {
    /// Says goodbye, where the protocol has a word for it, and closes when all is answered.
    void leaveNow(ChannelHandlerContext ctx, String reason);
  }

  private final InjectedFaults faults;
  private final ServiceCounters counters;
  private final Map<Connection, ChannelHandlerContext> open = new ConcurrentHashMap<>();

  public Site(final InjectedFaults faults, final ServiceCounters counters) {
    this.faults = faults;
    this.counters = counters;
  }

  public InjectedFaults faults() {
    return faults;
  }

  public ServiceCounters counters() {
    return counters;
  }

  void opened(final Connection connection, final ChannelHandlerContext ctx) {
    counters.connections.increment();
    open.put(connection, ctx);
  }

  void closed(final Connection connection) {
    open.remove(connection);
  }

  public int openConnections() {
    return open.size();
  }

  /// Cuts every connection, without TLS close or GOAWAY.
  public void cut() {
    each((_, ctx) -> ServiceConnection.cut(ctx));
  }

  /// Says GOAWAY on every connection and closes each when its answers are out.
  public void leave(final String reason) {
    each((connection, ctx) -> connection.leaveNow(ctx, reason));
  }

  /// Every open connection stays open and no longer answers, as when a firewall dropped its state.
  public void freeze() {
    each((_, ctx) -> ctx.channel().config().setAutoRead(false));
  }

  /// Does something to every connection, on its own event loop.
  private void each(final BiConsumer<Connection, ChannelHandlerContext> what) {
    open.forEach((connection, ctx) -> ctx.executor().execute(() -> what.accept(connection, ctx)));
  }
}

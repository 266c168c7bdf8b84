package dev.reveille.http.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens one outgoing connection: name look-up, check of the addresses, TCP or a proxy, TLS.
///
/// The name is resolved for each connection. If one of its addresses is refused by [AddressGuard],
/// none is used (protection against server-side request forgery); with a proxy that resolves names
/// itself, only numeric hosts are checked. Addresses are tried in random order, so that connections
/// spread over the peer's machines; those of a proxy in the order of the name servers. Each attempt
/// ends after [PoolSettings#connectPatience]. Thread-safe; never blocks; the result is reported
/// once, on the event loop given.
final class Connector {
  /// Above this a connection takes no more requests: the peer does not read.
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 512 * 1024);

  /// What was written and is not acknowledged for so long ends the connection.
  private static final int UNACKNOWLEDGED_MILLIS = 3_000;

  /// Where attempts go, one after the other.
  ///
  /// @param peer the index of the address that is tried now
  /// @param proxies the proxy's addresses, where to connect to instead; empty for the peers
  ///   themselves
  /// @param via the index of the proxy's address that is tried now
  private record Way(
      List<InetSocketAddress> peers, int peer, List<InetSocketAddress> proxies, int via) {
    static Way straight(final List<InetSocketAddress> peers) {
      return new Way(peers, 0, List.of(), 0);
    }

    InetSocketAddress address() {
      return peers.get(peer);
    }

    @Nullable InetSocketAddress proxy() {
      return proxies.isEmpty() ? null : proxies.get(via);
    }

    /// The peer's next address; after the last one all of them again, through the proxy's next.
    @Nullable Way next() {
      return peer + 1 < peers.size() ? new Way(peers, peer + 1, proxies, via) : nextProxy();
    }

    /// This address of the proxy does not answer, for whichever of the peer's.
    @Nullable Way nextProxy() {
      return via + 1 < proxies.size() ? new Way(peers, 0, proxies, via + 1) : null;
    }
  }

  interface Result {
    void connected(InetSocketAddress peer);

    void failed(Throwable cause);
  }

  private final ClientTarget target;
  private final Class<? extends Channel> channelType;
  private final NameServers nameServers;
  private final int patienceMillis;

  /// `host:port`, for logs and trails.
  String peer() {
    return target.toString();
  }

  Connector(
      final ClientTarget target,
      final Class<? extends Channel> channelType,
      final PoolSettings settings) {
    this.target = target;
    this.channelType = channelType;
    this.nameServers = settings.nameServers();
    this.patienceMillis = (int) Math.min(Integer.MAX_VALUE, settings.connectPatience().toMillis());
  }

  /// A link that is not open yet, for [#connect].
  Link link(final Shard shard, final PoolSettings settings) {
    return new Link(shard, target, settings, System.nanoTime());
  }

  /// Results are told on the loop.
  void connect(final EventLoop loop, final Dialed link, final Result result) {
    link.stage(Link.Stage.NAME);
    final var proxy = target.proxy();
    final boolean elsewhere = proxy.isPresent() && proxy.get().resolvesNames();
    if (elsewhere && NetUtil.createByteArrayFromIpAddressString(target.host()) == null) {
      // only the proxy knows where the name leads
      final var named = InetSocketAddress.createUnresolved(target.host(), target.port());
      throughProxy(loop, link, List.of(named), result);
      return;
    }
    NameLookup.resolve(loop, nameServers, target.host())
        .addListener((Future<List<InetAddress>> done) -> {
          if (!done.isSuccess()) {
            result.failed(done.cause());
            return;
          }
          final var refused = refused(done.getNow());
          if (refused != null) {
            result.failed(refused);
            return;
          }
          final var peers = new ArrayList<InetSocketAddress>();
          done.getNow().forEach(each -> peers.add(at(each)));
          Collections.shuffle(peers);
          if (proxy.isPresent()) {
            throughProxy(loop, link, peers, result);
          } else {
            link.stage(Link.Stage.TCP);
            connect(loop, link, Way.straight(peers), null, result);
          }
        });
  }

  /// One forbidden address is enough: a name that leads to a public place and to a private one is
  /// set up to deceive.
  private @Nullable AddressRefused refused(final List<InetAddress> addresses) {
    for (final var address : addresses) {
      final var kind = target.access().refusal(address);
      if (kind.isPresent()) {
        return new AddressRefused(target.host(), address, kind.get());
      }
    }
    return null;
  }

  private void throughProxy(
      final EventLoop loop,
      final Dialed link,
      final List<InetSocketAddress> peers,
      final Result result) {
    final var proxy = target.proxy().orElseThrow();
    NameLookup.resolve(loop, nameServers, proxy.host())
        .addListener((Future<List<InetAddress>> done) -> {
          if (!done.isSuccess()) {
            result.failed(new ProxyConnectException(proxy + ": " + Links.words(done.cause())));
            return;
          }
          link.stage(Link.Stage.TCP);
          final var proxies =
              done.getNow().stream().map(at -> new InetSocketAddress(at, proxy.port())).toList();
          connect(loop, link, new Way(peers, 0, proxies, 0), null, result);
        });
  }

  /// The address without its name: a proxy is asked for what was judged, and must not look the name
  /// up once more.
  private InetSocketAddress at(final InetAddress address) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.getAddress()), target.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /// A proxy that cannot be reached says nothing about the host.
  private Throwable why(final Way way, final Throwable cause) {
    return way.proxies().isEmpty()
        ? cause
        : new ProxyConnectException(
            target.proxy().orElseThrow() + ": " + Links.words(cause), cause);
  }

  private ProxyHandler handler(final ProxyServer proxy, final InetSocketAddress at) {
    final var login = proxy.login();
    final ProxyHandler made =
        switch (proxy.kind()) {
          case HTTP ->
              login.isEmpty()
                  ? new HttpProxyHandler(at)
                  : new HttpProxyHandler(at, login.get().name(), login.get().password());
          case SOCKS5 ->
              login.isEmpty()
                  ? new Socks5ProxyHandler(at)
                  : new Socks5ProxyHandler(at, login.get().name(), login.get().password());
        };
    made.setConnectTimeoutMillis(patienceMillis);
    return made;
  }

  private void connect(
      final EventLoop loop,
      final Dialed link,
      final Way way,
      final @Nullable Throwable before,
      final Result result) {
    if (link.isClosed()) {
      return;
    }
    final var peer = way.address();
    final var bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(channelType)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patienceMillis)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(pipeline(way.proxy()));
    if (target.versions() != HttpVersions.HTTP_2
        && EpollSocketChannel.class.isAssignableFrom(channelType)) {
      // HTTP/1.1 has no ping: the kernel notices a peer that acknowledges nothing
      bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS);
    }
    bootstrap
        .disableResolver() // no name is looked up a second time
        .connect(peer)
        .addListener((io.netty.channel.ChannelFuture done) -> {
          if (!done.isSuccess()) {
            final var other = way.proxies().isEmpty() ? way.next() : way.nextProxy();
            next(loop, link, other, saysMore(why(way, done.cause()), before), result);
            return;
          }
          final var channel = done.channel();
          final var proxy = channel.pipeline().get(ProxyHandler.class);
          if (proxy == null) {
            stands(channel, link, peer, result);
            return;
          }
          // the proxy was reached; whether it reaches the peer it says later
          proxy
              .connectFuture()
              .addListener((Future<Channel> through) -> {
                if (through.isSuccess()) {
                  channel.pipeline().remove(Quiet.class);
                  stands(channel, link, peer, result);
                } else {
                  channel.close();
                  next(loop, link, way.next(), saysMore(through.cause(), before), result);
                }
              });
        });
  }

  /// What is in the pipeline of a connection before it stands: the proxy's handler and TLS, where
  /// there are such.
  private ChannelInitializer<Channel> pipeline(final @Nullable InetSocketAddress proxy) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(final Channel channel) {
        if (proxy != null) {
          channel.pipeline().addLast(handler(target.proxy().orElseThrow(), proxy));
        }
        final var context = target.tls();
        if (context != null) {
          final var tls = context.newHandler(channel.alloc(), target.host(), target.port());
          tls.setHandshakeTimeoutMillis(patienceMillis);
          channel.pipeline().addLast(tls);
        }
        if (proxy != null) {
          channel.pipeline().addLast(new Quiet());
        }
      }
    };
  }

  /// TCP stands, all the way to the peer.
  private static void stands(
      final Channel channel, final Dialed link, final InetSocketAddress peer, final Result result) {
    if (link.isClosed()) {
      channel.close();
      return;
    }
    link.stage(Link.Stage.TLS);
    channel.pipeline().addLast(link);
    result.connected(peer);
  }

  private void next(
      final EventLoop loop,
      final Dialed link,
      final @Nullable Way way,
      final Throwable failure,
      final Result result) {
    if (way == null) {
      result.failed(failure);
    } else {
      connect(loop, link, way, failure, result);
    }
  }

  /// What fails before the proxy has connected is told by its future, and not once more here.
  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
      // told already
    }
  }

  /// Of several addresses the one that got farther: a machine without a way to IPv6 addresses would
  /// otherwise hide what became of the others.
  private static Throwable saysMore(final Throwable now, final @Nullable Throwable before) {
    final boolean noRoute = ConnectFailure.of(now).orElse(null) == ConnectFailure.NO_ROUTE;
    return before != null && noRoute ? before : now;
  }
}

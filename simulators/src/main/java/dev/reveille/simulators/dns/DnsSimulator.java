package dev.reveille.simulators.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A name server on 127.0.0.1, over UDP and TCP on one port: give it records and faults, point a
/// resolver at it, and look at what was asked. Must be closed. Thread-safe.
///
/// ```java
/// try (var dns = DnsSimulator.start(0)) {
///   dns.put("_sipfederationtls._tcp.push.example SRV 0 0 5061 edge.push.example");
///   dns.put("edge.push.example A 127.0.0.3");
///   // a resolver asks dns.address()
/// }
/// ```
public final class DnsSimulator implements AutoCloseable {
  private static final int MOST_TRIES = 20;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("dns", true), NioIoHandler.newFactory());
  private final DnsAnswers answers = new DnsAnswers();
  private final Channel udp;
  private final Channel tcp;

  private DnsSimulator(final int port) {
    final var both = listen(port, 1);
    udp = both.getFirst();
    tcp = both.getLast();
  }

  /// Listens for datagrams and for connections on one port. The system may choose one that TCP has
  /// in use.
  private List<Channel> listen(final int port, final int attempt) {
    final var datagrams = listenUdp(port);
    try {
      return List.of(
          datagrams, listenTcp(((InetSocketAddress) datagrams.localAddress()).getPort()));
    } catch (final Exception taken) { // Netty throws a BindException that no signature declares
      datagrams.close().syncUninterruptibly();
      if (port == 0 && attempt < MOST_TRIES) {
        return listen(port, attempt + 1);
      }
      end();
      throw taken;
    }
  }

  /// @param port 0 for one that the system chooses
  public static DnsSimulator start(final int port) {
    return new DnsSimulator(port);
  }

  private Channel listenUdp(final int port) {
    return new Bootstrap()
        .group(loops)
        .channel(NioDatagramChannel.class)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(final Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new DatagramDnsQueryDecoder(),
                        new DatagramDnsResponseEncoder(),
                        new OverUdp());
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .syncUninterruptibly()
        .channel();
  }

  private Channel listenTcp(final int port) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(final Channel channel) {
                channel
                    .pipeline()
                    .addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new OverTcp());
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .syncUninterruptibly()
        .channel();
  }

  private final class OverUdp extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final DatagramDnsQuery query) {
      final var from = query.recipient();
      final var to = query.sender();
      reply(ctx, answers.answer(query, false, id -> new DatagramDnsResponse(from, to, id)));
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
      // a datagram that is no query: nothing is answered, and the port stays open
    }
  }

  private final class OverTcp extends SimpleChannelInboundHandler<DnsQuery> {
    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final DnsQuery query) {
      reply(ctx, answers.answer(query, true, DefaultDnsResponse::new));
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
      ctx.close();
    }
  }

  private static void reply(
      final ChannelHandlerContext ctx, final DnsAnswers.@Nullable Reply reply) {
    if (reply == null) {
      return;
    }
    if (reply.millis() == 0) {
      ctx.writeAndFlush(reply.response());
    } else {
      final var _ =
          ctx.executor()
              .schedule(
                  () -> ctx.writeAndFlush(reply.response()), reply.millis(), TimeUnit.MILLISECONDS);
    }
  }

  /// Where to ask.
  public InetSocketAddress address() {
    return (InetSocketAddress) udp.localAddress();
  }

  /// Adds a record, as [ZoneRecord#parse] reads it.
  public void put(final String record) {
    answers.zone().put(ZoneRecord.parse(record));
  }

  public void put(final ZoneRecord record) {
    answers.zone().put(record);
  }

  /// Removes all records of a name.
  public void remove(final String name) {
    answers.zone().remove(name);
  }

  /// Every question for this name meets the fault.
  public void fault(final String name, final DnsFault fault) {
    answers.faults().put(ZoneRecord.folded(name), fault);
  }

  /// Every answer for this name comes late.
  public void slow(final String name, final Duration delay) {
    fault(name, DnsFault.slow(delay));
  }

  public void clearFaults() {
    answers.faults().clear();
  }

  /// All questions so far, as they came.
  public List<AskedName> asked() {
    return List.copyOf(answers.asked());
  }

  @Override
  public void close() {
    udp.close();
    tcp.close();
    end();
  }

  /// Ends the threads, and with their selectors the ports that were closed.
  private void end() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
  }
}

package dev.reveille.http.client;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/// Starts the event loops for outgoing connections: on epoll where the system has it, else on
/// Java's selector. The threads are daemons; the caller shuts the group down.
public final class ClientEventLoops {
  private ClientEventLoops() {}

  public static EventLoopGroup start(final int threads, final String name) {
    final var factory = new DefaultThreadFactory(name, true);
    return new MultiThreadIoEventLoopGroup(
        threads,
        factory,
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  static Class<? extends SocketChannel> channelFor(final EventLoopGroup loops) {
    return isEpoll(loops) ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  static Class<? extends DatagramChannel> datagramFor(final EventLoopGroup loops) {
    return isEpoll(loops) ? EpollDatagramChannel.class : NioDatagramChannel.class;
  }

  private static boolean isEpoll(final EventLoopGroup loops) {
    return loops instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class);
  }
}

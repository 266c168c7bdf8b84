package dev.reveille.sip.transport;

import dev.reveille.sip.message.SizeLimits;
import dev.reveille.sip.transaction.TimerValues;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Two event loops, and transports with short times on them.
final class TestLoops implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(60);

  final IoEventLoopGroup group;

  TestLoops(final boolean isEpoll) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            2,
            isEpoll && Epoll.isAvailable()
                ? EpollIoHandler.newFactory()
                : NioIoHandler.newFactory());
  }

  SipTransport transport(final TransportSettings settings) {
    return new SipTransport(group, settings, "here.example", 5061);
  }

  static InetSocketAddress anyPort() {
    return new InetSocketAddress("127.0.0.1", 0);
  }

  /// Long times, so that none of them ends a test.
  static TransportSettings patient() {
    return settings(TransportSettings.STANDARD.transactions(), patientTimes());
  }

  static TransportSettings settings(final int transactions, final TransportSettings.Times times) {
    return new TransportSettings(
        SizeLimits.STANDARD, TimerValues.STANDARD, transactions, times, 256 * 1024, 3_000, 1_500);
  }

  static TransportSettings.Times patientTimes() {
    return new TransportSettings.Times(
        LONG, LONG, LONG, LONG, LONG.multipliedBy(3), LONG, LONG, LONG, Duration.ofMillis(500));
  }

  /// Those times with some of them short.
  static TransportSettings.Times times(
      final Duration handshake,
      final Duration firstMessage,
      final Duration message,
      final Duration idle,
      final Duration unread) {
    return new TransportSettings.Times(
        LONG,
        handshake,
        firstMessage,
        message,
        idle,
        idle.dividedBy(2),
        LONG,
        unread,
        Duration.ofMillis(500));
  }

  static Duration longTime() {
    return LONG;
  }

  @Override
  public void close() {
    final var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
  }
}

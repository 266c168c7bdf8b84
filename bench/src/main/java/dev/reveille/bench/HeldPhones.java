package dev.reveille.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Many simulated phones, each with a connection of its own that a [LongPollServer] holds. Their
/// source addresses are spread over 127.0.1.x, because a server lets one address have only a part
/// of its connections, and because otherwise the kernel's search for a free port would be measured.
final class HeldPhones implements AutoCloseable {
  private static final int ADDRESSES = 8; // more for more phones than these take
  private static final int PER_ADDRESS = 6_000;
  private static final int CONNECTING = 500; // connects under way
  private static final int SHAKING_HANDS = 100; // more would wait longer than a server allows
  private static final int UNSEEN = 3_000; // requests sent that the server does not count yet
  private static final long LOOK_NANOS = 20_000_000;
  private static final Duration MISSING_AFTER = Duration.ofSeconds(20);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);
  private static final long SETTLE_MILLIS = 300;

  final LongPollServer server;
  private final Progress progress;
  private final @Nullable SslContext tls;
  private final boolean resuming;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final Bootstrap bootstrap;
  private int addresses = ADDRESSES;
  private Channel[] channels = {};
  private HeldPhone[] phones = {};
  final AtomicInteger connecting = new AtomicInteger();
  final AtomicInteger ready = new AtomicInteger();
  final AtomicInteger resumed = new AtomicInteger();
  final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
  volatile String trouble = "";
  volatile long openedAt;

  /// @param resuming whether phones that come back resume their TLS session
  HeldPhones(final LongPollServer server, final boolean resuming, final Progress progress)
      throws SSLException {
    this.server = server;
    this.progress = progress;
    this.resuming = resuming;
    this.tls = trusting(server.trust());
    this.bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_LINGER, 0) // a reset leaves no port in TIME_WAIT
            .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
  }

  /// TLS 1.3 that trusts this authority; absent for plain.
  static @Nullable SslContext trusting(final @Nullable Path authority) throws SSLException {
    return authority == null
        ? null
        : SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(authority.toFile())
            .protocols("TLSv1.3")
            .endpointIdentificationAlgorithm(null) // names only tell sessions apart
            .sessionCacheSize(40_000)
            .build();
  }

  /// What opening took.
  ///
  /// @param seconds until the server itself counted all of them
  record Opened(double seconds, int resumed) {}

  /// Opens `count` phones with the numbers from `first` and waits until all are held.
  Opened open(final int first, final int count) throws IOException, InterruptedException {
    channels = new Channel[count];
    phones = new HeldPhone[count];
    addresses = Math.max(ADDRESSES, count / PER_ADDRESS + 1);
    ready.set(0);
    resumed.set(0);
    failed.set(0);
    final long begin = System.nanoTime();
    openedAt = System.currentTimeMillis();
    final long until = begin + Duration.ofMinutes(5).toNanos();
    int held = 0;
    long looked = 0;
    for (int i = 0; i < count; ) {
      if (connecting.get() < (tls == null ? CONNECTING : SHAKING_HANDS) && i - held < UNSEEN) {
        connect(i, first + i);
        i++;
        progress.step();
      } else {
        Thread.sleep(1);
      }
      if (i - held >= UNSEEN && System.nanoTime() - looked > LOOK_NANOS) {
        held = held();
        looked = System.nanoTime();
      }
      check(until, held, count);
    }
    while (held < count) {
      held = held();
      check(until, held, count);
      if (held < count) {
        Thread.sleep(10);
      }
    }
    return new Opened((System.nanoTime() - begin) / 1e9, resumed.get());
  }

  private int held() throws IOException {
    return server.liveChannel() == null ? server.held() : ready.get();
  }

  private void check(final long until, final int held, final int count) throws IOException {
    if (failed.get() > 0) {
      throw new IOException(server.name() + ": " + failed.get() + " phones failed, " + trouble);
    }
    if (System.nanoTime() > until) {
      throw new IOException(server.name() + " holds only " + held + " of " + count);
    }
  }

  private void connect(final int index, final int number) {
    final var phone = new HeldPhone(this, number);
    phones[index] = phone;
    connecting.incrementAndGet();
    final var from = "127.0.1." + (1 + number % addresses);
    final var connected =
        bootstrap
            .clone()
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    if (tls != null) {
                      final var handler =
                          resuming
                              ? tls.newHandler(channel.alloc(), "phone" + number, server.port())
                              : tls.newHandler(channel.alloc());
                      handler.setHandshakeTimeoutMillis(60_000);
                      channel.pipeline().addLast(handler);
                    }
                    channel.pipeline().addLast(phone);
                  }
                })
            .connect(
                new InetSocketAddress("127.0.0.1", server.port()), new InetSocketAddress(from, 0));
    channels[index] = connected.channel();
    connected.addListener(done -> {
      if (!done.isSuccess()) {
        failed(String.valueOf(done.cause()));
      }
    });
  }

  boolean isTls() {
    return tls != null;
  }

  void failed(final String why) {
    trouble = why;
    failed.incrementAndGet();
  }

  void answered() {
    answers.incrementAndGet();
  }

  /// When one event arrived, in milliseconds since the last byte of its request was written: the
  /// first byte of the answer at the first phone and at the last.
  record Round(double first, double last, HeldArrivals arrivals) {
    double spread() {
      return last - first;
    }
  }

  /// One event for all, whose numbers begin with 0; then they poll again, or acknowledge it. What
  /// arrived is judged after that, so that an event which comes twice is seen.
  Round tellAll() throws IOException, InterruptedException {
    answers.set(0);
    for (final var phone : phones) {
      phone.forget();
    }
    final long sent = server.tell(phones.length);
    final long until = System.nanoTime() + MISSING_AFTER.toNanos();
    while (answers.get() < phones.length && System.nanoTime() < until) {
      Thread.sleep(1);
    }
    final var times =
        Arrays.stream(phones)
            .mapToLong(phone -> phone.answeredAt)
            .filter(at -> at != 0)
            .sorted()
            .toArray();
    if (times.length == 0) {
      throw new IOException(server.name() + ": no phone got the event, " + trouble);
    }
    askAgain();
    final boolean areBack = server.liveChannel() != null || areBack();
    Thread.sleep(SETTLE_MILLIS);
    var arrivals = HeldArrivals.RIGHT;
    for (final var phone : phones) {
      arrivals = arrivals.and(phone.arrivals());
    }
    if (!areBack) {
      if (arrivals.isRight()) {
        throw new IOException(server.name() + " holds only " + server.held() + " phones again");
      }
      askAgain(); // those whose next request was answered at once
      Thread.sleep(SETTLE_MILLIS);
    }
    return new Round((times[0] - sent) / 1e6, (times[times.length - 1] - sent) / 1e6, arrivals);
  }

  private void askAgain() throws InterruptedException {
    int back = 0;
    for (final var channel : channels) {
      channel.eventLoop().execute(() -> HeldPhone.again(channel));
      if (++back % 1_000 == 0) {
        Thread.sleep(10);
      }
    }
  }

  private boolean areBack() throws IOException, InterruptedException {
    final long until = System.nanoTime() + BACK_WITHIN.toNanos();
    while (server.held() < phones.length) {
      if (System.nanoTime() > until) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /// Closes all connections, and waits until the server has seen it.
  void hangUp() throws IOException, InterruptedException {
    for (final var phone : phones) {
      phone.hangingUp = true;
    }
    for (final var channel : channels) {
      channel.close();
    }
    channels = new Channel[0];
    phones = new HeldPhone[0];
    final long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (server.held() > 0) {
      check(until, server.held(), 0);
      Thread.sleep(20);
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < phones.length; i++) {
      if (phones[i] != null) {
        phones[i].hangingUp = true;
      }
      if (channels[i] != null) {
        channels[i].close();
      }
    }
    final var _ = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(6_000);
  }
}

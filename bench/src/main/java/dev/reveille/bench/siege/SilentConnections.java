package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/// Two addresses open TCP connections as fast as handshakes are rationed, and say nothing: half of
/// them to the API, half to the devices' listener. The oldest are left when there are many, since
/// descriptors are shared with other programs.
final class SilentConnections implements Attack {
  private static final int PER_SECOND_AND_ADDRESS = 950;
  private static final int FROM = 2;
  private static final int MOST_OPEN = 4_000;
  private static final long TICK_MILLIS = 20;

  private final Target target;
  private final Wire wire;
  private final Tally tally;
  private final Deque<Channel> open = new ArrayDeque<>();
  private long began;
  private long opened;
  private volatile int standing;
  private boolean over;

  SilentConnections(final Target target, final Wire wire, final Tally tally) {
    this.target = target;
    this.wire = wire;
    this.tally = tally;
  }

  @Override
  public void prepare() {}

  @Override
  public void begin() {
    began = System.nanoTime();
    final var _ =
        wire.loop()
            .scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    if (over) {
      return;
    }
    final long perSecond = (long) PER_SECOND_AND_ADDRESS * FROM * target.size();
    final long due = (System.nanoTime() - began) * perSecond / 1_000_000_000L;
    opened = Math.max(opened, due - perSecond * 5 * TICK_MILLIS / 1_000);
    for (; opened < due; opened++) {
      open((int) (opened % FROM), opened / FROM % 2 == 0 ? target.devices() : target.api());
    }
    while (open.size() > MOST_OPEN) {
      open.removeFirst().close();
    }
  }

  private void open(final int from, final URI listener) {
    final var kind = new Wire.Kind(Wire.Speech.NONE, true);
    final var _ =
        wire.connect(listener, from, kind, channel -> channel.pipeline().addLast(new Silence()))
            .addListener(tried -> {
              if (!tried.isSuccess()) {
                tally.count("not-connected");
              }
            });
  }

  private final class Silence extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(final ChannelHandlerContext context) {
      tally.count("connected");
      open.add(context.channel());
      standing = open.size();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
      if (open.remove(context.channel())) {
        tally.count("ended-by-server");
      }
      standing = open.size();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable trouble) {
      context.close(); // the server ended it
    }
  }

  @Override
  public long held() {
    return standing;
  }

  @Override
  public void close() {
    wire.loop()
        .execute(() -> {
          over = true;
          open.forEach(Channel::close);
        });
  }
}

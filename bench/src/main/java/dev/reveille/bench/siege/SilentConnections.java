package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;

/// Attack: two addresses open TCP connections as fast as handshakes are rationed and send nothing,
/// half of them to the API, half to the devices' listener. The oldest are closed when there are
/// many, since descriptors are shared with other programs.
final class SilentConnections extends Attack {
  private static final int PER_SECOND_AND_ADDRESS = 950;
  private static final int FROM = 2;
  private static final int MOST_OPEN = 4_000;

  private volatile int standing;

  SilentConnections(
      final AttackTarget target, final AttackConnections connections, final Tally tally) {
    super(target, connections, tally);
    add(new Opening());
  }

  @Override
  void prepare() {}

  private final class Opening implements Part {
    private final SteadyRate pace =
        new SteadyRate((long) PER_SECOND_AND_ADDRESS * FROM * target.size());
    private final Deque<Channel> open = new ArrayDeque<>();
    private long opened;
    private boolean over;

    @Override
    public void begin() {
      pace.begin(connections, this::tick);
    }

    private void tick() {
      if (over) {
        return;
      }
      for (int due = pace.due(); due > 0; due--, opened++) {
        open((int) (opened % FROM), opened / FROM % 2 == 0 ? target.devices() : target.api());
      }
      while (open.size() > MOST_OPEN) {
        open.removeFirst().close();
      }
    }

    private void open(final int from, final URI listener) {
      final var kind = new AttackConnections.Kind(AttackConnections.Protocol.NONE, true);
      final var _ =
          connections
              .connect(
                  listener, from, kind, channel -> channel.pipeline().addLast(new Silence(open)))
              .addListener(tried -> {
                if (!tried.isSuccess()) {
                  tally.count("not-connected");
                }
              });
    }

    @Override
    public void close() {
      connections
          .loop()
          .execute(() -> {
            over = true;
            open.forEach(Channel::close);
          });
    }
  }

  private final class Silence extends ChannelInboundHandlerAdapter {
    private final Deque<Channel> open;

    Silence(final Deque<Channel> open) {
      this.open = open;
    }

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
  long held() {
    return standing;
  }
}

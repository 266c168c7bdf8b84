package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/// Part of an attack: opens many connections at a steady rate, and again when the server ends them.
/// Belongs to the event loop of its connections.
final class ConnectionFlood implements Attack.Part {
  /// What one member of the flood does when its connection stands.
  @FunctionalInterface
  interface Member {
    void joined(Channel channel, int number);
  }

  /// @param members at most so many connections at once
  /// @param perSecond so many are opened a second at the most
  /// @param comesBack whether a member whose connection the server ended opens another one
  record Plan(
      URI listener, AttackConnections.Kind kind, int members, int perSecond, boolean comesBack) {
    /// Whose members come back when the server ends their connections.
    Plan(
        final URI listener,
        final AttackConnections.Kind kind,
        final int members,
        final int perSecond) {
      this(listener, kind, members, perSecond, true);
    }
  }

  private final AttackConnections connections;
  private final Plan plan;
  private final Member member;
  private final Set<Channel> open = new HashSet<>();
  private final Deque<Integer> absent = new ArrayDeque<>();
  private final SteadyRate pace;
  private volatile int standing;

  ConnectionFlood(final AttackConnections connections, final Plan plan, final Member member) {
    this.connections = connections;
    this.plan = plan;
    this.member = member;
    this.pace = new SteadyRate(plan.perSecond);
    for (int number = 0; number < plan.members; number++) {
      absent.add(number);
    }
  }

  @Override
  public void begin() {
    pace.begin(connections, this::tick);
  }

  /// Connections that are open now.
  int standing() {
    return standing;
  }

  private void tick() {
    for (int due = pace.due(); due > 0 && !absent.isEmpty(); due--) {
      join(absent.poll());
    }
  }

  private void join(final int number) {
    final var _ =
        connections
            .connect(plan.listener, number, plan.kind, channel -> follow(channel, number))
            .addListener(tried -> {
              if (!tried.isSuccess()) {
                connections.tally().count("not-connected");
                absent.add(number);
              }
            });
  }

  private void follow(final Channel channel, final int number) {
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelActive(final ChannelHandlerContext context) {
                connections.tally().count("connected");
                open.add(channel);
                standing = open.size();
                if (plan.kind.protocol() == AttackConnections.Protocol.NONE) {
                  member.joined(channel, number);
                }
                context.fireChannelActive();
              }

              @Override
              public void userEventTriggered(
                  final ChannelHandlerContext context, final Object event) {
                if (event instanceof SslHandshakeCompletionEvent shaken && shaken.isSuccess()) {
                  if (!plan.kind.reads()) {
                    channel.config().setAutoRead(false);
                  }
                  member.joined(channel, number);
                }
                context.fireUserEventTriggered(event);
              }

              @Override
              public void channelInactive(final ChannelHandlerContext context) {
                if (open.remove(channel)) {
                  connections.tally().count("ended-by-server");
                  if (plan.comesBack) {
                    absent.add(number);
                  }
                  standing = open.size();
                }
                context.fireChannelInactive();
              }

              @Override
              public void exceptionCaught(
                  final ChannelHandlerContext context, final Throwable trouble) {
                channel.close(); // it comes again
              }
            });
  }

  @Override
  public void close() {
    connections
        .loop()
        .execute(() -> {
          absent.clear();
          final var all = Set.copyOf(open);
          open.clear();
          all.forEach(Channel::close);
        });
  }
}

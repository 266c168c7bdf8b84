package dev.reveille.bench.siege;

import dev.reveille.bench.http2.Http2Peer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// Attack: clients without a key begin requests with a body and never end them, over HTTP/1.1 and
/// over HTTP/2; some announce the length of the body, some do not.
///
/// Some are greedy and send nearly as much as the largest body there is, the others as much as a
/// stranger may. The greedy ones do not come back when a server that refuses them ends their
/// connections: that would keep the others out.
final class UnfinishedBodies extends Attack {
  private static final int GREEDY = 3_900_000;
  private static final int GREEDY_ANNOUNCED = 4_000_000;
  private static final int GREEDY_MEMBERS = 60;
  private static final int GREEDY_PER_SECOND = 20;
  private static final int MODEST = 15_000;
  private static final int MODEST_ANNOUNCED = 16_000; // a stranger may have 16 KiB
  private static final int MODEST_FEWEST = 200;
  private static final int MODEST_PER_SECOND = 150;

  /// Bodies of one connection of HTTP/2.
  private static final int STREAMS = 8;

  private static final int SLICE = 64_000;

  private final AtomicLong held = new AtomicLong();
  private final Kind greedy = new Kind(new byte[GREEDY], GREEDY_ANNOUNCED, 1);
  private final Kind modest = new Kind(new byte[MODEST], MODEST_ANNOUNCED, STREAMS);

  /// @param streams bodies of one connection of HTTP/2
  private record Kind(byte[] body, int announced, int streams) {
    private Kind {
      Arrays.fill(body, (byte) ' ');
    }
  }

  UnfinishedBodies(
      final AttackTarget target, final AttackConnections connections, final Tally tally) {
    super(target, connections, tally);
    final int many = Math.max(MODEST_FEWEST, target.moreThan(64, MODEST));
    crowds(modest, many, MODEST_PER_SECOND);
    crowds(greedy, GREEDY_MEMBERS, GREEDY_PER_SECOND);
  }

  private void crowds(final Kind kind, final int members, final int perSecond) {
    final var http1 = new AttackConnections.Kind(AttackConnections.Protocol.HTTP1, true);
    final var http2 = new AttackConnections.Kind(AttackConnections.Protocol.HTTP2, true);
    final int all = members * target.size();
    final var _ =
        flood(
            new ConnectionFlood.Plan(
                target.api(), http1, all, perSecond * target.size(), kind == modest),
            (channel, number) -> overHttp1(channel, number, kind));
    final var _ =
        flood(
            new ConnectionFlood.Plan(
                target.api(),
                http2,
                Math.ceilDiv(all, kind.streams),
                perSecond * target.size(),
                kind == modest),
            (channel, number) -> overHttp2(channel, number, kind));
  }

  @Override
  void prepare() {}

  /// Members with the same address differ.
  private static boolean tellsLength(final int number) {
    return number / AttackConnections.ADDRESSES % 2 == 0;
  }

  private void overHttp1(final Channel channel, final int number, final Kind kind) {
    channel.pipeline().addLast(Http1Peer.counting(tally));
    final var head =
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    if (tellsLength(number)) {
      final var _ = Http1Peer.say(channel, head + "Content-Length: " + kind.announced + "\r\n\r\n");
    } else {
      final var chunk = Integer.toHexString(kind.announced);
      final var _ =
          Http1Peer.say(channel, head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "\r\n");
    }
    slice(channel, kind.body, 0);
  }

  /// In slices, so that the other members come to their turn.
  private void slice(final Channel channel, final byte[] body, final int from) {
    final int bytes = Math.min(SLICE, body.length - from);
    if (bytes > 0) {
      final var written = channel.writeAndFlush(Unpooled.wrappedBuffer(body, from, bytes));
      count(channel, written, bytes);
      final var _ =
          written.addListener(done -> {
            if (done.isSuccess()) {
              channel.eventLoop().execute(() -> slice(channel, body, from + bytes));
            }
          });
    }
  }

  private void overHttp2(final Channel channel, final int number, final Kind kind) {
    final var left = new AtomicLong(kind.streams);
    final Runnable oneLess =
        () -> {
          if (left.decrementAndGet() == 0) { // all were refused: it comes again
            channel.close();
          }
        };
    final var peer =
        new CountedRequests(channel, target.api(), Http2Peer.USUAL_WINDOW, tally, oneLess);
    for (int i = 0; i < kind.streams; i++) {
      final int announced = tellsLength(number) ? kind.announced : -1;
      count(channel, peer.begin("/v1/events", kind.body, announced), kind.body.length);
    }
  }

  /// Held from when it is written until the connection ends.
  private void count(final Channel channel, final ChannelFuture written, final int bytes) {
    final var _ =
        written.addListener(done -> {
          if (done.isSuccess()) {
            held.addAndGet(bytes);
            final var _ = channel.closeFuture().addListener(_ -> held.addAndGet(-bytes));
          }
        });
  }

  @Override
  long held() {
    return held.get();
  }
}

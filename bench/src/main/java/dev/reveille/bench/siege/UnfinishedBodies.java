package dev.reveille.bench.siege;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Strangers who begin a request with a body and never end it. Each fourth sends nearly as much as
/// the largest body there is, the others as much as a stranger may; half speak HTTP/1.1, half
/// HTTP/2; some say how long the body will be, some do not.
final class UnfinishedBodies implements Attack {
  private static final int GREEDY = 3_900_000;
  private static final int ANNOUNCED = 4_000_000;
  private static final int MODEST_ANNOUNCED = 16_000; // a stranger may have 16 KiB
  private static final int GREEDY_EACH = 4;
  private static final int SLICE = 64_000;
  private static final int MODEST = 15_000;
  private static final int PER_SECOND = 400;
  private static final int HALF = 2;

  private final Target target;
  private final Tally tally;
  private final AtomicLong held = new AtomicLong();
  private final byte[] greedy = new byte[GREEDY];
  private final byte[] modest = new byte[MODEST];
  private final Crowd http1;
  private final Crowd http2;

  UnfinishedBodies(final Target target, final Wire wire, final Tally tally) {
    this.target = target;
    this.tally = tally;
    final int members = Math.max(200, target.moreThan(64, MODEST)) * target.size();
    java.util.Arrays.fill(greedy, (byte) ' ');
    java.util.Arrays.fill(modest, (byte) ' ');
    this.http1 = crowd(wire, Wire.Speech.HTTP1, members, this::overHttp1);
    this.http2 = crowd(wire, Wire.Speech.HTTP2, members, this::overHttp2);
  }

  private Crowd crowd(
      final Wire wire, final Wire.Speech speech, final int members, final Crowd.Member member) {
    final var kind = new Wire.Kind(speech, true);
    return new Crowd(wire, new Crowd.Plan(target.api(), kind, members, PER_SECOND / HALF), member);
  }

  @Override
  public void prepare() {}

  @Override
  public void begin() {
    http1.begin();
    http2.begin();
  }

  /// Members with the same address differ in all they do.
  private byte[] body(final int number) {
    return number / Wire.ADDRESSES % GREEDY_EACH == 0 ? greedy : modest;
  }

  private static int announced(final byte[] body) {
    return body.length == MODEST ? MODEST_ANNOUNCED : ANNOUNCED;
  }

  private static boolean tellsLength(final int number) {
    return number / Wire.ADDRESSES / GREEDY_EACH % 2 == 0;
  }

  private void overHttp1(final Channel channel, final int number) {
    channel.pipeline().addLast(Http1Peer.counting(tally));
    final var head =
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    final var body = body(number);
    if (tellsLength(number)) {
      final var _ =
          Http1Peer.say(channel, head + "Content-Length: " + announced(body) + "\r\n\r\n");
    } else {
      final var chunk = Integer.toHexString(announced(body));
      final var _ =
          Http1Peer.say(channel, head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "\r\n");
    }
    slice(channel, body, 0);
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

  private void overHttp2(final Channel channel, final int number) {
    final var body = body(number);
    final var peer =
        new Http2Peer(channel, target.api().getAuthority(), 65_535, tally, channel::close);
    count(
        channel,
        peer.begin("/v1/events", body, tellsLength(number) ? announced(body) : -1),
        body.length);
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
  public long held() {
    return held.get();
  }

  @Override
  public void close() {
    http1.close();
    http2.close();
  }
}

package dev.reveille.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// One phone of [HeldPhones]: sends its request, waits, and notes when it was answered. It speaks
/// just enough HTTP/1.1 and WebSocket for that, so that the generator costs little beside the
/// server. Its state belongs to the event loop of its channel; the time of its answer and what
/// arrived may be read from any thread.
final class HeldPhone extends ChannelInboundHandlerAdapter {
  private static final int SHORT = 126;
  private static final int FINAL_TEXT = 0x81;
  private static final int MASKED = 0x80;

  private final HeldPhones all;
  private final int number;
  private String unread = "";
  private String last = "";
  private boolean upgraded;
  private long begunAt; // the first byte of what is unread
  private boolean asking; // it polls and was not answered yet
  private final List<String> arrived = new ArrayList<>(1); // guarded by itself
  volatile long answeredAt;
  volatile boolean hangingUp;

  HeldPhone(final HeldPhones all, final int number) {
    this.all = all;
    this.number = number;
  }

  @Override
  public void channelActive(final ChannelHandlerContext context) {
    if (!all.isTls()) {
      begin(context);
    }
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
    if (event instanceof final SslHandshakeCompletionEvent done) {
      if (!done.isSuccess()) {
        all.failed(String.valueOf(done.cause()));
        return;
      }
      final var handler = Objects.requireNonNull(context.pipeline().get(SslHandler.class));
      if (handler.engine().getSession().getCreationTime() < all.openedAt) {
        all.resumed.incrementAndGet();
      }
      begin(context);
    }
  }

  private void begin(final ChannelHandlerContext context) {
    context.writeAndFlush(Unpooled.wrappedBuffer(all.server.opening(number)));
    if (all.server.liveChannel() == null) {
      asking = true;
      all.connecting.decrementAndGet();
    }
  }

  /// Polls again, or acknowledges what came. On its loop.
  static void again(final Channel channel) {
    final var phone = channel.pipeline().get(HeldPhone.class);
    if (phone == null || phone.last.isEmpty()) {
      return; // it has gone, or got nothing
    }
    final var liveChannel = phone.all.server.liveChannel();
    if (liveChannel == null) {
      if (!phone.asking) {
        phone.asking = true;
        channel.writeAndFlush(
            Unpooled.wrappedBuffer(phone.all.server.again(phone.number, phone.last)));
      }
    } else {
      final var acknowledgement = liveChannel.acknowledgement(phone.last);
      if (!acknowledgement.isEmpty()) {
        channel.writeAndFlush(frame(acknowledgement));
      }
    }
  }

  @Override
  public void channelRead(final ChannelHandlerContext context, final Object message) {
    if (unread.isEmpty()) {
      begunAt = System.nanoTime();
    }
    final var bytes = (ByteBuf) message;
    try {
      unread += bytes.toString(StandardCharsets.ISO_8859_1);
    } finally {
      bytes.release();
    }
    if (upgraded) {
      frames(context);
    } else {
      answer(context);
    }
  }

  private void answer(final ChannelHandlerContext context) {
    final int head = unread.indexOf("\r\n\r\n");
    if (head < 0) {
      return;
    }
    if (unread.startsWith("HTTP/1.1 101")) {
      unread = unread.substring(head + 4);
      upgraded = true;
      final var hello = Objects.requireNonNull(all.server.liveChannel()).hello();
      if (hello.isEmpty()) {
        ready();
      } else {
        context.writeAndFlush(frame(hello));
      }
      frames(context);
      return;
    }
    final int end = head + 4 + contentLength(unread.substring(0, head));
    if (unread.length() < end) {
      return;
    }
    if (!unread.startsWith("HTTP/1.1 200")) {
      all.failed(unread.substring(0, head));
    }
    last = unread.substring(head + 4, end);
    unread = "";
    asking = false;
    answered();
  }

  private static int contentLength(final String head) {
    final var lower = head.toLowerCase(java.util.Locale.ROOT);
    final int at = lower.indexOf("content-length:");
    final int end = lower.indexOf('\r', Math.max(at, 0));
    return at < 0
        ? 0
        : Integer.parseInt(lower.substring(at + 15, end < 0 ? lower.length() : end).strip());
  }

  private void frames(final ChannelHandlerContext context) {
    final var liveChannel = Objects.requireNonNull(all.server.liveChannel());
    while (unread.length() >= 2) {
      int length = unread.charAt(1) & 0x7f;
      int from = 2;
      if (length == SHORT) {
        if (unread.length() < 4) {
          return;
        }
        length = unread.charAt(2) << 8 | unread.charAt(3);
        from = 4;
      }
      if (unread.length() < from + length) {
        return;
      }
      final var frame = unread.substring(from, from + length);
      unread = unread.substring(from + length);
      if (liveChannel.isReady(frame)) {
        ready();
      } else if (liveChannel.isEvent(frame)) {
        last = frame;
        answered();
      } else if (frame.contains("\"ping\"")) {
        context.writeAndFlush(frame("{\"frame\":\"pong\"}"));
      }
    }
  }

  private void ready() {
    all.connecting.decrementAndGet();
    all.ready.incrementAndGet();
  }

  private void answered() {
    final boolean first;
    synchronized (arrived) {
      first = arrived.isEmpty();
      arrived.add(last);
    }
    if (first) {
      answeredAt = begunAt;
      all.answered();
    }
  }

  /// Forgets what has arrived, before the next event is handed in.
  void forget() {
    synchronized (arrived) {
      arrived.clear();
    }
    answeredAt = 0;
  }

  /// Whether it got its newest event, and nothing else, since [#forget].
  HeldArrivals arrivals() {
    final List<String> raw;
    synchronized (arrived) {
      raw = List.copyOf(arrived);
    }
    final var contents = raw.stream().flatMap(it -> all.server.contents(it).stream()).toList();
    return HeldArrivals.of(number, all.server.told(number), contents);
  }

  /// A text frame, masked with zeros.
  private static ByteBuf frame(final String text) {
    final var bytes = text.getBytes(StandardCharsets.US_ASCII);
    final var frame = Unpooled.buffer(bytes.length + 8).writeByte(FINAL_TEXT);
    if (bytes.length < SHORT) {
      frame.writeByte(MASKED | bytes.length);
    } else {
      frame.writeByte(MASKED | SHORT).writeShort(bytes.length);
    }
    return frame.writeInt(0).writeBytes(bytes);
  }

  @Override
  public void channelInactive(final ChannelHandlerContext context) {
    if (!hangingUp) {
      all.failed("the server closed the connection of phone " + number + " " + unread);
    }
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
    if (!hangingUp) {
      all.failed(String.valueOf(cause));
    }
    context.close();
  }
}

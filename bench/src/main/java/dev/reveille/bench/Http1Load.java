package dev.reveille.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;

/// One connection of a [LoadGenerator] over HTTP/1.1: sends a request, waits for its answer, sends
/// the next. Belongs to its event loop.
final class Http1Load extends ChannelInboundHandlerAdapter {
  private final Supplier<LoadTurn> turn;
  private final byte[] head;
  private final StringBuilder answer = new StringBuilder();

  Http1Load(final Supplier<LoadTurn> turn, final String authority, final String authorization) {
    this.turn = turn;
    this.head =
        ("POST /v1/events HTTP/1.1\r\nHost: "
                + authority
                + "\r\nAuthorization: "
                + authorization
                + "\r\nContent-Type: application/json\r\nContent-Length: ")
            .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
    if (event == LoadTurn.Go.BEGIN) {
      send(context);
    }
  }

  private void send(final ChannelHandlerContext context) {
    final long number = turn.get().take();
    if (number < 0) {
      return;
    }
    final var body = turn.get().body(number);
    final var length = (body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    context.writeAndFlush(Unpooled.wrappedBuffer(head, length, body));
  }

  @Override
  public void channelRead(final ChannelHandlerContext context, final Object message) {
    final var bytes = (ByteBuf) message;
    try {
      answer.append(bytes.toString(StandardCharsets.US_ASCII));
    } finally {
      bytes.release();
    }
    final int endOfHead = answer.indexOf("\r\n\r\n");
    if (endOfHead < 0) {
      return;
    }
    final int length = contentLength(answer.substring(0, endOfHead));
    if (answer.length() >= endOfHead + 4 + length) {
      turn.get().answered(answer.indexOf("HTTP/1.1 202") == 0);
      answer.setLength(0);
      send(context);
    }
  }

  private static int contentLength(final String head) {
    final var lower = head.toLowerCase(Locale.ROOT);
    final int at = lower.indexOf("content-length:");
    if (at < 0) {
      return 0;
    }
    final int end = lower.indexOf('\r', at);
    return Integer.parseInt(lower.substring(at + 15, end < 0 ? lower.length() : end).strip());
  }

  @Override
  public void channelInactive(final ChannelHandlerContext context) {
    turn.get().trouble("the server closed the connection");
  }
}

package dev.reveille.bench.siege;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/// Writes HTTP/1.1 requests and WebSocket frames as bytes, for attacks. Of the answers only the
/// statuses are counted, and only where a read begins with one.
final class Http1Peer {
  private static final int AT_STATUS = "HTTP/1.1 ".length();

  private Http1Peer() {}

  static ChannelFuture say(final Channel channel, final String text) {
    return channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  /// Drops what is read.
  static ChannelInboundHandlerAdapter counting(final Tally tally) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(final ChannelHandlerContext context, final Object read) {
        if (read instanceof ByteBuf bytes && isStatus(bytes)) {
          tally.count(bytes.toString(AT_STATUS, 3, StandardCharsets.US_ASCII));
        }
        ReferenceCountUtil.release(read);
      }
    };
  }

  private static boolean isStatus(final ByteBuf bytes) {
    return bytes.readerIndex() == 0
        && bytes.readableBytes() >= AT_STATUS + 3
        && bytes.toString(0, AT_STATUS, StandardCharsets.US_ASCII).equals("HTTP/1.1 ");
  }

  /// A text frame of a WebSocket, masked with zeros.
  static ByteBuf frame(final String text) {
    final var payload = text.getBytes(StandardCharsets.UTF_8);
    if (payload.length > 125) {
      throw new IllegalArgumentException("too long for a short frame: " + payload.length);
    }
    return Unpooled.buffer(payload.length + 6)
        .writeByte(0x81)
        .writeByte(0x80 | payload.length)
        .writeInt(0)
        .writeBytes(payload);
  }

  /// Asks for the live channel of a phone.
  static String upgrade(final String token) {
    return "GET /device/v1/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Protocol: reveille.v1\r\n\r\n";
  }
}

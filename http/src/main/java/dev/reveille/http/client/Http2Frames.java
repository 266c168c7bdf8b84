package dev.reveille.http.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Handles the frames that the peer of an [Http2Wire] sends: answers, resets, settings, pings,
/// GOAWAY. Frames of a stream that we gave up are ignored. At most 16 KiB of an answer's body are
/// kept. Belongs to the connection's event loop.
final class Http2Frames implements Http2FrameListener {
  private static final int LARGEST_ANSWER = 16_384;
  private static final int LARGEST_DEBUG = 1_024;

  private final Http2Wire wire;

  Http2Frames(final Http2Wire wire) {
    this.wire = wire;
  }

  @Override
  public void onHeadersRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final Http2Headers headers,
      final int padding,
      final boolean end) {
    final var request = wire.streams.get(streamId);
    if (request == null) {
      return;
    }
    var answer = request.answer;
    if (answer == null) {
      final int status = status(headers.status());
      if (status < 100) {
        wire.resetByUs(request, Doubt.BAD_ANSWER);
        return;
      }
      if (status < 200 && !end) {
        return; // an interim answer: the real one follows
      }
      answer = new ClientAnswer(status, headers);
      request.answer = answer;
    }
    if (end) {
      wire.complete(request, answer);
    }
  }

  @Override
  public void onHeadersRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final Http2Headers headers,
      final int dependency,
      final short weight,
      final boolean exclusive,
      final int padding,
      final boolean end) {
    onHeadersRead(ctx, streamId, headers, padding, end);
  }

  @Override
  public int onDataRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final ByteBuf data,
      final int padding,
      final boolean end) {
    final int size = data.readableBytes() + padding;
    wire.received(size);
    final var request = wire.streams.get(streamId);
    if (request == null) {
      return size;
    }
    final var answer = request.answer;
    if (answer == null) {
      wire.resetByUs(request, Doubt.BAD_ANSWER);
      return size;
    }
    final boolean whole = answer.append(data, LARGEST_ANSWER);
    if (!whole && !end) {
      // we know the status; the rest of an endless body is not worth a stream
      wire.writer().reset(streamId, Http2Error.CANCEL.code());
    }
    if (end || !whole) {
      wire.complete(request, answer);
    }
    return size;
  }

  @Override
  public void onRstStreamRead(
      final ChannelHandlerContext ctx, final int streamId, final long error) {
    final var request = wire.streams.get(streamId);
    if (request == null) {
      return;
    }
    wire.forget(request);
    if (error == Http2Error.REFUSED_STREAM.code()) {
      wire.link().shard().refused(request);
    } else {
      wire.link().shard().uncertain(request, Doubt.STREAM_RESET);
    }
  }

  @Override
  public void onSettingsRead(final ChannelHandlerContext ctx, final Http2Settings settings) {
    wire.peerSettings(
        settings.maxConcurrentStreams(), settings.initialWindowSize(), settings.headerTableSize());
  }

  @Override
  public void onPingRead(final ChannelHandlerContext ctx, final long data) {
    wire.writer().ping(data, true);
  }

  @Override
  public void onPingAckRead(final ChannelHandlerContext ctx, final long data) {
    wire.pong();
  }

  @Override
  public void onGoAwayRead(
      final ChannelHandlerContext ctx,
      final int lastStreamId,
      final long error,
      final ByteBuf debug) {
    final int length = Math.min(debug.readableBytes(), LARGEST_DEBUG);
    wire.goneAway(
        lastStreamId,
        error,
        Links.plain(debug.toString(debug.readerIndex(), length, StandardCharsets.UTF_8)));
  }

  @Override
  public void onWindowUpdateRead(
      final ChannelHandlerContext ctx, final int streamId, final int more) {
    wire.moreWindow(streamId, more);
  }

  @Override
  public void onSettingsAckRead(final ChannelHandlerContext ctx) {
    // nothing waits for it: our settings only ask for less
  }

  @Override
  public void onPriorityRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final int dependency,
      final short weight,
      final boolean exclusive) {
    // priorities are a matter of the sender of bodies; ours are one frame
  }

  @Override
  public void onPushPromiseRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final int promised,
      final Http2Headers headers,
      final int padding) {
    // we said that we want none
    wire.shut(Http2Error.PROTOCOL_ERROR, "the peer promises pushes although we forbade them");
  }

  @Override
  public void onUnknownFrame(
      final ChannelHandlerContext ctx,
      final byte type,
      final int streamId,
      final Http2Flags flags,
      final ByteBuf payload) {
    // extensions are ignored (RFC 9113 section 5.5)
  }

  /// Three digits, else 0.
  static int status(final @Nullable CharSequence text) {
    if (text == null || text.length() != 3) {
      return 0;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      final int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      status = status * 10 + digit;
    }
    return status;
  }
}

package dev.reveille.http.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;

/// Writes HTTP/2 frames one behind the other into one buffer, so that a group of requests is one
/// write, few TLS records and one system call. Belongs to the connection's event loop.
final class FrameOut {
  private static final int HEADER = 9;
  private static final int DATA_FRAME = 0x0;
  private static final int HEADERS_FRAME = 0x1;
  private static final int RST_STREAM_FRAME = 0x3;
  private static final int SETTINGS_FRAME = 0x4;
  private static final int PING_FRAME = 0x6;
  private static final int GO_AWAY_FRAME = 0x7;
  private static final int WINDOW_UPDATE_FRAME = 0x8;
  private static final int END_STREAM = 0x1;
  private static final int ACK = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int SETTING_ENABLE_PUSH = 0x2;
  private static final int SETTING_MAX_HEADER_LIST_SIZE = 0x6;

  /// Every peer takes frames of this size (RFC 9113 section 4.2).
  private static final int LARGEST_FRAME = 16_384;

  /// A full buffer is handed on; three TLS records are plenty to share their cost.
  private static final int BUFFER = 64 * 1024;

  private static final int HANDED_ON_ABOVE = BUFFER - 8 * 1024;

  private final ChannelHandlerContext ctx;
  private final HpackHeaders headers = new HpackHeaders();
  private @Nullable ByteBuf out;
  private boolean unflushed;

  FrameOut(final ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  void peerTableSize(final long size) {
    headers.peerTableSize(size);
  }

  /// A request's headers and as much of its body as the caller says; nothing when the request
  /// cannot write itself.
  void request(final ClientRequest request, final int streamId, final byte[] body, final int part) {
    final var to = buffer();
    final int start = to.writerIndex();
    try {
      to.writeZero(HEADER);
      headers.begin(to);
      request.head(headers);
      headers.end();
      final int length = to.writerIndex() - start - HEADER;
      if (length > LARGEST_FRAME) {
        throw new IllegalStateException("the headers of a request are too large: " + length);
      }
      to.setMedium(start, length);
      to.setByte(start + 3, HEADERS_FRAME);
      to.setByte(start + 4, body.length == 0 ? END_HEADERS | END_STREAM : END_HEADERS);
      to.setInt(start + 5, streamId);
    } catch (RuntimeException e) {
      to.writerIndex(start);
      throw e;
    }
    if (part > 0) {
      data(streamId, body, 0, part);
    }
  }

  void data(final int streamId, final byte[] body, final int from, final int part) {
    final boolean last = from + part == body.length;
    frame(part, DATA_FRAME, last ? END_STREAM : 0, streamId).writeBytes(body, from, part);
  }

  /// The client's preface and settings: no pushes from the server, modest headers.
  void preface() {
    final var to = buffer();
    final var words = Http2CodecUtil.connectionPrefaceBuf();
    to.writeBytes(words);
    words.release();
    frame(12, SETTINGS_FRAME, 0, 0)
        .writeShort(SETTING_ENABLE_PUSH)
        .writeInt(0)
        .writeShort(SETTING_MAX_HEADER_LIST_SIZE)
        .writeInt(LARGEST_FRAME);
  }

  void settingsAck() {
    frame(0, SETTINGS_FRAME, ACK, 0);
  }

  void ping(final long data, final boolean ack) {
    frame(8, PING_FRAME, ack ? ACK : 0, 0).writeLong(data);
  }

  void reset(final int streamId, final long error) {
    frame(4, RST_STREAM_FRAME, 0, streamId).writeInt((int) error);
  }

  void window(final int streamId, final int more) {
    frame(4, WINDOW_UPDATE_FRAME, 0, streamId).writeInt(more);
  }

  /// We never let the peer open a stream, so the last one we processed is always 0.
  void goAway(final long error) {
    frame(8, GO_AWAY_FRAME, 0, 0).writeInt(0).writeInt((int) error);
  }

  void flush() {
    handOn();
    if (unflushed) {
      unflushed = false;
      ctx.flush();
    }
  }

  /// Frees what was not flushed.
  void drop() {
    if (out != null) {
      out.release();
      out = null;
    }
    unflushed = false;
  }

  private ByteBuf frame(final int length, final int type, final int flags, final int streamId) {
    return buffer().writeMedium(length).writeByte(type).writeByte(flags).writeInt(streamId);
  }

  private ByteBuf buffer() {
    if (out != null && out.readableBytes() > HANDED_ON_ABOVE) {
      handOn();
    }
    if (out == null) {
      // on the heap, because that is where the JDK's TLS engine works best
      out = ctx.alloc().heapBuffer(BUFFER);
    }
    return out;
  }

  private void handOn() {
    if (out != null) {
      final var full = out;
      out = null;
      unflushed = true;
      ctx.write(full, ctx.voidPromise());
    }
  }
}

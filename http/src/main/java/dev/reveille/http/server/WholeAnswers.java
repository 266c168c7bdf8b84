package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/// Writes small, complete HTTP/2 responses as HEADERS and DATA frames (RFC 9113) straight into the
/// buffer that goes to TLS, past Netty's codec. On the connection's event loop only. When it wrote
/// the frames, the caller closes the stream's local side; when it did not, nothing was written and
/// the caller uses the codec.
///
/// The codec would encode the same header block again for each response, queue the body per stream,
/// and ask at every flush which stream may send how much. Nearly all responses are small and fit
/// both flow-control windows at once: for these, two frame headers and three copies are enough.
final class WholeAnswers {
  private static final int FRAME_HEADER = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /// Every peer takes frames of this size (RFC 9113 §4.2).
  private static final int SMALLEST_MAX_FRAME = 16_384;

  private final Http2Connection connection;
  private final FrameGatherer gatherer;
  private final PlainHpack hpack;
  private final Loop loop;

  WholeAnswers(
      final Http2Connection connection,
      final FrameGatherer gatherer,
      final PlainHpack hpack,
      final Loop loop) {
    this.connection = connection;
    this.gatherer = gatherer;
    this.hpack = hpack;
    this.loop = loop;
  }

  /// Writes head and body if they fit as they are; false if nothing was written.
  boolean write(final Http2Stream stream, final Answer answer) {
    final var block = answer.block();
    final var date = loop.dateBlock();
    final var body = answer.body();
    final var length = (hpack.isBegun() ? 0 : 1) + block.length + date.length;
    if (length > SMALLEST_MAX_FRAME || !fits(stream, body.length)) {
      return false;
    }
    final var out = gatherer.room(2 * FRAME_HEADER + length + body.length);
    final var endsHere = body.length == 0 ? END_STREAM : 0;
    frameHeader(out, length, HEADERS, END_HEADERS | endsHere, stream.id());
    hpack.begin(out);
    out.writeBytes(block).writeBytes(date);
    stream.headersSent(false);
    if (body.length > 0) {
      frameHeader(out, body.length, DATA, END_STREAM, stream.id());
      out.writeBytes(body);
      spend(stream, body.length);
    }
    return true;
  }

  private boolean fits(final Http2Stream stream, final int body) {
    final var flow = flow();
    return body <= SMALLEST_MAX_FRAME
        && flow.windowSize(stream) >= body
        && flow.windowSize(connection.connectionStream()) >= body
        && !flow.hasFlowControlled(stream);
  }

  /// RFC 9113 §4.1.
  private static void frameHeader(
      final ByteBuf out, final int length, final int type, final int flags, final int stream) {
    out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }

  /// Takes the bytes out of both windows; the codec counts on with what is left.
  private void spend(final Http2Stream stream, final int bytes) {
    try {
      flow().incrementWindowSize(connection.connectionStream(), -bytes);
      flow().incrementWindowSize(stream, -bytes);
    } catch (Http2Exception e) {
      throw new IllegalStateException("a window cannot overflow downwards", e);
    }
  }

  private Http2RemoteFlowController flow() {
    return connection.remote().flowController();
  }
}

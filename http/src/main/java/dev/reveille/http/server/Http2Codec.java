package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/// Assembles Netty's HTTP/2 codec for one connection, with our header encoder and limits.
///
/// Priorities are not followed (RFC 9113 §5.3.2 has deprecated them): a tree of weights would be
/// kept for every stream.
final class Http2Codec extends AbstractHttp2ConnectionHandlerBuilder<Http2Endpoint, Http2Codec> {
  private static final int STREAM_WINDOW = 256 * 1024;
  private static final int RESET_WINDOW_SECONDS = 30;

  // of a connection's write buffer, in bytes
  private static final int LOW = 64 * 1024;
  private static final int HIGH = 128 * 1024;

  private final HttpCore core;
  private final Loop loop;
  private final FrameGatherer gatherer;
  private final PlainHpack hpack = new PlainHpack();
  private final HeaderLists headerLists;
  private final WaitingAnswers waiting;

  /// Puts an endpoint in the place of a greeting whose peer asked for HTTP/2.
  static void takeOver(final TlsGreeting greeting) {
    final var gatherer = new FrameGatherer();
    final var endpoint = new Http2Codec(greeting.core(), greeting.loop(), gatherer).build();
    final var pipeline = greeting.context().pipeline();
    greeting.giveUpPlace();
    greeting.loop().replace(greeting, endpoint);
    // A peer may have many answers under way before it reads the first.
    final var _ =
        pipeline.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(LOW, HIGH));
    final var _ = pipeline.replace(greeting, null, gatherer);
    final var _ = pipeline.addLast(endpoint);
  }

  Http2Codec(final HttpCore core, final Loop loop, final FrameGatherer gatherer) {
    this.core = core;
    this.loop = loop;
    this.gatherer = gatherer;
    this.waiting = new WaitingAnswers(loop);
    final var limits = core.limits();
    final var mostHeaders = limits.head().line() + limits.head().fields();
    initialSettings(
        new Http2Settings()
            .maxConcurrentStreams(limits.connections().streams())
            .initialWindowSize(STREAM_WINDOW)
            .maxHeaderListSize(mostHeaders));
    // Our own sweep and drain decide when a connection ends.
    gracefulShutdownTimeoutMillis(0);
    decoderEnforceMaxRstFramesPerWindow(
        limits.connections().resetsPerWindow(), RESET_WINDOW_SECONDS);

    final var connection = new DefaultHttp2Connection(/* server= */ true);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    final var encoder = new DefaultHttp2ConnectionEncoder(connection, new Frames(hpack, waiting));
    this.headerLists = new HeaderLists(mostHeaders);
    final var reader = new DefaultHttp2FrameReader(headerLists);
    final var decoder =
        new DefaultHttp2ConnectionDecoder(
            connection,
            encoder,
            reader,
            Http2PromisedRequestVerifier.ALWAYS_VERIFY,
            /* autoAckSettings= */ true,
            /* autoAckPing= */ true,
            /* validateHeaders= */ true,
            /* validateRequiredPseudoHeaders= */ true);
    codec(decoder, encoder);
  }

  @Override
  protected Http2Endpoint build() {
    return super.build();
  }

  @Override
  protected Http2Endpoint build(
      final Http2ConnectionDecoder decoder,
      final Http2ConnectionEncoder encoder,
      final Http2Settings settings) {
    return new Http2Endpoint(
        core, loop, gatherer, hpack, headerLists, waiting, decoder, encoder, settings);
  }

  /// Notes which streams move.
  private static final class Frames extends DefaultHttp2FrameWriter {
    private final WaitingAnswers waiting;

    Frames(final PlainHpack hpack, final WaitingAnswers waiting) {
      super(hpack);
      this.waiting = waiting;
    }

    @Override
    public ChannelFuture writeData(
        final ChannelHandlerContext ctx,
        final int streamId,
        final ByteBuf data,
        final int padding,
        final boolean endStream,
        final ChannelPromise promise) {
      if (data.isReadable()) {
        waiting.moved(streamId, data.readableBytes());
      }
      return super.writeData(ctx, streamId, data, padding, endStream, promise);
    }
  }
}

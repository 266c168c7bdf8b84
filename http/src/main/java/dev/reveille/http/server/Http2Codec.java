package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
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

  private final HttpCore core;
  private final Loop loop;
  private final FrameGatherer gatherer;
  private final PlainHpack hpack = new PlainHpack();
  private final HeaderLists headerLists;
  private final WaitingAnswers waiting;

  Http2Codec(HttpCore core, Loop loop, FrameGatherer gatherer) {
    this.core = core;
    this.loop = loop;
    this.gatherer = gatherer;
    this.waiting = new WaitingAnswers(loop);
    var limits = core.limits();
    var mostHeaders = limits.head().line() + limits.head().fields();
    initialSettings(
        new Http2Settings()
            .maxConcurrentStreams(limits.connections().streams())
            .initialWindowSize(STREAM_WINDOW)
            .maxHeaderListSize(mostHeaders));
    // Our own sweep and drain decide when a connection ends.
    gracefulShutdownTimeoutMillis(0);
    decoderEnforceMaxRstFramesPerWindow(
        limits.connections().resetsPerWindow(), RESET_WINDOW_SECONDS);

    var connection = new DefaultHttp2Connection(/* server= */ true);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    var encoder = new DefaultHttp2ConnectionEncoder(connection, new Frames(hpack, waiting));
    this.headerLists = new HeaderLists(mostHeaders);
    var reader = new DefaultHttp2FrameReader(headerLists);
    var decoder =
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
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new Http2Endpoint(
        core, loop, gatherer, hpack, headerLists, waiting, decoder, encoder, settings);
  }

  /// Notes which streams move.
  private static final class Frames extends DefaultHttp2FrameWriter {
    private final WaitingAnswers waiting;

    Frames(PlainHpack hpack, WaitingAnswers waiting) {
      super(hpack);
      this.waiting = waiting;
    }

    @Override
    public ChannelFuture writeData(
        ChannelHandlerContext ctx,
        int streamId,
        ByteBuf data,
        int padding,
        boolean endStream,
        ChannelPromise promise) {
      if (data.isReadable()) {
        waiting.moved(streamId, data.readableBytes());
      }
      return super.writeData(ctx, streamId, data, padding, endStream, promise);
    }
  }
}

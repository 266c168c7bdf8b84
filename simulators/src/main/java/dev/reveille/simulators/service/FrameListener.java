package dev.reveille.simulators.service;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;

/// Passes the frames that Netty decodes to the [ServiceConnection] of a simulated service; also
/// creates such connections.
public final class FrameListener extends Http2FrameAdapter {
  private static final int LARGEST_HEADERS = 16 * 1024;

  @SuppressWarnings("NullAway.Init") // made and set by `connection`, before a frame can come
  private ServiceConnection<?> connection;

  private FrameListener() {}

  /// Makes the service's own kind of connection out of Netty's parts.
  @FunctionalInterface
  public interface Maker {
    ServiceConnection<?> make(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial);
  }

  /// @param streams allowed at first
  /// @param differs a header of our answers that differs each time: it stays out of the sender's
  ///   table, from which it would only push what stays
  public static ServiceConnection<?> connection(
      final int streams, final AsciiString differs, final Maker maker) {
    final var listener = new FrameListener();
    listener.connection = new Builder(listener, streams, differs, maker).build();
    return listener.connection;
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<ServiceConnection<?>, Builder> {
    private final Maker maker;

    Builder(
        final FrameListener listener,
        final int streams,
        final AsciiString differs,
        final Maker maker) {
      this.maker = maker;
      frameListener(listener);
      server(true);
      validateHeaders(false);
      gracefulShutdownTimeoutMillis(2_000);
      headerSensitivityDetector((name, _) -> name == differs);
      initialSettings(
          Http2Settings.defaultSettings()
              .maxConcurrentStreams(streams)
              .maxHeaderListSize(LARGEST_HEADERS));
    }

    @Override
    protected ServiceConnection<?> build() {
      return super.build();
    }

    @Override
    protected ServiceConnection<?> build(
        final Http2ConnectionDecoder decoder,
        final Http2ConnectionEncoder encoder,
        final Http2Settings initial) {
      return maker.make(decoder, encoder, initial);
    }
  }

  @Override
  public void onHeadersRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final Http2Headers headers,
      final int padding,
      final boolean end) {
    connection.headersRead(ctx, streamId, headers, end);
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
    connection.headersRead(ctx, streamId, headers, end);
  }

  @Override
  public int onDataRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final ByteBuf data,
      final int padding,
      final boolean end) {
    return connection.dataRead(ctx, streamId, data, padding, end);
  }

  @Override
  public void onRstStreamRead(
      final ChannelHandlerContext ctx, final int streamId, final long error) {
    connection.resetRead(streamId);
  }
}

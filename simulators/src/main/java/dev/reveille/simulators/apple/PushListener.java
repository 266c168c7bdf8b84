package dev.reveille.simulators.apple;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/// Hands the frames of a connection to its [PushConnection], and makes both.
final class PushListener extends Http2FrameAdapter {
  private static final int LARGEST_HEADERS = 16 * 1024;

  @SuppressWarnings("NullAway.Init") // made and set in one breath by `connection`
  private PushConnection connection;

  private PushListener() {}

  static PushConnection connection(final Gateway gateway) {
    final var listener = new PushListener();
    listener.connection = new Builder(listener, gateway).build();
    return listener.connection;
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<PushConnection, Builder> {
    private final Gateway gateway;

    Builder(final PushListener listener, final Gateway gateway) {
      this.gateway = gateway;
      frameListener(listener);
      server(true);
      validateHeaders(false);
      gracefulShutdownTimeoutMillis(2_000);
      // an id differs each time: it would only push what stays out of the sender's table
      headerSensitivityDetector((name, _) -> name == PushConnection.APNS_ID);
      initialSettings(
          Http2Settings.defaultSettings()
              .maxConcurrentStreams(gateway.options().streamsBeforeToken())
              .maxHeaderListSize(LARGEST_HEADERS));
    }

    @Override
    protected PushConnection build() {
      return super.build();
    }

    @Override
    protected PushConnection build(
        final Http2ConnectionDecoder decoder,
        final Http2ConnectionEncoder encoder,
        final Http2Settings initial) {
      return new PushConnection(decoder, encoder, initial, gateway);
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

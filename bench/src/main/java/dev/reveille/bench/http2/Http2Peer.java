package dev.reveille.bench.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/// A client on one HTTP/2 connection that controls frames and windows itself, for loads and
/// attacks. Belongs to the event loop of its channel.
public final class Http2Peer {
  /// The window of a peer that says nothing of it.
  public static final int USUAL_WINDOW = 65_535;

  /// What the server says to the requests.
  public interface Answers {
    void status(int stream, String status);

    /// A part of a body, which is not kept afterwards.
    void data(int stream, ByteBuf data);

    void ended(int stream);

    void reset(int stream, long errorCode);
  }

  private final String authority;
  private final Answers answers;
  private final Http2ConnectionHandler connection;
  private final ChannelHandlerContext context;

  /// @param window how many bytes of each answer the server may send before they are read
  public Http2Peer(
      final Channel channel, final String authority, final int window, final Answers answers) {
    this.authority = authority;
    this.answers = answers;
    this.connection =
        new Http2ConnectionHandlerBuilder()
            .server(false)
            .encoderEnforceMaxConcurrentStreams(true) // what is too much now waits its turn
            .frameListener(new Frames())
            .initialSettings(
                Http2Settings.defaultSettings().pushEnabled(false).initialWindowSize(window))
            .build();
    channel.pipeline().addLast(connection);
    this.context = channel.pipeline().context(connection);
  }

  /// The head of a request, to which more may be added.
  public Http2Headers head(final String method, final String path) {
    return new DefaultHttp2Headers(false)
        .method(method)
        .scheme("https")
        .authority(authority)
        .path(path);
  }

  /// Begins a request, to be sent at the next [#flush]. Answers its stream.
  ///
  /// @param last whether it has no body
  public int begin(final Http2Headers head, final boolean last) {
    final int stream = connection.connection().local().incrementAndGetNextStreamId();
    connection.encoder().writeHeaders(context, stream, head, 0, last, context.newPromise());
    return stream;
  }

  /// Goes on with a body, at the next [#flush].
  ///
  /// @return when the bytes were written
  public ChannelFuture body(final int stream, final byte[] bytes, final boolean last) {
    return connection
        .encoder()
        .writeData(context, stream, Unpooled.wrappedBuffer(bytes), 0, last, context.newPromise());
  }

  /// Takes a request back, at once.
  public void reset(final int stream) {
    connection
        .encoder()
        .writeRstStream(context, stream, Http2Error.CANCEL.code(), context.newPromise());
    flush();
  }

  /// Sends what was begun. The context's own flush would leave the bodies behind.
  public void flush() {
    connection.flush(context);
  }

  private final class Frames extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        final ChannelHandlerContext unused,
        final int stream,
        final Http2Headers headers,
        final int dependency,
        final short weight,
        final boolean exclusive,
        final int padding,
        final boolean last) {
      if (headers.status() != null) {
        answers.status(stream, headers.status().toString());
      }
      if (last) {
        answers.ended(stream);
      }
    }

    @Override
    public int onDataRead(
        final ChannelHandlerContext unused,
        final int stream,
        final ByteBuf data,
        final int padding,
        final boolean last) {
      final int taken = data.readableBytes() + padding;
      answers.data(stream, data);
      if (last) {
        answers.ended(stream);
      }
      return taken;
    }

    @Override
    public void onRstStreamRead(
        final ChannelHandlerContext unused, final int stream, final long errorCode) {
      answers.reset(stream, errorCode);
    }
  }
}

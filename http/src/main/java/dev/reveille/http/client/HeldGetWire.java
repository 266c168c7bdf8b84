package dev.reveille.http.client;

import dev.reveille.http.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The frames of a [HeldGet]. The peer gets no say in how much is held for it: at most
/// [#MOST_PROMISED] promises wait for their answers, headers have at most [#LARGEST_HEADERS] bytes,
/// bodies are not taken at all (the window of a stream is 0), and what we answer to its frames is
/// written only while it reads. A peer that goes beyond, or promises what is not a GET of its own
/// host, loses the connection.
///
/// Belongs to its event loop.
final class HeldGetWire extends ByteToMessageDecoder implements Dialed {
  static final int MOST_PROMISED = 100;
  static final int LARGEST_HEADERS = 4_096;

  private static final int STREAM = 1;

  private final PublicUrl url;
  private final Duration pingEvery;
  private final OutgoingLimit limit;
  private final HeldGet.Listener listener;
  private final Http2FrameReader reader =
      new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(true, LARGEST_HEADERS));
  private final Http2FrameWriter writer = new DefaultHttp2FrameWriter();
  private final Frames frames = new Frames();

  /// The paths of promised requests, by the stream of the answer that is to come.
  private final IntObjectHashMap<String> promised = new IntObjectHashMap<>();

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable ScheduledFuture<?> pinging;
  private Http2Error farewell = Http2Error.NO_ERROR;
  private int lastPromised;
  private boolean holdsPlace;
  private boolean open;
  private boolean asked;
  private boolean closed;
  private int status;

  HeldGetWire(
      final PublicUrl url,
      final Duration pingEvery,
      final OutgoingLimit limit,
      final HeldGet.Listener listener) {
    this.url = url;
    this.pingEvery = pingEvery;
    this.limit = limit;
    this.listener = listener;
  }

  /// @return false when there is none, or it was closed before it began: it is over then
  boolean takesPlace() {
    if (closed) {
      return false;
    }
    holdsPlace = limit.take(false);
    if (!holdsPlace) {
      shut("too many outgoing connections are open");
    }
    return holdsPlace;
  }

  @Override
  public void stage(final Link.Stage reached) {
    // what matters is only whether it opens
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  void endUnlessOpen() {
    if (!open) {
      shut("the peer did not speak HTTP/2 in time");
    }
  }

  void shut(final String words) {
    if (closed) {
      return;
    }
    closed = true;
    promised.clear();
    if (pinging != null) {
      pinging.cancel(false);
    }
    if (holdsPlace) {
      limit.giveBack();
    }
    final var context = ctx;
    if (context != null) {
      if (open) {
        writer.writeGoAway(
            context, 0, farewell.code(), Unpooled.EMPTY_BUFFER, context.newPromise());
      }
      context.flush();
      context.close();
    }
    listener.ended(status, words);
  }

  /// The peer broke a rule.
  private void refuse(final Http2Error error, final String words) {
    farewell = error;
    shut(words);
  }

  /// The connection's preface, in which push stays enabled, and the request.
  private void begin(final ChannelHandlerContext context) {
    context.write(Http2CodecUtil.connectionPrefaceBuf());
    writer.writeSettings(
        context,
        new Http2Settings()
            .pushEnabled(true)
            .maxConcurrentStreams(MOST_PROMISED)
            .initialWindowSize(0)
            .maxHeaderListSize(LARGEST_HEADERS),
        context.newPromise());
    writer.writeHeaders(
        context,
        STREAM,
        new DefaultHttp2Headers()
            .method("GET")
            .scheme("https")
            .authority(url.authority())
            .path(url.path()),
        0,
        true,
        context.newPromise());
    context.flush();
    final long every = pingEvery.toMillis();
    pinging =
        context.executor().scheduleAtFixedRate(this::ping, every, every, TimeUnit.MILLISECONDS);
  }

  private void ping() {
    final var context = ctx;
    if (closed || context == null) {
      return;
    }
    if (asked) {
      shut("the peer answers no ping");
      return;
    }
    asked = true;
    writer.writePing(context, false, 0, context.newPromise());
    context.flush();
  }

  /// A peer that does not read gets no more answers to pile up.
  private boolean mayWrite(final ChannelHandlerContext context) {
    if (!context.channel().isWritable()) {
      shut("the peer does not read");
    }
    return !closed;
  }

  private final class Frames extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        final ChannelHandlerContext context,
        final int stream,
        final Http2Headers headers,
        final int padding,
        final boolean end) {
      final int said = Http2Frames.status(headers.status());
      if (stream == STREAM) {
        if (said >= 200 || end) {
          status = said;
          shut("the peer answered the GET: " + said);
        }
        return;
      }
      if (said < 200 && !end) {
        return; // an interim answer, or none: the real one follows
      }
      final var path = promised.remove(stream);
      if (path == null) {
        return;
      }
      if (!end && mayWrite(context)) {
        writer.writeRstStream(context, stream, Http2Error.CANCEL.code(), context.newPromise());
      }
      if (!closed && said >= 200) {
        listener.answered(path, said);
      }
    }

    @Override
    public void onHeadersRead(
        final ChannelHandlerContext context,
        final int stream,
        final Http2Headers headers,
        final int dependency,
        final short weight,
        final boolean exclusive,
        final int padding,
        final boolean end) {
      onHeadersRead(context, stream, headers, padding, end);
    }

    @Override
    public int onDataRead(
        final ChannelHandlerContext context,
        final int stream,
        final ByteBuf data,
        final int padding,
        final boolean end) {
      final int size = data.readableBytes() + padding;
      if (size > 0) {
        refuse(Http2Error.FLOW_CONTROL_ERROR, "the peer sends a body without a window for it");
      }
      return size;
    }

    @Override
    public void onRstStreamRead(
        final ChannelHandlerContext context, final int stream, final long error) {
      promised.remove(stream);
      if (stream == STREAM) {
        shut("the peer reset the GET");
      }
    }

    @Override
    public void onPushPromiseRead(
        final ChannelHandlerContext context,
        final int stream,
        final int promisedStream,
        final Http2Headers headers,
        final int padding) {
      if (stream != STREAM || promisedStream <= lastPromised || promisedStream % 2 != 0) {
        refuse(Http2Error.PROTOCOL_ERROR, "the peer promises on a stream that cannot be");
        return;
      }
      lastPromised = promisedStream;
      if (promised.size() >= MOST_PROMISED) {
        refuse(
            Http2Error.ENHANCE_YOUR_CALM,
            "the peer promised " + MOST_PROMISED + " answers and gives none");
      } else if (!"GET".contentEquals(orEmpty(headers.method()))
          || !url.authority().contentEquals(orEmpty(headers.authority()))
          || headers.path() == null) {
        refuse(Http2Error.PROTOCOL_ERROR, "the peer promises what is no GET of its own host");
      } else {
        promised.put(promisedStream, headers.path().toString());
      }
    }

    private static CharSequence orEmpty(final @Nullable CharSequence text) {
      return Objects.requireNonNullElse(text, "");
    }

    @Override
    public void onSettingsRead(final ChannelHandlerContext context, final Http2Settings settings) {
      open = true;
      if (mayWrite(context)) {
        writer.writeSettingsAck(context, context.newPromise());
      }
    }

    @Override
    public void onPingRead(final ChannelHandlerContext context, final long data) {
      if (mayWrite(context)) {
        writer.writePing(context, true, data, context.newPromise());
      }
    }

    @Override
    public void onPingAckRead(final ChannelHandlerContext context, final long data) {
      asked = false;
    }

    @Override
    public void onGoAwayRead(
        final ChannelHandlerContext context,
        final int lastStream,
        final long error,
        final ByteBuf debug) {
      shut("the peer went away");
    }
  }

  // ---- Netty ----

  @Override
  public void handlerAdded(final ChannelHandlerContext context) {
    ctx = context;
  }

  @Override
  protected void handlerRemoved0(final ChannelHandlerContext context) {
    reader.close();
    writer.close();
  }

  @Override
  protected void decode(
      final ChannelHandlerContext context, final ByteBuf in, final List<Object> messages)
      throws Http2Exception {
    if (closed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    reader.readFrame(context, in, frames);
  }

  @Override
  public void channelReadComplete(final ChannelHandlerContext context) throws Exception {
    super.channelReadComplete(context);
    context.flush();
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext context, final Object event)
      throws Exception {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        begin(context);
      } else {
        shut("TLS: " + Links.words(handshake.cause()));
      }
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
    Faults.tell(cause);
    final var http2 = Links.http2(cause);
    refuse(http2 == null ? Http2Error.NO_ERROR : http2.error(), Links.words(cause));
  }

  @Override
  public void channelInactive(final ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    shut("the peer closed the connection");
  }
}

package dev.reveille.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/// One connection of HTTP/2 that hands in events: as many requests as answers came, then one flush.
/// Belongs to its event loop.
final class Http2Load {
  /// To hand in so many more, whatever is answered when.
  record Some(int requests) {}

  private static final byte[] REFUSED = "\"refused\"".getBytes(StandardCharsets.US_ASCII);

  private final Supplier<LoadTurn> turn;
  private final String authority;
  private final String authorization;
  private final int mostUnderWay;
  private final Http2ConnectionHandler connection =
      new Http2ConnectionHandlerBuilder()
          .server(false)
          .encoderEnforceMaxConcurrentStreams(true) // what is too much now waits its turn
          .frameListener(new Answers())
          .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
          .build();
  private final Set<Integer> underWay = new HashSet<>();
  private final ChannelHandlerContext context;
  private int toSend;

  private Http2Load(
      final Channel channel,
      final Supplier<LoadTurn> turn,
      final String authority,
      final String authorization,
      final int mostUnderWay) {
    this.turn = turn;
    this.authority = authority;
    this.authorization = authorization;
    this.mostUnderWay = mostUnderWay;
    channel.pipeline().addLast(connection);
    this.context = channel.pipeline().context(connection);
  }

  /// @param mostUnderWay requests without an answer
  static void on(
      final Channel channel,
      final Supplier<LoadTurn> turn,
      final String authority,
      final String authorization,
      final int mostUnderWay) {
    final var load = new Http2Load(channel, turn, authority, authorization, mostUnderWay);
    channel.pipeline().addLast(load.new Orders());
  }

  private final class Orders extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(final ChannelHandlerContext unused, final Object event) {
      if (event == LoadTurn.Go.BEGIN) {
        toSend = mostUnderWay;
        sendAll();
      } else if (event == LoadTurn.Go.ON) {
        sendAll();
      } else if (event instanceof Some(var requests)) {
        toSend = requests;
        sendAll();
      }
    }
  }

  private void sendAll() {
    try {
      while (toSend > 0 && turn.get().mayTake()) {
        toSend--;
        final long number = turn.get().take();
        if (number < 0) {
          toSend = 0;
          break;
        }
        send(turn.get().body(number));
      }
      connection.flush(context); // the context's own flush would leave the bodies behind
    } catch (RuntimeException e) { // or the wait for the answers would not know why it is long
      turn.get().trouble("nothing more was sent: " + e);
      throw e;
    }
  }

  private void send(final byte[] body) {
    final int stream = connection.connection().local().incrementAndGetNextStreamId();
    underWay.add(stream);
    final Http2Headers headers =
        new DefaultHttp2Headers(false)
            .method("POST")
            .scheme("https")
            .authority(authority)
            .path("/v1/events")
            .add("authorization", authorization)
            .add("content-type", "application/json")
            .addInt("content-length", body.length);
    connection.encoder().writeHeaders(context, stream, headers, 0, false, context.newPromise());
    connection
        .encoder()
        .writeData(
            context,
            stream,
            Unpooled.wrappedBuffer(body),
            0,
            true,
            context
                .newPromise()
                .addListener(written -> {
                  if (!written.isSuccess()) { // nobody will answer it
                    lost(stream, "not written: " + written.cause());
                  }
                }));
  }

  /// A stream came to its end without an answer; each stream ends once.
  private void lost(final int stream, final String how) {
    if (underWay.remove(stream)) {
      turn.get().trouble(how);
      turn.get().answered(false);
      oneMore();
    }
  }

  private void ended(final int stream) {
    if (underWay.remove(stream)) {
      turn.get().answered(true);
      oneMore();
    }
  }

  private void oneMore() {
    if (turn.get().answersCallForMore() && toSend++ == 0) { // together with what else came
      context.channel().eventLoop().execute(this::sendAll);
    }
  }

  private final class Answers extends Http2FrameAdapter {
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
      if (!"202".contentEquals(headers.status())) {
        for (int i = 0; i < turn.get().eventsPerRequest(); i++) {
          turn.get().refusedOne();
        }
      }
      if (last) {
        ended(stream);
      }
    }

    @Override
    public int onDataRead(
        final ChannelHandlerContext unused,
        final int stream,
        final ByteBuf data,
        final int padding,
        final boolean last) {
      if (turn.get().eventsPerRequest() > 1) {
        countRefused(data);
      }
      if (last) {
        ended(stream);
      }
      return data.readableBytes() + padding;
    }

    /// A batch is answered 202 whatever became of its events; each says so itself. A word that is
    /// cut by two frames is missed, which the count of what arrives shows.
    private void countRefused(final ByteBuf data) {
      final var word = Unpooled.wrappedBuffer(REFUSED);
      final var rest = data.slice();
      for (int at; (at = ByteBufUtil.indexOf(word, rest)) >= 0; ) {
        turn.get().refusedOne();
        rest.skipBytes(at - rest.readerIndex() + REFUSED.length);
      }
    }

    @Override
    public void onRstStreamRead(
        final ChannelHandlerContext unused, final int stream, final long errorCode) {
      lost(stream, "reset by the server: " + Http2Error.valueOf(errorCode));
    }
  }
}

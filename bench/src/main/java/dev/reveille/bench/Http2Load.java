package dev.reveille.bench;

import dev.reveille.bench.http2.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/// One HTTP/2 connection of a [LoadGenerator], driven by events of its pipeline: closed loop (after
/// [LoadTurn.Go#BEGIN] each answer calls for the next request, if the turn says so) or open loop
/// (as many requests as [Some] says). Its state belongs to the connection's event loop.
final class Http2Load {
  /// To hand in so many more, whatever is answered when.
  record Some(int requests) {}

  private static final byte[] REFUSED = "\"refused\"".getBytes(StandardCharsets.US_ASCII);

  private final Supplier<LoadTurn> turn;
  private final Channel channel;
  private final Http2Peer peer;
  private final String authorization;
  private final int mostUnderWay;
  private final Set<Integer> underWay = new HashSet<>();
  private int toSend;

  private Http2Load(
      final Channel channel,
      final Supplier<LoadTurn> turn,
      final String authority,
      final String authorization,
      final int mostUnderWay) {
    this.channel = channel;
    this.turn = turn;
    this.peer = new Http2Peer(channel, authority, Http2Peer.USUAL_WINDOW, new Answers());
    this.authorization = authorization;
    this.mostUnderWay = mostUnderWay;
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
      peer.flush();
    } catch (RuntimeException e) { // or the wait for the answers would not know why it is long
      turn.get().trouble("nothing more was sent: " + e);
      throw e;
    }
  }

  private void send(final byte[] body) {
    final var head =
        peer.head("POST", "/v1/events")
            .add("authorization", authorization)
            .add("content-type", "application/json")
            .addInt("content-length", body.length);
    final int stream = peer.begin(head, false);
    underWay.add(stream);
    final var _ =
        peer.body(stream, body, true)
            .addListener(written -> {
              if (!written.isSuccess()) { // it will have no answer
                lost(stream, "not written: " + written.cause());
              }
            });
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
      channel.eventLoop().execute(this::sendAll);
    }
  }

  private final class Answers implements Http2Peer.Answers {
    @Override
    public void status(final int stream, final String status) {
      if (!status.equals("202")) {
        turn.get().trouble("answered with status " + status);
        for (int i = 0; i < turn.get().eventsPerRequest(); i++) {
          turn.get().refusedOne();
        }
      }
    }

    @Override
    public void data(final int stream, final ByteBuf data) {
      if (turn.get().eventsPerRequest() > 1) {
        countRefused(data);
      }
    }

    @Override
    public void ended(final int stream) {
      Http2Load.this.ended(stream);
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
    public void reset(final int stream, final long errorCode) {
      lost(stream, "reset by the server: " + Http2Error.valueOf(errorCode));
    }
  }
}

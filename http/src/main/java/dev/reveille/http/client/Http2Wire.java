package dev.reveille.http.client;

import dev.reveille.http.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// HTTP/2 on a [Link] (RFC 9113): requests go out as streams, as many at a time as the peer and
/// [PoolSettings#mostStreams] allow. Belongs to its event loop.
///
/// [Http2Frames] handles the frames that arrive; this class keeps the streams and the flow-control
/// windows, and decides by [Liveness] whether the peer is still there. A connection that is
/// suspected to be dead gets no new requests until the peer answers a ping.
final class Http2Wire extends ByteToMessageDecoder implements Wire {
  private static final int MOST_RESPONSE_HEADERS = 16_384;

  /// Half the connection window: more often costs frames, later stalls the peer.
  private static final int WINDOW_RETURNED_FROM = 32_768;

  private static final int LAST_USABLE_STREAM = Integer.MAX_VALUE - 2;

  final IntObjectHashMap<ClientRequest> streams = new IntObjectHashMap<>();

  private final Link link;
  private final PoolSettings settings;
  private final Http2FrameReader reader =
      new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(false, MOST_RESPONSE_HEADERS));
  private final Http2Frames listener = new Http2Frames(this);
  private final SendWindow window = new SendWindow();
  private final Liveness liveness;

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable FrameOut out;
  private Http2Error farewell = Http2Error.NO_ERROR;
  private int nextStreamId = 1;
  private int peerStreams;
  private int unreturnedWindow;

  Http2Wire(final Link link, final PoolSettings settings, final long openedAt) {
    this.link = link;
    this.settings = settings;
    this.liveness = new Liveness(settings, openedAt);
  }

  void preface() {
    writer().preface();
    flush();
  }

  @Override
  public boolean isSuspected() {
    return liveness.isSuspected();
  }

  @Override
  public boolean isIdleSince(final long now, final long nanos) {
    return streams.isEmpty() && liveness.isSilentSince(now, nanos);
  }

  @Override
  public int underWay() {
    return streams.size();
  }

  @Override
  public boolean hasRoom() {
    final var context = ctx;
    return !liveness.isSuspected()
        && !window.isShut()
        && streams.size() < peerStreams
        && context != null
        && context.channel().isWritable();
  }

  /// One stream of 16 is kept for urgent requests.
  @Override
  public boolean hasRoomForAll() {
    return streams.size() < peerStreams - peerStreams / 16 && hasRoom();
  }

  @Override
  public boolean write(final ClientRequest request, final long now) {
    final byte[] body = request.body();
    if (body.length > ClientRequest.LARGEST_BODY) {
      throw new IllegalArgumentException(
          "a body of " + body.length + " bytes is too large for one frame");
    }
    if (!window.takes(body)) {
      return false;
    }
    final var to = writer();
    if (streams.isEmpty() && liveness.wantsProof(now)) {
      ping(now);
    }
    final int part = window.firstPart(body);
    final int id = nextStreamId;
    to.request(request, id, body, part);
    nextStreamId += 2;
    request.streamId = id;
    request.link = link;
    request.answer = null;
    request.writtenAt = now;
    streams.put(id, request);
    window.began(request, body, part);
    if (nextStreamId >= LAST_USABLE_STREAM) {
      link.retire("stream ids used up");
    }
    return true;
  }

  @Override
  public void flush() {
    if (out != null) {
      out.flush();
    }
  }

  @Override
  public void farewell() {
    if (out != null) {
      final boolean silent =
          link.state() == Link.State.CONNECTING && farewell == Http2Error.NO_ERROR;
      out.goAway((silent ? Http2Error.SETTINGS_TIMEOUT : farewell).code());
      out.flush();
    }
  }

  /// Ends the connection and tells the peer this error.
  void shut(final Http2Error error, final String why) {
    farewell = error;
    link.shut(why);
  }

  @Override
  public void sweep(final long now) {
    final long answerPatience = settings.answerPatience().toNanos();
    long oldest = 0;
    ArrayList<ClientRequest> late = null;
    for (final var request : streams.values()) {
      final long age = now - request.writtenAt;
      oldest = Math.max(oldest, age);
      if (age > answerPatience) {
        late = late == null ? new ArrayList<>() : late;
        late.add(request);
      }
    }
    if (late != null) {
      for (final var request : late) {
        resetByUs(request, Doubt.NO_ANSWER);
      }
    }
    // the peer owes us a window update: without anything under way nothing else would show that it
    // is gone
    final boolean stuck = streams.isEmpty() && window.isShut();
    switch (liveness.look(now, oldest, stuck)) {
      case FINE -> {}
      case PING -> ping(now);
      case DOUBTFUL -> link.shard().links().doubtful();
      case DEAD -> {
        link.closeReason("the peer answers no ping");
        link.end();
        return;
      }
    }
    flush();
    link.closeIfDrained();
  }

  @Override
  public void excuse(final long nanos) {
    liveness.excuse(nanos);
  }

  private void ping(final long now) {
    liveness.asked(now);
    writer().ping(now, false);
  }

  void resetByUs(final ClientRequest request, final Doubt why) {
    writer().reset(request.streamId, Http2Error.CANCEL.code());
    forget(request);
    link.shard().uncertain(request, why);
  }

  void forget(final ClientRequest request) {
    streams.remove(request.streamId);
    window.forget(request);
  }

  // ---- what Http2Frames has read ----

  FrameOut writer() {
    final var to = out;
    if (to == null) {
      throw new IllegalStateException("the connection is not open yet");
    }
    return to;
  }

  Link link() {
    return link;
  }

  void complete(final ClientRequest request, final ClientAnswer answer) {
    if (window.isUnfinished(request)) {
      writer().reset(request.streamId, Http2Error.NO_ERROR.code());
    }
    forget(request);
    link.answered(request, answer);
  }

  void pong() {
    liveness.pong();
  }

  void peerSettings(
      final @Nullable Long streams,
      final @Nullable Integer initialWindow,
      final @Nullable Long tableSize) {
    if (streams != null) {
      peerStreams = (int) Math.min(streams, settings.mostStreams());
    } else if (link.state() == Link.State.CONNECTING) {
      peerStreams = settings.mostStreams();
    }
    if (tableSize != null) {
      writer().peerTableSize(tableSize);
    }
    if (initialWindow != null) {
      window.initial(initialWindow, writer());
    }
    writer().settingsAck();
    link.ready();
  }

  void moreWindow(final int streamId, final int more) {
    if (streamId == 0) {
      window.widenConnection(more, writer());
      return;
    }
    final var request = streams.get(streamId);
    if (request != null) {
      window.widenStream(request, more, writer());
    }
  }

  void received(final int bytes) {
    unreturnedWindow += bytes;
    if (unreturnedWindow >= WINDOW_RETURNED_FROM) {
      writer().window(0, unreturnedWindow);
      unreturnedWindow = 0;
    }
  }

  /// The peer goes away: what it did not process moves, the rest may still be answered.
  void goneAway(final int lastStreamId, final long error, final String debug) {
    final boolean first =
        link.drain(debug.isEmpty() ? "the peer went away" : "the peer went away: " + debug);
    final var moved = new ArrayList<ClientRequest>();
    for (final var request : streams.values()) {
      if (request.streamId > lastStreamId) {
        moved.add(request);
      }
    }
    moved.forEach(this::forget);
    refused(moved);
    if (first) {
      link.shard().links().goneAway(error, debug);
    }
  }

  /// Back to the front of the queue one by one: the newest first, so that the order stays.
  private void refused(final List<ClientRequest> unread) {
    unread.sort(Comparator.comparingInt((ClientRequest request) -> request.streamId).reversed());
    unread.forEach(link.shard()::refused);
  }

  // ---- Netty ----

  @Override
  protected void handlerRemoved0(final ChannelHandlerContext context) {
    reader.close();
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext context) {
    ctx = context;
    out = new FrameOut(context);
  }

  @Override
  protected void decode(
      final ChannelHandlerContext context, final ByteBuf in, final List<Object> messages)
      throws Http2Exception {
    if (link.state() == Link.State.CLOSED) {
      in.skipBytes(in.readableBytes());
      return;
    }
    liveness.read(System.nanoTime());
    reader.readFrame(context, in, listener);
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
    Faults.tell(cause);
    final var http2 = Links.http2(cause);
    if (link.state() == Link.State.CONNECTING) {
      link.failure(http2 == null ? ConnectFailure.of(cause).orElse(null) : ConnectFailure.NO_HTTP2);
    }
    shut(http2 == null ? Http2Error.NO_ERROR : http2.error(), Links.words(cause));
  }

  @Override
  public int ended(final boolean unread) {
    if (out != null) {
      out.drop();
    }
    final var left = new ArrayList<>(streams.values());
    streams.clear();
    window.clear();
    if (unread) {
      refused(left);
      return 0;
    }
    final var doubt = liveness.isAsking() ? Doubt.CONNECTION_DEAD : Doubt.CONNECTION_LOST;
    for (final var request : left) {
      link.shard().uncertain(request, doubt);
    }
    return left.size();
  }
}

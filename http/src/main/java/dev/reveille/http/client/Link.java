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
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One connection to the peer: TLS is up, frames come in, requests go out.
///
/// ```
///   CONNECTING --handshake, peer's SETTINGS--> READY --GOAWAY, ids used up, retired--> DRAINING
///        \________________________________________|________________________________________|--> CLOSED
/// ```
///
/// What arrives is sorted out in [LinkListener]; here are the streams, the windows and the
/// suspicion. A connection under suspicion gets no new requests until the peer answers a ping.
final class Link extends ByteToMessageDecoder {
  enum State {
    CONNECTING,
    READY,
    DRAINING,
    CLOSED
  }

  /// How far a connection that is being opened has come.
  enum Stage {
    NAME,
    TCP,
    TLS,
    SETTINGS
  }

  private static final int MOST_RESPONSE_HEADERS = 16_384;

  /// Half the connection window: more often costs frames, later stalls the peer.
  private static final int WINDOW_RETURNED_FROM = 32_768;

  private static final int LAST_USABLE_STREAM = Integer.MAX_VALUE - 2;

  final IntObjectHashMap<Http2Request> streams = new IntObjectHashMap<>();
  final long openedAt;

  private final Shard shard;
  private final PoolSettings settings;
  private final Http2FrameReader reader =
      new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(false, MOST_RESPONSE_HEADERS));
  private final LinkListener listener = new LinkListener(this);
  private final SendWindow window = new SendWindow();
  private final Liveness liveness;

  private State state = State.CONNECTING;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable FrameOut out;
  private boolean answeredOnce;
  private boolean shutByUs;
  private boolean prefaceSent;
  private int nextStreamId = 1;
  private int peerStreams;
  private int unreturnedWindow;
  private String closeReason = "";
  private Stage stage = Stage.NAME;
  private @Nullable ConnectFailure failure;

  Link(final Shard shard, final PoolSettings settings, final long now) {
    this.shard = shard;
    this.settings = settings;
    this.openedAt = now;
    this.liveness = new Liveness(settings, now);
  }

  State state() {
    return state;
  }

  boolean answeredOnce() {
    return answeredOnce;
  }

  boolean isSuspected() {
    return liveness.isSuspected();
  }

  /// What ended it, for the log.
  String closeReason() {
    return closeReason;
  }

  void stage(final Stage reached) {
    stage = reached;
  }

  /// Why it never became ready, as far as that is known.
  Optional<ConnectFailure> failure() {
    return Optional.ofNullable(failure);
  }

  /// What a connection that is still being opened waits for: the reason, should it end so.
  ConnectFailure waitsFor() {
    return switch (stage) {
      case NAME -> ConnectFailure.NAME_SERVER_SILENT;
      case TCP, TLS -> ConnectFailure.TIMED_OUT;
      case SETTINGS -> withoutSettings();
    };
  }

  /// TLS is up, and the peer does not speak as an HTTP/2 peer does: one that did not agree to it
  /// most likely cannot.
  private ConnectFailure withoutSettings() {
    final var tls = ctx == null ? null : ctx.pipeline().get(SslHandler.class);
    return tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())
        ? ConnectFailure.TIMED_OUT
        : ConnectFailure.NO_HTTP2;
  }

  boolean isIdleSince(final long now, final long nanos) {
    return streams.isEmpty() && liveness.isSilentSince(now, nanos);
  }

  /// Whether one more request could be written now.
  boolean hasRoom() {
    final var context = ctx;
    return state == State.READY
        && !liveness.isSuspected()
        && !window.isShut()
        && streams.size() < peerStreams
        && context != null
        && context.channel().isWritable();
  }

  /// Whether there is room besides the streams that are kept for urgent requests, one of 16.
  boolean hasRoomForAll() {
    return streams.size() < peerStreams - peerStreams / 16 && hasRoom();
  }

  /// Writes the request into the buffer; [#flush] sends it.
  ///
  /// @return false when the connection's window is too small now; the request is untouched then
  boolean write(final Http2Request request, final long now) {
    final byte[] body = request.body();
    if (body.length > Http2Request.LARGEST_BODY) {
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
    request.link = this;
    request.answer = null;
    request.writtenAt = now;
    streams.put(id, request);
    window.began(request, body, part);
    if (nextStreamId >= LAST_USABLE_STREAM) {
      retire("stream ids used up");
    }
    return true;
  }

  void flush() {
    if (out != null && state != State.CLOSED) {
      out.flush();
    }
  }

  /// Its last answer speaks against it.
  void blame() {
    shard.links().blame(this, System.nanoTime());
  }

  /// Takes no new requests and closes when the last answer is in.
  void retire(final String why) {
    if (state == State.READY || state == State.CONNECTING) {
      state = State.DRAINING;
      closeReason = why;
      shutByUs = true;
    }
    closeIfDrained();
  }

  void closeIfDrained() {
    if (state == State.DRAINING && streams.isEmpty()) {
      shut(Http2Error.NO_ERROR, closeReason);
    }
  }

  /// Ends the connection now; whatever is under way becomes uncertain when it is closed.
  void shut(final Http2Error error, final String why) {
    if (state == State.CLOSED) {
      return;
    }
    if (closeReason.isEmpty()) {
      closeReason = why;
    }
    if (out != null && prefaceSent) {
      out.goAway(error.code());
      out.flush();
    }
    if (state != State.CONNECTING) {
      state = State.DRAINING;
    }
    if (ctx != null) {
      ctx.close();
    } else {
      ended();
    }
  }

  /// Looks for late answers and a dead peer.
  void sweep(final long now) {
    if (state == State.CONNECTING) {
      // name, TCP, TLS and SETTINGS each have their own patience; this is the sum
      if (now - openedAt > 4 * settings.connectPatience().toNanos()) {
        failure = waitsFor();
        shut(Http2Error.SETTINGS_TIMEOUT, "the peer sent no SETTINGS");
      }
      return;
    }
    final long answerPatience = settings.answerPatience().toNanos();
    long oldest = 0;
    ArrayList<Http2Request> late = null;
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
      case DOUBTFUL -> shard.links().doubtful();
      case DEAD -> {
        closeReason = "the peer answers no ping";
        end();
        return;
      }
    }
    flush();
    closeIfDrained();
  }

  /// Ends the connection without waiting: the close of TLS may wait for a peer that is gone.
  void end() {
    shut(Http2Error.NO_ERROR, closeReason);
    ended();
  }

  void excuse(final long nanos) {
    liveness.excuse(nanos);
  }

  private void ping(final long now) {
    liveness.asked(now);
    writer().ping(now, false);
  }

  void resetByUs(final Http2Request request, final Doubt why) {
    writer().reset(request.streamId, Http2Error.CANCEL.code());
    forget(request);
    shard.uncertain(request, why);
  }

  void forget(final Http2Request request) {
    streams.remove(request.streamId);
    window.forget(request);
  }

  // ---- what LinkListener has read ----

  FrameOut writer() {
    final var to = out;
    if (to == null) {
      throw new IllegalStateException("the connection is not open yet");
    }
    return to;
  }

  Shard shard() {
    return shard;
  }

  void complete(final Http2Request request, final Http2Answer answer) {
    if (window.isUnfinished(request)) {
      writer().reset(request.streamId, Http2Error.NO_ERROR.code());
    }
    forget(request);
    answeredOnce = true;
    shard.answered(request, answer);
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
    } else if (state == State.CONNECTING) {
      peerStreams = settings.mostStreams();
    }
    if (tableSize != null) {
      writer().peerTableSize(tableSize);
    }
    if (initialWindow != null) {
      window.initial(initialWindow, writer());
    }
    writer().settingsAck();
    if (state == State.CONNECTING) {
      state = State.READY;
    }
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
    final boolean first = state != State.DRAINING;
    state = State.DRAINING;
    if (closeReason.isEmpty()) {
      closeReason = debug.isEmpty() ? "the peer went away" : "the peer went away: " + debug;
    }
    final var moved = new ArrayList<Http2Request>();
    for (final var request : streams.values()) {
      if (request.streamId > lastStreamId) {
        moved.add(request);
      }
    }
    // back to the front of the queue one by one: the newest first, so that the order stays
    moved.sort(Comparator.comparingInt((Http2Request request) -> request.streamId).reversed());
    for (final var request : moved) {
      forget(request);
      shard.refused(request);
    }
    if (first) {
      shard.links().goneAway(error, debug);
    }
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
    if (state == State.CLOSED) {
      in.skipBytes(in.readableBytes());
      return;
    }
    liveness.read(System.nanoTime());
    reader.readFrame(context, in, listener);
  }

  @Override
  public void channelRead(final ChannelHandlerContext context, final Object message)
      throws Exception {
    shard.beginBatch();
    super.channelRead(context, message);
  }

  @Override
  public void channelReadComplete(final ChannelHandlerContext context) throws Exception {
    super.channelReadComplete(context);
    closeIfDrained();
    shard.endBatch();
    flush();
  }

  @Override
  public void channelWritabilityChanged(final ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      shard.pump();
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext context, final Object event)
      throws Exception {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        prefaceSent = true;
        stage = Stage.SETTINGS;
        writer().preface();
        flush();
      } else {
        closeReason = "TLS: " + Links.words(handshake.cause());
        failure = ConnectFailure.of(handshake.cause()).orElse(null);
        context.close();
      }
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
    Faults.tell(cause);
    final var http2 = Links.http2(cause);
    if (state == State.CONNECTING && failure == null) {
      failure = http2 == null ? ConnectFailure.of(cause).orElse(null) : ConnectFailure.NO_HTTP2;
    }
    shut(http2 == null ? Http2Error.NO_ERROR : http2.error(), Links.words(cause));
  }

  @Override
  public void channelInactive(final ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    ended();
  }

  /// The end, told once: everything still under way is uncertain.
  void ended() {
    if (state == State.CLOSED) {
      return;
    }
    final boolean wasReady = state != State.CONNECTING;
    if (!wasReady && failure == null && stage == Stage.SETTINGS) {
      final var why = withoutSettings();
      failure = why == ConnectFailure.NO_HTTP2 ? why : null; // else it was cut
    }
    state = State.CLOSED;
    if (out != null) {
      out.drop();
    }
    final var left = new ArrayList<>(streams.values());
    streams.clear();
    window.clear();
    final var doubt = liveness.isAsking() ? Doubt.CONNECTION_DEAD : Doubt.CONNECTION_LOST;
    for (final var request : left) {
      shard.uncertain(request, doubt);
    }
    shard.endBatch();
    shard.links().closed(this, wasReady, shutByUs, left.size());
  }
}

package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server connection that speaks HTTP/2: Netty's frame codec, with one small object of ours per
/// stream.
///
/// There is no channel per stream: an answer is two frames written by the loop, and all answers of
/// a group leave with one flush. The codec limits what a peer can cause without a request: resets,
/// pings, settings, empty frames, continuations, header lists. Belongs to its event loop.
final class Http2Endpoint extends Http2ConnectionHandler implements LoopConnection {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Endpoint.class);
  private static final int CONNECTION_WINDOW = 1024 * 1024;
  private static final int RESET_WINDOW_MILLIS = 30_000;

  /// Answers that a peer may leave unread until each is reset; then the connection ends.
  private static final int MOST_LEFT_STANDING = 3;

  private final HttpCore core;
  private final Loop loop;
  private final WholeAnswers answers;
  private final Http2Requests requests;
  private final HeaderLists headerLists;
  private final WaitingAnswers waiting;
  private @Nullable ChannelHandlerContext context;
  private @Nullable StallDetector stall;
  private @Nullable UnreadOutput unreadOutput;

  /// Who is charged for what the peer leaves unread: the sender of the last request.
  private BudgetOwner owner = BudgetOwner.STRANGER;

  /// Bytes of answers under way that have shares.
  private long charged;

  /// Bytes of answer streams that wait for the peer's windows, as of the last tick.
  private long waitingInStreams;

  private int slot = -1;
  private boolean noted;
  private boolean reading;
  private boolean left;
  private boolean draining;
  private long lastCalledAt = Long.MAX_VALUE;
  private long touchedAt;
  private long resetsSince;
  private int resets;
  private int leftStanding;

  Http2Endpoint(
      final HttpCore core,
      final Loop loop,
      final FrameGatherer gatherer,
      final PlainHpack hpack,
      final HeaderLists headerLists,
      final WaitingAnswers waiting,
      final Http2ConnectionDecoder decoder,
      final Http2ConnectionEncoder encoder,
      final Http2Settings settings) {
    super(decoder, encoder, settings);
    this.core = core;
    this.loop = loop;
    this.answers = new WholeAnswers(connection(), gatherer, hpack, loop);
    this.requests = new Http2Requests(this);
    this.headerLists = headerLists;
    this.waiting = waiting;
    this.touchedAt = loop.nowMillis();
    decoder.frameListener(requests);
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    super.handlerAdded(ctx);
    connection()
        .local()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(),
            CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    wantFlush();
  }

  @Override
  public void channelRead(final ChannelHandlerContext ctx, final Object message) throws Exception {
    reading = true;
    super.channelRead(ctx, message);
  }

  @Override
  public void channelReadComplete(final ChannelHandlerContext ctx) throws Exception {
    reading = false;
    super.channelReadComplete(ctx);
  }

  /// A peer that does not read is not read either; see [FrameGatherer].
  @Override
  public void channelWritabilityChanged(final ChannelHandlerContext ctx) throws Exception {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    super.channelWritabilityChanged(ctx);
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    loop.remove(this);
    UnreadOutput.free(unreadOutput);
    unreadOutput = null;
    if (!left) {
      left = true;
      core.limit().leave(Peers.counted(ctx.channel()));
    }
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause)
      throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(ctx, cause);
    } else {
      core.connectionFailed(cause);
      final var _ = ctx.close();
    }
  }

  void respond(final Http2Exchange exchange, final Answer answer, final boolean withoutBody) {
    owner = exchange.owner();
    respond(exchange.stream(), answer, withoutBody, exchange);
  }

  void respond(final Http2Stream stream, final Answer answer, final boolean withoutBody) {
    respond(stream, answer, withoutBody, null);
  }

  /// Writes a whole answer: one frame if it has no body, two if it has.
  private void respond(
      final Http2Stream stream,
      final Answer answer,
      final boolean withoutBody,
      final @Nullable Http2Exchange exchange) {
    if (!stream.state().localSideOpen()) {
      return;
    }
    final var unread = stream.state().remoteSideOpen();
    if (!withoutBody && answers.write(stream, answer)) {
      closeStreamLocal(stream, context().newSucceededFuture());
      if (unread) {
        stopReading(stream);
      }
    } else {
      final var last =
          withoutBody || answer.body().length == 0
              ? writeInParts(stream, answer, withoutBody)
              : writeCharged(stream, answer, exchange);
      waiting.add(stream.id(), last);
      if (unread) {
        last.addListener((ChannelFutureListener) _ -> stopReading(stream));
      }
    }
    wantFlush();
  }

  /// Writes an answer that waits for the peer's window, if there is room for it; else an empty one,
  /// which needs no window.
  private ChannelFuture writeCharged(
      final Http2Stream stream, final Answer answer, final @Nullable Http2Exchange exchange) {
    final var bytes = answer.body().length;
    final var taken = exchange == null ? null : exchange.takeShare();
    final var client = exchange == null ? Peers.of(channel()) : exchange.peer();
    final var budgets = core.settings().budgets();
    final var share = taken != null ? taken : budgets.forAnswer(client, owner, bytes);
    if (share == null) {
      return writeInParts(
          stream, Answer.empty(503, "Retry-After", HttpBudgets.RETRY_SECONDS), true);
    }
    charged += bytes;
    final var last = writeInParts(stream, answer, false);
    last.addListener(
        (ChannelFutureListener)
            _ -> {
              charged -= bytes;
              share.free();
            });
    return last;
  }

  private ChannelFuture writeInParts(
      final Http2Stream stream, final Answer answer, final boolean withoutBody) {
    final var ctx = context();
    final var id = stream.id();
    final var headersOnly = withoutBody || answer.body().length == 0;
    final var headers = answer.headers2(loop.date(), /* withLength= */ withoutBody);
    final var head = encoder().writeHeaders(ctx, id, headers, 0, headersOnly, ctx.newPromise());
    return headersOnly
        ? head
        : encoder()
            .writeData(ctx, id, Unpooled.wrappedBuffer(answer.body()), 0, true, ctx.newPromise());
  }

  /// RFC 9113 §8.1: the answer is whole before the request is; the rest need not be sent.
  private void stopReading(final Http2Stream stream) {
    if (stream.state().remoteSideOpen()) {
      final var ctx = context();
      final var _ = resetStream(ctx, stream.id(), Http2Error.NO_ERROR.code(), ctx.newPromise());
      wantFlush();
    }
  }

  /// A peer that makes us reset its streams again and again is sent away like one that resets them
  /// itself.
  @Override
  public ChannelFuture resetStream(
      final ChannelHandlerContext ctx,
      final int streamId,
      final long errorCode,
      final ChannelPromise promise) {
    final var now = loop.nowMillis();
    if (now - resetsSince >= RESET_WINDOW_MILLIS) {
      resetsSince = now;
      resets = 0;
    }
    if (++resets == core.limits().connections().resetsPerWindow()) {
      onError(
          ctx,
          /* outbound= */ true,
          Http2Exception.connectionError(
              Http2Error.ENHANCE_YOUR_CALM, "too many streams had to be reset"));
    }
    return super.resetStream(ctx, streamId, errorCode, promise);
  }

  /// Netty answers without a body; a stream whose answer was begun is only reset.
  @Override
  protected void handleServerHeaderDecodeSizeError(
      final ChannelHandlerContext ctx, final Http2Stream stream) {
    requests.tooLarge(stream, headerLists.takeRefused());
  }

  void beginStream(final Http2Exchange exchange, final Answer head) {
    final var ctx = context();
    final var headers = head.headers2(loop.date(), false);
    final var _ =
        encoder().writeHeaders(ctx, exchange.stream().id(), headers, 0, false, ctx.newPromise());
    wantFlush();
  }

  ChannelFuture data(final Http2Exchange exchange, final ByteBuf bytes, final boolean last) {
    final var ctx = context();
    final var id = exchange.stream().id();
    final var sent = encoder().writeData(ctx, id, bytes, 0, last, ctx.newPromise());
    waiting.add(id, sent);
    wantFlush();
    return sent;
  }

  /// Ends an answer that came in pieces; the rest of its request need not be sent.
  void endStream(final Http2Exchange exchange) {
    final var stream = exchange.stream();
    final var last = data(exchange, Unpooled.EMPTY_BUFFER, true);
    if (stream.state().remoteSideOpen()) {
      last.addListener((ChannelFutureListener) _ -> stopReading(stream));
    }
  }

  /// Whether the peer may send nothing, on whatever stream, because handlers have not read yet.
  boolean isWithholding() {
    final var window = connection().local().flowController();
    return window.windowSize(connection().connectionStream()) <= 0;
  }

  /// Refuses a new request before it is read, so that its client may send it again (RFC 9113 §8.7),
  /// while so many answers wait for the peer's window; false if it may be taken.
  boolean refusesWhileAnswersWait(final Http2Stream stream) {
    if (!isLaden() || !isLadenAfterWriting()) {
      return false;
    }
    final var ctx = context();
    final var _ = resetStream(ctx, stream.id(), Http2Error.REFUSED_STREAM.code(), ctx.newPromise());
    wantFlush();
    return true;
  }

  private boolean isLaden() {
    final var most = Math.max(1, core.limits().connections().streams() / 4);
    return waiting.count() >= most && channel().isWritable(); // else they wait for the socket
  }

  /// Answers that were given within this turn have not seen the window yet.
  private boolean isLadenAfterWriting() {
    try {
      connection().remote().flowController().writePendingBytes();
    } catch (Http2Exception e) {
      throw new IllegalStateException("what the codec took cannot be written", e);
    }
    return isLaden();
  }

  /// Tells a client that waits for permission to send its body.
  void goOn(final Http2Stream stream) {
    final var ctx = context();
    final var headers = ReadOnlyHttp2Headers.serverHeaders(false, Status.code(100));
    final var _ = encoder().writeHeaders(ctx, stream.id(), headers, 0, false, ctx.newPromise());
    wantFlush();
  }

  /// The handler has read so many bytes of a body: the peer may send as many more.
  void consumed(final Http2Stream stream, final int bytes) {
    try { // of a stream that ended meanwhile, the codec gave them back itself
      if (bytes > 0 && connection().local().flowController().consumeBytes(stream, bytes)) {
        wantFlush();
      }
    } catch (Http2Exception e) {
      throw new IllegalStateException("flow control: more bytes consumed than received", e);
    }
  }

  private void wantFlush() {
    if (!reading) {
      loop.flushSoon(this);
    }
  }

  @Override
  public void flushNow() {
    flush(context());
  }

  /// A request has begun.
  void touched() {
    touchedAt = loop.nowMillis();
  }

  Http2Requests requests() {
    return requests;
  }

  void streamEnded() {
    touchedAt = loop.nowMillis();
  }

  @Override
  public void sweep(final long nowMillis) {
    final var before = stall;
    stall = StallDetector.look(before, channel(), nowMillis);
    var slow = waiting.isSlow(stall != null, channel(), core.paceMillis(), nowMillis);
    var streams = connection().numActiveStreams();
    waitingInStreams = 0;
    if (streams > 0) {
      sweepStreams(nowMillis);
      resetUnmoved();
      streams = connection().numActiveStreams();
    }
    slow |= stall != null && stall.isLongerThan(core.stallMillis(), nowMillis);
    if (isTooMuchUnread(stall != null && stall == before) || slow) {
      LOG.debug("{}: a peer does not read, or hardly, or too much waits", core.settings().name());
      final var _ = channel().close();
      return;
    }
    if (nowMillis >= lastCalledAt) {
      lastCalledAt = Long.MAX_VALUE;
      sayGoAway(connection().remote().lastStreamCreated());
    }
    final var patience = decoder().prefaceReceived() ? core.idleMillis() : core.headMillis();
    if (streams == 0 && stall == null && (draining || nowMillis - touchedAt >= patience)) {
      // Through this handler itself, which says GOAWAY first.
      final var _ = channel().close();
    }
  }

  /// Gives up the answers that the peer does not let move; after a few, the peer.
  private void resetUnmoved() {
    if (!channel().isWritable()) {
      waiting.socketIsFull();
      return;
    }
    final var ctx = context();
    for (final var stream : waiting.unmovedFor(core.stallMillis(), core.paceMillis())) {
      final var _ = resetStream(ctx, stream, Http2Error.CANCEL.code(), ctx.newPromise());
      wantFlush();
      if (++leftStanding == MOST_LEFT_STANDING) {
        onError(
            ctx,
            /* outbound= */ true,
            Http2Exception.connectionError(
                Http2Error.ENHANCE_YOUR_CALM, "too many responses were left unread"));
        return;
      }
    }
  }

  private boolean isTooMuchUnread(final boolean stands) {
    if (stall != null || unreadOutput != null || waitingInStreams > 0) {
      unreadOutput =
          UnreadOutput.look(unreadOutput, core, channel(), owner, waitingInStreams - charged);
    }
    return unreadOutput != null && unreadOutput.isTooMuch(stands || stall == null);
  }

  private void sweepStreams(final long nowMillis) {
    try {
      final var _ =
          connection()
              .forEachActiveStream(stream -> {
                final var exchange = requests.of(stream);
                if (exchange != null) {
                  exchange.sweep(nowMillis);
                  waitingInStreams += exchange.waiting();
                }
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException("a visitor of ours does not throw this", e);
    }
  }

  /// RFC 9113 §6.8: first a GOAWAY that refuses nothing, so that requests on their way are served;
  /// half the time later the one that names the last of them.
  @Override
  public void drain(final long untilMillis) {
    sayGoAway(Integer.MAX_VALUE);
    draining = connection().numActiveStreams() == 0;
    lastCalledAt = loop.nowMillis() + (untilMillis - loop.nowMillis()) / 2;
  }

  private void sayGoAway(final int lastStream) {
    draining |= lastStream != Integer.MAX_VALUE;
    final var ctx = context();
    final var _ =
        goAway(
            ctx, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    wantFlush();
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("the connection has no place in a pipeline yet");
    }
    return context;
  }

  @Override
  public Channel channel() {
    return context().channel();
  }

  @Override
  public HttpCore core() {
    return core;
  }

  Loop loop() {
    return loop;
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public void slot(final int place) {
    slot = place;
  }

  @Override
  public boolean noted() {
    return noted;
  }

  @Override
  public void noted(final boolean isNoted) {
    noted = isNoted;
  }
}

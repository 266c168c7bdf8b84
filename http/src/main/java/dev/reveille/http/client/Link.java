package dev.reveille.http.client;

import dev.reveille.http.Faults;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One connection to the peer, from the look-up of its name to its end. The protocol on it, and so
/// the [Wire] that carries its requests, is known when the TLS handshake is over (ALPN, RFC 7301).
/// Belongs to its event loop.
///
/// ```
///   CONNECTING --name, TCP, TLS, HTTP/2's SETTINGS--> READY --peer says good-bye, retired--> DRAINING
///        \_______________________________________________|______________________________________|--> CLOSED
/// ```
final class Link extends ChannelInboundHandlerAdapter implements Dialed {
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

  final long openedAt;

  private final Shard shard;
  private final ClientTarget target;
  private final PoolSettings settings;

  private State state = State.CONNECTING;
  private Stage stage = Stage.NAME;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable Wire wire;
  private boolean answeredOnce;
  private boolean shutByUs;
  private boolean turnedAway;
  private String closeReason = "";
  private @Nullable ConnectFailure failure;

  Link(final Shard shard, final ClientTarget target, final PoolSettings settings, final long now) {
    this.shard = shard;
    this.target = target;
    this.settings = settings;
    this.openedAt = now;
  }

  State state() {
    return state;
  }

  Shard shard() {
    return shard;
  }

  boolean answeredOnce() {
    return answeredOnce;
  }

  /// What ended it, for the log.
  String closeReason() {
    return closeReason;
  }

  void closeReason(final String why) {
    if (closeReason.isEmpty()) {
      closeReason = why;
    }
  }

  @Override
  public void stage(final Stage reached) {
    stage = reached;
  }

  @Override
  public boolean isClosed() {
    return state == State.CLOSED;
  }

  /// Why it never became ready, as far as that is known.
  Optional<ConnectFailure> failure() {
    return Optional.ofNullable(failure);
  }

  void failure(final @Nullable ConnectFailure why) {
    if (failure == null) {
      failure = why;
    }
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
    return ApplicationProtocolNames.HTTP_2.equals(agreed())
        ? ConnectFailure.TIMED_OUT
        : ConnectFailure.NO_HTTP2;
  }

  /// What TLS agreed on; null when nothing.
  private @Nullable String agreed() {
    final var tls = ctx == null ? null : ctx.pipeline().get(SslHandler.class);
    return tls == null ? null : tls.applicationProtocol();
  }

  /// Whether HTTP/1.1 is spoken here: one request at a time.
  boolean isSerial() {
    return wire instanceof Http1Wire;
  }

  // ---- requests ----

  /// Whether one more request could be written now.
  boolean hasRoom() {
    final var to = wire;
    return state == State.READY && to != null && to.hasRoom();
  }

  /// Whether there is room besides what is kept for urgent requests.
  boolean hasRoomForAll() {
    final var to = wire;
    return state == State.READY && to != null && to.hasRoomForAll();
  }

  boolean isSuspected() {
    return wire != null && wire.isSuspected();
  }

  boolean isIdleSince(final long now, final long nanos) {
    return wire == null || wire.isIdleSince(now, nanos);
  }

  int underWay() {
    return wire == null ? 0 : wire.underWay();
  }

  /// Writes the request into the buffer; [#flush] sends it.
  ///
  /// @return false when the connection does not take it now; the request is untouched then
  boolean write(final ClientRequest request, final long now) {
    final var to = wire;
    if (to == null) {
      throw new IllegalStateException("the connection is not open yet");
    }
    return to.write(request, now);
  }

  void flush() {
    if (wire != null && state != State.CLOSED) {
      wire.flush();
    }
  }

  /// A request was answered in full.
  void answered(final ClientRequest request, final ClientAnswer answer) {
    answeredOnce = true;
    shard.answered(request, answer);
  }

  /// Its last answer speaks against it.
  void blame() {
    shard.links().blame(this, System.nanoTime());
  }

  // ---- the end ----

  /// The peer takes requests from now on.
  void ready() {
    if (state == State.CONNECTING) {
      state = State.READY;
    }
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

  /// The peer takes no new requests here.
  ///
  /// @return whether this is news
  boolean drain(final String why) {
    final boolean first = state != State.DRAINING;
    state = State.DRAINING;
    closeReason(why);
    return first;
  }

  /// The peer told that it closes, or we do after this answer: the end of the connection says
  /// nothing against the peer.
  void drainInOrder(final String why) {
    drain(why);
    shutByUs = true;
  }

  void closeIfDrained() {
    if (state == State.DRAINING && underWay() == 0) {
      shut(closeReason);
    }
  }

  /// Ends the connection now; whatever is under way becomes uncertain when it is closed.
  void shut(final String why) {
    if (state == State.CLOSED) {
      return;
    }
    closeReason(why);
    if (wire != null) {
      wire.farewell();
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

  /// Ends the connection without waiting: what TLS says at the end may wait for a peer that is
  /// gone.
  void end() {
    shut(closeReason);
    ended();
  }

  /// Looks for late answers and a dead peer.
  void sweep(final long now) {
    if (state == State.CONNECTING) {
      // name, TCP, TLS and SETTINGS each have their own patience; this is the sum
      if (now - openedAt > 4 * settings.connectPatience().toNanos()) {
        failure = waitsFor();
        shut("the peer sent no SETTINGS");
      }
    } else if (wire != null) {
      wire.sweep(now);
    }
  }

  void excuse(final long nanos) {
    if (wire != null) {
      wire.excuse(nanos);
    }
  }

  /// The end, told once.
  private void ended() {
    if (state == State.CLOSED) {
      return;
    }
    final boolean wasReady = state != State.CONNECTING && !turnedAway;
    if (!wasReady && failure == null && stage == Stage.SETTINGS) {
      final var why = withoutSettings();
      failure = why == ConnectFailure.NO_HTTP2 ? why : null; // else it was cut
    }
    state = State.CLOSED;
    final int left = wire == null ? 0 : wire.ended(turnedAway);
    // the failure first: what waits must not open another connection before it counts
    shard.links().closed(this, wasReady, shutByUs, left);
    shard.endBatch();
  }

  // ---- Netty ----

  @Override
  public void handlerAdded(final ChannelHandlerContext context) {
    ctx = context;
    if (!target.isPlain()) {
      return;
    }
    // the socket stands, perhaps behind a proxy that keeps what is written until it has connected
    speakHttp1(context);
  }

  private void speakHttp1(final ChannelHandlerContext context) {
    final var made = new Http1Wire(this, settings);
    wire = made;
    made.addTo(context.pipeline());
    ready();
    shard.pump();
  }

  private void speakHttp2(final ChannelHandlerContext context) {
    final var made = new Http2Wire(this, settings, openedAt);
    wire = made;
    stage = Stage.SETTINGS;
    context.pipeline().addLast(made);
    made.preface();
  }

  @Override
  public void channelRead(final ChannelHandlerContext context, final Object message) {
    shard.beginBatch();
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(final ChannelHandlerContext context) {
    context.fireChannelReadComplete();
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
  public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (!handshake.isSuccess()) {
        closeReason = "TLS: " + Links.words(handshake.cause());
        failure(ConnectFailure.of(handshake.cause()).orElse(null));
        context.close();
      } else if (target.versions().choosesHttp2(agreed())) {
        speakHttp2(context);
      } else {
        speakHttp1(context);
      }
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
    Faults.tell(cause);
    final var found = ConnectFailure.of(cause).orElse(null);
    if (state == State.CONNECTING) {
      failure(found);
    } else if (found == ConnectFailure.IDENTITY_REFUSED && !answeredOnce) {
      // with TLS 1.3 our side of the handshake is over before the peer has looked at our
      // certificate; what we wrote meanwhile it has not read
      failure(found);
      turnedAway = true;
    }
    shut((found == ConnectFailure.IDENTITY_REFUSED ? "TLS: " : "") + Links.words(cause));
  }

  @Override
  public void channelInactive(final ChannelHandlerContext context) {
    if (state == State.READY) {
      drain("the peer closed the connection"); // nothing new is written while the rest is read
    }
    context.fireChannelInactive();
    ended();
  }
}

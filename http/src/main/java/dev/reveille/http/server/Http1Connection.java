package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A connection that speaks HTTP/1.1: one request after the other, in the order they came.
///
/// ```
///   IDLE -> HEAD -> BODY -> HANDLING -> IDLE ...            and from anywhere a refused request:
///                              |-> SENDING -> IDLE            -> LINGERING -> closed
///                              |-> STREAMING -> IDLE
///                              '-> PARKED -> IDLE
/// ```
///
/// While a request is parked, nothing is kept but this object and the [Parked]. A large answer is
/// written in slices, as the socket takes them.
final class Http1Connection extends Http1Requests implements Parked.Place, AnswerStream.Sink {
  /// How long a refused peer may go on sending before the socket is closed under it.
  private static final long LINGER_MILLIS = 2_000;

  /// The connection was refused; it stays open until the refusal is written.
  private final boolean turnedAway;

  private boolean keepAlive = true;
  private boolean http10;
  private boolean isHead;

  /// A large answer of which the socket has not taken all.
  private @Nullable SlicedAnswer unsent;

  /// Whom to tell when the peer leaves during a stream.
  private @Nullable Exchange streaming;

  Http1Connection(final HttpCore core, final Loop loop, final boolean counted) {
    super(core, loop, counted);
    this.turnedAway = !counted;
  }

  @Override
  protected void placed() {
    deadline = nowMillis() + core().headMillis();
    if (turnedAway) {
      refuse(Addressee.UNKNOWN, 503, "There are as many connections as this server takes.");
    }
  }

  @Override
  protected void writabilityChanged(final boolean writable) {
    if (writable && current instanceof SlicedAnswer sliced) {
      sendOn(sliced);
    } else if (writable) {
      resume();
    }
  }

  @Override
  Http1Exchange began(final HttpHandler handler, final RequestHead head, final Body body) {
    keepAlive = head.keepAlive();
    http10 = head.isHttp10();
    isHead = head.method().equals("HEAD");
    final var exchange = new Http1Exchange(this, handler, head, body);
    current = exchange;
    return exchange;
  }

  @Override
  void endsConnection() {
    keepAlive = false;
  }

  @Override
  boolean isHeld() {
    return phase == Phase.PARKED || phase == Phase.STREAMING && streaming == null;
  }

  /// Writes the answer to the request that is being handled; a late one to a peer that left is
  /// dropped.
  void answer(final Http1Exchange exchange, final Answer answer) {
    if (current == exchange) {
      chargeTo(exchange.owner());
      respond(answer, exchange.takeShare());
    }
  }

  @Override
  public Loop home() {
    return loop();
  }

  @Override
  public void unpark(final Parked parked, final Answer answer) {
    if (current == parked) {
      chargeTo(parked.owner());
      final var bytes = isHead ? 0 : answer.body().length;
      final var isSmall = bytes <= HttpBudgets.AT_ONCE;
      final var budgets = core().settings().budgets();
      final var share = isSmall ? null : budgets.forAnswer(peer(), parked.owner(), bytes);
      respond(isSmall || share != null ? answer : noRoom(), share);
    }
  }

  private Answer noRoom() {
    return core()
        .problem(channel(), Addressee.UNKNOWN, 503, HttpBudgets.NO_ROOM)
        .with("Retry-After", HttpBudgets.RETRY_SECONDS);
  }

  /// @param share of the answer, when it is not a small one
  private void respond(final Answer answer, final ByteBudget.@Nullable Share share) {
    leaveBody("the request is answered");
    final var stays = keepAlive && !core().isDraining();
    if (share != null) {
      final var sliced = new SlicedAnswer(answer.body(), share, stays);
      current = sliced;
      unsent = sliced;
      phase = Phase.SENDING;
      deadline = Long.MAX_VALUE;
      parser = null;
      write(Http1Bytes.answer(this, answer, ending(stays), /* withoutBody= */ true));
      sendOn(sliced);
      return;
    }
    final var out = Http1Bytes.answer(this, answer, ending(stays), isHead);
    if (stays) {
      write(out);
      finished();
    } else {
      current = null;
      final var _ = sayLast(out);
    }
  }

  /// Writes what the socket takes of a large answer.
  private void sendOn(final SlicedAnswer sliced) {
    while (current == sliced && channel().isWritable()) {
      final var out = sliced.next(buffer(sliced.nextLength()));
      if (!sliced.isDone()) {
        write(out);
      } else if (sliced.stays() && !core().isDraining()) {
        final var _ = context().write(counted(out)).addListener(_ -> sent(sliced));
        wantFlush();
        finished();
      } else {
        current = null;
        sayLast(out).addListener(_ -> sent(sliced));
      }
    }
  }

  private void sent(final SlicedAnswer sliced) {
    sliced.free();
    if (unsent == sliced) {
      unsent = null;
    }
  }

  @Override
  boolean isCharged() {
    return unsent != null;
  }

  private Http1Bytes.Ending ending(final boolean stays) {
    return !stays
        ? Http1Bytes.Ending.CLOSE
        : http10 ? Http1Bytes.Ending.KEEP_ALIVE_SAID : Http1Bytes.Ending.KEEP_ALIVE;
  }

  /// The answer is written: the next request may come, or has come already.
  private void finished() {
    current = null;
    streaming = null;
    phase = Phase.IDLE;
    deadline = nowMillis() + core().idleMillis();
    resume();
  }

  /// Sends the last bytes of this connection and closes it without cutting them off.
  private ChannelFuture sayLast(final ByteBuf out) {
    phase = Phase.LINGERING;
    endIntake();
    deadline = nowMillis() + LINGER_MILLIS;
    parser = null;
    ahead = null;
    final var last = writeLast(out);
    listen();
    return last;
  }

  private void refuse(final Addressee to, final int status, final String detail) {
    refuse(core().problem(channel(), to, status, detail), detail);
  }

  @Override
  void refuse(final Answer answer, final String why) {
    leaveBody(why);
    keepAlive = false;
    final var exchange = current;
    current = null;
    final var _ = sayLast(Http1Bytes.answer(this, answer, Http1Bytes.Ending.CLOSE, false));
    if (exchange instanceof Http1Exchange refused) { // its body was still coming
      refused.closed();
    }
  }

  void begin(final Http1Exchange exchange, final AnswerStream stream) {
    if (current != exchange) {
      stream.over();
      return;
    }
    leaveBody("the request is answered");
    phase = Phase.STREAMING;
    current = stream;
    streaming = stream.isHeld() ? null : exchange;
    parser = null;
    // HTTP/1.0 knows no chunks: there the end of the connection ends the answer.
    keepAlive &= !http10;
    final var stays = ending(keepAlive && !core().isDraining());
    write(Http1Bytes.streamHead(this, stream.takeHead(), stays, http10));
    stream.begin(this);
  }

  @Override
  public void piece(final byte[] bytes, final ChannelFutureListener whenSent) {
    final var out = isHead ? Unpooled.EMPTY_BUFFER : Http1Bytes.piece(this, bytes, http10);
    final var _ = context().write(counted(out)).addListener(whenSent);
    wantFlush();
  }

  @Override
  public void end() {
    final var out = isHead || http10 ? Unpooled.EMPTY_BUFFER : Http1Bytes.lastChunk(this);
    if (keepAlive && !core().isDraining()) {
      write(out);
      finished();
    } else {
      current = null;
      streaming = null;
      final var _ = sayLast(out);
    }
  }

  void hold(final Http1Exchange exchange, final Parked parked, final long patienceMillis) {
    if (current != exchange) {
      parked.leave();
      return;
    }
    leaveBody("the request is held");
    phase = Phase.PARKED;
    current = parked;
    parser = null;
    deadline = nowMillis() + patienceMillis;
    if (ahead != null && ahead.length > MOST_AHEAD_PARKED) {
      close();
    }
  }

  void give(final Http1Exchange exchange, final Exchange.Upgrade upgrade) {
    if (current != exchange) {
      return;
    }
    leaveBody("the connection changes its protocol");
    endIntake();
    chargeTo(exchange.owner());
    // Bytes that came along are the successor's; while they are being read, it waits here for them.
    current = upgrade.successor();
    if (!peer().equals(exchange.peer())) {
      Peers.isFor(channel(), exchange.peer(), Peers.counted(channel()));
    }
    write(Http1Bytes.switching(this, upgrade.headers()));
    final var early = ahead;
    ahead = null;
    upgrade.successor().takePlaceOf(this);
    listen();
    if (early != null) {
      upgrade.successor().received(Unpooled.wrappedBuffer(early));
    }
  }

  @Override
  protected void overdue(final long nowMillis) {
    if (nowMillis < deadline) {
      return;
    }
    switch (phase) {
      case IDLE, LINGERING -> {
        // A large answer to a slow peer is not idleness; whether it moves is watched elsewhere.
        if (isSending()) {
          deadline = nowMillis + (phase == Phase.IDLE ? core().idleMillis() : LINGER_MILLIS);
        } else {
          close();
        }
      }
      case HEAD -> refuse(addressee(parser()), 408, "The head of the request took too long.");
      case BODY -> refuse(addressee(parser()), 408, "The body of the request took too long.");
      case PARKED -> {
        deadline = Long.MAX_VALUE;
        if (current instanceof Parked parked) {
          parked.expire();
        }
      }
      case HANDLING, SENDING, STREAMING -> {}
    }
  }

  @Override
  public void drain(final long untilMillis) {
    if (phase == Phase.IDLE) {
      // Not all at once: their owners come back somewhere else, and should not come all at once.
      final var left = Math.max(1, untilMillis - nowMillis());
      deadline = nowMillis() + ThreadLocalRandom.current().nextLong(left);
    }
  }

  @Override
  protected void gone() {
    if (turnedAway) {
      core().limit().places().turnedAway();
    }
    final var was = current;
    leaveBody("the peer has gone");
    current = null;
    parser = null;
    ahead = null;
    endIntake();
    switch (was) {
      case SlicedAnswer sliced -> sent(sliced);
      case Http1Exchange exchange -> exchange.closed();
      case Parked parked -> parked.leave();
      case AnswerStream stream -> {
        stream.over();
        if (streaming != null) {
          streaming.closed();
        }
      }
      case null, default -> {}
    }
  }
}

package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A connection that speaks HTTP/1.1: one request after the other, in the order they came.
///
/// ```
///   IDLE -> HEAD -> BODY -> HANDLING -> IDLE ...            and from anywhere a refused request:
///                              |-> STREAMING -> IDLE          -> LINGERING -> closed
///                              '-> PARKED -> IDLE
/// ```
///
/// While a request is handled, bytes of the next ones are kept up to a bound and not looked at.
/// While one is parked, nothing is kept but this object and the [Parked].
final class Http1Connection extends HeldConnection implements Parked.Place, AnswerStream.Sink {
  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    HANDLING,
    STREAMING,
    PARKED,
    LINGERING
  }

  /// Bytes of later requests that are kept while one is handled: then the socket is not read.
  private static final int MOST_AHEAD = 64 * 1024;

  /// The same while one is parked. A phone that polls sends nothing more; one that does is broken.
  private static final int MOST_AHEAD_PARKED = 4 * 1024;

  /// How long a refused peer may go on sending before the socket is closed under it.
  private static final long LINGER_MILLIS = 2_000;

  /// The gate said no: the connection lives only to hear that.
  private final boolean turnedAway;

  private Phase phase = Phase.IDLE;
  private boolean consuming;
  private boolean keepAlive = true;
  private boolean http10;
  private boolean isHead;
  private long deadline;
  private @Nullable RequestParser parser;

  /// What is being answered: an exchange, a stream or a parked request; at last the successor.
  private @Nullable Object current;

  /// Whom to tell when the peer leaves during a stream.
  private @Nullable Exchange streaming;

  private byte @Nullable [] ahead;

  /// Absent as long as the socket was never left unread, so that a held phone does not carry it.
  private @Nullable ReadPause pause;

  Http1Connection(HttpCore core, Loop loop, boolean counted) {
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
  protected void received(ByteBuf in) {
    if (phase == Phase.LINGERING) {
      return;
    }
    if (!mayGoOn() || consuming || ahead != null) {
      keepForLater(in);
    } else {
      consume(in);
    }
  }

  private void consume(ByteBuf in) {
    consuming = true;
    try {
      while (mayGoOn() && read(in)) {
        // one event of the parser per turn
      }
    } finally {
      consuming = false;
    }
    if (current instanceof HeldConnection successor) {
      successor.received(in);
    } else if (in.isReadable() && phase != Phase.LINGERING) {
      keepForLater(in);
    } else {
      restWhileFull();
    }
  }

  /// Whether more may be looked at: no request is being handled, or one whose body is still coming,
  /// and the peer reads what it asked for. Otherwise one that only asks would fill our memory with
  /// answers.
  private boolean mayGoOn() {
    return (current == null || phase == Phase.BODY)
        && phase != Phase.LINGERING
        && channel().isWritable();
  }

  /// Leaves the socket unread while the handler has not read what came of a body.
  private void restWhileFull() {
    var pieces = pieces();
    if (pieces != null && pieces.isFull() && !pause().isForBody()) {
      pause().beginForBody(deadline - nowMillis());
      deadline = Long.MAX_VALUE;
    }
  }

  /// The handler has read so much of a body that more may come.
  private void readOn() {
    if (pieces() != null && pause != null && pause.isForBody()) {
      deadline = nowMillis() + pause.endForBody();
    }
  }

  /// Nothing more of a body comes, or is wanted: whether its handler reads holds nothing up.
  private void bodyIsOver() {
    phase = Phase.HANDLING;
    if (pause != null) {
      var _ = pause.endForBody();
    }
  }

  /// Reads the socket, whatever it was left unread for.
  private void listen() {
    if (pause != null) {
      pause.end();
    }
  }

  private ReadPause pause() {
    if (pause == null) {
      pause = new ReadPause(channel().config());
    }
    return pause;
  }

  private @Nullable BodyStream pieces() {
    return phase == Phase.BODY && parser != null ? parser.pieces() : null;
  }

  /// Looks at what came ahead of its time.
  private void resume() {
    var waiting = ahead;
    if (waiting == null || consuming || !mayGoOn()) {
      return;
    }
    ahead = null;
    consume(Unpooled.wrappedBuffer(waiting));
    if (pause != null) {
      pause.forRequests(ahead != null && ahead.length > MOST_AHEAD);
    }
  }

  @Override
  protected void writabilityChanged(boolean writable) {
    if (writable) {
      resume();
    }
  }

  /// Lets the parser take the next step; false if it needs more bytes.
  private boolean read(ByteBuf in) {
    var parser = parser();
    switch (parser.feed(in)) {
      case MORE -> {
        if (phase == Phase.IDLE && !parser.isFresh()) {
          phase = Phase.HEAD;
          deadline = nowMillis() + core().headMillis();
        }
        return false;
      }
      case HEAD -> headComplete(parser, in);
      case REQUEST -> dispatch(parser);
      case REFUSED -> {
        refuse(addressee(parser), parser.badStatus(), parser.badDetail());
        return false;
      }
    }
    return true;
  }

  private RequestParser parser() {
    if (parser == null) {
      parser = new RequestParser(core().limits());
    }
    return parser;
  }

  private void headComplete(RequestParser parser, ByteBuf in) {
    var head = parser.head();
    var handler = core().handler(host(head), head.target().path());
    var rule = handler.bodyRule(head.method(), head.target().path());
    var most = core().mostOf(rule);
    parser.limitBody(most);
    phase = Phase.BODY;
    deadline = nowMillis() + core().millisOf(rule);
    var announced = head.isChunked() ? -1 : head.contentLength();
    var wanted = announced != 0 && announced <= most;
    if (head.expectsContinue() && wanted && !in.isReadable()) {
      write(Http1Bytes.goOn(this));
    }
    if (wanted && rule.isInPieces(announced)) {
      var coming = new BodyStream(_ -> loop().execute(this::readOn));
      parser.handOn(coming);
      var exchange = began(new Http1Exchange(this, handler, head, new Body.Coming(coming)), head);
      if (rule.how() == BodyRule.How.STREAMED) {
        exchange.dispatch();
      } else {
        exchange.spool(coming);
      }
    }
  }

  private static String host(RequestHead head) {
    return head.header("host").orElse("");
  }

  private static Addressee addressee(RequestParser parser) {
    return parser.hasHead()
        ? new Addressee(host(parser.head()), parser.head().target().path())
        : parser.addressee();
  }

  /// The request is complete.
  private void dispatch(RequestParser parser) {
    var head = parser.head();
    var body = new Body.Whole(parser.takeBody());
    bodyIsOver(); // its end may have come while its reader held us up
    if (current == null) {
      var handler = core().handler(host(head), head.target().path());
      began(new Http1Exchange(this, handler, head, body), head).dispatch();
    }
  }

  private Http1Exchange began(Http1Exchange exchange, RequestHead head) {
    keepAlive = head.keepAlive();
    http10 = head.isHttp10();
    isHead = head.method().equals("HEAD");
    current = exchange;
    return exchange;
  }

  /// The answer begins before the body is complete: the rest is not read, and the connection ends
  /// with the answer (RFC 9112 §9.3).
  private void leaveBody(String why) {
    var pieces = pieces();
    if (pieces != null) {
      pieces.fail(why);
      keepAlive = false;
      bodyIsOver();
    }
  }

  private void keepForLater(ByteBuf in) {
    var had = ahead == null ? 0 : ahead.length;
    var more = in.readableBytes();
    if (isHeld() && had + more > MOST_AHEAD_PARKED) {
      close();
      return;
    }
    var all = ahead == null ? new byte[more] : Arrays.copyOf(ahead, had + more);
    in.readBytes(all, had, more);
    ahead = all;
    if (all.length > MOST_AHEAD) {
      pause().forRequests(true);
    }
  }

  /// Whether a request is answered so late that a peer which sends more meanwhile is broken.
  private boolean isHeld() {
    return phase == Phase.PARKED || phase == Phase.STREAMING && streaming == null;
  }

  /// Writes the answer to the request that is being handled; a late one to a peer that left is
  /// dropped.
  void answer(Http1Exchange exchange, Answer answer) {
    if (current == exchange) {
      respond(answer);
    }
  }

  @Override
  public Loop home() {
    return loop();
  }

  @Override
  public void unpark(Parked parked, Answer answer) {
    if (current == parked) {
      respond(answer);
    }
  }

  private void respond(Answer answer) {
    leaveBody("the request is answered");
    var stays = keepAlive && !core().isDraining();
    var out = Http1Bytes.answer(this, answer, ending(stays), isHead);
    if (stays) {
      write(out);
      finished();
    } else {
      current = null;
      sayLast(out);
    }
  }

  private Http1Bytes.Ending ending(boolean stays) {
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
  private void sayLast(ByteBuf out) {
    phase = Phase.LINGERING;
    deadline = nowMillis() + LINGER_MILLIS;
    parser = null;
    ahead = null;
    writeLast(out);
    listen();
  }

  private void refuse(Addressee to, int status, String detail) {
    leaveBody(detail);
    keepAlive = false;
    var exchange = current;
    current = null;
    sayLast(
        Http1Bytes.answer(
            this, core().problem(to, status, detail), Http1Bytes.Ending.CLOSE, false));
    if (exchange instanceof Http1Exchange refused) { // its body was still coming
      refused.closed();
    }
  }

  void begin(Http1Exchange exchange, AnswerStream stream) {
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
    var stays = ending(keepAlive && !core().isDraining());
    write(Http1Bytes.streamHead(this, stream.takeHead(), stays, http10));
    stream.begin(this);
  }

  @Override
  public void piece(byte[] bytes, ChannelFutureListener whenSent) {
    var out = isHead ? Unpooled.EMPTY_BUFFER : Http1Bytes.piece(this, bytes, http10);
    var _ = context().write(out).addListener(whenSent);
    wantFlush();
  }

  @Override
  public void end() {
    var out = isHead || http10 ? Unpooled.EMPTY_BUFFER : Http1Bytes.lastChunk(this);
    if (keepAlive && !core().isDraining()) {
      write(out);
      finished();
    } else {
      current = null;
      streaming = null;
      sayLast(out);
    }
  }

  void hold(Http1Exchange exchange, Parked parked, long patienceMillis) {
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

  void give(Http1Exchange exchange, Exchange.Upgrade upgrade) {
    if (current != exchange) {
      return;
    }
    leaveBody("the connection changes its protocol");
    // Bytes that came along are the successor's; while they are being read, it waits here for them.
    current = upgrade.successor();
    if (!peer().equals(exchange.peer())) {
      Peers.isFor(channel(), exchange.peer(), Peers.counted(channel()));
    }
    write(Http1Bytes.switching(this, upgrade.headers()));
    var early = ahead;
    ahead = null;
    upgrade.successor().takePlaceOf(this);
    listen();
    if (early != null) {
      upgrade.successor().received(Unpooled.wrappedBuffer(early));
    }
  }

  @Override
  protected void overdue(long nowMillis) {
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
      case HANDLING, STREAMING -> {}
    }
  }

  @Override
  public void drain(long untilMillis) {
    if (phase == Phase.IDLE) {
      // Not all at once: their owners come back somewhere else, and should not come as one wave.
      var left = Math.max(1, untilMillis - nowMillis());
      deadline = nowMillis() + ThreadLocalRandom.current().nextLong(left);
    }
  }

  @Override
  protected void gone() {
    if (turnedAway) {
      core().gate().places().turnedAway();
    }
    var was = current;
    leaveBody("the peer has gone");
    current = null;
    parser = null;
    ahead = null;
    switch (was) {
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

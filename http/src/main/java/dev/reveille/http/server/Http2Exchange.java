package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request of HTTP/2, from the head of its stream to the end of the answer. What it reads of the
/// body belongs to the event loop; answers may be given from any thread, as [Exchange] says.
final class Http2Exchange extends Exchange implements Parked.Place, AnswerStream.Sink {
  private static final byte[] NOTHING = new byte[0];

  /// A peer that announces a large body gets memory as its bytes come, not for the announcement.
  private static final int BODY_STEP = 16 * 1024;

  /// As much as that is taken at once for what was announced: it fits most bodies as a whole.
  private static final int BODY_ANNOUNCED = 64 * 1024;

  private final Http2Endpoint endpoint;
  private final Http2Stream stream;
  private final String host;
  private final BodyRule rule;
  private final long bodyLimit;
  private final long bodyMillis;

  /// Absent once the request is parked.
  private @Nullable Http2Headers headers;

  private byte[] body = NOTHING;
  private int length;

  /// Where the body goes if it is handed on in pieces, and how much of it came.
  private @Nullable BodyStream pieces;

  private long received;
  private @Nullable Body kept;

  /// Absent while nothing is held of a body beyond the turn in which it comes.
  private @Nullable BodyIntake intake;

  private boolean senderKnown;

  /// Bytes for which the peer gets no window, and whether the body ended, while its sender is
  /// looked up.
  private int withheld;

  private boolean ended;

  /// The handler answers before the body is complete: the rest is dropped.
  private boolean left;

  private boolean complete;
  private boolean over;
  private long deadline;
  private @Nullable Object current;

  Http2Exchange(
      final Http2Endpoint endpoint,
      final Http2Stream stream,
      final HttpHandler handler,
      final BodyRule rule,
      final String method,
      final RequestTarget target,
      final String host,
      final Http2Headers headers) {
    super(endpoint.core(), handler, method, target);
    this.endpoint = endpoint;
    this.stream = stream;
    this.host = host;
    this.rule = rule;
    this.headers = headers;
    this.bodyLimit = endpoint.core().mostOf(rule);
    this.bodyMillis = endpoint.core().millisOf(rule);
    this.deadline = endpoint.loop().nowMillis() + bodyMillis;
  }

  Channel channel() {
    return endpoint.channel();
  }

  Http2Stream stream() {
    return stream;
  }

  /// Takes a part of the body; false if it is more than may come.
  boolean take(final ByteBuf data) {
    final var more = data.readableBytes();
    if (senderKnown && length + more > bodyLimit) {
      return false;
    }
    if (length + more > body.length) {
      final var step =
          length == 0
              ? Math.max(more, Math.min(announced(), BODY_ANNOUNCED))
              : Math.max(BODY_STEP, body.length * 2L);
      final var size = Math.max(Math.min(step, bodyLimit), (long) length + more);
      body = Arrays.copyOf(body, (int) size);
    }
    data.readBytes(body, length, more);
    length += more;
    if (!senderKnown && !isAsking() && length > BodyRule.UNASKED) {
      askWhose();
    }
    return !isSettled() && (isAsking() || length <= bodyLimit);
  }

  /// Finds out who sends the body before more of it is taken.
  void askWhose() {
    if (intake == null) {
      intake = BodyIntake.of(this);
    }
    deadline = Long.MAX_VALUE;
    intake.ask(loop(), this::known);
  }

  boolean isAsking() {
    return intake != null && intake.isAsking();
  }

  /// While the sender is looked up: the peer gets no window for these bytes.
  void withholds(final int bytes, final boolean isLast) {
    withheld += bytes;
    ended |= isLast;
    charge();
  }

  private void known(final BodyOwner owner) {
    if (over || isSettled()) {
      return;
    }
    switch (owner) {
      case BodyOwner.Refused(var answer) -> answer(answer);
      case BodyOwner.Pays(var budgetOwner) -> {
        chargeTo(budgetOwner);
        senderKnown = true;
        deadline = loop().nowMillis() + bodyMillis;
        if (Math.max(announced(), length) > bodyLimit) {
          problem(413, "The body exceeds the limit.");
        } else {
          goOn();
        }
      }
    }
  }

  private void goOn() {
    final var gathered = length;
    if (gathered == 0) {
      bodyBegins();
    }
    if (withheld == 0 && !ended) { // it was known at once
      return;
    }
    if (rule.isInPieces(announced()) && pieces == null) {
      endpoint.requests().handedOn(gathered);
      bodyBegins();
      handOnGathered();
    } else {
      endpoint.consumed(stream, withheld);
    }
    withheld = 0;
    if (!ended) {
      charge();
    } else if (pieces != null) {
      piecesComplete();
    } else {
      endpoint.requests().complete(this);
    }
  }

  private void handOnGathered() {
    if (pieces != null && length > 0) {
      final var first = Arrays.copyOf(body, length);
      endpoint.consumed(stream, withheld - length); // the rest as it is read
      received = length;
      body = NOTHING;
      length = 0;
      pieces.offer(first);
    }
  }

  /// The body may come.
  void bodyBegins() {
    if (headers != null && headers.contains("expect", "100-continue", true) && length == 0) {
      endpoint.goOn(stream);
    }
    if (rule.isInPieces(announced())) {
      comesInPieces(rule.how());
    }
  }

  /// Charges what is held of a body that is not complete.
  void charge() {
    if (intake == null) {
      intake = BodyIntake.of(this);
    }
    if (!intake.holds(body.length) && !isSettled()) {
      busy(BodyIntake.NO_ROOM);
    }
  }

  private void endIntake() {
    if (intake != null) {
      intake.free();
      intake = null;
    }
  }

  /// Bytes of an answer that comes in pieces which wait for the peer.
  int waiting() {
    return current instanceof AnswerStream answers ? answers.waiting() : 0;
  }

  private long announced() {
    return headers == null ? -1 : Http2Requests.announced(headers);
  }

  /// The bytes that memory holds of a body that is gathered there.
  int length() {
    return length;
  }

  /// Hands the body on while it comes; the handler is told at once, or when it is gathered.
  private void comesInPieces(final BodyRule.How how) {
    final var coming =
        new BodyStream(count -> loop().execute(() -> endpoint.consumed(stream, count)));
    pieces = coming;
    kept = new Body.Coming(coming);
    if (how == BodyRule.How.STREAMED) {
      dispatch();
    } else {
      spool(coming);
    }
  }

  boolean isInPieces() {
    return pieces != null;
  }

  /// Takes a piece; false if it is dropped, because no handler will read it.
  boolean takePiece(final ByteBuf data, final boolean isLast) {
    if (pieces == null || over || complete || left) {
      complete |= isLast;
      return false;
    }
    received += data.readableBytes();
    if (received > bodyLimit) {
      refuse(413, "The body exceeds the limit.");
      return false;
    }
    if (data.isReadable()) {
      final var piece = new byte[data.readableBytes()];
      data.readBytes(piece);
      pieces.offer(piece);
    }
    if (isLast) {
      piecesComplete();
    }
    return true;
  }

  void piecesComplete() {
    complete = true;
    if (current == null) {
      deadline = Long.MAX_VALUE;
    }
    if (pieces != null) {
      pieces.end();
    }
  }

  /// The answer begins before the body is complete.
  private void leaveBody(final String why) {
    endIntake();
    if (pieces != null && !complete) {
      left = true;
      deadline = Long.MAX_VALUE;
      failPieces(why);
    }
  }

  /// Answers in place of the handler, which may hold the request already.
  private void refuse(final int status, final String detail) {
    final var answer = refusal(status, detail);
    failPieces(detail);
    write(answer);
    closed();
  }

  private void failPieces(final String why) {
    if (pieces != null) {
      pieces.fail(why);
    }
  }

  /// The request is whole: the handler gets it.
  void complete() {
    complete = true;
    deadline = Long.MAX_VALUE;
    if (length < body.length) {
      body = Arrays.copyOf(body, length);
    }
    if (intake != null && !intake.holds(length)) {
      busy(BodyIntake.NO_ROOM);
      return;
    }
    if (intake != null) {
      keeps(intake.handOver());
      intake = null;
    }
    dispatch();
  }

  boolean isComplete() {
    return complete;
  }

  void sweep(final long nowMillis) {
    if (nowMillis < deadline) {
      return;
    }
    deadline = Long.MAX_VALUE;
    if (current instanceof Parked parked) {
      parked.expire();
    } else if (complete || over || left || isSettled()) {
      return;
    } else if (endpoint.isWithholding() || pieces != null && pieces.isFull()) {
      deadline = nowMillis + bodyMillis; // a handler is slow, not the peer
    } else if (pieces != null) {
      refuse(408, "The body of the request took too long.");
    } else {
      problem(408, "The body of the request took too long.");
    }
  }

  /// The stream is closed, by whatever reason.
  void streamClosed() {
    if (over) {
      return;
    }
    over = true;
    endIntake();
    failPieces("the peer has gone");
    switch (current) {
      case Parked parked -> parked.leave();
      case AnswerStream answers -> {
        answers.over();
        closed();
      }
      case null, default -> closed();
    }
  }

  @Override
  Body held() {
    return kept != null ? kept : new Body.Whole(body);
  }

  @Override
  void hold(final Body other) {
    kept = other;
    body = NOTHING;
  }

  @Override
  public String host() {
    return host;
  }

  @Override
  InetSocketAddress connectionPeer() {
    return Peers.of(endpoint.channel());
  }

  @Override
  @Nullable Proxies connectionProxies() {
    return Peers.inHeaders(endpoint.channel());
  }

  @Override
  public boolean isHttp2() {
    return true;
  }

  @Override
  public boolean isSecure() {
    return core().settings().tls() != null;
  }

  @Override
  Loop loop() {
    return endpoint.loop();
  }

  @Override
  public Loop home() {
    return endpoint.loop();
  }

  @Override
  Parked.Place place() {
    return this;
  }

  @Override
  Optional<String> headerNamed(final String lower) {
    final var value = headers == null ? null : headers.get(Fields.lowerName(lower));
    return value == null ? Optional.empty() : Optional.of(value.toString());
  }

  @Override
  public List<Map.Entry<String, String>> fields() {
    return headers == null ? List.of() : Fields.plain(headers);
  }

  @Override
  List<String> headersNamed(final String lower) {
    return headers == null ? List.of() : Fields.named(headers, lower);
  }

  @Override
  void write(final Answer answer) {
    if (!over) {
      over = true;
      leaveBody("the request is answered");
      body = NOTHING; // the answer may wait for the peer for long
      endpoint.respond(this, answer, method().equals("HEAD"));
    }
  }

  @Override
  void begin(final AnswerStream answers) {
    if (over) {
      answers.over();
      return;
    }
    leaveBody("the request is answered");
    current = answers;
    if (answers.isHeld()) {
      headers = null;
      body = NOTHING;
    }
    endpoint.beginStream(this, answers.takeHead());
    answers.begin(this);
  }

  @Override
  public void piece(final byte[] bytes, final ChannelFutureListener whenSent) {
    if (!over && !method().equals("HEAD")) {
      endpoint.data(this, Unpooled.wrappedBuffer(bytes), false).addListener(whenSent);
    } else {
      endpoint.data(this, Unpooled.EMPTY_BUFFER, false).addListener(whenSent);
    }
  }

  @Override
  public void end() {
    if (!over) {
      over = true;
      current = null;
      endpoint.endStream(this);
    }
  }

  @Override
  void hold(final Parked parked, final long patienceMillis) {
    if (over) {
      parked.leave();
      return;
    }
    leaveBody("the request is held");
    current = parked;
    headers = null;
    body = NOTHING;
    deadline = loop().nowMillis() + patienceMillis;
  }

  @Override
  public void unpark(final Parked parked, final Answer answer) {
    if (current == parked) {
      current = null;
      write(answer);
    }
  }

  @Override
  void give(final Upgrade upgrade) {
    // RFC 8441 would be another way in; nothing of ours needs it.
    write(refusal(501, "Only a connection of HTTP/1.1 can change its protocol."));
  }
}

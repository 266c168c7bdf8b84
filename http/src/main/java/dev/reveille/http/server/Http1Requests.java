package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads the requests of a connection of HTTP/1.1; how they are answered is in [Http1Connection].
///
/// While a request is handled, bytes of the next ones are kept up to a bound and not looked at.
/// While the sender of a body is looked up, or its handler has not read what came, the socket is
/// not read.
abstract class Http1Requests extends HeldConnection {
  enum Phase {
    IDLE,
    HEAD,
    BODY,
    HANDLING,
    SENDING,
    STREAMING,
    PARKED,
    LINGERING
  }

  /// Bytes of later requests that are kept while one is handled: then the socket is not read.
  private static final int MOST_AHEAD = 64 * 1024;

  /// The same while one is parked. A phone that polls sends nothing more; one that does is broken.
  static final int MOST_AHEAD_PARKED = 4 * 1024;

  /// Bytes of a request that is not complete which need no share: they are part of what a
  /// connection costs.
  private static final int FREE = 4 * 1024;

  Phase phase = Phase.IDLE;
  private boolean consuming;
  long deadline;
  @Nullable RequestParser parser;

  /// What is being answered: an exchange, a stream, a parked request or what is left of a large
  /// answer; at last the successor.
  @Nullable Object current;

  byte @Nullable [] ahead;

  /// Absent while little is held of requests that are not complete.
  private @Nullable BodyIntake intake;

  /// Absent as long as the socket was never left unread, so that a held phone does not carry it.
  private @Nullable ReadPause pause;

  Http1Requests(final HttpCore core, final Loop loop, final boolean counted) {
    super(core, loop, counted);
  }

  /// A request that is about to be handled.
  abstract Http1Exchange began(HttpHandler handler, RequestHead head, Body body);

  /// Refuses what came and ends the connection.
  ///
  /// @param why for the reader of a body that was still coming
  abstract void refuse(Answer answer, String why);

  /// The connection ends with the answer.
  abstract void endsConnection();

  /// Whether a request is answered so late that a peer which sends more meanwhile is broken.
  abstract boolean isHeld();

  @Override
  protected void received(final ByteBuf in) {
    if (phase == Phase.LINGERING) {
      return;
    }
    if (!mayGoOn() || consuming || ahead != null) {
      keepForLater(in);
    } else {
      consume(in);
    }
  }

  private void consume(final ByteBuf in) {
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
        && !(intake != null && intake.isAsking())
        && channel().isWritable();
  }

  /// Charges what is held of requests that are not complete.
  private void charge() {
    final var held = (parser == null ? 0 : parser.held()) + (ahead == null ? 0 : ahead.length);
    if (intake == null) {
      if (held <= FREE) {
        return;
      }
      intake =
          phase == Phase.BODY && current == null
              ? intakeOf(parser().head())
              : BodyIntake.ofStranger(core(), peer().getAddress());
    }
    if (intake.holds(held)) {
      return;
    }
    if (current == null) {
      refuseForRoom(phase == Phase.BODY ? addressee(parser()) : Addressee.UNKNOWN);
    } else {
      close();
    }
  }

  private void refuseForRoom(final Addressee to) {
    final var why = BodyIntake.NO_ROOM;
    refuse(
        core().problem(channel(), to, 503, why).with("Retry-After", BodyIntake.RETRY_SECONDS), why);
  }

  private static void free(final @Nullable BodyIntake one) {
    if (one != null) {
      one.free();
    }
  }

  private BodyIntake intakeOf(final RequestHead head) {
    final var path = head.target().path();
    final var authorization = head.header("authorization").orElse("");
    final var client = Peers.client(channel(), head::headers);
    final var asked =
        new BodyHead(
            head.method(),
            host(head),
            path,
            head.target().whole(),
            authorization,
            client,
            head::header);
    return BodyIntake.of(core(), handler(head), asked);
  }

  void endIntake() {
    if (intake != null) {
      intake.free();
      intake = null;
    }
  }

  /// Goes on with a body when it is known who sends it; until then the socket is not read.
  ///
  /// @param begins whether nothing of the body was taken yet
  private void askWhose(final RequestParser parser, final boolean begins, final boolean waits) {
    endIntake(); // of its head
    final var asked = intakeOf(parser.head());
    intake = asked;
    final var left = deadline - nowMillis();
    asked.ask(
        loop(),
        owner -> {
          if (intake != asked) {
            return; // the connection ended meanwhile
          }
          if (!consuming) {
            deadline = nowMillis() + left;
            pause().forSender(false);
          }
          switch (owner) {
            case BodyOwner.Refused(var answer) -> refuse(answer, "the request is refused");
            case BodyOwner.Pays _ -> {
              parser.limitBody(most(parser.head()), true);
              if (begins) {
                bodyBegins(parser, waits);
              }
              if (ahead == null && !consuming) {
                consume(Unpooled.EMPTY_BUFFER); // the parser may refuse what was announced
              } else {
                resume();
              }
            }
          }
        });
    if (asked.isAsking()) {
      deadline = Long.MAX_VALUE;
      pause().forSender(true);
    }
  }

  private BodyRule rule(final RequestHead head) {
    return handler(head).bodyRule(head.method(), head.target().path());
  }

  private long most(final RequestHead head) {
    return core().mostOf(rule(head));
  }

  /// Leaves the socket unread while the handler has not read what came of a body.
  private void restWhileFull() {
    final var pieces = pieces();
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
      final var _ = pause.endForBody();
    }
  }

  /// Reads the socket, whatever it was left unread for.
  void listen() {
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

  @Nullable BodyStream pieces() {
    return phase == Phase.BODY && parser != null ? parser.pieces() : null;
  }

  /// Looks at what came ahead of its time.
  void resume() {
    final var waiting = ahead;
    if (waiting == null || consuming || !mayGoOn()) {
      return;
    }
    ahead = null;
    consume(Unpooled.wrappedBuffer(waiting));
    if (pause != null) {
      pause.forRequests(ahead != null && ahead.length > MOST_AHEAD);
    }
  }

  /// Lets the parser take the next step; false if it needs more bytes.
  private boolean read(final ByteBuf in) {
    final var parser = parser();
    switch (parser.feed(in)) {
      case MORE -> {
        if (phase == Phase.IDLE && !parser.isFresh()) {
          phase = Phase.HEAD;
          deadline = nowMillis() + core().headMillis();
        }
        charge();
        return false;
      }
      case HEAD -> headComplete(parser, in);
      case ASK -> askWhose(parser, /* begins= */ false, /* waits= */ false);
      case REQUEST -> dispatch(parser);
      case REFUSED -> {
        final var why = parser.badDetail();
        refuse(core().problem(channel(), addressee(parser), parser.badStatus(), why), why);
        return false;
      }
    }
    return true;
  }

  RequestParser parser() {
    if (parser == null) {
      parser = new RequestParser(core().limits());
    }
    return parser;
  }

  private void headComplete(final RequestParser parser, final ByteBuf in) {
    endIntake(); // of the head
    final var head = parser.head();
    final var rule = rule(head);
    final var announced = announced(head);
    parser.limitBody(core().mostOf(rule), announced == 0);
    phase = Phase.BODY;
    deadline = nowMillis() + core().millisOf(rule);
    if (rule.asksFirst(announced)) {
      askWhose(parser, /* begins= */ true, !in.isReadable());
    } else if (announced != 0) {
      bodyBegins(parser, !in.isReadable());
    }
  }

  private static long announced(final RequestHead head) {
    return head.isChunked() ? -1 : head.contentLength();
  }

  /// @param waits whether nothing of the body has come: the peer may wait for our word
  private void bodyBegins(final RequestParser parser, final boolean waits) {
    final var head = parser.head();
    final var rule = rule(head);
    final var announced = announced(head);
    if (announced > core().mostOf(rule)) {
      return; // the parser refuses it
    }
    if (head.expectsContinue() && waits) {
      write(Http1Bytes.goOn(this));
    }
    if (rule.isInPieces(announced)) {
      final var coming = new BodyStream(_ -> loop().execute(this::readOn));
      parser.handOn(coming);
      final var exchange = began(handler(head), head, new Body.Coming(coming));
      if (rule.how() == BodyRule.How.STREAMED) {
        exchange.dispatch();
      } else {
        exchange.spool(coming);
      }
    }
  }

  /// A request of HTTP/1.0 may leave its host unsaid.
  private HttpHandler handler(final RequestHead head) {
    final var said = host(head);
    return core().handler(said.isEmpty() ? ServerName.of(channel()) : said, head.target().path());
  }

  private static String host(final RequestHead head) {
    return head.header("host").orElse("");
  }

  static Addressee addressee(final RequestParser parser) {
    return parser.hasHead()
        ? new Addressee(host(parser.head()), parser.head().target().path())
        : parser.addressee();
  }

  /// The request is complete.
  private void dispatch(final RequestParser parser) {
    final var head = parser.head();
    final var body = new Body.Whole(parser.takeBody());
    bodyIsOver(); // its end may have come while its reader held us up
    final var came = intake;
    intake = null;
    if (current != null) { // its handler has read the body as it came
      free(came);
    } else if (came != null && !came.holds(body.bytes().length)) {
      free(came);
      refuseForRoom(new Addressee(host(head), head.target().path()));
    } else {
      final var exchange = began(handler(head), head, body);
      exchange.keeps(came == null ? null : came.handOver());
      exchange.dispatch();
    }
  }

  /// The answer begins before the body is complete: the rest is not read, and the connection ends
  /// with the answer (RFC 9112 §9.3).
  void leaveBody(final String why) {
    final var pieces = pieces();
    if (pieces != null) {
      pieces.fail(why);
      endsConnection();
      bodyIsOver();
    }
  }

  private void keepForLater(final ByteBuf in) {
    final var had = ahead == null ? 0 : ahead.length;
    final var more = in.readableBytes();
    if (isHeld() && had + more > MOST_AHEAD_PARKED) {
      close();
      return;
    }
    final var all = ahead == null ? new byte[more] : Arrays.copyOf(ahead, had + more);
    in.readBytes(all, had, more);
    ahead = all;
    if (all.length > MOST_AHEAD) {
      pause().forRequests(true);
    }
    charge();
  }
}

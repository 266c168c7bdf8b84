package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads the requests of one HTTP/1.1 connection from its bytes, however they are cut.
///
/// It has no socket and no clock: bytes go in, and it says what they came to. Head bytes are copied
/// once, body bytes once. The result is the same for every way to split the bytes, because each
/// limit is checked at a position of the stream and not at the end of a read.
final class RequestParser {
  enum Result {
    /// All bytes given were taken, or none are left; the request goes on.
    MORE,
    /// The head is complete: the owner may set the body's limit and then feeds on.
    HEAD,
    /// More of the body would come than is taken of a sender that is not known: the owner finds out
    /// who it is, calls [#limitBody] and feeds on.
    ASK,
    /// The request is complete.
    REQUEST,
    /// The bytes are no request: [#badStatus] says why, and the rest of the stream cannot be read.
    REFUSED
  }

  private enum State {
    HEAD,
    HEAD_DONE,
    BODY,
    CHUNK_SIZE,
    CHUNK_BEGIN,
    CHUNK_DATA,
    CHUNK_END,
    TRAILERS,
    REFUSED
  }

  private static final byte[] NOTHING = new byte[0];
  private static final int EMPTY_LINES_FORGIVEN = 2;
  private static final int LARGEST_CHUNK_LINE = 256;

  /// Stands for every size that takes more digits: it is larger than any limit.
  private static final long LARGEST_CHUNK = 1L << 60;

  /// A peer that announces a large body gets memory as its bytes come, not for the announcement.
  private static final int BODY_STEP = 16 * 1024;

  private final int mostRequestLine;
  private final int mostHeaderBytes;
  private final int mostFields;

  private State state = State.HEAD;
  private byte[] gathered = NOTHING;
  private int gatheredLength;
  private int lineLength;
  private int lines;
  private int sectionLength;
  private int emptyLines;
  private boolean lastWasReturn;

  private @Nullable RequestHead head;
  private byte[] body = NOTHING;
  private int bodyLength;
  private long received;
  private @Nullable BodyStream pieces;
  private long missing;
  private long bodyLimit = Long.MAX_VALUE;
  private boolean senderKnown;
  private long chunkSize;
  private int chunkDigits;
  private boolean chunkExtended;

  private int badStatus;
  private String badDetail = "";
  private Addressee addressee = Addressee.UNKNOWN;

  RequestParser(final HttpLimits limits) {
    this.mostRequestLine = limits.head().line();
    this.mostHeaderBytes = limits.head().fields();
    this.mostFields = limits.head().count();
  }

  /// Whether nothing of a next request has come yet.
  boolean isFresh() {
    return state == State.HEAD && lines == 0 && lineLength == 0;
  }

  boolean hasHead() {
    return head != null;
  }

  RequestHead head() {
    if (head == null) {
      throw new IllegalStateException("the head is not complete");
    }
    return head;
  }

  int badStatus() {
    return badStatus;
  }

  String badDetail() {
    return badDetail;
  }

  /// What could be read of the address in a head that is refused, or is not complete.
  Addressee addressee() {
    return badStatus == 0 ? Addressee.of(gathered, gatheredLength) : addressee;
  }

  /// Called after [Result#HEAD] or [Result#ASK] and before the next feed.
  ///
  /// @param isKnown whether it is known who sends the body; otherwise no more than
  ///   [BodyRule#UNASKED] bytes of it are taken, and larger ones are not refused
  void limitBody(final long bytes, final boolean isKnown) {
    bodyLimit = bytes;
    senderKnown = isKnown;
  }

  /// Bytes that memory holds of a request that is not complete.
  int held() {
    return gathered.length + body.length;
  }

  /// Called after [Result#HEAD]: the body is handed on in pieces, and [#takeBody] gives nothing.
  void handOn(final BodyStream to) {
    pieces = to;
  }

  @Nullable BodyStream pieces() {
    return pieces;
  }

  /// The body of the request that is complete; the parser is ready for the next one afterwards.
  byte[] takeBody() {
    final var whole = bodyLength == body.length ? body : Arrays.copyOf(body, bodyLength);
    if (pieces != null) {
      pieces.end();
      pieces = null;
    }
    body = NOTHING;
    bodyLength = 0;
    received = 0;
    head = null;
    bodyLimit = Long.MAX_VALUE;
    senderKnown = false;
    return whole;
  }

  /// Takes bytes until the next thing worth telling has come to pass.
  Result feed(final ByteBuf in) {
    while (true) {
      final var result =
          switch (state) {
            case HEAD -> gatherHead(in);
            case HEAD_DONE -> beginBody();
            case BODY -> fixedBody(in);
            case CHUNK_SIZE -> chunkSize(in);
            case CHUNK_BEGIN -> chunkBegins();
            case CHUNK_DATA -> chunkData(in);
            case CHUNK_END -> chunkEnd(in);
            case TRAILERS -> gatherTrailers(in);
            case REFUSED -> Result.REFUSED;
          };
      if (result != null) {
        return result;
      }
    }
  }

  private Result gatherHead(final ByteBuf in) {
    if (!gatherLines(in)) {
      return badStatus == 0 ? Result.MORE : Result.REFUSED;
    }
    final var bytes = takeGathered();
    final var parsed = RequestHead.parse(bytes, mostFields);
    if (parsed.badStatus() != 0) {
      addressee = Addressee.of(bytes, bytes.length);
      return refuse(parsed.badStatus(), parsed.badDetail());
    }
    head = parsed;
    state = State.HEAD_DONE;
    return Result.HEAD;
  }

  /// Gathers lines up to and including the empty one that ends them; false: not there yet, or bad.
  private boolean gatherLines(final ByteBuf in) {
    var at = in.readerIndex();
    while (at < in.writerIndex()) {
      if (isFresh() && !mayBegin(in.getByte(at))) {
        refuseHead(in, at, at, 400, "This is not an HTTP request.");
        return false;
      }
      final var feed = in.indexOf(at, in.writerIndex(), (byte) '\n');
      final var to = feed < 0 ? in.writerIndex() : feed + 1;
      if (!fits(in, at, to)) {
        return false;
      }
      if (feed >= 0 && !(feed > at ? in.getByte(feed - 1) == '\r' : lastWasReturn)) {
        refuseHead(in, at, to, 400, "A line ends without a carriage return.");
        return false;
      }
      lastWasReturn = in.getByte(to - 1) == '\r';
      lineLength += to - at;
      at = to;
      if (feed >= 0 && endsLine()) {
        if (state == State.TRAILERS || lines > 0) {
          gather(in, at);
          return true;
        }
        // RFC 9112 §2.2: an empty line before the request line, from clients that send one too
        // many.
        if (++emptyLines > EMPTY_LINES_FORGIVEN) {
          refuse(400, "There are only empty lines.");
          return false;
        }
        gatheredLength = 0;
        in.readerIndex(at);
      }
    }
    gather(in, at);
    return false;
  }

  /// A line is complete; true if it is an empty one.
  private boolean endsLine() {
    final var isEmpty = lineLength == 2;
    if (!isEmpty) {
      sectionLength = lines == 0 && state == State.HEAD ? 0 : sectionLength + lineLength;
      lines++;
    }
    lineLength = 0;
    lastWasReturn = false;
    return isEmpty;
  }

  private static boolean mayBegin(final byte first) {
    return first == '\r' || first == '\n' || Fields.isToken(first);
  }

  /// Whether so many more bytes of this line may come.
  private boolean fits(final ByteBuf in, final int at, final int to) {
    final var more = to - at;
    if (lines == 0 && state == State.HEAD) {
      if (lineLength + more > mostRequestLine + 2) {
        refuseHead(in, at, to, 414, "The request line exceeds the limit.");
        return false;
      }
    } else if (sectionLength + lineLength + more > mostHeaderBytes + 2) {
      refuseHead(in, at, to, 431, "The header fields exceed the limit.");
      return false;
    }
    return true;
  }

  /// Refuses a head that may not have been gathered yet. Whom it was for is read from the lines
  /// before the bad one, or from the beginning of the request line, however the bytes were cut.
  ///
  /// @param at where the bytes begin that were not looked at before
  /// @param to where those end that were looked at now
  private void refuseHead(
      final ByteBuf in, final int at, final int to, final int status, final String detail) {
    if (state == State.HEAD) {
      gather(in, at);
      int length = gatheredLength - lineLength;
      if (lines == 0) {
        gather(in, Math.min(to, at + Math.max(0, mostRequestLine - lineLength)));
        length = Math.min(gatheredLength, mostRequestLine);
      }
      addressee = Addressee.of(gathered, length);
    }
    refuse(status, detail);
  }

  private void gather(final ByteBuf in, final int to) {
    final var more = to - in.readerIndex();
    final var needed = gatheredLength + more;
    if (needed > gathered.length) {
      // Usually the whole head has come at once: then the first array is the right one.
      gathered = Arrays.copyOf(gathered, Math.max(needed, gathered.length * 2));
    }
    in.readBytes(gathered, gatheredLength, more);
    gatheredLength = needed;
  }

  private byte[] takeGathered() {
    final var taken =
        gatheredLength == gathered.length ? gathered : Arrays.copyOf(gathered, gatheredLength);
    gathered = NOTHING;
    gatheredLength = 0;
    lines = 0;
    emptyLines = 0;
    sectionLength = 0;
    return taken;
  }

  private @Nullable Result beginBody() {
    final var announced = head();
    if (announced.isChunked()) {
      state = State.CHUNK_SIZE;
      return null;
    }
    missing = announced.contentLength();
    if (isUnasked(missing)) {
      return Result.ASK;
    }
    if (missing > bodyLimit) {
      return refuse(413, "The body exceeds the limit.");
    }
    if (missing == 0) {
      state = State.HEAD;
      return Result.REQUEST;
    }
    state = State.BODY;
    return null;
  }

  /// Whether so many bytes more are more than is taken of a sender that is not known.
  private boolean isUnasked(final long more) {
    return !senderKnown && received + more > BodyRule.UNASKED;
  }

  private Result fixedBody(final ByteBuf in) {
    final var now = (int) Math.min(missing, in.readableBytes());
    if (pieces != null) {
      handOn(pieces, in, now);
    } else {
      toMemory(in, now);
    }
    missing -= now;
    if (missing > 0) {
      return Result.MORE;
    }
    state = State.HEAD;
    return Result.REQUEST;
  }

  private void handOn(final BodyStream to, final ByteBuf in, final int now) {
    if (now > 0) {
      final var piece = new byte[now];
      in.readBytes(piece);
      received += now;
      to.offer(piece);
    }
  }

  private void toMemory(final ByteBuf in, final int now) {
    if (bodyLength + now > body.length) {
      // The last step ends exactly at the announced length, so that the whole array is the body.
      final var whole = bodyLength + missing;
      final var step = Math.max(BODY_STEP, Math.max(body.length * 2L, bodyLength + now));
      body = Arrays.copyOf(body, (int) Math.min(whole, step));
    }
    in.readBytes(body, bodyLength, now);
    bodyLength += now;
    received += now;
  }

  private @Nullable Result chunkSize(final ByteBuf in) {
    while (in.isReadable()) {
      final var b = in.readByte();
      if (++lineLength > LARGEST_CHUNK_LINE) {
        return refuse(400, "A chunk's size line is too long.");
      }
      if (lastWasReturn) {
        return b == '\n' && chunkDigits > 0 ? chunkSizeRead() : badChunk();
      }
      final var digit = chunkExtended ? -1 : Character.digit(b, 16);
      if (b == '\r') {
        lastWasReturn = true;
      } else if (digit >= 0) {
        chunkSize = ++chunkDigits > 8 ? LARGEST_CHUNK : chunkSize << 4 | digit;
      } else if (b == ';' && chunkDigits > 0) {
        chunkExtended = true;
      } else if (!chunkExtended || !Fields.isValue(b)) {
        return badChunk();
      }
    }
    return Result.MORE;
  }

  private @Nullable Result chunkSizeRead() {
    missing = chunkSize;
    chunkSize = 0;
    chunkDigits = 0;
    chunkExtended = false;
    lastWasReturn = false;
    lineLength = 0;
    state = State.CHUNK_BEGIN;
    return null;
  }

  private @Nullable Result chunkBegins() {
    if (isUnasked(missing)) {
      return Result.ASK;
    }
    if (received + missing > bodyLimit) {
      return refuse(413, "The body exceeds the limit.");
    }
    state = missing == 0 ? State.TRAILERS : State.CHUNK_DATA;
    return null;
  }

  private @Nullable Result chunkData(final ByteBuf in) {
    final var now = (int) Math.min(missing, in.readableBytes());
    if (pieces != null) {
      handOn(pieces, in, now);
    } else {
      chunkToMemory(in, now);
    }
    missing -= now;
    if (missing > 0) {
      return Result.MORE;
    }
    state = State.CHUNK_END;
    return null;
  }

  private void chunkToMemory(final ByteBuf in, final int now) {
    if (bodyLength + now > body.length) {
      final var step =
          Math.min(
              bodyLimit, Math.max(Math.min(BODY_STEP, bodyLength + missing), body.length * 2L));
      body = Arrays.copyOf(body, (int) Math.max(step, bodyLength + now));
    }
    in.readBytes(body, bodyLength, now);
    bodyLength += now;
    received += now;
  }

  private @Nullable Result chunkEnd(final ByteBuf in) {
    while (in.isReadable()) {
      final var b = in.readByte();
      if (b != (lastWasReturn ? '\n' : '\r')) {
        return badChunk();
      }
      lastWasReturn = !lastWasReturn;
      if (!lastWasReturn) {
        state = State.CHUNK_SIZE;
        return null;
      }
    }
    return Result.MORE;
  }

  /// Trailers are read, checked and thrown away: nothing we serve needs them.
  private Result gatherTrailers(final ByteBuf in) {
    if (!gatherLines(in)) {
      return badStatus == 0 ? Result.MORE : Result.REFUSED;
    }
    final var parsed = RequestHead.parseTrailers(takeGathered(), mostFields);
    if (parsed.badStatus() != 0) {
      return refuse(parsed.badStatus(), parsed.badDetail());
    }
    state = State.HEAD;
    return Result.REQUEST;
  }

  private Result badChunk() {
    return refuse(400, "A chunk is not framed as HTTP says.");
  }

  private Result refuse(final int status, final String detail) {
    badStatus = status;
    badDetail = detail;
    state = State.REFUSED;
    if (pieces != null) {
      pieces.fail(detail);
      pieces = null;
    }
    gathered = NOTHING;
    gatheredLength = 0;
    body = NOTHING;
    bodyLength = 0;
    return Result.REFUSED;
  }
}

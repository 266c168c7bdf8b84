package dev.reveille.http.client;

import dev.reveille.http.Faults;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 on a [Link] (RFC 9112), made of Netty's codec: one request at a time, the connection is
/// kept for the next one. Belongs to its event loop.
///
/// There is no ping. A peer that is gone shows in the kernel's own timer for what it does not
/// acknowledge ([Connector]) or in a late answer; and a connection that rested for
/// [PoolSettings#verifyAfter] is not used again, because a firewall may have forgotten it.
final class Http1Wire extends ChannelInboundHandlerAdapter implements Wire {
  private static final int LONGEST_STATUS_LINE = 4_096;
  private static final int LARGEST_HEAD = 16_384;
  private static final int CHUNK = 8_192;

  private final Link link;
  private final PoolSettings settings;
  private final Http1Headers headers = new Http1Headers();

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable ClientRequest request;
  private @Nullable ClientAnswer answer;
  private boolean interim;
  private boolean lastOne;
  private boolean unflushed;
  private long lastUsed;

  Http1Wire(final Link link, final PoolSettings settings) {
    this.link = link;
    this.settings = settings;
    this.lastUsed = System.nanoTime();
  }

  void addTo(final ChannelPipeline pipeline) {
    pipeline
        .addLast(new HttpClientCodec(LONGEST_STATUS_LINE, LARGEST_HEAD, CHUNK, false, true))
        .addLast(this);
  }

  @Override
  public boolean hasRoom() {
    return request == null && !hasRested(System.nanoTime());
  }

  private boolean hasRested(final long now) {
    return now - lastUsed > settings.verifyAfter().toNanos();
  }

  /// One connection of eight is kept for urgent requests.
  @Override
  public boolean hasRoomForAll() {
    return hasRoom() && link.shard().links().busy() < settings.mostConnections() - kept(settings);
  }

  static int kept(final PoolSettings settings) {
    return settings.mostConnections() < 2 ? 0 : Math.max(1, settings.mostConnections() / 8);
  }

  @Override
  public boolean write(final ClientRequest given, final long now) {
    final var context = ctx;
    if (context == null) {
      throw new IllegalStateException("the connection is not open yet");
    }
    final byte[] body = given.body();
    headers.begin();
    given.head(headers);
    final var method = HttpMethod.valueOf(headers.method());
    final var content = headers.headers();
    if (body.length > 0 || method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT)) {
      content.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    given.link = link;
    given.answer = null;
    given.writtenAt = now;
    request = given;
    answer = null;
    lastUsed = now;
    unflushed = true;
    context.write(
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            method,
            headers.path(),
            Unpooled.wrappedBuffer(body),
            content,
            EmptyHttpHeaders.INSTANCE),
        context.voidPromise());
    return true;
  }

  @Override
  public void flush() {
    if (unflushed && ctx != null) {
      unflushed = false;
      ctx.flush();
    }
  }

  @Override
  public int underWay() {
    return request == null ? 0 : 1;
  }

  @Override
  public boolean isSuspected() {
    return false;
  }

  @Override
  public boolean isIdleSince(final long now, final long nanos) {
    return request == null && now - lastUsed > nanos;
  }

  @Override
  public void sweep(final long now) {
    final var late = request;
    if (late != null && now - late.writtenAt > settings.answerPatience().toNanos()) {
      request = null;
      link.drain("the peer gave no answer");
      link.shard().uncertain(late, Doubt.NO_ANSWER);
      link.end();
      return;
    }
    if (late == null && hasRested(now)) {
      link.retire("idle");
    }
    flush();
    link.closeIfDrained();
  }

  @Override
  public void excuse(final long nanos) {
    // only answers are waited for, and the sweep that comes late looks at them late
  }

  @Override
  public void farewell() {
    // HTTP/1.1 has no word for it: TLS says that it closes
  }

  @Override
  public int ended(final boolean unread) {
    final var left = request;
    request = null;
    if (left == null) {
      return 0;
    }
    if (unread) {
      link.shard().refused(left);
      return 0;
    }
    link.shard().uncertain(left, Doubt.CONNECTION_LOST);
    return 1;
  }

  // ---- Netty ----

  @Override
  public void handlerAdded(final ChannelHandlerContext context) {
    ctx = context;
  }

  @Override
  public void channelRead(final ChannelHandlerContext context, final Object message) {
    try {
      if (message instanceof HttpObject part) {
        read(part);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(final HttpObject part) {
    lastUsed = System.nanoTime();
    final DecoderResult decoded = part.decoderResult();
    if (decoded.isFailure()) {
      bad("what came is no HTTP/1.1 answer: " + Links.words(decoded.cause()));
      return;
    }
    if (part instanceof HttpResponse head) {
      begin(head);
    }
    if (part instanceof HttpContent content) {
      goOn(content);
    }
  }

  private void begin(final HttpResponse head) {
    if (request == null) {
      bad("unsolicited response");
      return;
    }
    interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (interim) {
      if (head.status().code() == 101) {
        bad("the peer switches protocols unasked");
      }
      return;
    }
    lastOne = !HttpUtil.isKeepAlive(head);
    final var copied = new DefaultHttp2Headers(false);
    for (final var each : head.headers()) {
      copied.add(AsciiString.of(each.getKey().toLowerCase(Locale.ROOT)), each.getValue());
    }
    answer = new ClientAnswer(head.status().code(), copied);
  }

  private void goOn(final HttpContent content) {
    final var asked = request;
    final var told = answer;
    if (interim) {
      interim = !(content instanceof LastHttpContent);
      return;
    }
    if (asked == null || told == null) {
      return; // given up already
    }
    final boolean last = content instanceof LastHttpContent;
    final boolean whole = told.append(content.content(), settings.largestAnswer());
    if (!last && whole) {
      return;
    }
    request = null;
    answer = null;
    if (!last || lastOne) {
      link.drainInOrder(last ? "the peer closes after its answer" : "the answer was too long");
    }
    link.answered(asked, told);
    if (!last) {
      // we know the status; the rest of an endless body is not worth a connection
      link.end();
    }
  }

  private void bad(final String words) {
    final var left = request;
    request = null;
    link.drain(words);
    if (left != null) {
      link.shard().uncertain(left, Doubt.BAD_ANSWER);
    }
    link.end();
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
    Faults.tell(cause);
    link.shut(Links.words(cause));
  }
}

package dev.reveille.live.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request of HTTP/2, from the head of its stream to the end of the answer.
final class Http2Exchange extends Exchange implements Parked.Place, AnswerStream.Sink {
  private static final byte[] NOTHING = new byte[0];

  /// A peer that announces a large body gets memory as its bytes come, not for the announcement.
  private static final int BODY_STEP = 16 * 1024;

  /// As much as that is taken at once for what was announced: it fits most bodies as a whole.
  private static final int BODY_ANNOUNCED = 64 * 1024;

  private final Http2Endpoint endpoint;
  private final Http2Stream stream;
  private final String host;
  private final int bodyLimit;

  /// Absent once the request is parked.
  private @Nullable Http2Headers headers;

  private byte[] body = NOTHING;
  private int length;
  private boolean complete;
  private boolean over;
  private long deadline;
  private @Nullable Object current;

  Http2Exchange(
      Http2Endpoint endpoint,
      Http2Stream stream,
      String method,
      Target target,
      String host,
      Http2Headers headers,
      int bodyLimit) {
    super(endpoint.core(), method, target);
    this.endpoint = endpoint;
    this.stream = stream;
    this.host = host;
    this.headers = headers;
    this.bodyLimit = bodyLimit;
    this.deadline = endpoint.loop().nowMillis() + endpoint.core().bodyMillis();
  }

  Http2Stream stream() {
    return stream;
  }

  /// Takes a part of the body; false if it is more than may come.
  boolean take(ByteBuf data) {
    var more = data.readableBytes();
    if (length + more > bodyLimit) {
      return false;
    }
    if (length + more > body.length) {
      var step =
          length == 0
              ? Math.max(more, Math.min(announced(), BODY_ANNOUNCED))
              : Math.max(BODY_STEP, body.length * 2L);
      var size = Math.max(Math.min(step, bodyLimit), length + more);
      body = Arrays.copyOf(body, (int) size);
    }
    data.readBytes(body, length, more);
    length += more;
    return true;
  }

  private long announced() {
    return headers == null ? 0 : headers.getLong("content-length", 0);
  }

  int length() {
    return length;
  }

  /// The request is whole: the handler gets it.
  void complete() {
    complete = true;
    deadline = Long.MAX_VALUE;
    if (length < body.length) {
      body = Arrays.copyOf(body, length);
    }
    dispatch();
  }

  boolean isComplete() {
    return complete;
  }

  void sweep(long nowMillis) {
    if (nowMillis < deadline) {
      return;
    }
    deadline = Long.MAX_VALUE;
    if (current instanceof Parked parked) {
      parked.expire();
    } else if (!complete) {
      problem(408, "The body of the request took too long.");
    }
  }

  /// The stream is closed, by whatever reason.
  void streamClosed() {
    if (over) {
      return;
    }
    over = true;
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
  public byte[] body() {
    return body;
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
  Optional<String> headerNamed(String lower) {
    var value = headers == null ? null : headers.get(Fields.lowerName(lower));
    return value == null ? Optional.empty() : Optional.of(value.toString());
  }

  @Override
  List<String> headersNamed(String lower) {
    var found = new ArrayList<String>(2);
    if (headers != null) {
      headers.getAll(Fields.lowerName(lower)).forEach(value -> found.add(value.toString()));
    }
    return found;
  }

  @Override
  void write(Answer answer) {
    if (!over) {
      over = true;
      endpoint.respond(this, answer, method().equals("HEAD"));
    }
  }

  @Override
  void begin(AnswerStream answers) {
    if (over) {
      answers.over();
      return;
    }
    current = answers;
    if (answers.isHeld()) {
      headers = null;
      body = NOTHING;
    }
    endpoint.beginStream(this, answers.takeHead());
    answers.begin(this);
  }

  @Override
  public void piece(byte[] bytes, ChannelFutureListener whenSent) {
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
      var _ = endpoint.data(this, Unpooled.EMPTY_BUFFER, true);
    }
  }

  @Override
  void hold(Parked parked, long patienceMillis) {
    if (over) {
      parked.leave();
      return;
    }
    current = parked;
    headers = null;
    body = NOTHING;
    deadline = loop().nowMillis() + patienceMillis;
  }

  @Override
  public void unpark(Parked parked, Answer answer) {
    if (current == parked) {
      current = null;
      write(answer);
    }
  }

  @Override
  void give(Upgrade upgrade) {
    // RFC 8441 would be another way in; nothing of ours needs it.
    write(core().problem(501, "Only a connection of HTTP/1.1 can change its protocol."));
  }
}

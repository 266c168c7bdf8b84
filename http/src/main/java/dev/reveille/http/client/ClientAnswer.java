package dev.reveille.http.client;

import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// An HTTP answer to one of our requests: status, headers and the first part of the body, at most
/// [PoolSettings#largestAnswer] bytes.
public final class ClientAnswer {
  private static final byte[] EMPTY = new byte[0];

  private final int status;
  private final Http2Headers headers;
  private byte[] body = EMPTY;
  private int length;

  ClientAnswer(final int status, final Http2Headers headers) {
    this.status = status;
    this.headers = headers;
  }

  public int status() {
    return status;
  }

  /// @param name lower case
  public Optional<String> header(final CharSequence name) {
    return Optional.ofNullable(headers.get(name)).map(CharSequence::toString);
  }

  /// All lines of this name, in their order.
  ///
  /// @param name lower case
  public List<String> headers(final CharSequence name) {
    return headers.getAll(name).stream().map(CharSequence::toString).toList();
  }

  public boolean hasBody() {
    return length > 0;
  }

  /// A copy of the body, as far as it was read.
  public byte[] bodyBytes() {
    return java.util.Arrays.copyOf(body, length);
  }

  public String bodyText() {
    return new String(body, 0, length, StandardCharsets.UTF_8);
  }

  /// Keeps what fits below `most`.
  ///
  /// @return false when something had to be left out
  boolean append(final io.netty.buffer.ByteBuf data, final int most) {
    final int all = data.readableBytes();
    final int taken = Math.min(all, most - length);
    if (length + taken > body.length) {
      body = java.util.Arrays.copyOf(body, Math.min(most, Math.max(256, (length + taken) * 2)));
    }
    data.readBytes(body, length, taken);
    length += taken;
    return taken == all;
  }

  @Override
  public String toString() {
    return "ClientAnswer[" + status + "]";
  }
}

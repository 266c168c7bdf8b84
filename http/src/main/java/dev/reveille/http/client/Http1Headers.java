package dev.reveille.http.client;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Gathers the path and the headers of one request for HTTP/1.1 (RFC 9112). Belongs to the
/// connection's event loop. A use out of order throws IllegalStateException.
final class Http1Headers extends RequestHeaders {
  private String method = "";
  private String path = "";
  private @Nullable HttpHeaders headers;

  void begin() {
    method = "";
    path = "";
    headers = new DefaultHttpHeaders();
  }

  String method() {
    if (method.isEmpty() || path.isEmpty()) {
      throw new IllegalStateException("a request needs a path and constant headers");
    }
    return method;
  }

  String path() {
    return path;
  }

  HttpHeaders headers() {
    final var gathered = headers;
    if (gathered == null) {
      throw new IllegalStateException("headers go between the begin and the end of a request");
    }
    return gathered;
  }

  @Override
  public RequestHeaders path(final byte[] front, final byte[] rest) {
    final var text =
        new String(front, StandardCharsets.ISO_8859_1)
            + new String(rest, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= 0x20 || text.charAt(i) >= 0x7F) {
        throw new IllegalArgumentException("a path holds a space or a character that is not ASCII");
      }
    }
    path = text;
    return this;
  }

  @Override
  public RequestHeaders constants(final HeaderSet set) {
    for (final var field : set.fields) {
      switch (field.name.toString()) {
        case ":method" -> method = field.text.toString();
        case ":scheme" -> {
          // the connection's own: what is asked for is known by its host
        }
        case ":authority" -> headers().set(HttpHeaderNames.HOST, field.text);
        default -> headers().add(field.name.text, field.text);
      }
    }
    return this;
  }

  @Override
  public RequestHeaders once(final HeaderName name, final byte[] value) {
    headers().add(name.text, new AsciiString(value, false));
    return this;
  }

  @Override
  public RequestHeaders once(final HeaderName name, final UUID value) {
    headers().add(name.text, value.toString());
    return this;
  }

  @Override
  public RequestHeaders once(final HeaderName name, final long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a header number must not be negative: " + value);
    }
    headers().add(name.text, Long.toString(value));
    return this;
  }
}

package dev.reveille.simulators.service;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A complete request to a simulated service, of either version of HTTP: header lines in their
/// order and spelling, repeated ones apart. Immutable, thread-safe.
public final class ServiceCall {
  private final String version;
  private final String method;
  private final String target;
  private final List<HeaderLine> headers;
  private final byte[] body;
  private final int size;
  private final Optional<X509Certificate> certificate;
  private final Instant at;

  /// @param version `HTTP/1.1` or `HTTP/2`
  /// @param target path and query as they came
  /// @param body its first 64 KiB
  /// @param size bytes of the whole body
  /// @param certificate what the caller showed in the TLS handshake
  /// @param at when the last byte had come
  ServiceCall(
      final String version,
      final String method,
      final String target,
      final List<HeaderLine> headers,
      final byte[] body,
      final int size,
      final Optional<X509Certificate> certificate,
      final Instant at) {
    this.version = version;
    this.method = method;
    this.target = target;
    this.headers = List.copyOf(headers);
    this.body = body.clone();
    this.size = size;
    this.certificate = certificate;
    this.at = at;
  }

  public String version() {
    return version;
  }

  public String method() {
    return method;
  }

  public String target() {
    return target;
  }

  /// The target without its query.
  public String path() {
    final int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /// The first value of a name in the query, or "".
  public String query(final String name) {
    final var values = new QueryStringDecoder(target).parameters().getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  public List<HeaderLine> headers() {
    return headers;
  }

  /// The first value of a header, without white space around it; "" when there is none.
  public String header(final String name) {
    for (final var line : headers) {
      if (line.name().equalsIgnoreCase(name)) {
        return line.value().strip();
      }
    }
    return "";
  }

  public boolean has(final String name) {
    return count(name) > 0;
  }

  /// How many lines have this name.
  public long count(final String name) {
    return headers.stream().filter(line -> line.name().equalsIgnoreCase(name)).count();
  }

  public byte[] body() {
    return body.clone();
  }

  /// The size of the whole body, kept or not.
  public int size() {
    return size;
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public Optional<X509Certificate> certificate() {
    return certificate;
  }

  public Instant at() {
    return at;
  }
}

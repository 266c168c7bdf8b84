package dev.reveille.http.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request of HTTP/1.1, with its body and its connection.
final class Http1Exchange extends Exchange {
  private final Http1Connection connection;
  private final RequestHead head;
  private Body body;

  Http1Exchange(
      final Http1Connection connection,
      final HttpHandler handler,
      final RequestHead head,
      final Body body) {
    super(connection.core(), handler, head.method(), head.target());
    this.connection = connection;
    this.head = head;
    this.body = body;
  }

  @Override
  public String host() {
    return headerNamed("host").orElse("");
  }

  @Override
  Body held() {
    return body;
  }

  @Override
  void hold(final Body other) {
    body = other;
  }

  @Override
  InetSocketAddress connectionPeer() {
    return connection.peer();
  }

  @Override
  @Nullable Proxies connectionProxies() {
    return Peers.inHeaders(connection.channel());
  }

  @Override
  public boolean isHttp2() {
    return false;
  }

  @Override
  public boolean isSecure() {
    return connection.isSecure();
  }

  @Override
  Loop loop() {
    return connection.loop();
  }

  @Override
  Parked.Place place() {
    return connection;
  }

  @Override
  Optional<String> headerNamed(final String lower) {
    return head.header(lower);
  }

  @Override
  public List<Map.Entry<String, String>> fields() {
    return head.all();
  }

  @Override
  List<String> headersNamed(final String lower) {
    return head.headers(lower);
  }

  @Override
  void write(final Answer answer) {
    connection.answer(this, answer);
  }

  @Override
  void begin(final AnswerStream stream) {
    connection.begin(this, stream);
  }

  @Override
  void hold(final Parked parked, final long patienceMillis) {
    connection.hold(this, parked, patienceMillis);
  }

  @Override
  void give(final Upgrade upgrade) {
    connection.give(this, upgrade);
  }
}

package dev.reveille.http.server;

import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The settings with which one listener is opened.
///
/// @param name what logs and metrics call it, such as `api` or `devices`
/// @param host the address to listen on
/// @param port the port, 0 for any free one
/// @param tls asked once per connection, so that new certificates count from the next connection
///   on; absent for plain HTTP
/// @param http2 whether HTTP/2 is offered (by ALPN, so over TLS only)
/// @param limits what is taken before it is refused
/// @param spool the folder for bodies that do not stay in memory ([BodyRule.How#SPOOLED])
/// @param places that listeners of the process share; absent for places of its own, by the limits
/// @param proxies who may say for whom it speaks; absent when no peer may
/// @param budgets what this and the other listeners of the process hold together
public record HttpSettings(
    String name,
    String host,
    int port,
    @Nullable Supplier<SslContext> tls,
    boolean http2,
    HttpLimits limits,
    Path spool,
    @Nullable ConnectionPlaces places,
    @Nullable Proxies proxies,
    HttpBudgets budgets) {

  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("%s: port (%d) must be 0 to 65535".formatted(name, port));
    }
  }

  /// HTTP/1.1 without TLS: for health checks, for tests, behind a proxy on the same machine.
  public static HttpSettings plain(final String name, final String host, final int port) {
    return new HttpSettings(
        name,
        host,
        port,
        null,
        false,
        HttpLimits.defaults(),
        TEMPORARY,
        null,
        null,
        HttpBudgets.USUAL);
  }

  public HttpSettings withTls(final Supplier<SslContext> context) {
    return new HttpSettings(
        name, host, port, context, http2, limits, spool, places, proxies, budgets);
  }

  public HttpSettings withHttp2(final boolean offered) {
    return new HttpSettings(
        name, host, port, tls, offered, limits, spool, places, proxies, budgets);
  }

  public HttpSettings withLimits(final HttpLimits others) {
    return new HttpSettings(name, host, port, tls, http2, others, spool, places, proxies, budgets);
  }

  public HttpSettings withProxies(final @Nullable Proxies trusted) {
    return new HttpSettings(name, host, port, tls, http2, limits, spool, places, trusted, budgets);
  }

  public HttpSettings withPlaces(final ConnectionPlaces shared) {
    return new HttpSettings(name, host, port, tls, http2, limits, spool, shared, proxies, budgets);
  }

  public HttpSettings withSpool(final Path folder) {
    return new HttpSettings(name, host, port, tls, http2, limits, folder, places, proxies, budgets);
  }

  /// @param shared by all listeners of the process
  public HttpSettings withBudgets(final HttpBudgets shared) {
    return new HttpSettings(name, host, port, tls, http2, limits, spool, places, proxies, shared);
  }
}

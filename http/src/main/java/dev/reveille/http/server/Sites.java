package dev.reveille.http.server;

import io.netty.handler.ssl.SslContext;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The listeners of a port that serves several, by the host name in the TLS ClientHello (SNI). A
/// name that begins with `*.` stands for one further label in that place.
///
/// Limits, time-outs and the handler are those of the listener; the certificate is the name's.
public final class Sites {
  record Site(HttpCore core, Supplier<SslContext> tls) {}

  private final HostNames<Site> byName = new HostNames<>();
  private @Nullable Site others;
  private @Nullable Site hosts;
  private Predicate<String> isHost = _ -> false;

  /// Names a listener. Before the port is opened.
  public Sites with(
      final String name, final HttpListener listener, final Supplier<SslContext> tls) {
    byName.put(name, new Site(listener.core(), tls));
    return this;
  }

  /// What a name that is not listed leads to, and a ClientHello without a name. Without it they are
  /// refused with the alert `unrecognized_name`.
  public Sites withOthers(final HttpListener listener, final Supplier<SslContext> tls) {
    others = new Site(listener.core(), tls);
    return this;
  }

  /// Names that come and go while the port is open lead to a listener too. One that is listed for
  /// this listener, itself or by `*.`, has the certificate that is named there.
  ///
  /// @param isOne given a name in any case; asked on event loops, must not block
  public Sites withHosts(
      final Predicate<String> isOne, final HttpListener listener, final Supplier<SslContext> tls) {
    isHost = isOne;
    hosts = new Site(listener.core(), tls);
    return this;
  }

  /// The certificate under a name; null where it is refused.
  public @Nullable Supplier<SslContext> tls(final String name) {
    final var site = named(name);
    return site == null ? null : site.tls();
  }

  @Nullable Site named(final String name) {
    final var site = byName.find(name);
    if (hosts != null && (site == null || site.core() != hosts.core()) && isHost.test(name)) {
      return hosts;
    }
    return site != null ? site : others;
  }
}

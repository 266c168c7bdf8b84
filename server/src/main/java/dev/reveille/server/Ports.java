package dev.reveille.server;

import dev.reveille.http.server.ConnectionPlaces;
import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.Handlers;
import dev.reveille.http.server.HttpBudgets;
import dev.reveille.http.server.HttpLimits;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import dev.reveille.http.server.Sites;
import dev.reveille.http.server.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens the server's ports with their certificates: those of the configuration, else one of the
/// [LocalAuthority].
final class Ports {
  /// The listener at which namespaces of hubs answer.
  private static final String API = "api";

  private final EventLoops loops;
  private final HostCertificates certificates;
  private final CertificateReloader watch;
  private final Path spool;
  private final ConnectionPlaces places;
  private final HttpBudgets budgets;
  private final int handshakesPerAddress;

  /// @param spool the folder for large bodies; it is made when it is not there
  /// @param places of connections, which all ports share
  /// @param budgets what all ports hold for their peers together
  /// @param handshakesPerAddress TLS handshakes of one address that have not ended
  Ports(
      final EventLoops loops,
      final HostCertificates certificates,
      final CertificateReloader watch,
      final Path spool,
      final ConnectionPlaces places,
      final HttpBudgets budgets,
      final int handshakesPerAddress) {
    this.loops = loops;
    this.certificates = certificates;
    this.watch = watch;
    this.spool = spool;
    this.places = places;
    this.budgets = budgets;
    this.handshakesPerAddress = handshakesPerAddress;
    try {
      LocalAuthority.folder(spool);
    } catch (final IOException failed) {
      throw new UncheckedIOException("the folder for large bodies cannot be made", failed);
    }
  }

  /// @throws Server.PortTaken when the port cannot be had
  HttpListener plain(
      final String name, final Configuration.Listener where, final Handlers handlers) {
    return open(name, where, settings(name, where.hostName(), where.portNumber()), handlers);
  }

  /// A plain one with places of its own, so that it answers when all others are taken.
  ///
  /// @throws Server.PortTaken when the port cannot be had
  HttpListener apart(
      final String name,
      final Configuration.Listener where,
      final Handlers handlers,
      final ConnectionPlaces own) {
    final var settings = settings(name, where.hostName(), where.portNumber()).withPlaces(own);
    return open(name, where, settings, handlers);
  }

  /// @throws Server.PortTaken when the port cannot be had
  HttpListener secure(
      final String name, final Configuration.Listener where, final Handlers handlers) {
    final boolean http2 = where.offersHttp2();
    final var contexts = certificates(where.certificate(), where.key(), http2);
    if (name.equals(API)) {
      certificates.shows(name, _ -> contexts);
    }
    return open(
        name,
        where,
        settings(name, where.hostName(), where.portNumber()).withTls(contexts).withHttp2(http2),
        handlers);
  }

  /// A listener that no configuration names.
  ///
  /// @throws Server.PortTaken when the port cannot be had
  HttpListener additional(final Parts.DeviceListener one, final Handlers handlers) {
    final var host = "127.0.0.1";
    final var plain = settings(one.name(), host, one.port());
    final var settings = one.secure() ? plain.withTls(certificates(null, null, false)) : plain;
    return named(one.name(), host, one.port(), () -> HttpListener.open(settings, loops, handlers));
  }

  private HttpSettings settings(final String name, final String host, final int port) {
    return HttpSettings.plain(name, host, port)
        .withSpool(spool)
        .withPlaces(places)
        .withBudgets(budgets)
        .withLimits(HttpLimits.defaults().withHandshakesPerAddress(handshakesPerAddress));
  }

  private HttpListener open(
      final String name,
      final Configuration.Listener where,
      final HttpSettings settings,
      final Handlers handlers) {
    final var proxies = where.proxies() == null ? null : where.proxies().proxies();
    return named(
        name,
        where.hostName(),
        where.portNumber(),
        () -> HttpListener.open(settings.withProxies(proxies), loops, handlers));
  }

  /// The port that listeners share, each under its names.
  ///
  /// @throws Server.PortTaken when the port cannot be had
  HttpListener common(
      final CommonPort where,
      final Configuration.Listeners each,
      final Map<String, HttpListener> listeners) {
    final var sites = new Sites();
    final Map<Boolean, TlsContexts> shared = new HashMap<>();
    final Function<Boolean, TlsContexts> usual =
        http2 ->
            shared.computeIfAbsent(
                http2, offered -> certificates(where.certificate(), where.key(), offered));
    where
        .sites()
        .forEach((name, site) -> {
          final var to = String.valueOf(site.to());
          final boolean http2 = offersHttp2(each, to);
          sites.with(
              name,
              listener(listeners, to),
              site.certificate() == null
                  ? usual.apply(http2)
                  : certificates(site.certificate(), site.key(), http2));
        });
    if (!where.refusesOthers()) {
      sites.withOthers(
          listener(listeners, where.otherNames()),
          usual.apply(offersHttp2(each, where.otherNames())));
    }
    sites.withHosts(
        certificates::isHost, listener(listeners, API), usual.apply(offersHttp2(each, API)));
    certificates.shows(
        "common", host -> sites.tls(host) instanceof final TlsContexts contexts ? contexts : null);
    final var proxies = where.proxies() == null ? null : where.proxies().proxies();
    final var settings =
        settings("common", where.hostName(), where.portNumber()).withProxies(proxies);
    return named(
        "common",
        where.hostName(),
        where.portNumber(),
        () -> HttpListener.open(settings, loops, sites));
  }

  private static boolean offersHttp2(final Configuration.Listeners each, final String name) {
    return (name.equals(API) ? each.api() : each.devices()).offersHttp2();
  }

  private static HttpListener listener(
      final Map<String, HttpListener> listeners, final String name) {
    final var listener = listeners.get(name);
    if (listener == null) {
      throw new IllegalStateException("there is no listener " + name);
    }
    return listener;
  }

  private TlsContexts certificates(
      final @Nullable Path own, final @Nullable Path key, final boolean http2) {
    if (own == null || key == null) {
      return certificates.local(http2);
    }
    try {
      final var contexts = TlsContexts.of(own, key, http2);
      watch.add(own, key, contexts);
      return contexts;
    } catch (final IllegalArgumentException unusable) {
      throw new Configuration.Wrong("listeners: " + unusable.getMessage());
    }
  }

  private static HttpListener named(
      final String name, final String host, final int port, final Supplier<HttpListener> opening) {
    try {
      return opening.get();
    } catch (final IllegalStateException failed) {
      final var words =
          String.valueOf((failed.getCause() == null ? failed : failed.getCause()).getMessage());
      if (words.contains("Cannot assign requested address")) {
        throw new Server.PortTaken(
            "the %s listener cannot be opened: %s is no address of this machine; correct listeners.%s.host."
                .formatted(name, host, name),
            failed);
      }
      throw new Server.PortTaken(
          "the "
              + name
              + " listener cannot have port "
              + port
              + " of "
              + host
              + ": "
              + words
              + "; end what uses it or choose another with listeners."
              + name
              + ".port (0 takes a free one).",
          failed);
    }
  }
}

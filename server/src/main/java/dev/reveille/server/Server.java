package dev.reveille.server;

import dev.reveille.live.LiveChannels;
import dev.reveille.live.LiveSettings;
import dev.reveille.live.http.EventLoops;
import dev.reveille.live.http.HttpHandler;
import dev.reveille.live.http.HttpListener;
import dev.reveille.live.http.HttpSettings;
import dev.reveille.live.http.TlsContexts;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.protocols.device.DeviceApi;
import dev.reveille.protocols.device.DeviceSettings;
import dev.reveille.protocols.rest.RestApi;
import dev.reveille.protocols.rest.RestLimits;
import dev.reveille.push.apns.ApnsApps;
import dev.reveille.push.apns.ApnsSender;
import dev.reveille.push.apns.ApnsSettings;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.Registry;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All parts put together, opened in this order and closed in reverse: store, push services, live
/// channels, the heart, listeners.
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  /// A listener could not have its port.
  static final class PortTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortTaken(final String message, final Throwable cause) {
      super(message, cause);
    }
  }

  private final Configuration configuration;
  private final Deque<AutoCloseable> parts;
  private final LiveChannels live;
  private final HttpListener api;
  private final HttpListener devices;
  private final HttpListener metrics;
  private volatile boolean closing;

  /// Opens everything; the server takes events when this returns.
  ///
  /// @throws dev.reveille.storage.sqlite.StoreException when the data directory cannot be used
  /// @throws PortTaken when a port cannot be had
  static Server start(final Configuration configuration, final InstantSource clock) {
    final var parts = new ArrayDeque<AutoCloseable>();
    try {
      return new Server(configuration, clock, parts);
    } catch (final RuntimeException failed) {
      closeAll(parts);
      throw failed;
    }
  }

  private Server(
      final Configuration configuration,
      final InstantSource clock,
      final Deque<AutoCloseable> parts) {
    this.configuration = configuration;
    this.parts = parts;
    final var directory = configuration.store().directory();
    final var store = with(SqliteStore.open(directory, storeSettings(), clock));
    final var loops = with(EventLoops.open());
    final var people = new Directory(store.registry());
    this.live = with(new LiveChannels(store.inbox(), clock, LiveSettings.DEFAULT));
    final var apple = with(appleSender(store, people, loops, clock));
    final var routing =
        with(
            new Routing(
                new Routing.Stores(
                    store.journal(),
                    store.inbox(),
                    store.trail(),
                    store.waiting(),
                    store.calls(),
                    store.registry(),
                    store.settings(),
                    store.secrets()),
                people,
                live,
                Map.of(apple.service(), apple),
                routingOptions(),
                clock));
    routing.resume();
    final var shown = with(new Metrics(routing, () -> notReady(store)));
    this.metrics = listen("metrics", configuration.listeners().metrics(), null, loops, shown);
    final var tls = LocalAuthority.in(directory.resolve("tls"));
    final var phones = with(new DeviceApi(routing, live, loops, deviceSettings()));
    this.devices = listen("devices", configuration.listeners().devices(), tls, loops, phones);
    final var rest = new RestApi(routing, live, Server::fault, restLimits());
    this.api = listen("api", configuration.listeners().api(), tls, loops, rest);
    shown.show("devices", devices);
    shown.show("api", api);
    Bootstrap.prepare(
        directory,
        store.registry(),
        store.secrets(),
        url("https", api),
        url("https", devices),
        tls.authority());
  }

  private <T extends AutoCloseable> T with(final T part) {
    parts.push(part);
    return part;
  }

  private StoreSettings storeSettings() {
    return StoreSettings.from(System.getenv())
        .withRetentionDays((int) configuration.store().retention().toDays())
        .withDiskFloor(configuration.store().diskFloorMib() << 20);
  }

  private Routing.Options routingOptions() {
    final var limits = configuration.routing();
    return new Routing.Options(
        configuration.live().patience(),
        limits.mostInHeap(),
        limits.urgentReserve(),
        limits.mostInFlight(),
        limits.mostWaiting());
  }

  private DeviceSettings deviceSettings() {
    final var standard = DeviceSettings.DEFAULT;
    return new DeviceSettings(
        standard.mostDevices(),
        configuration.limits().registrationsPerMinute(),
        standard.requestsPerSecond(),
        standard.framesPerSecond(),
        standard.longestPoll(),
        standard.statementLife(),
        Set.copyOf(configuration.devices().origins()));
  }

  /// Learns credentials from the store, again after each change.
  private static ApnsSender appleSender(
      final SqliteStore store,
      final Directory people,
      final EventLoops loops,
      final InstantSource clock) {
    final var sender =
        new ApnsSender(
            id -> appleApp(store, people, id),
            loops.group(),
            ApnsSettings.DEFAULT,
            clock,
            OperatorAlerts.LOG);
    store.secrets().onCredentialChange(sender::forget);
    store
        .registry()
        .onChange(change -> {
          if (change instanceof Registry.Change.AppChanged(var app)) {
            sender.forget(app);
          }
        });
    return sender;
  }

  private static Optional<ApnsApps.ApnsApp> appleApp(
      final SqliteStore store, final Directory people, final AppId id) {
    final var credential = store.secrets().credential(id, PushService.APNS);
    return people
        .app(id)
        .flatMap(app ->
            credential.map(found ->
                switch (found) {
                  case Credential.Apns apns -> new ApnsApps.ApnsApp(app.bundleId(), apns);
                }));
  }

  private static Optional<String> fault(final Credential credential) {
    return switch (credential) {
      case Credential.Apns apns -> ApnsSender.mistake(apns);
    };
  }

  private RestLimits restLimits() {
    final var standard = RestLimits.DEFAULT;
    final int perSecond = configuration.limits().eventsPerSecond();
    return new RestLimits(
        perSecond,
        2 * perSecond,
        standard.strangersPerSecond(),
        standard.strangersBurst(),
        standard.blockingAtOnce(),
        standard.waitingAtOnce());
  }

  private HttpListener listen(
      final String name,
      final Configuration.Listener where,
      final LocalAuthority.@Nullable CertificateFiles local,
      final EventLoops loops,
      final HttpHandler handler) {
    var settings = HttpSettings.plain(name, where.hostName(), where.portNumber());
    if (local != null) {
      final boolean http2 = Boolean.TRUE.equals(where.http2());
      settings = settings.withTls(certificates(where, local, http2)).withHttp2(http2);
    }
    try {
      return with(HttpListener.open(settings, loops, RestApi.problems(), handler));
    } catch (final RuntimeException failed) {
      throw new PortTaken(
          "the "
              + name
              + " listener cannot have port "
              + where.portNumber()
              + " of "
              + where.hostName()
              + ": "
              + failed.getMessage()
              + "; end what uses it or choose another with listeners."
              + name
              + ".port (0 takes a free one).",
          failed);
    }
  }

  /// One's own certificate where one is configured, else the local authority's.
  private TlsContexts certificates(
      final Configuration.Listener where,
      final LocalAuthority.CertificateFiles local,
      final boolean http2) {
    final Path own = where.certificate();
    final Path key = where.key();
    if (own == null || key == null) {
      return TlsContexts.of(local.chain(), local.key(), http2);
    }
    final var contexts = TlsContexts.of(own, key, http2);
    with(CertificateWatch.of(own, contexts));
    return contexts;
  }

  private String notReady(final SqliteStore store) {
    if (closing) {
      return "going down";
    }
    return store.journal().roomLeft() <= 0 ? "the disk is nearly full" : "";
  }

  private static String url(final String scheme, final HttpListener listener) {
    final var address = listener.address();
    final var host =
        address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString();
    return scheme + "://" + host + ":" + address.getPort();
  }

  /// What scripts wait for.
  String readyLine() {
    return "reveille ready api=%s devices=%s metrics=%s data=%s"
        .formatted(
            url("https", api),
            url("https", devices),
            url("http", metrics),
            configuration.store().directory().toAbsolutePath());
  }

  /// Sends phones away with a spread delay, lets requests under way end, then closes all parts.
  @Override
  public void close() {
    closing = true;
    final var over = configuration.live().drain();
    LOG.info("going down, draining for {} ms", over.toMillis());
    live.drain(over); // first: a listener waits for its connections, and held phones do not end by
    // themselves
    api.drain(over);
    devices.drain(over);
    closeAll(parts);
  }

  private static void closeAll(final Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      final var part = parts.pop();
      try {
        part.close();
      } catch (final Exception failed) { // the others must be closed all the same
        LOG.error("{} did not close well", part.getClass().getSimpleName(), failed);
      }
    }
  }
}

package dev.reveille.server;

import dev.reveille.demo.DemoPage;
import dev.reveille.http.server.ConnectionPlaces;
import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.Handlers;
import dev.reveille.http.server.HttpListener;
import dev.reveille.live.LiveChannels;
import dev.reveille.live.LiveSettings;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.arm.ArmApi;
import dev.reveille.protocols.device.DeviceApi;
import dev.reveille.protocols.device.HandleApi;
import dev.reveille.protocols.notificationhubs.HubApi;
import dev.reveille.protocols.notificationhubs.HubJobRuns;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.protocols.rest.RestApi;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Routing;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Stores;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens all parts of a server as configuration and [Parts] say, in order, and closes them in
/// reverse: store, event loops, live channels, push services, routing, listeners. A start that
/// fails closes what it had opened. [#start] blocks until events are taken; [#close] sends phones
/// away (at most 10 s), then drains listener after listener, each for up to `live.drain`.
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
  private final Parts chosen;
  private final ServerOptions options;
  private final Deque<AutoCloseable> parts;
  private final LiveChannels live;
  private final HttpListener api;
  private final @Nullable HttpListener devices;
  private final List<HttpListener> additional;
  private final HttpListener metrics;
  private final @Nullable HttpListener common;
  private final CertificateReloader certificates;
  private final @Nullable Federation federation;
  private final TestSchedules schedules;
  private volatile boolean started;
  private volatile boolean closing;

  /// Opens everything; the server takes events when this returns.
  ///
  /// @throws dev.reveille.routing.port.StoreException when the data directory cannot be used
  /// @throws PortTaken when a port cannot be had
  static Server start(
      final Configuration configuration, final Parts chosen, final ServerClock clock) {
    return start(configuration, chosen, Budgets.ofThisProcess(), clock);
  }

  /// The same within other bounds than this process's.
  static Server start(
      final Configuration configuration,
      final Parts chosen,
      final Budgets budgets,
      final ServerClock clock) {
    final var parts = new ArrayDeque<AutoCloseable>();
    try {
      return new Server(configuration, chosen, budgets, clock, parts);
    } catch (final RuntimeException failed) {
      closeAll(parts);
      throw failed;
    }
  }

  private Server(
      final Configuration configuration,
      final Parts chosen,
      final Budgets budgets,
      final ServerClock clock,
      final Deque<AutoCloseable> parts) {
    this.configuration = configuration;
    this.chosen = chosen;
    this.options = new ServerOptions(configuration);
    this.parts = parts;
    final var directory = configuration.store().directory();
    final var store = with(chosen.stores().open(directory, options.store(), clock));
    final var loops = with(EventLoops.open());
    final var people = new Directory(store.registry());
    final var hubs = Hubs.open(store, clock);
    final var resources =
        CommunicationResources.open(store, hubs, HubWays.judge(configuration.wayOut()), clock);
    this.live = with(new LiveChannels(store.inbox(), clock, LiveSettings.DEFAULT));
    final var wayOut = configuration.wayOut();
    this.federation = federation(store, loops, clock);
    final var push = with(push(store, people, loops, resources, clock));
    final var routing = routing(store, people, push, clock);
    final var endings = with(CredentialExpiryMonitor.of(store, push::ends, clock));
    final var tls = LocalAuthority.in(directory.resolve("tls"));
    final var ofHosts = ofHosts(tls, hubs);
    this.schedules = with(new TestSchedules(store.registry(), store.settings(), clock));
    final var health = health(endings, push, resources, ofHosts, clock);
    final var shown = with(metrics(routing, store, push));
    shown.show(health);
    shown.show(schedules, clock);
    final var where = configuration.listeners();
    this.certificates = with(new CertificateReloader());
    final var places = places(budgets);
    final var ports = ports(loops, ofHosts, places, budgets, shown);
    this.metrics =
        with(ports.apart("metrics", where.metrics(), new Handlers(shown), placesOfMetrics()));
    final var page = page();
    final var forDevices = forDevices(routing, store, push, resources, page);
    this.devices =
        Role.servesDevices(configuration.roles())
            ? with(listener(ports, "devices", where.devices(), forDevices))
            : null;
    this.additional =
        chosen.additional().stream().map(one -> with(ports.additional(one, forDevices))).toList();
    final var rest =
        new RestApi(
            routing, store.administration(), hubs, resources, live, push, health, options.rest());
    shown.show(rest);
    final var jobs = with(HubContainers.open(store, hubs, routing, wayOut, loops, clock));
    final var forApi = forApi(rest, hubs, resources, store, routing, jobs.runs());
    this.api = with(listener(ports, "api", where.api(), forApi));
    this.common = common(ports);
    final var _ = with(chosen.beside().open(routing));
    certificates.start();
    endings.start(store.registry());
    openFederation(routing, new PlatformTrials(store, push), rest);
    show(shown, places);
    prepare(store, tls, page);
    this.started = true;
  }

  private @Nullable Federation federation(
      final Stores store, final EventLoops loops, final ServerClock clock) {
    final var where = configuration.federation();
    return where == null
        ? null
        : with(new Federation(where, configuration.roles(), store, loops, clock));
  }

  private PushServices push(
      final Stores store,
      final Directory people,
      final EventLoops loops,
      final CommunicationResources resources,
      final ServerClock clock) {
    return PushServices.connect(
        store,
        people,
        configuration.wayOut(),
        loops,
        chosen.senders(),
        new HubWays(resources),
        federation == null ? List.of() : List.of(federation.sender()),
        clock);
  }

  private void openFederation(
      final Routing routing, final PlatformTrials keys, final RestApi rest) {
    if (federation == null) {
      schedules.start((_, _) -> {
        throw new IllegalArgumentException(
            "federation is not configured: see `federation` in the file");
      });
    } else {
      federation.open(routing, keys);
      final var tests = federation.tests();
      rest.offer(tests);
      schedules.start(new ScheduledTests(tests));
      rest.offer(federation.quota(), federation.quotasOfOthers());
    }
  }

  private @Nullable DemoPage page() {
    return configuration.devices().demoPage() ? with(new DemoPage(Answers::ofListener)) : null;
  }

  private @Nullable HttpListener common(final Ports ports) {
    final var where = configuration.listeners();
    return where.common() == null
        ? null
        : with(
            ports.common(
                where.common(),
                where,
                devices == null ? Map.of("api", api) : Map.of("api", api, "devices", devices)));
  }

  private PushHealth health(
      final CredentialExpiryMonitor endings,
      final PushServices push,
      final CommunicationResources resources,
      final HostCertificates ofHosts,
      final ServerClock clock) {
    final var links = new LinkFindings(resources, push.reportsOfHubs());
    return new PushHealth(
        endings,
        push.reports(),
        new ProxyCheck(configuration.wayOut()),
        Findings.together(
            links, ofHosts, schedules, federation == null ? Findings.NONE : federation.findings()),
        clock);
  }

  private Routing routing(
      final Stores store,
      final Directory people,
      final PushServices push,
      final ServerClock clock) {
    if (configuration.trial().isOn()) {
      TrialStart.check(configuration.trial(), store, push);
    }
    final var audiences = chosen.audiences().of(store);
    final var routing =
        with(new Routing(store, people, live, push.senders(), audiences, options.routing(), clock));
    push.tellReceiptsTo(routing.relayReports());
    routing.resume();
    return routing;
  }

  private Handlers forDevices(
      final Routing routing,
      final Stores store,
      final PushServices push,
      final CommunicationResources resources,
      final @Nullable DemoPage page) {
    final var phones =
        with(
            new DeviceApi(
                routing,
                store.administration(),
                live,
                options.devices(),
                push::judged,
                resources::bindUnlessBound));
    final var claims =
        with(
            new HandleApi(
                routing, store.administration(), store.handles(), options.devices(), push::judged));
    final var handlers = new Handlers(phones).at(HandleApi.PATH, claims);
    if (page != null) {
      handlers.at(DemoPage.PATH, page);
    }
    return handlers;
  }

  private static Handlers forApi(
      final RestApi rest,
      final Hubs hubs,
      final CommunicationResources resources,
      final Stores store,
      final Routing routing,
      final HubJobRuns jobs) {
    final var asHub = new HubApi(hubs, store.registry(), store.hubs(), routing, jobs, rest.slow());
    return new Handlers(rest)
        .byHost(asHub::at)
        .at(ArmApi.PATH, new ArmApi(rest.callers(), resources, hubs, rest.slow()))
        .choosing(asHub::chosen);
  }

  private Metrics metrics(final Routing routing, final Stores store, final PushServices push) {
    final var shown = new Metrics(routing, () -> notReady(store));
    if (configuration.trial().isOn()) {
      shown.showTimeScale(configuration.trial().timeScale());
    }
    shown.show(push);
    if (Thread.getDefaultUncaughtExceptionHandler() instanceof FatalErrors errors) {
      shown.show(errors);
    }
    return shown;
  }

  /// The certificates for the host names of namespaces, now and when others join.
  private HostCertificates ofHosts(final LocalAuthority.CertificateFiles tls, final Hubs hubs) {
    final var common = configuration.listeners().common();
    if (common != null) {
      hubs.namespaces().reserve(common.hosts());
    }
    final var ofHosts = new HostCertificates(tls, hubs.namespaces());
    ofHosts.cover();
    hubs.namespaces().onChange(ofHosts::cover);
    return ofHosts;
  }

  private Ports ports(
      final EventLoops loops,
      final HostCertificates ofHosts,
      final ConnectionPlaces places,
      final Budgets budgets,
      final Metrics shown) {
    final var held = ServerOptions.held(budgets);
    shown.show(held.bodies());
    shown.show(held.answers());
    return new Ports(
        loops,
        ofHosts,
        certificates,
        configuration.store().directory().resolve("spool"),
        places,
        held,
        configuration.limits().handshakesPerAddress());
  }

  /// Puts what listeners and channels count into the metrics.
  private void show(final Metrics shown, final ConnectionPlaces places) {
    shown.show(live);
    shown.show(places);
    if (devices != null) {
      shown.show("devices", devices);
    }
    shown.show("api", api);
    for (int i = 0; i < additional.size(); i++) {
      shown.show(chosen.additional().get(i).name(), additional.get(i));
    }
    if (common != null) {
      shown.show("common", common);
    }
    shown.show(certificates);
    if (federation != null) {
      shown.show(federation.quota());
    }
  }

  /// Makes a fresh directory usable, and opens the demo page where it is offered.
  private void prepare(
      final Stores store,
      final LocalAuthority.CertificateFiles tls,
      final @Nullable DemoPage page) {
    Bootstrap.prepare(
        configuration.store().directory(),
        store.registry(),
        store.secrets(),
        url(scheme("api"), api),
        devices == null ? "" : url(scheme("devices"), devices),
        tls.authority());
    HomePool.declare(store.settings(), configuration.pool());
    if (page != null) {
      final var key = with(DemoKey.make(store.secrets(), Bootstrap.FIRST));
      page.open(URI.create(url(scheme("api"), api)), tls.authority(), key.secret());
    }
  }

  /// The connections that all listeners may have together; says so when they are few.
  private ConnectionPlaces places(final Budgets budgets) {
    final var warning = budgets.warningOfFiles();
    if (!warning.isEmpty()) {
      LOG.warn(warning);
    }
    final var ofOne = configuration.limits().connectionsPerAddress();
    return new ConnectionPlaces(
        budgets.connections(),
        ofOne != null ? ofOne : budgets.connectionsPerAddress(),
        Budgets.CONNECTIONS_TURNED_AWAY);
  }

  private static ConnectionPlaces placesOfMetrics() {
    final int most = Budgets.CONNECTIONS_OF_METRICS;
    return new ConnectionPlaces(most, most / 4, 1);
  }

  private <T extends AutoCloseable> T with(final T part) {
    parts.push(part);
    return part;
  }

  private HttpListener listener(
      final Ports ports,
      final String name,
      final Configuration.Listener where,
      final Handlers handlers) {
    return chosen.plain().contains(name)
        ? ports.plain(name, where, handlers)
        : ports.secure(name, where, handlers);
  }

  private String scheme(final String listener) {
    return chosen.plain().contains(listener) ? "http" : "https";
  }

  /// The listener that says so is the first to open, so that what watches the server sees at once
  /// that it runs.
  private String notReady(final Stores store) {
    if (closing) {
      return "going down";
    }
    if (!started) {
      return "starting";
    }
    return store.journal().roomLeft() <= 0 ? "the disk is nearly full" : "";
  }

  private static String url(final String scheme, final HttpListener listener) {
    final var address = listener.address();
    final var host =
        address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString();
    return scheme + "://" + host + ":" + address.getPort();
  }

  CertificateReloader certificates() {
    return certificates;
  }

  /// What scripts wait for.
  String readyLine() {
    return "reveille ready api=%s%s metrics=%s%s%s%s%s data=%s"
        .formatted(
            url(scheme("api"), api),
            devices == null ? "" : " devices=" + url(scheme("devices"), devices),
            url("http", metrics),
            common == null ? "" : " common=" + url("https", common),
            devices != null && configuration.devices().demoPage()
                ? " demo=" + url(scheme("devices"), devices) + "/demo/"
                : "",
            additionalOnes(),
            federation == null ? "" : federation.inReadyLine(),
            configuration.store().directory().toAbsolutePath());
  }

  private String additionalOnes() {
    final var words = new StringBuilder();
    for (int i = 0; i < additional.size(); i++) {
      final var one = chosen.additional().get(i);
      words
          .append(' ')
          .append(one.name())
          .append('=')
          .append(url(one.secure() ? "https" : "http", additional.get(i)));
    }
    return words.toString();
  }

  /// Sends phones away with a spread delay, lets requests under way end, then closes all parts.
  @Override
  public void close() {
    closing = true;
    final var over = configuration.live().drain();
    LOG.info("going down, draining for {} ms", over.toMillis());
    live.drain(over); // first: a listener waits for its connections, and held phones do not end by
    // themselves
    if (common != null) {
      common.drain(Duration.ZERO); // takes no new connections; those it has belong to the others
    }
    api.drain(over);
    if (devices != null) {
      devices.drain(over);
    }
    additional.forEach(listener -> listener.drain(over));
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

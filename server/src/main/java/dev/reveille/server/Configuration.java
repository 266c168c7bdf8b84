package dev.reveille.server;

import dev.reveille.model.TimeScale;
import dev.reveille.protocols.device.DeviceSettings;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.WayOut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The configuration file of a server (YAML, durations as ISO 8601): what must be known at the
/// start, such as listeners, the store, limits and the hosts that pushes may go to. What changes
/// while the server runs is a setting and not in here. Each key has a default with which the server
/// starts; an unknown key or a value out of its range throws [Wrong], which names it.
/// `trial.time-scale` is for trials against stand-ins only: it divides all waits, and pushes leave
/// to named hosts only. Immutable.
///
/// ```yaml
/// listeners:
///   api: {host: 127.0.0.1, port: 8443}
///   devices: {host: 127.0.0.1, port: 9443}
///   metrics: {host: 127.0.0.1, port: 9090}
/// store: {directory: ./data, retention: P30D, disk-floor-mib: 256}
/// live: {acknowledgement-timeout: PT2S, drain: PT5S}
/// devices: {origins: ["https://app.example.org"]}
/// push: {allowed-hosts: ["push-proxy.example.org:8443"]}
/// limits: {events-per-second: 200000, registrations-per-minute: 300, handshakes-per-address: 100}
/// trial: {time-scale: 1}
/// roles: [home, edge, clearinghouse]
/// federation:
///   name: edge.example.org
///   certificate: edge.pem
///   key: edge.key
///   authorities: [partners.pem]
/// ```
public record Configuration(
    Listeners listeners,
    Store store,
    Live live,
    Devices devices,
    PushConfiguration push,
    Routing routing,
    Limits limits,
    Trial trial,
    Set<Role> roles,
    @Nullable FederationConfiguration federation,
    @Nullable String pool) {

  /// The configuration of one listener.
  ///
  /// @param certificate PEM chain of one's own; together with `key` (PKCS#8 PEM); reloaded when
  ///   changed
  /// @param http2 whether HTTP/2 is offered beside HTTP/1.1
  /// @param proxies who may say for whom it speaks
  public record Listener(
      @Nullable String host,
      @Nullable Integer port,
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable Boolean http2,
      @Nullable TrustedProxies proxies) {
    Listener or(final Listener other) {
      return new Listener(
          host != null ? host : other.host,
          port != null ? port : other.port,
          certificate != null ? certificate : other.certificate,
          key != null ? key : other.key,
          http2 != null ? http2 : other.http2,
          proxies != null ? proxies : other.proxies);
    }

    String hostName() {
      return Objects.requireNonNull(host);
    }

    boolean offersHttp2() {
      return Boolean.TRUE.equals(http2);
    }

    int portNumber() {
      return Objects.requireNonNull(port);
    }
  }

  /// The configuration of the device listener beside its address.
  ///
  /// @param origins of web pages that may speak to the device listener
  /// @param demoPage whether the page for trying out is offered
  public record Devices(List<String> origins, boolean demoPage) {}

  /// The configuration of all listeners.
  ///
  /// @param common absent where each listener has its own port only
  public record Listeners(
      Listener api, Listener devices, Listener metrics, @Nullable CommonPort common) {}

  /// The configuration of the store.
  ///
  /// @param auditRetention how long it is kept who changed what
  public record Store(
      Path directory, Duration retention, Duration auditRetention, long diskFloorMib) {}

  /// The configuration of live channels.
  ///
  /// @param acknowledgementTimeout how long a live delivery waits for its acknowledgement before
  ///   the push goes out
  /// @param drain over which time phones are sent away when the server goes down
  public record Live(Duration acknowledgementTimeout, Duration drain) {}

  /// The configured limits for callers.
  ///
  /// @param eventsPerSecond of one API key; twice as many at once
  /// @param registrationsPerMinute of devices, from one address
  /// @param connectionsPerAddress over all listeners; absent for a quarter of what there may be
  /// @param handshakesPerAddress TLS handshakes of one address that have not ended, by listener
  public record Limits(
      int eventsPerSecond,
      int registrationsPerMinute,
      @Nullable Integer connectionsPerAddress,
      int handshakesPerAddress) {}

  /// The configured limits of routing.
  ///
  /// @param maxQueuedEvents events accepted and not yet dispatched
  /// @param urgentReserve how many more calls and call ends are accepted
  /// @param maxInFlight deliveries in memory before the less urgent ones are deferred to disk
  /// @param maxDeferred deliveries on disk before only calls and call ends are accepted
  public record Routing(
      int maxQueuedEvents, int urgentReserve, int maxInFlight, long maxDeferred) {}

  /// For trials against stand-ins only.
  ///
  /// @param timeScale divides the waits, lives and schedules of the server, see [TimeScale]
  public record Trial(int timeScale) {
    boolean isOn() {
      return timeScale != 1;
    }
  }

  static final String HERE = "127.0.0.1";

  /// A configuration that does not start, in one sentence with its remedy.
  static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Wrong(final String message) {
      super(message);
    }
  }

  /// Reads a file, or takes the defaults where there is none.
  static Configuration load(final @Nullable Path file) {
    return ConfigurationFile.load(file);
  }

  void check() {
    checkNumbers();
    checkListeners();
    checkDemoPage();
    if (federation != null) {
      federation.check(roles);
    }
    final var _ = wayOut(); // says what is wrong with it
  }

  private void checkNumbers() {
    require(
        !store.retention.minusDays(1).isNegative(),
        "store.retention (" + store.retention + ") must be at least P1D");
    require(
        !store.auditRetention.minusDays(1).isNegative(),
        "store.audit-retention (" + store.auditRetention + ") must be at least P1D");
    require(
        store.diskFloorMib >= 16,
        "store.disk-floor-mib (" + store.diskFloorMib + ") must be at least 16");
    require(
        !live.acknowledgementTimeout.isNegative()
            && live.acknowledgementTimeout.compareTo(Duration.ofMinutes(1)) <= 0,
        "live.acknowledgement-timeout ("
            + live.acknowledgementTimeout
            + ") must lie between PT0S and PT1M");
    require(!live.drain.isNegative(), "live.drain (" + live.drain + ") must not be negative");
    require(
        routing.maxQueuedEvents > 0
            && routing.urgentReserve > 0
            && routing.maxInFlight > 0
            && routing.maxDeferred > 0,
        "routing: every limit must be greater than 0");
    require(
        limits.eventsPerSecond > 0
            && limits.registrationsPerMinute > 0
            && (limits.connectionsPerAddress == null || limits.connectionsPerAddress > 0)
            && limits.handshakesPerAddress > 0,
        "limits: every limit must be greater than 0");
    require(
        trial.timeScale >= 1 && trial.timeScale <= TimeScale.MOST,
        "trial.time-scale (" + trial.timeScale + ") must lie between 1 and " + TimeScale.MOST);
  }

  private void checkListeners() {
    for (final var origin : devices.origins) {
      require(
          DeviceSettings.isOrigin(origin),
          "devices.origins: an origin reads https://app.example.org, in lower case and without a"
              + " path, not "
              + origin);
    }
    for (final var listener : List.of(listeners.api, listeners.devices, listeners.metrics)) {
      require(
          listener.portNumber() >= 0 && listener.portNumber() <= 65_535,
          "listeners: port (" + listener.portNumber() + ") must lie between 0 and 65535");
      require(
          (listener.certificate == null) == (listener.key == null),
          "listeners: certificate and key are given together or not at all");
    }
    if (listeners.common != null) {
      listeners.common.check();
      require(
          Role.servesDevices(roles) || !listeners.common.leadsTo("devices"),
          "listeners.common leads to devices, which a server with the role edge alone does not"
              + " serve; name the listener api, or add a role");
    }
  }

  private void checkDemoPage() {
    require(
        !devices.demoPage || Role.servesDevices(roles),
        "devices.demo-page needs the role home; remove it, or add the role");
    require(
        !devices.demoPage || listeners.api.certificate == null,
        "devices.demo-page is for trying out, with the certificates made at the first start; remove"
            + " it, or listeners.api.certificate");
    require(
        !devices.demoPage || isLoopback(listeners.devices.hostName()),
        "devices.demo-page is for trying out on this machine: any browser that reaches it can sign"
            + " in. Remove it, or set listeners.devices.host ("
            + listeners.devices.hostName()
            + ") to 127.0.0.1");
    if (listeners.common != null) {
      require(
          !devices.demoPage || isLoopback(listeners.common.hostName()),
          "devices.demo-page is for trying out on this machine: any browser that reaches it can"
              + " sign in. Remove it, or set listeners.common.host ("
              + listeners.common.hostName()
              + ") to 127.0.0.1");
    }
  }

  /// Names but `localhost` are not asked for: what they lead to may change.
  private static boolean isLoopback(final String host) {
    return host.equals("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.equals("::1")
        || host.equals("[::1]");
  }

  /// How pushes leave: in a trial to the named stand-ins only.
  WayOut wayOut() {
    return push.wayOut(trial.isOn() ? AllowedHosts.STAND_INS : AllowedHosts.SERVICES);
  }

  static void require(final boolean holds, final String otherwise) {
    if (!holds) {
      throw new Wrong(otherwise);
    }
  }

  /// The same with what the command line said.
  Configuration with(
      final @Nullable Path data,
      final @Nullable Integer api,
      final @Nullable Integer devices,
      final @Nullable Integer metrics) {
    final var changed =
        new Configuration(
            new Listeners(
                at(listeners.api, api),
                at(listeners.devices, devices),
                at(listeners.metrics, metrics),
                listeners.common),
            new Store(
                ConfigurationFile.or(data, store.directory),
                store.retention,
                store.auditRetention,
                store.diskFloorMib),
            live,
            this.devices,
            push,
            routing,
            limits,
            trial,
            roles,
            federation,
            pool);
    changed.check();
    return changed;
  }

  /// The same with the page for trying out.
  Configuration withDemoPage() {
    final var changed =
        new Configuration(
            listeners,
            store,
            live,
            new Devices(devices.origins, true),
            push,
            routing,
            limits,
            trial,
            roles,
            federation,
            pool);
    changed.check();
    return changed;
  }

  /// The same with more hosts that credentials may name.
  Configuration withPushHosts(final List<String> more) {
    final var changed =
        new Configuration(
            listeners,
            store,
            live,
            devices,
            push.withHosts(more),
            routing,
            limits,
            trial,
            roles,
            federation,
            pool);
    changed.check();
    return changed;
  }

  /// The same with the name of the pool that this server is.
  Configuration withPool(final @Nullable String name) {
    return new Configuration(
        listeners,
        store,
        live,
        devices,
        push,
        routing,
        limits,
        trial,
        roles,
        federation,
        HomePool.checked(name));
  }

  private static Listener at(final Listener listener, final @Nullable Integer port) {
    return new Listener(null, port, null, null, null, null).or(listener);
  }
}

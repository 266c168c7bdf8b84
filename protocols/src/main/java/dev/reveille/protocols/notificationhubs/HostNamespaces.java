package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Handlers;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.protocols.sas.ServedEndpoint;
import dev.reveille.routing.port.SettingsStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The namespaces that have host names of their own. Each is a setting of its organisation; all are
/// read at the start and looked up in memory.
///
/// Thread-safe. Methods that change something may block on the disk, and a change is durable when
/// they return.
public final class HostNamespaces {
  private static final Logger LOG = LoggerFactory.getLogger(HostNamespaces.class);
  private static final String COLLECTION = "host-namespace";
  private static final String HOST = "host";
  private static final String MADE_AT = "made-at";
  private static final long NEW = 0;

  /// On the server: each is in the certificate that it makes for itself.
  static final int MOST = 100;

  private final SettingsStore settings;
  private final InstantSource clock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Set<String> reserved = Set.of();
  private volatile Map<String, HostNamespace> byName = Map.of();
  private volatile Map<String, HostNamespace> byHost = Map.of();

  HostNamespaces(final SettingsStore settings, final InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// Reads those of an organisation. One that cannot be read answers nothing, and keeps its hubs.
  synchronized void read(final OrganisationId organisation) {
    for (final var setting : settings.all(organisation, COLLECTION)) {
      try {
        know(read(setting));
      } catch (final RuntimeException damaged) {
        LOG.error(
            "the namespace {} of {} cannot be read: its hubs are kept and do not answer",
            setting.identity(),
            organisation,
            damaged);
      }
    }
  }

  private static HostNamespace read(final Setting setting) {
    final var host = setting.values().getOrDefault(HOST, List.of("")).getFirst();
    if (!HostNamespace.isName(setting.identity()) || !HostNamespace.isHost(host)) {
      throw new IllegalArgumentException("a name or a host that is none");
    }
    return new HostNamespace(
        setting.organisation(),
        setting.identity(),
        host,
        Instant.parse(setting.values().getOrDefault(MADE_AT, List.of("")).getFirst()));
  }

  private void know(final HostNamespace one) {
    if (byName.containsKey(one.name()) || byHost.containsKey(one.host())) {
      throw new IllegalArgumentException("another namespace has its name or its host");
    }
    know(Stream.concat(byName.values().stream(), Stream.of(one)).toList());
  }

  /// Each of the two is whole at any moment: a request must not come to another interface
  /// meanwhile.
  private void know(final List<HostNamespace> all) {
    byName = all.stream().collect(Collectors.toUnmodifiableMap(HostNamespace::name, it -> it));
    byHost = all.stream().collect(Collectors.toUnmodifiableMap(HostNamespace::host, it -> it));
  }

  // ---- looking --------------------------------------------------------------------------------

  public boolean isEmpty() {
    return byHost.isEmpty();
  }

  /// @param name in any case
  public Optional<HostNamespace> find(final String name) {
    return Optional.ofNullable(byName.get(HostNamespace.fold(name)));
  }

  /// Whether an organisation has a namespace of this name, in any case.
  public boolean has(final OrganisationId organisation, final String name) {
    return find(name).filter(one -> one.organisation().equals(organisation)).isPresent();
  }

  /// Those of an organisation, by their names.
  public List<HostNamespace> of(final OrganisationId organisation) {
    return all().stream().filter(one -> one.organisation().equals(organisation)).toList();
  }

  /// Those of all organisations, by their names.
  public List<HostNamespace> all() {
    return byName.values().stream().sorted(Comparator.comparing(HostNamespace::name)).toList();
  }

  /// The namespace that answers at a host. Asked for each request.
  ///
  /// @param authority in any case, perhaps with a port and the dot of the root
  @Nullable HostNamespace at(final String authority) {
    final var hosts = byHost;
    return hosts.isEmpty() ? null : hosts.get(Handlers.host(authority));
  }

  /// Where a hub answers.
  ///
  /// @param asked the host and port at which the server was asked for it
  public ServedEndpoint endpoint(final Hub hub, final ServedEndpoint asked) {
    return find(hub.namespace()).map(own -> asked.at(own.host())).orElse(asked);
  }

  /// Whether a namespace answers at a host.
  public boolean isAt(final String authority) {
    return at(authority) != null;
  }

  /// Told after the host names changed, on the thread that changed them.
  public void onChange(final Runnable listener) {
    listeners.add(listener);
  }

  /// Says which host names the server itself has: none of them is given out.
  ///
  /// @param hosts in lower case
  public void reserve(final Collection<String> hosts) {
    reserved = Set.copyOf(hosts);
  }

  // ---- changing -------------------------------------------------------------------------------

  /// Makes a namespace, which answers when this returns.
  ///
  /// @param name in any case
  /// @param host in any case
  /// @throws Hubs.Refused when name or host cannot be had
  public HostNamespace make(
      final OrganisationId organisation, final String name, final String host, final String who) {
    final var made =
        new HostNamespace(
            organisation,
            HostNamespace.fold(name),
            Handlers.host(host),
            Instant.ofEpochMilli(clock.millis()));
    if (!HostNamespace.isName(name) || made.name().equals(Hub.DEFAULT_NAMESPACE)) {
      throw new Hubs.Refused(
          Reason.MALFORMED,
          "name: must have 6 to 50 letters, digits and hyphens, begin with a letter, end with none"
              + " but letter or digit, and be another than "
              + Hub.DEFAULT_NAMESPACE);
    }
    if (!HostNamespace.isHost(made.host()) || host.indexOf(':') >= 0) {
      throw new Hubs.Refused(
          Reason.MALFORMED,
          "host: must be a name of DNS without a port, such as hubs.example.org, and neither an"
              + " address nor localhost");
    }
    if (reserved.contains(made.host())) {
      throw new Hubs.Refused(
          Reason.MALFORMED,
          "host: " + made.host() + " is a name of the server itself, in listeners.common.names");
    }
    keep(made, who);
    listeners.forEach(Runnable::run);
    return made;
  }

  private synchronized void keep(final HostNamespace made, final String who) {
    if (byName.containsKey(made.name())) {
      throw new Hubs.Refused(Reason.EXISTS, "namespace " + made.name());
    }
    if (byHost.containsKey(made.host())) {
      throw new Hubs.Refused(Reason.EXISTS, "a namespace with the host " + made.host());
    }
    if (byName.size() >= MOST) {
      throw new Hubs.Refused(
          Reason.TOO_LARGE, "a server has at most " + MOST + " namespaces with host names");
    }
    final var _ =
        settings.put(
            made.organisation(),
            COLLECTION,
            made.name(),
            Map.of(HOST, List.of(made.host()), MADE_AT, List.of(made.madeAt().toString())),
            NEW,
            who);
    know(made);
  }

  /// Removes one that has no hub: [Hubs#removeNamespace] sees to that.
  synchronized void remove(final HostNamespace one, final String who) {
    final var _ = settings.remove(one.organisation(), COLLECTION, one.name(), who);
    know(byName.values().stream().filter(other -> !other.equals(one)).toList());
  }

  /// The organisation is gone, with all that it had.
  public synchronized void forget(final OrganisationId organisation) {
    know(
        byName.values().stream()
            .filter(other -> !other.organisation().equals(organisation))
            .toList());
  }
}

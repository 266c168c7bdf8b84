package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.notificationhubs.KnownHubs.Known;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The notification hubs of the server, with their policies and keys. Definitions are kept with the
/// settings of their organisation, keys with its sealed secrets; all are read at the start and
/// looked up in memory.
///
/// Thread-safe. Methods that change something may block on the disk, and a change is durable when
/// they return.
public final class Hubs {
  /// The policies that each hub begins with, by the names that Azure gives them.
  public static final String FULL = "DefaultFullSharedAccessSignature";

  public static final String SEND = "DefaultSendSharedAccessSignature";
  public static final String LISTEN = "DefaultListenSharedAccessSignature";

  /// Of one organisation.
  public static final int MOST_HUBS = 100;

  /// Of one hub.
  public static final int MOST_POLICIES = 12;

  /// Of registrations that end unless they are written again; clients know no shorter ones.
  public static final Duration SHORTEST_TTL = Duration.ofDays(1);

  public static final Duration LONGEST_TTL = Duration.ofDays(36_500);

  private final HubDefinitions definitions;
  private final PolicyKeys policyKeys;
  private final Registry registry;
  private final HubRegistrations registrations;
  private final HubJobs jobs;
  private final InstantSource clock;

  private final KnownHubs known = new KnownHubs();
  private final HostNamespaces namespaces;

  /// Who writes registrations holds its reading side, who shuts a hub its other one.
  private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock();

  private final List<Consumer<Hub>> listeners = new CopyOnWriteArrayList<>();

  /// Thrown when a change of a hub is refused because of a mistake of its caller.
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason why;

    Refused(final Reason why, final String message) {
      super(message, null, false, false);
      this.why = why;
    }

    public Reason why() {
      return why;
    }
  }

  /// The two keys of a policy.
  public enum Key {
    PRIMARY,
    SECONDARY;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Hubs(final Stores stores, final InstantSource clock) {
    this.definitions = new HubDefinitions(stores.settings());
    this.policyKeys = new PolicyKeys(stores.sealed());
    this.registry = stores.registry();
    this.registrations = stores.hubs();
    this.jobs = stores.hubJobs();
    this.clock = clock;
    this.namespaces = new HostNamespaces(stores.settings(), clock);
  }

  /// Reads all hubs. What is registered with none of them goes: older versions let devices write
  /// while their hub was being removed.
  public static Hubs open(final Stores stores, final InstantSource clock) {
    final var hubs = new Hubs(stores, clock);
    final var unreadable = new ArrayList<String>();
    for (final var organisation : hubs.registry.organisations()) {
      hubs.namespaces.read(organisation);
      for (final var hub : hubs.definitions.of(organisation, unreadable::add)) {
        hubs.know(hub);
      }
    }
    final var keys = hubs.known.all().map(one -> one.hub().key()).collect(Collectors.toSet());
    hubs.registrations.names().stream()
        .filter(name -> !keys.contains(name))
        .filter(name -> unreadable.stream().noneMatch(name::startsWith))
        .forEach(hubs.registrations::removeHub);
    return hubs;
  }

  private void know(final Hub hub) {
    known.put(new Known(hub, policyKeys.read(hub)));
  }

  /// Those that have host names of their own.
  public HostNamespaces namespaces() {
    return namespaces;
  }

  /// Whether a namespace has no hub.
  public boolean isEmpty(final String namespace) {
    return known.isEmpty(namespace);
  }

  /// @param name in any case
  public Optional<Hub> find(final String namespace, final String name) {
    return known.find(namespace, name).map(Known::hub);
  }

  /// The hub that its key names.
  public Optional<Hub> ofKey(final String key) {
    return known.all().map(Known::hub).filter(hub -> hub.key().equals(key)).findFirst();
  }

  /// The hubs of an organisation, by their names.
  public List<Hub> of(final OrganisationId organisation) {
    return known
        .all()
        .map(Known::hub)
        .filter(hub -> hub.organisation().equals(organisation))
        .sorted(Comparator.comparing(Hub::key))
        .toList();
  }

  /// The hubs of a namespace, by their names.
  public List<Hub> in(final HostNamespace namespace) {
    return known
        .in(namespace.name())
        .map(Known::hub)
        .sorted(Comparator.comparing(Hub::key))
        .toList();
  }

  /// The hub whose credentials an app holds.
  public Optional<Hub> ofApp(final AppId app) {
    return known.all().map(Known::hub).filter(hub -> hub.app().equals(app)).findFirst();
  }

  /// How many registrations and installations a hub has. Reads the disk; the cost grows with them.
  public long registrations(final Hub hub) {
    return registrations.count(hub.key());
  }

  /// What is registered with them.
  HubRegistrations registrations() {
    return registrations;
  }

  /// The policies of a hub with this name, as signatures are judged by them.
  Collection<SharedAccessPolicy> policies(final Hub hub, final String named) {
    return policies(hub).stream().filter(policy -> policy.name().equals(named)).toList();
  }

  /// The policies with this name of all hubs of a namespace.
  Collection<SharedAccessPolicy> policies(final String namespace, final String named) {
    return known
        .in(namespace)
        .flatMap(one -> one.policies().stream())
        .filter(policy -> policy.name().equals(named))
        .toList();
  }

  /// The hub of a policy, which its keys tell from those of the same name.
  ///
  /// @throws HubRefused when it was removed meanwhile
  Hub ofPolicy(final SharedAccessPolicy policy) {
    return known
        .all()
        .filter(one -> one.policies().contains(policy))
        .map(Known::hub)
        .findFirst()
        .orElseThrow(
            () -> new HubRefused(new HubProblem(404, 40_400, "the hub of the policy is gone")));
  }

  /// The policies of a hub with their keys, by their names; none when it was removed, also where
  /// another organisation has made one of its name.
  public List<SharedAccessPolicy> policies(final Hub hub) {
    return known.find(hub).map(Known::policies).orElse(List.of());
  }

  /// Told after a hub's definition or the key of a policy changed, after it was removed, and when
  /// its removal failed. Must be quick, and must not change hubs.
  public void onChange(final Consumer<Hub> listener) {
    listeners.add(listener);
  }

  private void tell(final Hub hub) {
    listeners.forEach(listener -> listener.accept(hub));
  }

  // ---- changing -------------------------------------------------------------------------------

  /// Makes a hub with the three policies that hubs begin with, and the app that has its
  /// credentials.
  ///
  /// @throws Refused when the name cannot be had
  public synchronized Hub add(
      final OrganisationId organisation, final HubName name, final String who) {
    return add(organisation, Hub.DEFAULT_NAMESPACE, name, false, who);
  }

  /// The same in any namespace.
  ///
  /// @param namespace the default one, or one with a host name, of this organisation
  /// @param sandbox to which of Apple's environments its tokens belong
  /// @throws Refused when the name cannot be had
  public synchronized Hub add(
      final OrganisationId organisation,
      final String namespace,
      final HubName name,
      final boolean sandbox,
      final String who) {
    final var folded = name.folded();
    if (ReservedHubNames.ALL.contains(folded)) {
      throw new Refused(Reason.HUB_NAME_RESERVED, name.value());
    }
    if (of(organisation).size() >= MOST_HUBS) {
      throw new Refused(Reason.TOO_LARGE, "an organisation has at most " + MOST_HUBS + " hubs");
    }
    if (!namespace.equals(Hub.DEFAULT_NAMESPACE) && !namespaces.has(organisation, namespace)) {
      throw new Refused(Reason.NOT_FOUND, "namespace " + namespace);
    }
    if (known.find(namespace, folded).isPresent()) {
      throw new Refused(
          Reason.EXISTS, "hub " + name + "; names of hubs are unique in their namespace");
    }
    final var first =
        new Hub(
            organisation,
            namespace,
            name,
            1,
            Map.of(
                FULL, EnumSet.allOf(AccessRight.class),
                SEND, EnumSet.of(AccessRight.SEND),
                LISTEN, EnumSet.of(AccessRight.LISTEN)),
            sandbox,
            Optional.empty(),
            Instant.ofEpochMilli(clock.millis()));
    final long last = registrations.lastHub(first.place());
    final var hub = first.withNumber(wasBeingMade(first, last) ? last : last + 1);
    final var app = registry.app(hub.app());
    if (app.filter(found -> !found.publisher().equals(organisation)).isPresent()) {
      throw new Refused(Reason.EXISTS, "app " + hub.app() + ", whose name the hub needs");
    }
    if (hub.number() > last) {
      final var _ = registrations.nextHub(hub.place());
    }
    registrations.removeHub(hub.key()); // of one that was being made when the server stopped
    hub.policies().keySet().forEach(policy -> policyKeys.make(hub, policy, who));
    if (app.isEmpty()) { // it may be left of a hub that was being made when the server stopped
      registry.keepApp(new App(hub.app(), organisation, "hub " + name, "", ""), who);
    }
    definitions.make(hub, who);
    know(hub);
    return hub;
  }

  /// Whether the last hub of this name was being made when the server stopped: it has its app, and
  /// is made on.
  private boolean wasBeingMade(final Hub first, final long last) {
    return last > 0
        && registry
            .app(first.withNumber(last).app())
            .filter(app -> app.publisher().equals(first.organisation()))
            .isPresent();
  }

  /// Removes a hub with its policies, its app and all registrations, however many these are: their
  /// room is freed later. Nothing is let in from the first step on; the definition goes last, so
  /// that a removal which fails or breaks off can be repeated, after a restart too.
  ///
  /// @throws Refused when there is no such hub
  /// @throws Registry.Taken when devices use its app; then nothing changed
  public synchronized void remove(final Hub hub, final String who) {
    final var now = there(hub);
    writing.writeLock().lock();
    try {
      known.remove(now.hub());
    } finally {
      writing.writeLock().unlock();
    }
    removeShut(now, who);
  }

  /// The same, unless something is registered: nothing that was answered as kept is lost, also
  /// where it comes while the hub is removed.
  ///
  /// @return how many registrations and installations keep the hub; 0 when it was removed
  /// @throws Refused when there is no such hub
  /// @throws Registry.Taken when devices use its app; then nothing changed
  public synchronized long removeEmpty(final Hub hub, final String who) {
    final var now = there(hub);
    final long before = registrations(hub); // may take a while, so that no device waits for it
    if (before > 0) {
      return before;
    }
    writing.writeLock().lock();
    try {
      final long since = registrations(hub);
      if (since > 0) {
        return since;
      }
      known.remove(now.hub());
    } finally {
      writing.writeLock().unlock();
    }
    removeShut(now, who);
    return 0;
  }

  /// Removes one that lets nothing in any more; it lets in again when that fails.
  private void removeShut(final Known before, final String who) {
    final var now = before.hub();
    boolean isDone = false;
    try {
      final var _ = registry.removeApp(now.app(), who);
      registrations.removeHub(now.key());
      jobs.removeHub(now.key());
      now.policies().keySet().forEach(policy -> policyKeys.remove(now, policy, who));
      definitions.remove(now, who);
      isDone = true;
    } finally {
      if (!isDone) {
        known.put(before);
      }
      tell(now);
    }
  }

  /// Removes a namespace that has no hub.
  ///
  /// @return how many hubs keep it; 0 when it was removed
  public synchronized int removeNamespace(final HostNamespace namespace, final String who) {
    final int hubs = in(namespace).size();
    if (hubs == 0) {
      namespaces.remove(namespace, who);
    }
    return hubs;
  }

  /// Writes registrations of a hub, unless it was removed: a removal waits for what is being
  /// written, and counts or removes it.
  ///
  /// @param write must not wait for anything but the store
  /// @throws Refused when there is no such hub any more
  <T> T write(final Hub hub, final Supplier<T> write) {
    writing.readLock().lock();
    try {
      final var _ = current(hub);
      return write.get();
    } finally {
      writing.readLock().unlock();
    }
  }

  /// Gives a policy a new key; the other one works on.
  ///
  /// @throws Refused when there is no such policy
  public synchronized void rekey(
      final Hub hub, final String policy, final Key which, final String who) {
    final var now = current(hub);
    if (!now.policies().containsKey(policy)) {
      throw noPolicy(policy);
    }
    policyKeys.replace(now, policy, which, who);
    know(now);
    tell(now);
  }

  /// Makes a policy, or gives it other rights; its keys stay.
  ///
  /// @throws Refused when the name or the rights cannot be had
  public synchronized Hub putPolicy(
      final Hub hub, final String policy, final Set<AccessRight> rights, final String who) {
    final var now = current(hub);
    if (!PolicyKeys.isName(policy)) {
      throw new Refused(
          Reason.MALFORMED,
          "a policy has a name of 1 to "
              + PolicyKeys.LONGEST_NAME
              + " letters, digits, periods, hyphens and underscores");
    }
    if (rights.isEmpty()) {
      throw new Refused(
          Reason.MALFORMED, "rights: must hold one of listen, send and manage at least");
    }
    final var policies = new HashMap<>(now.policies());
    final boolean isNew = policies.put(policy, Set.copyOf(rights)) == null;
    if (policies.size() > MOST_POLICIES) {
      throw new Refused(Reason.TOO_LARGE, "a hub has at most " + MOST_POLICIES + " policies");
    }
    if (isNew) {
      policyKeys.make(now, policy, who);
    }
    return changed(now.withPolicies(policies), who);
  }

  private static Refused noPolicy(final String policy) {
    return new Refused(Reason.NOT_FOUND, "policy " + policy);
  }

  /// @throws Refused when there is none, or when it is the last one
  public synchronized Hub removePolicy(final Hub hub, final String policy, final String who) {
    final var now = current(hub);
    final var policies = new HashMap<>(now.policies());
    if (policies.remove(policy) == null) {
      throw noPolicy(policy);
    }
    if (policies.isEmpty()) {
      throw new Refused(Reason.HUB_POLICY_STAYS, policy);
    }
    final var changed = changed(now.withPolicies(policies), who);
    policyKeys.remove(now, policy, who);
    return changed;
  }

  /// Says to which of Apple's environments the hub's tokens belong.
  public synchronized Hub putSandbox(final Hub hub, final boolean sandbox, final String who) {
    return changed(current(hub).withSandbox(sandbox), who);
  }

  /// Says how long what is registered from now on lives unless its app writes it again; what is
  /// registered already keeps its end until then.
  ///
  /// @param ttl empty for ever
  /// @throws Refused when it is shorter than [#SHORTEST_TTL] or longer than [#LONGEST_TTL]
  public synchronized Hub putRegistrationTtl(
      final Hub hub, final Optional<Duration> ttl, final String who) {
    if (ttl.filter(its -> its.compareTo(SHORTEST_TTL) < 0 || its.compareTo(LONGEST_TTL) > 0)
        .isPresent()) {
      throw new Refused(
          Reason.MALFORMED,
          "registrationTtl: must be from "
              + SHORTEST_TTL.toDays()
              + " day to "
              + LONGEST_TTL.toDays()
              + " days, not "
              + ttl.get());
    }
    return changed(current(hub).withRegistrationTtl(ttl), who);
  }

  private Hub changed(final Hub hub, final String who) {
    definitions.change(hub, who);
    know(hub);
    tell(hub);
    return hub;
  }

  private Hub current(final Hub hub) {
    return there(hub).hub();
  }

  private Known there(final Hub hub) {
    return known.find(hub).orElseThrow(() -> new Refused(Reason.NOT_FOUND, "hub " + hub.shown()));
  }
}

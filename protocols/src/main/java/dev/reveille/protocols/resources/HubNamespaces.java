package dev.reveille.protocols.resources;

import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.HostNamespace;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.routing.port.SettingsStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// The namespaces under which Resource Manager lists an organisation's hubs. One with a host name
/// of its own is among them, wherever it was made, and has hubs of its own. The others are only
/// names: their hubs answer at the server's addresses, and one that was not made by Resource
/// Manager is listed in the first.
///
/// Thread-safe; may read the disk.
public final class HubNamespaces {
  private static final String NAMESPACES = "hub-namespace";
  private static final String PLACES = "hub-place";
  private static final String NAME = "name";
  private static final String GROUP = "group";
  private static final String LOCATION = "location";
  private static final String MADE_AT = "made-at";
  private static final String TAG = "tag:";

  /// The location of what no operator gave one.
  private static final String EVERYWHERE = "global";

  private static final long ANY_VERSION = -1;

  /// One namespace.
  ///
  /// @param tags the operator's own words
  /// @param host its own host name; "" for one that is only a name
  public record Namespace(
      String name,
      String group,
      String location,
      Map<String, String> tags,
      Instant madeAt,
      String host) {
    public Namespace {
      tags = Map.copyOf(tags);
    }

    String folded() {
      return name.toLowerCase(Locale.ROOT);
    }

    /// Whether it has a host name of its own.
    public boolean hasHost() {
      return !host.isEmpty();
    }

    /// As its hubs have it.
    private String ofHubs() {
      return hasHost() ? folded() : Hub.DEFAULT_NAMESPACE;
    }

    private Namespace at(final HostNamespace own) {
      return new Namespace(name, group, location, tags, madeAt, own.host());
    }

    /// Whether it is the one that is always there.
    public boolean isFirst() {
      return folded().equals(CommunicationResource.FIRST);
    }
  }

  private record Known(Map<String, Namespace> all, ConcurrentMap<String, String> places) {}

  private final SettingsStore settings;
  private final Hubs hubs;
  private final InstantSource clock;
  private final Map<OrganisationId, Known> known = new ConcurrentHashMap<>();

  HubNamespaces(final SettingsStore settings, final Hubs hubs, final InstantSource clock) {
    this.settings = settings;
    this.hubs = hubs;
    this.clock = clock;
  }

  /// Whether a namespace can have this name.
  public static boolean isName(final String name) {
    return HostNamespace.isName(name);
  }

  /// All of an organisation, by their names.
  public List<Namespace> of(final OrganisationId organisation) {
    final Map<String, Namespace> all = new HashMap<>(known(organisation).all());
    for (final var own : hubs.namespaces().of(organisation)) {
      all.put(own.name(), withHost(all.get(own.name()), own));
    }
    return all.values().stream().sorted(Comparator.comparing(Namespace::folded)).toList();
  }

  /// @param name in any case
  public Optional<Namespace> find(final OrganisationId organisation, final String name) {
    final var listed = known(organisation).all().get(fold(name));
    return ofHost(organisation, name)
        .map(own -> withHost(listed, own))
        .or(() -> Optional.ofNullable(listed));
  }

  private Optional<HostNamespace> ofHost(final OrganisationId organisation, final String name) {
    return hubs.namespaces().find(name).filter(own -> own.organisation().equals(organisation));
  }

  /// @param listed what Resource Manager was told of it; null for nothing
  private static Namespace withHost(final @Nullable Namespace listed, final HostNamespace own) {
    return listed != null
        ? listed.at(own)
        : new Namespace(
            own.name(),
            CommunicationResource.FIRST,
            EVERYWHERE,
            Map.of(),
            own.madeAt(),
            own.host());
  }

  /// Whether a namespace can be made under this name.
  public boolean isFree(final OrganisationId organisation, final String name) {
    return isName(name)
        && find(organisation, name).isEmpty()
        && hubs.namespaces().find(name).isEmpty();
  }

  /// Whether a hub can be made under this name in a namespace; the name itself may be none.
  public boolean isFree(final Namespace namespace, final String hub) {
    return hubs.find(namespace.ofHubs(), hub).isEmpty();
  }

  /// The hubs that are listed in a namespace, by their names.
  public List<Hub> hubs(final OrganisationId organisation, final Namespace namespace) {
    return hubs.of(organisation).stream()
        .filter(hub -> of(hub).equals(namespace.folded()))
        .toList();
  }

  /// The hub that a namespace lists under this name.
  public Optional<Hub> hub(
      final OrganisationId organisation, final Namespace namespace, final String name) {
    return hubs.find(namespace.ofHubs(), name)
        .filter(hub -> hub.organisation().equals(organisation))
        .filter(hub -> of(hub).equals(namespace.folded()));
  }

  /// The resource id of a hub.
  public String id(final UUID subscription, final Hub hub) {
    final var namespace =
        find(hub.organisation(), of(hub)).orElseGet(() -> first(hub.organisation()));
    return ResourceId.ofNamespace(subscription, namespace.group(), namespace.name())
        + "/notificationHubs/"
        + hub.name();
  }

  /// In small letters. A place whose hub or namespace is gone says nothing.
  private String of(final Hub hub) {
    if (!hub.namespace().equals(Hub.DEFAULT_NAMESPACE)) {
      return hub.namespace();
    }
    final var all = known(hub.organisation());
    final var place = all.places().getOrDefault(hub.name().folded(), "");
    return all.all().containsKey(place) && ofHost(hub.organisation(), place).isEmpty()
        ? place
        : CommunicationResource.FIRST;
  }

  private Namespace first(final OrganisationId organisation) {
    return find(organisation, CommunicationResource.FIRST).orElseThrow();
  }

  // ---- changing -------------------------------------------------------------------------------

  /// Makes a namespace, or changes the tags of one that is there.
  public synchronized Namespace put(
      final OrganisationId organisation,
      final String name,
      final String group,
      final String location,
      final Map<String, String> tags,
      final String who) {
    final var before = find(organisation, name);
    final var now =
        before
            .map(it ->
                new Namespace(it.name(), it.group(), it.location(), tags, it.madeAt(), it.host()))
            .orElseGet(() -> new Namespace(name, group, location, tags, now(), ""));
    final Map<String, List<String>> values = new HashMap<>();
    values.put(NAME, List.of(now.name()));
    values.put(GROUP, List.of(now.group()));
    values.put(LOCATION, List.of(now.location()));
    values.put(MADE_AT, List.of(now.madeAt().toString()));
    tags.forEach((tag, value) -> values.put(TAG + tag, List.of(value)));
    final var _ = settings.put(organisation, NAMESPACES, now.folded(), values, ANY_VERSION, who);
    known.put(organisation, read(organisation));
    return now;
  }

  /// Makes a namespace with a host name of its own. One that was only a name until then, and lists
  /// no hub, gets it.
  ///
  /// @throws Hubs.Refused when name or host cannot be had
  /// @throws Refusal when a namespace of this name lists hubs
  public HostNamespace make(
      final OrganisationId organisation, final String name, final String host, final String who) {
    final var before = find(organisation, name);
    if (before.filter(it -> it.isFirst() || !hubs(organisation, it).isEmpty()).isPresent()) {
      throw new Refusal(
          Reason.EXISTS, "namespace " + name + ", whose hubs answer at the server's own names");
    }
    return hubs.namespaces().make(organisation, name, host, who);
  }

  /// Removes a namespace that lists no hub.
  ///
  /// @return how many hubs keep it; 0 when it was removed
  public int remove(
      final OrganisationId organisation, final Namespace namespace, final String who) {
    final var own = ofHost(organisation, namespace.name());
    final int kept =
        own.isPresent()
            ? hubs.removeNamespace(own.get(), who)
            : hubs(organisation, namespace).size();
    if (kept == 0) {
      forget(organisation, namespace, who);
    }
    return kept;
  }

  private synchronized void forget(
      final OrganisationId organisation, final Namespace namespace, final String who) {
    final var _ = settings.remove(organisation, NAMESPACES, namespace.folded(), who);
    known.put(organisation, read(organisation));
  }

  /// Makes a hub that this namespace lists. The place is written first: a server that stops in
  /// between has noted the place of no hub.
  ///
  /// @throws Hubs.Refused when the name cannot be had
  public Hub add(
      final OrganisationId organisation,
      final Namespace namespace,
      final HubName name,
      final String who) {
    if (!namespace.hasHost()) {
      place(organisation, namespace, name, who);
    }
    return hubs.add(
        organisation,
        namespace.ofHubs(),
        name,
        false,
        who); // which tells of changes, so that no lock is held
  }

  private synchronized void place(
      final OrganisationId organisation,
      final Namespace namespace,
      final HubName name,
      final String who) {
    if (hubs.find(Hub.DEFAULT_NAMESPACE, name.value()).isEmpty()) {
      final var _ =
          settings.put(
              organisation,
              PLACES,
              name.folded(),
              Map.of(NAME, List.of(namespace.folded())),
              ANY_VERSION,
              who);
      known(organisation).places().put(name.folded(), namespace.folded());
    }
  }

  /// A hub was removed.
  synchronized void removed(final Hub hub, final String who) {
    if (!hub.namespace().equals(Hub.DEFAULT_NAMESPACE)) {
      return; // its place is in its name
    }
    final var _ = settings.remove(hub.organisation(), PLACES, hub.name().folded(), who);
    known(hub.organisation()).places().remove(hub.name().folded());
  }

  /// The organisation is gone.
  void forget(final OrganisationId organisation) {
    known.remove(organisation);
  }

  // ---- reading --------------------------------------------------------------------------------

  private Known known(final OrganisationId organisation) {
    final var inMemory = known.get(organisation);
    if (inMemory != null) {
      return inMemory;
    }
    synchronized (this) { // else a change could be lost behind an older reading
      final var read = read(organisation);
      known.put(organisation, read);
      return read;
    }
  }

  private Known read(final OrganisationId organisation) {
    final Map<String, Namespace> all = new HashMap<>();
    for (final var setting : settings.all(organisation, NAMESPACES)) {
      all.put(setting.identity(), namespace(setting));
    }
    all.putIfAbsent(
        CommunicationResource.FIRST,
        new Namespace(
            CommunicationResource.FIRST,
            CommunicationResource.FIRST,
            EVERYWHERE,
            Map.of(),
            Instant.EPOCH,
            ""));
    final var places = new ConcurrentHashMap<String, String>();
    for (final var setting : settings.all(organisation, PLACES)) {
      places.put(setting.identity(), word(setting, NAME));
    }
    return new Known(Map.copyOf(all), places);
  }

  private static Namespace namespace(final Setting setting) {
    final Map<String, String> tags = new HashMap<>();
    new ArrayList<>(setting.values().entrySet())
        .forEach(entry -> {
          if (entry.getKey().startsWith(TAG)) {
            tags.put(entry.getKey().substring(TAG.length()), entry.getValue().getFirst());
          }
        });
    return new Namespace(
        word(setting, NAME),
        word(setting, GROUP),
        word(setting, LOCATION),
        tags,
        Instant.parse(word(setting, MADE_AT)),
        "");
  }

  private static String word(final Setting setting, final String name) {
    return setting.values().getOrDefault(name, List.of("")).getFirst();
  }

  private static String fold(final String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}

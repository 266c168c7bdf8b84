package dev.reveille.protocols.resources;

import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
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
import java.util.regex.Pattern;

/// The namespaces under which Resource Manager lists an organisation's hubs. They are only names:
/// every hub answers at the same addresses, whichever namespace it is listed in, and a hub that was
/// not made by Resource Manager is listed in the first.
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
  private static final long ANY_VERSION = -1;
  private static final Pattern NAMES = Pattern.compile("[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]");

  /// One namespace.
  ///
  /// @param tags the operator's own words
  public record Namespace(
      String name, String group, String location, Map<String, String> tags, Instant madeAt) {
    public Namespace {
      tags = Map.copyOf(tags);
    }

    String folded() {
      return name.toLowerCase(Locale.ROOT);
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
    return NAMES.matcher(name).matches();
  }

  /// All of an organisation, by their names.
  public List<Namespace> of(final OrganisationId organisation) {
    return known(organisation).all().values().stream()
        .sorted(Comparator.comparing(Namespace::folded))
        .toList();
  }

  /// @param name in any case
  public Optional<Namespace> find(final OrganisationId organisation, final String name) {
    return Optional.ofNullable(known(organisation).all().get(fold(name)));
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
    return hubs.find(Hub.DEFAULT_NAMESPACE, name)
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
    final var all = known(hub.organisation());
    final var place = all.places().getOrDefault(hub.name().folded(), "");
    return all.all().containsKey(place) ? place : CommunicationResource.FIRST;
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
            .map(it -> new Namespace(it.name(), it.group(), it.location(), tags, it.madeAt()))
            .orElseGet(() -> new Namespace(name, group, location, tags, now()));
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

  /// Removes a namespace that lists no hub.
  public synchronized void remove(
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
    place(organisation, namespace, name, who);
    return hubs.add(organisation, name, who); // which tells of changes, so that no lock is held
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
            "global",
            Map.of(),
            Instant.EPOCH));
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
        Instant.parse(word(setting, MADE_AT)));
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

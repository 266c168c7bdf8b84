package dev.reveille.protocols.resources;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Secret;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.LinkJudge.Verdict.Linkable;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.Stores;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The communication resources of all organisations, the hubs that they are linked to, and the apps
/// that are bound to them. Each organisation has one from the beginning: it is written down when it
/// is first asked for.
///
/// What a push needs to know, [#reach], is in memory; all else may read the disk. A change is
/// durable when it returns, and the next push sees it. Thread-safe.
public final class CommunicationResources {
  private static final String BINDINGS = "communication-app";
  private static final String RESOURCE = "resource";
  private static final String SERVER = "server";
  private static final long ANY_VERSION = -1;
  private static final int KEY_BYTES = 64;

  /// Purposes of sealed secrets.
  private static final String KEYS = "communication";

  private static final String LINKS = "hub-link";

  private record Binding(OrganisationId organisation, String resource) {}

  private record Known(CommunicationResource resource, Optional<Secret> key) {}

  private final SettingsStore settings;
  private final SealedSecrets sealed;
  private final SecretStore secrets;
  private final Hubs hubs;
  private final InstantSource clock;
  private final ResourceDefinitions definitions;
  private final Subscriptions subscriptions;
  private final HubNamespaces namespaces;
  private final LinkJudge judge;
  private final SecureRandom random = new SecureRandom();

  /// By organisation, then by name in small letters.
  private final Map<OrganisationId, Map<String, Known>> known = new ConcurrentHashMap<>();

  private final Map<AppId, Binding> bindings = new ConcurrentHashMap<>();

  /// The two keys of a communication resource.
  public enum Key {
    PRIMARY("primary"),
    SECONDARY("secondary");

    private final String word;

    Key(final String word) {
      this.word = word;
    }
  }

  /// The two keys of a resource.
  public record Keys(Secret primary, Secret secondary) {}

  private CommunicationResources(final Stores stores, final Hubs hubs, final InstantSource clock) {
    this.settings = stores.settings();
    this.sealed = stores.sealed();
    this.secrets = stores.secrets();
    this.hubs = hubs;
    this.clock = clock;
    this.definitions = new ResourceDefinitions(settings);
    this.subscriptions = new Subscriptions(settings, stores.registry());
    this.namespaces = new HubNamespaces(settings, hubs, clock);
    this.judge = new LinkJudge(this, hubs, stores.registry(), secrets);
  }

  /// Reads what is bound and linked.
  public static CommunicationResources open(
      final Stores stores, final Hubs hubs, final InstantSource clock) {
    final var all = new CommunicationResources(stores, hubs, clock);
    for (final var organisation : stores.registry().organisations()) {
      for (final var resource : all.definitions.of(organisation)) {
        all.remember(resource);
      }
      for (final var setting : all.settings.all(organisation, BINDINGS)) {
        all.bindings.put(
            new AppId(setting.identity()),
            new Binding(
                organisation, setting.values().getOrDefault(RESOURCE, List.of("")).getFirst()));
      }
    }
    return all;
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  public HubNamespaces namespaces() {
    return namespaces;
  }

  public LinkJudge judge() {
    return judge;
  }

  // ---- looking --------------------------------------------------------------------------------

  /// Those of an organisation, by their names.
  public List<CommunicationResource> of(final OrganisationId organisation) {
    return all(organisation).values().stream()
        .map(Known::resource)
        .sorted(Comparator.comparing(CommunicationResource::folded))
        .toList();
  }

  /// Those of an organisation that are linked to a hub, by their names; none is made.
  public List<CommunicationResource> linked(final OrganisationId organisation) {
    return known.getOrDefault(organisation, Map.of()).values().stream()
        .map(Known::resource)
        .filter(resource -> resource.link().isPresent())
        .sorted(Comparator.comparing(CommunicationResource::folded))
        .toList();
  }

  /// @param name in any case
  public Optional<CommunicationResource> find(
      final OrganisationId organisation, final String name) {
    return Optional.ofNullable(all(organisation).get(CommunicationResource.fold(name)))
        .map(Known::resource);
  }

  /// The full path of a resource, as Resource Manager names it.
  public String path(final CommunicationResource resource) {
    return ResourceId.ofCommunication(
        subscriptions.of(resource.organisation()), resource.group(), resource.name());
  }

  private Map<String, Known> all(final OrganisationId organisation) {
    final var found = known.get(organisation);
    if (found == null || found.isEmpty()) {
      makeFirst(organisation);
    }
    return known.getOrDefault(organisation, Map.of());
  }

  private synchronized void makeFirst(final OrganisationId organisation) {
    if (known.getOrDefault(organisation, Map.of()).isEmpty()) {
      final var first =
          new CommunicationResource(
              organisation,
              CommunicationResource.FIRST,
              CommunicationResource.FIRST,
              "global",
              "",
              Map.of(),
              UUID.randomUUID(),
              /* chat= */ false,
              Optional.empty(),
              now());
      definitions.put(first, SERVER);
      remember(first);
    }
  }

  private void remember(final CommunicationResource resource) {
    final var key =
        resource.link().isPresent() ? sealed.read(linkKey(resource)) : Optional.<Secret>empty();
    known
        .computeIfAbsent(resource.organisation(), _ -> new ConcurrentHashMap<>())
        .put(resource.folded(), new Known(resource, key));
  }

  // ---- resources ------------------------------------------------------------------------------

  /// Makes a resource, or changes the tags of one that is there.
  public synchronized CommunicationResource put(
      final CommunicationResource wanted, final String who) {
    final var now =
        find(wanted.organisation(), wanted.name())
            .map(before -> before.withTags(wanted.tags()))
            .orElse(wanted);
    return keep(now, who);
  }

  /// Says whether chat is pushed through the linked hub beside calls.
  public synchronized CommunicationResource putChat(
      final CommunicationResource resource, final boolean chat, final String who) {
    return keep(current(resource).withChat(chat), who);
  }

  /// Removes a resource to which no app is bound, with its keys and its link.
  public synchronized void remove(final CommunicationResource resource, final String who) {
    final var now = current(resource);
    definitions.remove(now, who);
    final var all = known.get(now.organisation());
    if (all != null) {
      all.remove(now.folded());
    }
    final var _ = sealed.remove(linkKey(now), who);
    for (final var which : Key.values()) {
      final var _ = sealed.remove(name(now, which), who);
    }
  }

  private CommunicationResource keep(final CommunicationResource now, final String who) {
    definitions.put(now, who);
    remember(now);
    return now;
  }

  private CommunicationResource current(final CommunicationResource resource) {
    return find(resource.organisation(), resource.name()).orElse(resource);
  }

  /// The keys of a resource, made when they are first asked for.
  public synchronized Keys keys(final CommunicationResource resource, final String who) {
    return new Keys(key(resource, Key.PRIMARY, who), key(resource, Key.SECONDARY, who));
  }

  /// Makes a key anew; the other one stays.
  public synchronized Keys rekey(
      final CommunicationResource resource, final Key which, final String who) {
    sealed.put(name(resource, which), fresh(), who);
    return keys(resource, who);
  }

  private Secret key(final CommunicationResource resource, final Key which, final String who) {
    final var name = name(resource, which);
    final var kept = sealed.read(name);
    if (kept.isPresent()) {
      return kept.get();
    }
    final var made = fresh();
    sealed.put(name, made, who);
    return made;
  }

  private static SealedSecrets.Name name(final CommunicationResource resource, final Key which) {
    return new SealedSecrets.Name(
        resource.organisation(), KEYS, resource.folded() + "/" + which.word);
  }

  private Secret fresh() {
    final byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return Secret.of(Base64.getEncoder().encodeToString(bytes));
  }

  // ---- links ----------------------------------------------------------------------------------

  private static SealedSecrets.Name linkKey(final CommunicationResource resource) {
    return new SealedSecrets.Name(resource.organisation(), LINKS, resource.folded());
  }

  /// Links a resource to the hub that was judged; in place of one that it is linked to. What waits
  /// for the former one is tried through the new one at once.
  public synchronized CommunicationResource link(
      final CommunicationResource resource, final Linkable judged, final String who) {
    final var now = current(resource);
    sealed.put(linkKey(now), judged.string().key(), who);
    final var linked = keep(now.withLink(Optional.of(judged.link())), who);
    tellApps(linked, who);
    return linked;
  }

  /// @return whether it was linked
  public synchronized boolean unlink(final CommunicationResource resource, final String who) {
    final var now = current(resource);
    if (now.link().isEmpty()) {
      return false;
    }
    final var unlinked = keep(now.withLink(Optional.empty()), who);
    final var _ = sealed.remove(linkKey(now), who);
    tellApps(unlinked, who);
    return true;
  }

  private void tellApps(final CommunicationResource resource, final String who) {
    apps(resource).forEach(app -> secrets.reachChanged(app, who));
  }

  /// Whether the hub that a resource is linked to refuses its key, as far as it is known here: of a
  /// hub of this server. Empty when it does not.
  public Optional<String> refusal(final CommunicationResource resource) {
    final var key =
        Optional.ofNullable(all(resource.organisation()).get(resource.folded()))
            .flatMap(Known::key);
    return resource.link().filter(HubLink::isOwn).flatMap(link -> refusal(resource, link, key));
  }

  private Optional<String> refusal(
      final CommunicationResource resource, final HubLink link, final Optional<Secret> key) {
    final var hub = ownHub(resource, link);
    if (hub.isEmpty()) {
      return Optional.of("the hub " + link.hub() + " is gone");
    }
    final var policy =
        hubs.policies(hub.get()).stream()
            .filter(each -> each.name().equals(link.policy()))
            .filter(each -> each.grants(AccessRight.SEND))
            .filter(each ->
                key.filter(each.primary()::equals).isPresent()
                    || key.filter(each.secondary()::equals).isPresent())
            .findFirst();
    return policy.isPresent()
        ? Optional.empty()
        : Optional.of(
            "the hub "
                + link.hub()
                + " has no policy "
                + link.policy()
                + " that sends with this key");
  }

  private Optional<Hub> ownHub(final CommunicationResource resource, final HubLink link) {
    return hubs.find(Hub.DEFAULT_NAMESPACE, link.hub())
        .filter(hub -> hub.organisation().equals(resource.organisation()));
  }

  // ---- apps -----------------------------------------------------------------------------------

  /// Binds an app to a resource of its publisher, in place of another that it is bound to.
  public synchronized void bind(
      final App app, final CommunicationResource resource, final String who) {
    final var _ =
        settings.put(
            resource.organisation(),
            BINDINGS,
            app.id().value(),
            Map.of(RESOURCE, List.of(resource.folded())),
            ANY_VERSION,
            who);
    bindings.put(app.id(), new Binding(resource.organisation(), resource.folded()));
    secrets.reachChanged(app.id(), who);
  }

  /// @return whether it was bound
  public synchronized boolean unbind(
      final OrganisationId organisation, final AppId app, final String who) {
    final boolean isGone = settings.remove(organisation, BINDINGS, app.value(), who);
    if (isGone) {
      bindings.remove(app);
      secrets.reachChanged(app, who);
    }
    return isGone;
  }

  /// Sees that an app is bound: one that is not is bound to the first resource of its publisher.
  public void bindUnlessBound(final App app) {
    if (isBound(app)) {
      return;
    }
    synchronized (this) {
      if (!isBound(app)) {
        final var all = of(app.publisher());
        final var first =
            find(app.publisher(), CommunicationResource.FIRST).orElseGet(all::getFirst);
        bind(app, first, SERVER);
      }
    }
  }

  /// An app that is removed and made by another organisation is bound no more.
  private boolean isBound(final App app) {
    final var binding = bindings.get(app.id());
    return binding != null && binding.organisation().equals(app.publisher());
  }

  /// The apps that are bound to a resource, in their order.
  public List<AppId> apps(final CommunicationResource resource) {
    return bindings.entrySet().stream()
        .filter(each -> each.getValue().organisation().equals(resource.organisation()))
        .filter(each -> each.getValue().resource().equals(resource.folded()))
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparing(AppId::value))
        .toList();
  }

  /// How the devices of an app are reached now. Never reads the disk.
  public HubReach reach(final AppId app) {
    final var binding = bindings.get(app);
    final var found =
        binding == null
            ? null
            : known.getOrDefault(binding.organisation(), Map.of()).get(binding.resource());
    if (found == null) {
      return new HubReach.Unbound();
    }
    final var resource = found.resource();
    final var link = resource.link();
    if (link.isEmpty()) {
      return new HubReach.Unlinked(resource.name());
    }
    return link.get().isOwn() ? own(found, link.get()) : foreign(found, link.get());
  }

  private HubReach own(final Known found, final HubLink link) {
    final var resource = found.resource();
    final var refusal = refusal(resource, link, found.key());
    if (refusal.isPresent()) {
      return new HubReach.KeyRefused(resource.name(), refusal.get());
    }
    return ownHub(resource, link)
        .<HubReach>map(hub ->
            new HubReach.OwnHub(
                resource.name(),
                resource.immutableId(),
                resource.chat(),
                hub.name().value(),
                hub.app(),
                hub.sandbox()))
        .orElseGet(() -> new HubReach.KeyRefused(resource.name(), "the hub is gone"));
  }

  private static HubReach foreign(final Known found, final HubLink link) {
    final var resource = found.resource();
    return found
        .key()
        .<HubReach>map(key ->
            new HubReach.ForeignHub(
                resource.name(),
                resource.immutableId(),
                resource.chat(),
                link.hub(),
                link.authority(),
                link.policy(),
                key))
        .orElseGet(() -> new HubReach.KeyRefused(resource.name(), "there is no key of it here"));
  }

  /// The organisation is gone, with all that it had.
  public synchronized void forget(final OrganisationId organisation) {
    known.remove(organisation);
    bindings.values().removeIf(each -> each.organisation().equals(organisation));
    subscriptions.forget(organisation);
    namespaces.forget(organisation);
  }

  /// A moment as resources keep it.
  public Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}

package dev.reveille.protocols.resources;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Secret;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.LinkJudge.Verdict.Linkable;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.Stores;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The communication resources of all organisations, the hubs that they are linked to, and the apps
/// that are bound to them. Each organisation has one from the beginning: it is written down when it
/// is first asked for.
///
/// What a push needs to know, [#reach], is in memory; all else may read the disk. A change is
/// durable when it returns, and the next push sees it. Thread-safe.
public final class CommunicationResources {
  private static final Logger LOG = LoggerFactory.getLogger(CommunicationResources.class);
  private static final String SERVER = "server";

  private final ResourceSecrets sealed;
  private final SecretStore secrets;
  private final Hubs hubs;
  private final InstantSource clock;
  private final ResourceDefinitions definitions;
  private final Subscriptions subscriptions;
  private final HubNamespaces namespaces;
  private final LinkJudge judge;

  /// By organisation, then by name in small letters.
  private final Map<OrganisationId, Map<String, KnownResource>> known = new ConcurrentHashMap<>();

  private final AppBindings bindings;
  private final LinkStates links;

  /// The two keys of a communication resource.
  public enum Key {
    PRIMARY("primary"),
    SECONDARY("secondary");

    private final String word;

    Key(final String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// The two keys of a resource.
  public record Keys(Secret primary, Secret secondary) {}

  /// What became of a removal.
  public enum Removal {
    DONE,
    APPS_ARE_BOUND,
    IS_THE_LAST
  }

  private CommunicationResources(
      final Stores stores, final Hubs hubs, final LinkUrls urls, final InstantSource clock) {
    final var settings = stores.settings();
    this.sealed = new ResourceSecrets(stores.sealed());
    this.secrets = stores.secrets();
    this.links = new LinkStates(hubs);
    this.bindings = new AppBindings(settings, stores.registry());
    this.hubs = hubs;
    this.clock = clock;
    this.definitions = new ResourceDefinitions(settings);
    this.subscriptions = new Subscriptions(settings, stores.registry());
    this.namespaces = new HubNamespaces(settings, hubs, clock);
    this.judge = new LinkJudge(this, hubs, stores.registry(), secrets, urls);
  }

  /// Reads what is bound and linked; any hub elsewhere can be linked.
  public static CommunicationResources open(
      final Stores stores, final Hubs hubs, final InstantSource clock) {
    return open(stores, hubs, _ -> Optional.empty(), clock);
  }

  /// Reads what is bound and linked. One secret that cannot be read concerns its own link alone.
  ///
  /// @param urls judges where a hub elsewhere is
  public static CommunicationResources open(
      final Stores stores, final Hubs hubs, final LinkUrls urls, final InstantSource clock) {
    final var all = new CommunicationResources(stores, hubs, urls, clock);
    for (final var organisation : stores.registry().organisations()) {
      final var resources = all.definitions.of(organisation);
      resources.forEach(all::remember);
      all.sealed.removeLeft(organisation, resources);
      all.bindings.read(organisation);
    }
    hubs.onChange(all::hubChanged);
    stores
        .registry()
        .onChange(change -> {
          if (change instanceof Registry.Change.AppChanged(var app)) {
            all.bindings.appChanged(app);
            hubs.ofApp(app).ifPresent(all::hubChanged);
          }
        });
    return all;
  }

  /// A hub of this server sends otherwise than before: what waits for it, or was refused by it, is
  /// worth a try.
  private void hubChanged(final Hub hub) {
    final var now = hubs.find(hub.namespace(), hub.name().value());
    if (now.isEmpty()) {
      namespaces.removed(hub, SERVER);
      return;
    }
    if (!now.get().key().equals(hub.key())) {
      return;
    }
    final var ofIts = known.getOrDefault(hub.organisation(), Map.of());
    for (final var each : ofIts.values()) {
      final var resource = each.resource();
      if (resource.link().filter(link -> link.leadsTo(hub)).isPresent()) {
        final boolean byCertificate = judge.opensAppleByCertificate(resource);
        final var _ = ofIts.computeIfPresent(resource.folded(), (_, it) -> it.with(byCertificate));
        tellApps(resource, SERVER);
      }
    }
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
        .map(KnownResource::resource)
        .sorted(Comparator.comparing(CommunicationResource::folded))
        .toList();
  }

  /// Those of an organisation that are linked to a hub, by their names; none is made.
  public List<CommunicationResource> linked(final OrganisationId organisation) {
    return known.getOrDefault(organisation, Map.of()).values().stream()
        .map(KnownResource::resource)
        .filter(resource -> resource.link().isPresent())
        .sorted(Comparator.comparing(CommunicationResource::folded))
        .toList();
  }

  /// Those of all organisations that are linked to a hub.
  public List<CommunicationResource> linked() {
    return known.keySet().stream()
        .sorted(Comparator.comparing(OrganisationId::value))
        .flatMap(organisation -> linked(organisation).stream())
        .toList();
  }

  /// @param name in any case
  public Optional<CommunicationResource> find(
      final OrganisationId organisation, final String name) {
    return Optional.ofNullable(all(organisation).get(CommunicationResource.fold(name)))
        .map(KnownResource::resource);
  }

  /// The full path of a resource, as Resource Manager names it.
  public String path(final CommunicationResource resource) {
    return ResourceId.ofCommunication(
        subscriptions.of(resource.organisation()), resource.group(), resource.name());
  }

  private Map<String, KnownResource> all(final OrganisationId organisation) {
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
    KnownResource now;
    try {
      final var key = sealed.linkKey(resource);
      final boolean isLost = resource.link().isPresent() && key.isEmpty();
      final boolean byCertificate = judge.opensAppleByCertificate(resource);
      now =
          new KnownResource(
              resource, key, isLost ? "there is no key of it here" : "", byCertificate);
    } catch (final StoreException unreadable) {
      LOG.error("{}: no call goes through its link", unreadable.getMessage(), unreadable);
      now = new KnownResource(resource, Optional.empty(), "its key cannot be read here", false);
    }
    known
        .computeIfAbsent(resource.organisation(), _ -> new ConcurrentHashMap<>())
        .put(resource.folded(), now);
  }

  // ---- resources ------------------------------------------------------------------------------

  /// Makes a resource, or changes the tags of one that is there.
  public synchronized CommunicationResource put(
      final CommunicationResource wanted, final String who) {
    final var before = find(wanted.organisation(), wanted.name());
    if (before.isEmpty()) {
      sealed.removeKeys(wanted, who); // of one of its name whose removal broke off
    }
    return keep(before.map(it -> it.withTags(wanted.tags())).orElse(wanted), who);
  }

  /// Says whether chat is pushed through the linked hub beside calls.
  public synchronized CommunicationResource putChat(
      final CommunicationResource resource, final boolean chat, final String who) {
    return keep(current(resource).withChat(chat), who);
  }

  /// Changes the tags of a resource.
  ///
  /// @throws Refusal when it is gone
  public synchronized CommunicationResource putTags(
      final CommunicationResource resource, final Map<String, String> tags, final String who) {
    return keep(current(resource).withTags(tags), who);
  }

  /// Removes a resource to which no app is bound, with its keys and its link; the last one of an
  /// organisation stays.
  ///
  /// @throws Refusal when it is gone
  public synchronized Removal remove(final CommunicationResource resource, final String who) {
    final var now = current(resource);
    if (!apps(now).isEmpty()) {
      return Removal.APPS_ARE_BOUND;
    }
    if (all(now.organisation()).size() == 1) {
      return Removal.IS_THE_LAST;
    }
    definitions.remove(now, who);
    final var all = known.get(now.organisation());
    if (all != null) {
      all.remove(now.folded());
    }
    sealed.removeLinkKey(now, who);
    sealed.removeKeys(now, who);
    return Removal.DONE;
  }

  private CommunicationResource keep(final CommunicationResource now, final String who) {
    definitions.put(now, who);
    remember(now);
    return now;
  }

  private CommunicationResource current(final CommunicationResource resource) {
    return find(resource.organisation(), resource.name())
        .orElseThrow(() -> Refusal.notFound("communication resource", resource.name()));
  }

  /// The keys of a resource, made when they are first asked for.
  ///
  /// @throws Refusal when it is gone
  public synchronized Keys keys(final CommunicationResource resource, final String who) {
    final var now = current(resource);
    return new Keys(sealed.key(now, Key.PRIMARY, who), sealed.key(now, Key.SECONDARY, who));
  }

  /// Makes a key anew; the other one stays.
  ///
  /// @throws Refusal when it is gone
  public synchronized Keys rekey(
      final CommunicationResource resource, final Key which, final String who) {
    sealed.rekey(current(resource), which, who);
    return keys(resource, who);
  }

  // ---- links ----------------------------------------------------------------------------------

  /// Links a resource to the hub that was judged; in place of one that it is linked to. What waits
  /// for the former one is tried through the new one at once. The key is written before the link
  /// and at a place of its own: the former link is whole until the new one is.
  ///
  /// @throws Refusal when it is gone
  public synchronized CommunicationResource link(
      final CommunicationResource resource, final Linkable judged, final String who) {
    final var before = current(resource);
    final var linked = before.withLink(Optional.of(judged.link().after(before.link())));
    sealed.putLinkKey(linked, judged.string().key(), who);
    final var _ = keep(linked, who);
    sealed.removeLinkKey(before, who);
    tellApps(linked, who);
    return linked;
  }

  /// @return whether it was linked
  /// @throws Refusal when it is gone
  public synchronized boolean unlink(final CommunicationResource resource, final String who) {
    final var before = current(resource);
    if (before.link().isEmpty()) {
      return false;
    }
    final var unlinked = keep(before.withLink(Optional.empty()), who);
    sealed.removeLinkKey(before, who);
    tellApps(unlinked, who);
    return true;
  }

  private void tellApps(final CommunicationResource resource, final String who) {
    apps(resource).forEach(app -> secrets.reachChanged(app, who));
  }

  /// Whether the hub that a resource is linked to refuses its key, as far as it is known here: of a
  /// hub of this server. Empty when it does not.
  public Optional<String> refusal(final CommunicationResource resource) {
    return Optional.ofNullable(all(resource.organisation()).get(resource.folded()))
        .flatMap(links::refusal);
  }

  // ---- apps -----------------------------------------------------------------------------------

  /// Binds an app to a resource of its publisher, in place of another that it is bound to.
  ///
  /// @throws Refusal when app or resource is gone
  public synchronized void bind(
      final App app, final CommunicationResource resource, final String who) {
    if (!bindings.bind(app, current(resource), who)) {
      throw Refusal.notFound("app", app.id().value());
    }
    secrets.reachChanged(app.id(), who);
  }

  /// Takes an app off its resource; it stays so until an operator binds it again.
  ///
  /// @return whether it was bound
  public synchronized boolean unbind(
      final OrganisationId organisation, final AppId app, final String who) {
    final boolean was = bindings.unbind(organisation, app, who);
    if (was) {
      secrets.reachChanged(app, who);
    }
    return was;
  }

  /// Sees that an app is bound: one that never was is bound to the first resource of its publisher.
  public void bindUnlessBound(final App app) {
    if (bindings.isKnown(app)) {
      return;
    }
    synchronized (this) {
      if (!bindings.isKnown(app)) {
        final var all = of(app.publisher());
        final var first =
            find(app.publisher(), CommunicationResource.FIRST).orElseGet(all::getFirst);
        if (bindings.bind(app, first, SERVER)) {
          secrets.reachChanged(app.id(), SERVER);
        }
      }
    }
  }

  /// The apps that are bound to a resource, in their order.
  public List<AppId> apps(final CommunicationResource resource) {
    return bindings.apps(resource);
  }

  /// How the devices of an app are reached now. Never reads the disk.
  public HubReach reach(final AppId app) {
    final var found =
        bindings
            .of(app)
            .flatMap(it ->
                Optional.ofNullable(
                    known.getOrDefault(it.organisation(), Map.of()).get(it.resource())));
    return found.map(links::reach).orElseGet(HubReach.Unbound::new);
  }

  /// The organisation is gone, with all that it had.
  public synchronized void forget(final OrganisationId organisation) {
    known.remove(organisation);
    bindings.forget(organisation);
    subscriptions.forget(organisation);
    namespaces.forget(organisation);
  }

  /// A moment as resources keep it.
  public Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}

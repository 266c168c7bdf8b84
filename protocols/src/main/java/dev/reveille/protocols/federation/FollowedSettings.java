package dev.reveille.protocols.federation;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Product;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.SettingsSource;
import dev.reveille.routing.port.SettingsStore;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The settings that hold at an edge: those of the home behind it, and the edge's own, which come
/// first. Keeps on disk what home said last, and goes on with it when home is away.
///
/// Thread-safe. [#take] blocks on the disk; [#all] may.
public final class FollowedSettings implements SettingsSource {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedSettings.class);
  private static final String CONTENT = "content";
  private static final String REVISION = "revision";
  private static final String TAKEN = "taken";

  /// Home confirms every few seconds; what it did not confirm for so long is old.
  private static final Duration OLD = Duration.ofMinutes(1);

  private final OrganisationId keeper;
  private final SettingsStore own;
  private final OrganisationDomains ownDomains;
  private final InstantSource clock;
  private final List<Consumer<Setting>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Copy copy;
  private volatile @Nullable Instant confirmed;
  private final AtomicLong changes = new AtomicLong();
  private volatile @Nullable List<OwnSetting> differing;
  private String coming = "";
  private int next;
  private ByteArrayOutputStream slices = new ByteArrayOutputStream();

  /// @param keeper the organisation among whose rows the copy is kept
  /// @param own the settings of this server
  /// @param ownDomains the domains of this server
  public FollowedSettings(
      final OrganisationId keeper,
      final SettingsStore own,
      final OrganisationDomains ownDomains,
      final InstantSource clock) {
    this.keeper = keeper;
    this.own = own;
    this.ownDomains = ownDomains;
    this.clock = clock;
    own.onChange(now -> {
      forget();
      if (!now.collection().equals(Setting.HOME_SETTINGS)) {
        listeners.forEach(listener -> listener.accept(now));
      }
    });
    ownDomains.onChange(this::forget);
    this.copy = kept();
  }

  /// What home said, arranged for look-ups.
  private record Copy(
      String revision,
      Instant taken,
      HomeSettings settings,
      Map<String, OrganisationId> owners,
      Map<Place, List<Setting>> objects) {
    static Copy of(final String revision, final Instant taken, final HomeSettings settings) {
      final Map<String, OrganisationId> owners = new HashMap<>();
      settings.domains().forEach(each -> owners.put(each.name().value(), each.organisation()));
      final Map<Place, List<Setting>> objects = new HashMap<>();
      settings
          .objects()
          .forEach(each ->
              objects
                  .computeIfAbsent(
                      new Place(each.organisation(), each.collection()), _ -> new ArrayList<>())
                  .add(each));
      return new Copy(revision, taken, settings, owners, objects);
    }
  }

  private record Place(OrganisationId organisation, String collection) {}

  /// What is known of home's settings.
  ///
  /// @param taken when this revision came
  /// @param confirmed when home last said that they hold; empty when it did not since the start
  public record State(
      String revision, Instant taken, Optional<Instant> confirmed, int domains, int objects) {}

  private @Nullable Copy kept() {
    final var found = own.get(keeper, Setting.HOME_SETTINGS, Setting.GLOBAL);
    if (found.isEmpty()) {
      return null;
    }
    final var values = found.get().values();
    try {
      return Copy.of(
          only(values, REVISION),
          Instant.parse(only(values, TAKEN)),
          HomeSettings.of(Base64.getDecoder().decode(only(values, CONTENT))));
    } catch (final RuntimeException unreadable) { // of another version; home sends them again
      LOG.warn("the copy of home's settings cannot be read; it is empty until home comes");
      return null;
    }
  }

  private static String only(final Map<String, List<String>> values, final String name) {
    return values.getOrDefault(name, List.of()).getFirst();
  }

  /// What is known; empty when home never came.
  public Optional<State> state() {
    final var now = copy;
    return now == null
        ? Optional.empty()
        : Optional.of(
            new State(
                now.revision,
                now.taken,
                Optional.ofNullable(confirmed),
                now.settings.domains().size(),
                now.settings.objects().size()));
  }

  /// Since when home has not confirmed the settings; empty when it did within a minute, and when
  /// there are none of home's.
  public Optional<Instant> oldSince() {
    final var now = copy;
    final var last = confirmed;
    if (now == null) {
      return Optional.empty();
    }
    final var moment = last == null ? now.taken : last;
    return Duration.between(moment, clock.instant()).compareTo(OLD) > 0
        ? Optional.of(moment)
        : Optional.empty();
  }

  /// Whose domain it is, by the edge's own list or by home's.
  public Optional<OrganisationId> organisationOf(final String domain) {
    final var here = ownDomains.organisationOf(domain);
    final var now = copy;
    return here.isPresent() || now == null
        ? here
        : Optional.ofNullable(now.owners.get(PartnerRules.lower(domain)));
  }

  @Override
  public List<Setting> all(final OrganisationId organisation, final String collection) {
    final var here = own.all(organisation, collection);
    final var now = copy;
    final var there =
        now == null
            ? List.<Setting>of()
            : now.objects.getOrDefault(new Place(organisation, collection), List.of());
    if (there.isEmpty()) {
      return here;
    }
    final Map<String, Setting> both = new TreeMap<>();
    there.forEach(each -> both.put(each.identity(), each));
    here.forEach(each -> both.put(each.identity(), each));
    return List.copyOf(both.values());
  }

  @Override
  public void onChange(final Consumer<Setting> listener) {
    listeners.add(listener);
  }

  /// Takes a page of home's settings, or the question for them.
  ///
  /// @return what the edge has now
  /// @throws IllegalArgumentException for what is neither
  synchronized SettingsReply take(final byte[] body) {
    final var page = SettingsPage.read(body);
    final var now = copy;
    if (now != null && now.revision.equals(page.revision())) {
      confirmed = clock.instant();
    } else if (!page.isQuestion()) {
      page(page);
    }
    final var after = copy;
    return new SettingsReply(
        after == null ? "" : after.revision,
        differences().stream().limit(SettingsReply.MOST_OWN).toList());
  }

  private void page(final SettingsPage page) {
    if (page.page() == 1) {
      coming = page.revision();
      next = 1;
      slices = new ByteArrayOutputStream();
    }
    if (!coming.equals(page.revision()) || next != page.page()) {
      throw new IllegalArgumentException("page " + page.page() + " is not the next one");
    }
    slices.writeBytes(page.slice());
    next++;
    if (page.page() == page.pages()) {
      final byte[] bytes = slices.toByteArray();
      slices = new ByteArrayOutputStream();
      next = 0;
      if (!HomeSettings.revision(bytes).equals(page.revision())) {
        throw new IllegalArgumentException("the pages are not those of the revision");
      }
      replace(page.revision(), bytes);
    }
  }

  /// On disk first: an edge that is started again must not know less.
  private void replace(final String revision, final byte[] bytes) {
    final var at = clock.instant();
    final var fresh = Copy.of(revision, at, HomeSettings.of(bytes));
    own.put(
        keeper,
        Setting.HOME_SETTINGS,
        Setting.GLOBAL,
        Map.of(
            REVISION,
            List.of(revision),
            TAKEN,
            List.of(at.toString()),
            CONTENT,
            List.of(Base64.getEncoder().encodeToString(bytes))),
        -1,
        Product.NAME);
    final var before = copy;
    copy = fresh;
    confirmed = at;
    forget();
    LOG.info("took {} from home, revision {}", fresh.settings, revision);
    tell(before, fresh);
  }

  private void tell(final @Nullable Copy before, final Copy after) {
    final Set<Place> changed = new HashSet<>(after.objects.keySet());
    if (before != null) {
      changed.addAll(before.objects.keySet());
    }
    changed.forEach(place ->
        listeners.forEach(listener ->
            listener.accept(
                new Setting(place.organisation, place.collection, Setting.GLOBAL, 0, Map.of()))));
  }

  /// Where the edge has settings of its own that differ from home's; empty when home never came.
  public List<OwnSetting> differences() {
    final var known = differing;
    if (known != null) {
      return known;
    }
    final long before = changes.get();
    final var now = copy;
    final var found = new ArrayList<OwnSetting>();
    if (now != null) {
      now.owners.forEach((domain, theirs) ->
          ownDomains
              .organisationOf(domain)
              .filter(ours -> !ours.equals(theirs))
              .ifPresent(ours ->
                  found.add(
                      new OwnSetting(
                          ours.value(),
                          "domain " + domain,
                          "of organisation " + ours.value(),
                          "of organisation " + theirs.value()))));
      for (final var organisation : Set.copyOf(now.owners.values())) {
        HomeSettings.COLLECTIONS.forEach(
            collection -> differences(now, organisation, collection, found));
      }
    }
    found.sort((a, b) -> (a.organisation() + a.object()).compareTo(b.organisation() + b.object()));
    if (changes.get() == before) {
      differing = List.copyOf(found);
    }
    return List.copyOf(found);
  }

  private void forget() {
    changes.incrementAndGet();
    differing = null;
  }

  private void differences(
      final Copy now,
      final OrganisationId organisation,
      final String collection,
      final List<OwnSetting> found) {
    final Map<String, Setting> theirs = new HashMap<>();
    now.objects
        .getOrDefault(new Place(organisation, collection), List.of())
        .forEach(each -> theirs.put(each.identity(), each));
    for (final var each : own.all(organisation, collection)) {
      final var other = theirs.get(each.identity());
      if (other == null || !other.values().equals(each.values())) {
        found.add(
            new OwnSetting(
                organisation.value(),
                collection + " " + each.identity(),
                OwnSetting.inWords(each.values()),
                other == null ? "" : OwnSetting.inWords(other.values())));
      }
    }
  }
}

package dev.reveille.routing;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Settings in memory. One change runs at a time; reads do not wait for it.
public final class MemorySettings implements SettingsStore {
  private final Map<Place, Setting> all = new ConcurrentHashMap<>();
  private final List<Consumer<Setting>> listeners = new CopyOnWriteArrayList<>();
  private final Runnable whoReads;
  private final InstantSource clock;

  /// Guarded by this.
  private final List<Audit> audit = new ArrayList<>();

  /// The largest version that there was. Guarded by this.
  private long last;

  public MemorySettings() {
    this(() -> {});
  }

  /// @param whoReads asked before each read, on the thread that reads
  MemorySettings(final Runnable whoReads) {
    this(whoReads, InstantSource.fixed(Samples.NOW));
  }

  MemorySettings(final Runnable whoReads, final InstantSource clock) {
    this.whoReads = whoReads;
    this.clock = clock;
  }

  @Override
  public Optional<Setting> get(
      final OrganisationId organisation, final String collection, final String identity) {
    whoReads.run();
    return find(new Place(organisation, collection, identity));
  }

  private Optional<Setting> find(final Place place) {
    return Optional.ofNullable(all.get(place));
  }

  @Override
  public List<Setting> all(final OrganisationId organisation, final String collection) {
    whoReads.run();
    return of(organisation, collection);
  }

  private List<Setting> of(final OrganisationId organisation, final String collection) {
    return all.values().stream()
        .filter(each -> each.organisation().equals(organisation))
        .filter(each -> each.collection().equals(collection))
        .sorted(Comparator.comparing(Setting::identity))
        .toList();
  }

  @Override
  public Setting change(final Place place, final long expected, final By by, final Edit edit) {
    final Setting now;
    synchronized (this) {
      final Optional<Setting> before = find(place);
      final long version = before.map(Setting::version).orElse(0L);
      if (expected >= 0 && expected != version) {
        throw new Stale(place + " has version " + version + ", not " + expected);
      }
      final var values = edit.values(before, new OrganisationView(place.organisation()));
      now = new Setting(place.organisation(), place.collection(), place.identity(), ++last, values);
      all.put(place, now);
      final var changed = edit.inWords(before.map(Setting::values).orElse(Map.of()), values);
      note(by, "set " + place + (changed.isEmpty() ? "" : ": " + changed));
    }
    listeners.forEach(listener -> listener.accept(now));
    return now;
  }

  @Override
  public boolean remove(final Place place, final By by, final Consent consent) {
    final Optional<Setting> before;
    synchronized (this) {
      before = find(place);
      if (before.isPresent()) {
        consent.judge(before.get(), new OrganisationView(place.organisation()));
        all.remove(place);
        final var lost = consent.inWords(before.get().values());
        note(by, "remove " + place + (lost.isEmpty() ? "" : " (" + lost + ")"));
      }
    }
    before.ifPresent(gone -> {
      final var empty =
          new Setting(
              place.organisation(),
              place.collection(),
              place.identity(),
              gone.version() + 1,
              Map.of());
      listeners.forEach(listener -> listener.accept(empty));
    });
    return before.isPresent();
  }

  private synchronized void note(final By by, final String what) {
    audit.addFirst(new Audit(audit.size() + 1, clock.instant(), by.who(), by.from(), what));
  }

  @Override
  public void onChange(final Consumer<Setting> listener) {
    listeners.add(listener);
  }

  @Override
  public synchronized List<Audit> audit(
      final OrganisationId organisation, final AuditFilter wanted, final int most) {
    return audit.stream().limit(most).toList();
  }

  private final class OrganisationView implements View {
    private final OrganisationId organisation;

    OrganisationView(final OrganisationId organisation) {
      this.organisation = organisation;
    }

    @Override
    public Optional<Setting> get(final String collection, final String identity) {
      return find(new Place(organisation, collection, identity));
    }

    @Override
    public List<Setting> all(final String collection) {
      return of(organisation, collection);
    }

    @Override
    public int count(final String collection) {
      return of(organisation, collection).size();
    }
  }
}

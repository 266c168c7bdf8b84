package dev.reveille.routing;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Folded;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Users, apps and installations in memory.
final class MemoryRegistry implements Registry {
  private final Map<String, User> users = new ConcurrentSkipListMap<>();
  private final Map<String, App> apps = new ConcurrentSkipListMap<>();
  private final Map<String, Installation> installations = new ConcurrentSkipListMap<>();
  private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();

  private final Runnable whoReads;
  private final InstantSource clock;

  volatile boolean readsFail;

  /// Runs between a read and its answer, to let a change come in between.
  volatile Runnable whileReading = () -> {};

  MemoryRegistry() {
    this(() -> {});
  }

  /// @param whoReads asked before each read, on the thread that reads
  MemoryRegistry(final Runnable whoReads) {
    this(whoReads, InstantSource.system());
  }

  /// @param whoReads asked before each read, on the thread that reads
  MemoryRegistry(final Runnable whoReads, final InstantSource clock) {
    this.whoReads = whoReads;
    this.clock = clock;
  }

  private void tell(final Change change) {
    listeners.forEach(listener -> listener.accept(change));
  }

  private <T> T read(final T answer) {
    whoReads.run();
    if (readsFail) {
      throw new IllegalStateException("the registry cannot be read");
    }
    whileReading.run();
    return answer;
  }

  @Override
  public void onChange(final Consumer<Change> listener) {
    listeners.add(listener);
  }

  @Override
  public void keepOrganisation(final OrganisationId organisation, final String who) {}

  @Override
  public List<OrganisationId> organisations() {
    return users.values().stream().map(user -> user.id().organisation()).distinct().toList();
  }

  @Override
  public void makeOrganisation(
      final OrganisationId organisation, final OrganisationId by, final String who) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public Optional<Instant> restsUntil(final OrganisationId organisation) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public Holdings holdings(final OrganisationId organisation) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public boolean removeOrganisation(
      final OrganisationId organisation, final OrganisationId by, final String who) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public User changeUser(
      final UserId id, final Function<Optional<User>, User> change, final String who) {
    final var user =
        Objects.requireNonNull(
            users.compute(id.toString(), (_, before) -> change.apply(Optional.ofNullable(before))));
    tell(new Change.UserChanged(id));
    return user;
  }

  @Override
  public Optional<User> changePreferences(
      final UserId id, final UnaryOperator<Preferences> change, final String who) {
    final var changed =
        Optional.ofNullable(users.get(id.toString()))
            .map(user ->
                new User(
                    user.id(), user.site(), user.addresses(), change.apply(user.preferences())));
    changed.ifPresent(user -> keepUser(user, who));
    return changed;
  }

  @Override
  public Optional<User> user(final UserId user) {
    return read(Optional.ofNullable(users.get(user.toString())));
  }

  @Override
  public Optional<User> findUser(final OrganisationId organisation, final String nameOrAddress) {
    final var folded = Folded.of(nameOrAddress);
    return read(
        users.values().stream()
            .filter(user -> user.id().organisation().equals(organisation))
            .filter(user ->
                Folded.of(user.id().name()).equals(folded)
                    || user.addresses().stream().map(Folded::of).anyMatch(folded::equals))
            .findFirst());
  }

  @Override
  public List<User> users(final OrganisationId organisation, final String after, final int most) {
    return List.copyOf(users.values());
  }

  @Override
  public List<Alike> alike(final OrganisationId organisation, final int most) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public boolean removeUser(final UserId user, final String who) {
    final boolean was = users.remove(user.toString()) != null;
    tell(new Change.UserChanged(user));
    return was;
  }

  @Override
  public void keepApp(final App app, final String who) {
    final var before = apps.get(app.id().value());
    final long number =
        before == null
            ? 1
            : before.credentials() + (before.bundleId().equals(app.bundleId()) ? 0 : 1);
    apps.put(
        app.id().value(),
        new App(
            app.id(),
            app.publisher(),
            app.name(),
            app.bundleId(),
            app.pushlessGenerations(),
            app.access(),
            number,
            Instant.EPOCH));
    tell(new Change.AppChanged(app.id()));
  }

  @Override
  public boolean removeApp(final AppId app, final String who) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public List<InstallationId> installationsOf(
      final AppId app, final OrganisationId organisation, final int most) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public boolean isUsedBeside(final OrganisationId organisation, final AppId app) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public List<Installation> foreignInstallations(
      final App app, final String after, final int most) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public boolean removeForeignInstallation(
      final App app, final InstallationId installation, final String who) {
    throw new UnsupportedOperationException("routing does not ask");
  }

  @Override
  public Optional<App> app(final AppId app) {
    return read(Optional.ofNullable(apps.get(app.value())));
  }

  @Override
  public List<App> apps(final OrganisationId publisher) {
    return List.copyOf(apps.values());
  }

  @Override
  public void keepInstallation(final Installation installation, final String who) {
    refuseTaken(installation, Set.of());
    final var before = installations.put(installation.id().value(), installation);
    final var concerned = new LinkedHashSet<>(installation.users());
    if (before != null) {
      concerned.addAll(before.users());
    }
    tell(new Change.InstallationChanged(installation.id(), List.copyOf(concerned)));
  }

  /// @param yielding whose tokens count as free
  private void refuseTaken(final Installation installation, final Set<InstallationId> yielding) {
    for (final var address : installation.addresses()) {
      holderOf(address)
          .filter(holder -> !holder.equals(installation.id()) && !yielding.contains(holder))
          .ifPresent(holder -> {
            throw new Taken("the token belongs to the installation " + holder);
          });
    }
  }

  private Optional<InstallationId> holderOf(final PushAddress address) {
    return switch (address) {
      case PushAddress.Direct direct -> find(direct.service(), direct.token());
    };
  }

  private Optional<InstallationId> find(final PushService service, final PushToken token) {
    for (final var each : installations.values()) {
      for (final var address : each.addresses()) {
        switch (address) {
          case PushAddress.Direct direct -> {
            if (service.sharing().contains(direct.service())
                && direct.token().equals(token)
                && !direct.hasEnded(clock.instant())) {
              return Optional.of(each.id());
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Installation> changeInstallation(
      final InstallationId id, final UnaryOperator<Installation> change, final String who) {
    final var changed = Optional.ofNullable(installations.get(id.value())).map(change);
    changed.ifPresent(installation -> keepInstallation(installation, who));
    return changed;
  }

  @Override
  public Optional<Installation> takeAddresses(
      final InstallationId id,
      final Predicate<PushAddress> replaced,
      final List<PushAddress> addresses,
      final Set<InstallationId> yielding,
      final String who) {
    final var self = Optional.ofNullable(installations.get(id.value()));
    if (self.filter(it -> !it.users().isEmpty()).isEmpty()) {
      return Optional.empty();
    }
    refuseTaken(self.get().withAddresses(addresses), yielding); // before anything is changed
    for (final var holder : yielding) {
      if (!holder.equals(id)) {
        final var _ = changeInstallation(holder, it -> it.without(addresses), who);
      }
    }
    return changeInstallation(id, it -> it.replacing(replaced, addresses), who);
  }

  @Override
  public Optional<Installation> installation(final InstallationId id) {
    return read(Optional.ofNullable(installations.get(id.value())));
  }

  @Override
  public List<Installation> installationsOf(final UserId user) {
    return read(
        installations.values().stream().filter(each -> each.users().contains(user)).toList());
  }

  @Override
  public List<Installation> installations(
      final OrganisationId organisation, final String after, final int most) {
    return List.copyOf(installations.values());
  }

  @Override
  public boolean removeInstallation(final InstallationId id, final String who) {
    final var before = installations.remove(id.value());
    if (before != null) {
      tell(new Change.InstallationChanged(id, before.users()));
    }
    return before != null;
  }

  @Override
  public Optional<InstallationId> holder(final PushService service, final PushToken token) {
    return read(find(service, token));
  }

  @Override
  public boolean retire(
      final InstallationId id, final PushAddress.Direct address, final Instant invalidSince) {
    return change(
        id,
        address,
        it -> it.registeredAt().isAfter(invalidSince) ? Optional.of(it) : Optional.empty());
  }

  @Override
  public boolean doubt(
      final InstallationId id, final PushAddress.Direct address, final PushAddress.Doubt doubt) {
    return change(id, address, it -> Optional.of(isNewer(it, address) ? it : it.doubted(doubt)));
  }

  @Override
  public boolean prove(
      final InstallationId id, final PushAddress.Direct address, final boolean inSandbox) {
    return change(id, address, it -> Optional.of(isNewer(it, address) ? it : it.proven(inSandbox)));
  }

  /// Whether it was registered again since the other was read.
  private static boolean isNewer(final PushAddress.Direct own, final PushAddress.Direct read) {
    return !own.registeredAt().equals(read.registeredAt());
  }

  /// Whether what a platform says about one holds for the other: Apple knows a token under a topic,
  /// and calls have one of their own.
  private static boolean isSame(final PushAddress.Direct own, final PushAddress.Direct other) {
    return own.service() == other.service()
        && own.app().equals(other.app())
        && own.scope().equals(other.scope())
        && own.token().equals(other.token())
        && (own.service() != PushService.APNS
            || (own.channel() == PushChannel.VOIP) == (other.channel() == PushChannel.VOIP));
  }

  private boolean change(
      final InstallationId id,
      final PushAddress.Direct address,
      final Function<PushAddress.Direct, Optional<PushAddress.Direct>> change) {
    final var before = installations.get(id.value());
    if (before == null) {
      return false;
    }
    final var after = new ArrayList<PushAddress>();
    for (final var each : before.addresses()) {
      switch (each) {
        case PushAddress.Direct it ->
            (isSame(it, address) ? change.apply(it) : Optional.of(it)).ifPresent(after::add);
      }
    }
    if (after.equals(before.addresses())) {
      return false;
    }
    keepInstallation(before.withAddresses(after), "platform");
    return true;
  }
}

package dev.reveille.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Registry.Change;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Who is who, from memory where possible: the registry's users, their installations and their
/// addresses, cached and dropped when they change.
///
/// An address that was found once is checked against its user each time, so that it need not be
/// looked for when a user changes.
///
/// Thread-safe. A miss reads the disk.
public final class Directory {
  private static final int MOST_USERS = 200_000;

  /// A user and what they have.
  public record Person(User user, List<Installation> installations) {}

  private record Address(OrganisationId organisation, String text) {
    /// The text tells most apart, and the caches ask often.
    @Override
    public boolean equals(final @Nullable Object other) {
      return other instanceof Address(var theirs, var words)
          && text.equals(words)
          && organisation.equals(theirs);
    }

    @Override
    public int hashCode() {
      return 31 * text.hashCode() + organisation.value().hashCode();
    }
  }

  private final Registry registry;

  // The caches tidy up on the thread that asks: to wake another one costs more than the tidying.
  private final Cache<UserId, Person> people =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST_USERS).build();
  private final Cache<Address, UserId> addresses =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(2L * MOST_USERS).build();
  private final Cache<AppId, App> apps =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(10_000).build();

  private final AtomicLong changes = new AtomicLong();

  public Directory(final Registry registry) {
    this.registry = registry;
    registry.onChange(this::drop);
  }

  /// The user, if memory knows; says nothing about whether there is one. Never reads the disk.
  public Optional<UserId> remembered(
      final OrganisationId organisation, final String nameOrAddress) {
    final var known = addresses.getIfPresent(new Address(organisation, nameOrAddress));
    final var person = known == null ? null : people.getIfPresent(known);
    return person != null && isCalled(person, nameOrAddress)
        ? Optional.of(person.user().id())
        : Optional.empty();
  }

  /// Finds a user by name or by any address; empty when the organisation has no such user.
  public Optional<UserId> find(final OrganisationId organisation, final String nameOrAddress) {
    final var address = new Address(organisation, nameOrAddress);
    final var known = addresses.getIfPresent(address);
    if (known != null && person(known).filter(who -> isCalled(who, nameOrAddress)).isPresent()) {
      return Optional.of(known); // what was found once must still be so
    }
    final var found =
        registry
            .findUser(organisation, nameOrAddress)
            .or(() -> registry.findUser(organisation, nameOrAddress.toLowerCase(Locale.ROOT)))
            .map(User::id);
    found.ifPresent(user -> addresses.put(address, user));
    return found;
  }

  private static boolean isCalled(final Person person, final String nameOrAddress) {
    if (person.user().id().name().equalsIgnoreCase(nameOrAddress)) {
      return true;
    }
    for (final var address : person.user().addresses()) {
      if (address.equalsIgnoreCase(nameOrAddress)) {
        return true;
      }
    }
    return false;
  }

  /// The user with all installations as memory knows them, null when it does not. Never reads the
  /// disk.
  @Nullable Person inMemory(final UserId id) {
    return people.getIfPresent(id);
  }

  /// The app as memory knows it, null when it does not. Never reads the disk.
  @Nullable App appInMemory(final AppId id) {
    return apps.getIfPresent(id);
  }

  /// Grows with every change of the registry: what was read before may have changed since.
  long version() {
    return changes.get();
  }

  /// The user with all installations; empty when there is none (any more).
  public Optional<Person> person(final UserId id) {
    final var known = people.getIfPresent(id);
    if (known != null) {
      return Optional.of(known);
    }
    final long before = changes.get();
    final var person =
        registry.user(id).map(user -> new Person(user, List.copyOf(registry.installationsOf(id))));
    person.ifPresent(found -> keep(people, id, found, before));
    return person;
  }

  public Optional<App> app(final AppId id) {
    final var known = apps.getIfPresent(id);
    if (known != null) {
      return Optional.of(known);
    }
    final long before = changes.get();
    final var app = registry.app(id);
    app.ifPresent(found -> keep(apps, id, found, before));
    return app;
  }

  /// Whose device this is; nobody's when it signed out. Reads the disk.
  List<UserId> usersOf(final InstallationId device) {
    return registry.installation(device).map(Installation::users).orElse(List.of());
  }

  /// Keeps what was read, unless something changed meanwhile: then it may be older than the change
  /// that was to drop it. Asked again after the put, since the change may come in between.
  private <K, V> void keep(final Cache<K, V> cache, final K key, final V value, final long before) {
    if (changes.get() == before) {
      cache.put(key, value);
      if (changes.get() != before) {
        cache.invalidate(key);
      }
    }
  }

  private void drop(final Change change) {
    changes.incrementAndGet();
    switch (change) {
      case Change.UserChanged(var user) -> people.invalidate(user);
      case Change.InstallationChanged(_, var users) -> people.invalidateAll(users);
      case Change.AppChanged(var app) -> apps.invalidate(app);
    }
  }
}

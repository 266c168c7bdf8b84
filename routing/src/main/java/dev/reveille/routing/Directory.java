package dev.reveille.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Registry.Change;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Who is who, from memory where possible: the registry's users, their installations and their
/// addresses, cached and dropped when they change.
///
/// Thread-safe. A miss reads the disk.
public final class Directory {
  private static final int MOST_USERS = 200_000;

  /// A user and what they have.
  public record Person(User user, List<Installation> installations) {}

  private record Address(OrganisationId organisation, String text) {}

  private final Registry registry;
  private final Cache<UserId, Person> people = Caffeine.newBuilder().maximumSize(MOST_USERS).build();
  private final Cache<Address, UserId> addresses = Caffeine.newBuilder().maximumSize(2L * MOST_USERS).build();
  private final Cache<AppId, App> apps = Caffeine.newBuilder().maximumSize(10_000).build();

  private final AtomicLong changes = new AtomicLong();

  public Directory(final Registry registry) {
    this.registry = registry;
    registry.onChange(this::drop);
  }

  /// Finds a user by name or by any address; empty when the organisation has no such user.
  public Optional<UserId> find(final OrganisationId organisation, final String nameOrAddress) {
    final var address = new Address(organisation, nameOrAddress);
    final var known = addresses.getIfPresent(address);
    if (known != null) {
      return Optional.of(known);
    }
    final var user = registry.findUser(organisation, nameOrAddress);
    if (user.isEmpty() && !nameOrAddress.equals(nameOrAddress.toLowerCase(Locale.ROOT))) {
      return registry.findUser(organisation, nameOrAddress.toLowerCase(Locale.ROOT)).map(User::id);
    }
    user.ifPresent(found -> addresses.put(address, found.id()));
    return user.map(User::id);
  }

  /// The user with all installations; empty when there is none (any more).
  public Optional<Person> person(final UserId id) {
    final var known = people.getIfPresent(id);
    if (known != null) {
      return Optional.of(known);
    }
    final long before = changes.get();
    return registry
        .user(id)
        .map(
            user -> {
              final var person = new Person(user, List.copyOf(registry.installationsOf(id)));
              if (changes.get() == before) { // else it may be older than the change that dropped it
                people.put(id, person);
              }
              return person;
            });
  }

  public Optional<App> app(final AppId id) {
    final var known = apps.getIfPresent(id);
    if (known != null) {
      return Optional.of(known);
    }
    final var app = registry.app(id);
    app.ifPresent(found -> apps.put(id, found));
    return app;
  }

  private void drop(final Change change) {
    changes.incrementAndGet();
    switch (change) {
      case Change.UserChanged(var user) -> {
        people.invalidate(user);
        addresses.asMap().values().removeIf(user::equals);
      }
      case Change.InstallationChanged(_, var users) -> people.invalidateAll(users);
      case Change.AppChanged(var app) -> apps.invalidate(app);
    }
  }
}

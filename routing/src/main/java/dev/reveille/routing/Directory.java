package dev.reveille.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Folded;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Registry.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Caches the registry for routing: users, their installations and their addresses. An entry is
/// dropped when the registry reports a change.
///
/// A spelling that was found once is checked against its user when that user has changed, so that
/// it need not be looked for then. That is enough, because no two users can have words that are
/// compared as equal (see [Folded]): while this user is called so, no other one can come to be. Of
/// users of an older store who are spelled alike, each is found by the exact spelling only, and
/// that is all that is remembered.
///
/// Thread-safe. A miss reads the disk.
public final class Directory {
  private static final int MOST_USERS = 200_000;

  /// So many users are read by one question to the registry: at some 20 µs each it is answered in a
  /// millisecond or two.
  public static final int READ_TOGETHER = 64;

  /// A user and the user's installations.
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

  /// Whom a spelling named.
  ///
  /// @param person as the user was when the spelling was last checked
  private record Found(UserId user, @Nullable Person person) {}

  private final Registry registry;

  // The caches tidy up on the thread that asks: to wake another one costs more than the tidying.
  private final Cache<UserId, Person> people =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST_USERS).build();
  private final Cache<Address, Found> addresses =
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
    final var address = new Address(organisation, nameOrAddress);
    final var known = addresses.getIfPresent(address);
    if (known == null) {
      return Optional.empty();
    }
    final var person = people.getIfPresent(known.user);
    return person != null && isStillCalled(known, person, address)
        ? Optional.of(person.user().id())
        : Optional.empty();
  }

  /// Finds a user by name or by any address, as [Registry#findUser] does; empty when the
  /// organisation has no such user.
  public Optional<UserId> find(final OrganisationId organisation, final String nameOrAddress) {
    final var address = new Address(organisation, nameOrAddress);
    final var known = addresses.getIfPresent(address);
    if (known != null
        && person(known.user).filter(who -> isStillCalled(known, who, address)).isPresent()) {
      return Optional.of(known.user); // what was found once must still hold
    }
    final var found = registry.findUser(organisation, nameOrAddress).map(User::id);
    found.ifPresent(user -> addresses.put(address, new Found(user, null)));
    return found;
  }

  /// Reads into memory, all together, what it does not hold of users who are called so, as far as
  /// the spelling is that of their name: [#find] for each of them reads little then.
  public void remember(final OrganisationId organisation, final List<String> names) {
    final var missing = new HashSet<String>();
    for (final var name : names) {
      if (remembered(organisation, name).isEmpty()) {
        missing.add(name);
      }
    }
    for (final var person : readTogether(organisation, missing)) {
      final var user = person.user().id();
      addresses.put(new Address(organisation, user.name()), new Found(user, person));
    }
  }

  /// The same for users of one organisation whose names are known.
  void remember(final List<UserId> users) {
    for (int from = 0; from < users.size(); from += READ_TOGETHER) {
      final var missing = new HashSet<String>();
      for (final var user : users.subList(from, Math.min(from + READ_TOGETHER, users.size()))) {
        if (people.getIfPresent(user) == null) {
          missing.add(user.name());
        }
      }
      readTogether(users.getFirst().organisation(), missing);
    }
  }

  private List<Person> readTogether(final OrganisationId organisation, final Set<String> names) {
    if (names.size() < 2) {
      return List.of(); // nothing is saved
    }
    final long before = changes.get();
    final var found = new ArrayList<Person>(names.size());
    for (final var one : registry.people(organisation, names)) {
      final var person = new Person(one.user(), one.installations());
      keep(people, one.user().id(), person, before);
      found.add(person);
    }
    return found;
  }

  /// A user who has not changed since is still called so.
  private boolean isStillCalled(final Found known, final Person now, final Address address) {
    if (known.person == now) {
      return true;
    }
    final boolean isSo = isCalled(now.user(), address.text);
    if (isSo) {
      addresses.put(address, new Found(known.user, now));
    }
    return isSo;
  }

  private static boolean isCalled(final User user, final String nameOrAddress) {
    final var folded = Folded.of(nameOrAddress);
    if (Folded.of(user.id().name()).equals(folded)) {
      return true;
    }
    for (final var address : user.addresses()) {
      if (Folded.of(address).equals(folded)) {
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

  /// The users of this device; empty when it signed out. Reads the disk.
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

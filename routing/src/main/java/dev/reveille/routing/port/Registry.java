package dev.reveille.routing.port;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Organisations, users, apps and installations. Thread-safe. Every method may block on the disk,
/// and a change is durable when it returns. Listeners of [#onChange] are told after the commit. The
/// parameter `who` names who makes the change, for the audit log.
public interface Registry {

  /// A change of the registry, after its commit. Caches drop the user, the installation's users or
  /// the app.
  sealed interface Change {
    record UserChanged(UserId user) implements Change {}

    record InstallationChanged(InstallationId installation, List<UserId> users) implements Change {}

    record AppChanged(AppId app) implements Change {}
  }

  void onChange(Consumer<Change> listener);

  /// How a device is named as the one who changes something: itself, or what its user wants. That
  /// is not written into the audit log.
  static String device(final InstallationId device) {
    return DEVICE + device;
  }

  /// Whether a device changes something.
  static boolean isDevice(final String who) {
    return who.startsWith(DEVICE);
  }

  /// Begins what [#device] says.
  String DEVICE = "device ";

  /// Makes sure the organisation exists.
  void keepOrganisation(OrganisationId organisation, String who);

  List<OrganisationId> organisations();

  /// Makes a new organisation; written into its audit log and into that of `by`.
  ///
  /// @param by the organisation of the operator who makes it
  /// @throws Taken when it exists, or when its name rests
  void makeOrganisation(OrganisationId organisation, OrganisationId by, String who);

  /// When a name that a removed organisation had is free again: after its last events are gone, so
  /// that another organisation of this name never reads them. Empty when it is free.
  Optional<Instant> restsUntil(OrganisationId organisation);

  Holdings holdings(OrganisationId organisation);

  /// How much belongs to an organisation.
  ///
  /// @param apps that it publishes
  record Holdings(long users, long installations, long apps, long keys) {
    /// Whether there is anything that a removal would lose.
    public boolean isAny() {
      return users + installations + apps > 0;
    }

    @Override
    public String toString() {
      return users + " users, " + installations + " installations and " + apps + " apps";
    }
  }

  /// Removes an organisation that holds nothing any more, with its keys and settings. Its name
  /// rests then.
  ///
  /// @param by the organisation of the operator who removes it, for whose audit log this is
  /// @return whether there was one
  /// @throws Taken when there are users, installations or apps of it; it says how many
  boolean removeOrganisation(OrganisationId organisation, OrganisationId by, String who);

  /// Creates or replaces a user.
  ///
  /// @throws Taken as [#changeUser]
  default void keepUser(final User user, final String who) {
    changeUser(user.id(), _ -> user, who);
  }

  /// Creates a user, or changes one as it stands now, in one step: nothing that was changed
  /// meanwhile is lost.
  ///
  /// @param change is given the user as it stands, empty when there is none; must be quick, and
  ///   must not ask the registry. What it throws ends the change, and nothing has happened
  /// @return the user as it is afterwards
  /// @throws Taken when a name or an address that is new with this user belongs to another user of
  ///   the organisation: either finds a user, so they share one space, in which they are compared
  ///   by [dev.reveille.model.Folded]
  User changeUser(UserId id, Function<Optional<User>, User> change, String who);

  /// Changes what a user wants as it stands now, in one step: the user's own devices and an
  /// operator may do so at the same time.
  ///
  /// @param change must be quick, and must not ask the registry
  /// @return the user as it is afterwards; empty when there is none
  Optional<User> changePreferences(UserId user, UnaryOperator<Preferences> change, String who);

  Optional<User> user(UserId user);

  /// A user and the installations on which they are signed in.
  record SignedIn(User user, List<Installation> installations) {
    public SignedIn {
      installations = List.copyOf(installations);
    }
  }

  /// The users whose names are exactly so, with their installations; in no order. A store that can
  /// reads them together, which costs a fraction of asking for each.
  default List<SignedIn> people(final OrganisationId organisation, final Set<String> names) {
    return names.stream()
        .flatMap(name -> findUser(organisation, name).stream())
        .filter(user -> names.contains(user.id().name()))
        .distinct()
        .map(user -> new SignedIn(user, installationsOf(user.id())))
        .toList();
  }

  /// Finds by name or by any address, compared by [dev.reveille.model.Folded]. An exact name comes
  /// first, then an exact address; of users who are spelled alike, each is found by the exact
  /// spelling only.
  Optional<User> findUser(OrganisationId organisation, String nameOrAddress);

  List<User> users(OrganisationId organisation, String after, int most);

  /// What two or more users are called, spelled differently but compared as equal. Such users are
  /// left from older versions; none can come to be.
  ///
  /// @param most so many groups at most
  List<Alike> alike(OrganisationId organisation, int most);

  /// Users whose names or addresses are compared as equal.
  ///
  /// @param spellings of two or more users
  record Alike(List<Spelling> spellings) {
    public Alike {
      spellings = List.copyOf(spellings);
    }
  }

  /// A name or address as it is written, and its user.
  ///
  /// @param text the user's name, or one of the user's addresses
  record Spelling(UserId user, String text) {}

  /// Removes the user with all bindings; content is erased from inbox and journal reads.
  boolean removeUser(UserId user, String who);

  void keepApp(App app, String who);

  /// Removes the app with its credentials, statement keys, codes, presentation and binding.
  ///
  /// @throws Taken when there are installations of it, or active [Handles]; it says how many
  boolean removeApp(AppId app, String who);

  Optional<App> app(AppId app);

  List<App> apps(OrganisationId publisher);

  /// Creates or replaces an installation; tokens held by another one, of whatever app, make it
  /// fail.
  ///
  /// @throws Taken when a push token belongs to another installation
  void keepInstallation(Installation installation, String who);

  /// Changes an installation as it stands now, in one step: nothing that was changed meanwhile is
  /// lost, and one that was removed does not come back.
  ///
  /// @param change must be quick, and must not ask the registry
  /// @return the installation as it is afterwards; empty when there is none
  /// @throws Taken when a push token belongs to another installation
  Optional<Installation> changeInstallation(
      InstallationId id, UnaryOperator<Installation> change, String who);

  /// Replaces all push addresses of an installation, as the other one replaces some.
  ///
  /// @throws Taken when a push token belongs to another installation
  default Optional<Installation> takeAddresses(
      final InstallationId id,
      final List<PushAddress> addresses,
      final Set<InstallationId> yielding,
      final String who) {
    return takeAddresses(id, _ -> true, addresses, yielding, who);
  }

  /// Replaces push addresses of an installation that has a user, and takes their tokens away from
  /// those that yield them, in one step: one that was signed out or removed meanwhile takes
  /// nothing.
  ///
  /// @param replaced which of those that it has go
  /// @param yielding installations that lose what has a token of these addresses
  /// @return the installation as it is afterwards; empty when there is none with a user
  /// @throws Taken when a push token belongs to another installation
  Optional<Installation> takeAddresses(
      InstallationId id,
      Predicate<PushAddress> replaced,
      List<PushAddress> addresses,
      Set<InstallationId> yielding,
      String who);

  Optional<Installation> installation(InstallationId id);

  List<Installation> installationsOf(UserId user);

  List<Installation> installations(OrganisationId organisation, String after, int most);

  /// An organisation's installations of an app.
  List<InstallationId> installationsOf(AppId app, OrganisationId organisation, int most);

  /// Whether another organisation has installations of it.
  boolean isUsedBeside(OrganisationId organisation, AppId app);

  boolean removeInstallation(InstallationId id, String who);

  /// Installations of an app that belong to other organisations than its publisher, in the order of
  /// their ids.
  List<Installation> foreignInstallations(App app, String after, int most);

  /// Removes an installation of another organisation, which the app's publisher asks for: written
  /// into the audit log of both. Its tokens end with it.
  ///
  /// @return whether there was such an installation of the app
  boolean removeForeignInstallation(App app, InstallationId installation, String who);

  /// Who holds this token, under whatever app: a platform gives a token to one app on one device.
  Optional<InstallationId> holder(PushService service, PushToken token);

  /// Drops a push address that no longer exists, with those of the same token and topic (Apple) or
  /// project (others) on its other channels, but only if it was not registered again after
  /// `invalidSince`. Answers whether one was dropped.
  boolean retire(InstallationId installation, PushAddress.Direct address, Instant invalidSince);

  /// Doubts a push address and those that [#retire] would drop with it, unless they were registered
  /// again since `address` was read. One that is doubted already is so since this refusal.
  ///
  /// @return whether one is doubted now
  boolean doubt(InstallationId installation, PushAddress.Direct address, PushAddress.Doubt doubt);

  /// The platform took a push to this address in that environment: ends its doubt, unless it was
  /// registered again since `address` was read.
  ///
  /// @return whether something changed
  boolean prove(InstallationId installation, PushAddress.Direct address, boolean inSandbox);

  /// Thrown when something that must be unique is in use already; the message says what and by
  /// whom, without secrets.
  final class Taken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Taken(final String message) {
      super(message);
    }
  }
}

package dev.reveille.routing;

import dev.reveille.model.App;
import dev.reveille.model.AppState;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushService;
import dev.reveille.model.UserId;
import dev.reveille.routing.Directory.Person;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import dev.reveille.routing.port.TrailEntry.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gathers what the [Router] wants to know of users and devices.
///
/// Thread-safe. Only [#read] reads the disk, when a cache misses.
final class RoutingInput {
  private static final String LYNC_2013 = "lync-2013";

  private final Directory directory;
  private final PushSwitches switches;
  private final LiveRoutes live;

  RoutingInput(final Directory directory, final PushSwitches switches, final LiveRoutes live) {
    this.directory = directory;
    this.switches = switches;
    this.live = live;
  }

  /// Grows with every change of the registry and of the switches: what was read before may have
  /// changed since.
  long version() {
    return directory.version() + switches.version();
  }

  /// The recipient as the caches know them; null when they lack something, or there is no such
  /// user. Never reads the disk.
  @Nullable Recipient inMemory(final UserId id) {
    final var person = directory.inMemory(id);
    if (person == null) {
      return null;
    }
    final var on = switches.inMemory(id.organisation(), person.user().site());
    if (on == null) {
      return null;
    }
    return pushlessInMemory(person.installations()) instanceof final Set<InstallationId> pushless
        ? new Recipient(person, on, pushless)
        : null;
  }

  /// The recipient, empty when there is no such user. May read the disk.
  Optional<Recipient> read(final UserId id) {
    return directory
        .person(id)
        .map(person -> new Recipient(person, switchedOn(person), pushless(person.installations())));
  }

  private Set<PushService> switchedOn(final Person person) {
    final var user = person.user();
    return switches.on(user.id().organisation(), user.site());
  }

  private Set<InstallationId> pushless(final List<Installation> installations) {
    final var pushless = new HashSet<InstallationId>();
    for (final var installation : installations) {
      if (!installation.generation().isEmpty()
          && isPushless(installation, directory.app(installation.app()).orElse(null))) {
        pushless.add(installation.id());
      }
    }
    return Set.copyOf(pushless);
  }

  private @Nullable Set<InstallationId> pushlessInMemory(final List<Installation> installations) {
    Set<InstallationId> pushless = Set.of();
    for (final var installation : installations) {
      if (!installation.generation().isEmpty()) {
        final var app = directory.appInMemory(installation.app());
        if (app == null) {
          return null;
        }
        if (isPushless(installation, app)) {
          pushless = pushless.isEmpty() ? new HashSet<>() : pushless;
          pushless.add(installation.id());
        }
      }
    }
    return pushless;
  }

  /// Lync: an Apple device with the 2013 client keeps its own connection. Other apps say in their
  /// registration which of their generations do.
  private static boolean isPushless(final Installation installation, final @Nullable App app) {
    final var generation = installation.generation();
    return (installation.platform() == Platform.IOS && generation.equals(LYNC_2013))
        || (app != null && app.isPushless(generation));
  }

  /// @param limited the user's ring limit silences the event in question
  UserState of(final Recipient recipient, final boolean limited, final Instant now) {
    final var person = recipient.person();
    final var user = person.user();
    if (person.installations().size() < 2) {
      return new UserState(user.preferences(), recipient.switchedOn(), List.of(), limited);
    }
    final var activities = new ArrayList<UserState.Activity>(person.installations().size());
    for (final var installation : person.installations()) {
      final var liveState = live.of(installation.id());
      final boolean foreground = isForeground(liveState);
      final var last = foreground ? now : later(liveState.since(), installation.lastSeen());
      activities.add(new UserState.Activity(installation.id(), foreground, last));
    }
    return new UserState(user.preferences(), recipient.switchedOn(), activities, limited);
  }

  private static boolean isForeground(final LiveState liveState) {
    return liveState.channelOpen() && liveState.state() == AppState.FOREGROUND;
  }

  private static Instant later(final Instant one, final Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// What the trail says was known.
  static Known known(final Installation installation, final LiveState liveState) {
    return new Known(
        liveState.channelOpen(),
        isForeground(liveState),
        liveState.reported(),
        installation.platform().word(),
        installation.osMajor());
  }
}

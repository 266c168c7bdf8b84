package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.Installation;
import dev.reveille.model.Platform;
import dev.reveille.routing.Directory.Person;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.Sight;
import dev.reveille.routing.port.TrailEntry.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Gathers what the [Router] wants to know of users and devices.
///
/// Thread-safe. May read the disk when a cache misses.
final class Circumstances {
  private final Directory directory;
  private final Switches switches;
  private final LiveRoutes live;

  Circumstances(final Directory directory, final Switches switches, final LiveRoutes live) {
    this.directory = directory;
    this.switches = switches;
    this.live = live;
  }

  /// @param limited the user's ring limit silences the event in question
  UserState of(final Person person, final boolean limited, final Instant now) {
    final var user = person.user();
    final var on = switches.on(user.id().organisation(), user.site());
    if (person.installations().size() < 2) {
      return new UserState(user.preferences(), on, List.of(), limited);
    }
    final var activities = new ArrayList<UserState.Activity>(person.installations().size());
    for (final var installation : person.installations()) {
      final var sight = live.of(installation.id());
      final boolean foreground = isForeground(sight);
      final var last = foreground ? now : later(sight.since(), installation.lastSeen());
      activities.add(new UserState.Activity(installation.id(), foreground, last));
    }
    return new UserState(user.preferences(), on, activities, limited);
  }

  private static boolean isForeground(final Sight sight) {
    return sight.channelOpen() && sight.state() == AppState.FOREGROUND;
  }

  private static Instant later(final Instant one, final Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// Lync: an Apple device with the 2013 client keeps its own connection. Other apps say in their
  /// registration which of their generations do.
  boolean isPushless(final Installation installation) {
    final var generation = installation.generation();
    if (generation.isEmpty()) {
      return false;
    }
    return (installation.platform() == Platform.IOS && generation.equals("lync-2013"))
        || directory.app(installation.app()).map(app -> app.isPushless(generation)).orElse(false);
  }

  /// What the trail says was known.
  static Known known(final Installation installation, final Sight sight) {
    return new Known(
        sight.channelOpen(),
        isForeground(sight),
        sight.reported(),
        installation.platform().word(),
        installation.osMajor());
  }
}

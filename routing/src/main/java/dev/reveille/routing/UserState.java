package dev.reveille.routing;

import dev.reveille.model.ConversationId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.Spread;
import dev.reveille.model.PushService;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What the router knows of a user: wishes, what is switched on for their site, and where they were
/// active.
record UserState(Preferences preferences, Set<PushService> switchedOn, List<Activity> activities) {

  /// @param lastActive when the app was last in the foreground; now, while it is
  record Activity(InstallationId installation, boolean foreground, Instant lastActive) {}

  boolean disturbable(final Instant now) {
    return !now.isBefore(preferences.doNotDisturbUntil());
  }

  boolean muted(final ConversationId conversation) {
    return preferences.muted().contains(conversation);
  }

  /// Whether another device of this user is the one in use (Cisco: messages follow the last active
  /// client while it is in use or was left less than `idle` ago).
  boolean usesAnotherThan(final InstallationId device, final Instant now) {
    return switch (preferences.spread()) {
      case Spread.EveryDevice _ -> false;
      case Spread.LastActive(var idle) -> {
        Activity last = null;
        for (final var activity : activities) {
          if (last == null || activity.lastActive().isAfter(last.lastActive())) {
            last = activity;
          }
        }
        yield last != null
            && !last.installation().equals(device)
            && (last.foreground() || last.lastActive().plus(idle).isAfter(now));
      }
    };
  }
}

package dev.reveille.routing;

import dev.reveille.model.Event;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Event.Message;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.Spread;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The router's input about a user: preferences, the push services that are switched on for the
/// user's site, where the user was active.
///
/// @param limitReached the user's ring limit silences the event in question
record UserState(
    Preferences preferences,
    Set<PushService> switchedOn,
    List<Activity> activities,
    boolean limitReached) {

  UserState(
      final Preferences preferences,
      final Set<PushService> switchedOn,
      final List<Activity> activities) {
    this(preferences, switchedOn, activities, false);
  }

  /// @param lastActive when the app was last in the foreground; now, while it is
  record Activity(InstallationId installation, boolean foreground, Instant lastActive) {}

  /// Why this event must not alert the user, null when it may. What shows nothing (a change, a
  /// silent wake-up) never disturbs.
  @Nullable Reason silence(final Event event, final Instant now) {
    return switch (event.eventClass()) {
      case CHANGE, SILENT -> null;
      case CALL, CALL_END, MESSAGE, ALERT -> {
        if (event instanceof IncomingCall call && preferences.letsThrough(call.caller())) {
          yield null;
        }
        final var silence = preferences.silence(now);
        if (silence.isPresent()) {
          yield silence.get();
        }
        if (event instanceof Message message && preferences.mutes(message.in(), now)) {
          yield Reason.CONVERSATION_MUTED;
        }
        yield limitReached ? Reason.TOO_MANY_RINGS : null;
      }
    };
  }

  /// Whether another device of this user is the one in use (Cisco: messages follow the last active
  /// client while it is in use or was left less than `idle` ago).
  boolean usesAnotherThan(final InstallationId device, final Instant now) {
    return switch (preferences.spread()) {
      case Spread.EveryDevice _ -> false;
      case Spread.LastActive(var idle) -> {
        Activity last = null;
        for (final var activity : activities) {
          if (activity.lastActive().isAfter(now.plus(ServerClock.TOLERANCE))) {
            continue; // before the clock was set back, so that long ago is not known
          }
          if (last == null || activity.lastActive().isAfter(last.lastActive())) {
            last = activity;
          }
        }
        yield last != null
            && !last.installation().equals(device)
            && (last.foreground() || last.lastActive().plus(TimeScale.divide(idle)).isAfter(now));
      }
    };
  }
}

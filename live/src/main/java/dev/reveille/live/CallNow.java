package dev.reveille.live;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Kept;

/// How a call stands, as a phone that comes back is told: state, never a ring played again.
public sealed interface CallNow {

  /// @param ring the committed call, an [dev.reveille.model.Event.IncomingCall]
  record Ringing(CallId call, Kept ring) implements CallNow {}

  record Over(CallId call, CallEnd how) implements CallNow {}
}

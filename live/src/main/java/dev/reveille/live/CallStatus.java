package dev.reveille.live;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.StoredJob;
import java.util.Set;

/// How a call stands, as a phone that comes back is told: state, never a ring played again.
public sealed interface CallStatus {
  /// Whether one of these calls rings.
  default boolean isRingOf(final Set<CallId> calls) {
    return this instanceof Ringing(var call, _) && calls.contains(call);
  }

  /// @param ring the committed call, an [dev.reveille.model.Event.IncomingCall]
  record Ringing(CallId call, StoredJob ring) implements CallStatus {}

  record Over(CallId call, CallEnd how) implements CallStatus {}
}

package dev.reveille.live;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.StoredJob;
import java.util.Set;

/// The current state of a call, which is sent to a phone that connects again. An old ring is never
/// repeated: the phone learns that the call still rings, or that it is over.
public sealed interface CallStatus {
  /// Whether one of these calls rings.
  default boolean isRingOf(final Set<CallId> calls) {
    return this instanceof Ringing(var call, _) && calls.contains(call);
  }

  /// The call rings still.
  ///
  /// @param ring the committed call, an [dev.reveille.model.Event.IncomingCall]
  record Ringing(CallId call, StoredJob ring) implements CallStatus {}

  /// The call ended, and how.
  record Over(CallId call, CallEnd how) implements CallStatus {}
}

package dev.reveille.routing;

import dev.reveille.model.App;
import dev.reveille.routing.presentation.Presentation;
import java.util.Optional;

/// The data from the stores that one push needs: badge, presentation, and whether it still may go.
/// It is read before the push leaves, because the dispatcher's thread never reads the disk.
///
/// @param unread the number on the app's icon, [#UNKNOWN] when it shows none or could not be
///   counted
/// @param presentation how the app wants its events shown
/// @param readElsewhere the user has read the message on another device
/// @param credentials the app's [dev.reveille.model.App#credentials()], as far as memory knows
/// @param switchedOff the push service is, for what the push belongs to
record PushInput(
    int unread,
    Optional<Presentation> presentation,
    boolean readElsewhere,
    long credentials,
    boolean switchedOff) {
  static final int UNKNOWN = -1;

  /// The push shows itself plainly, and goes.
  static final PushInput NOTHING_KNOWN =
      new PushInput(UNKNOWN, Optional.empty(), false, App.UNKNOWN_CREDENTIALS);

  /// One that is not switched off.
  PushInput(
      final int unread,
      final Optional<Presentation> presentation,
      final boolean readElsewhere,
      final long credentials) {
    this(unread, presentation, readElsewhere, credentials, false);
  }

  /// What an address of a send needs.
  static PushInput ofSend(final long credentials, final boolean switchedOff) {
    return new PushInput(UNKNOWN, Optional.empty(), false, credentials, switchedOff);
  }
}

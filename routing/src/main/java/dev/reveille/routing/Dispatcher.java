package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.UserId;
import java.util.List;

/// Takes committed events to the devices they concern. (Its body follows.)
public final class Dispatcher {
  Dispatcher() {}

  /// The app says what became of entries; any thread, never blocks. A `received` on whatever way
  /// settles a live delivery that waits for it; all marks go into the inbox and the trail.
  public void acknowledged(final UserId user, final InstallationId by, final Mark mark, final List<Long> sequences) {}

  /// The app declined a ring on this device only; it is told to the trail.
  public void declinedHere(final InstallationId device, final long call) {}
}

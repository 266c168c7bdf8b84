package dev.reveille.protocols.notificationhubs;

import dev.reveille.routing.port.HubRegistrations;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Whether there is room on the disk for what was not registered before: the last of it is for
/// calls and messages, and any phone can register any number of times. What is there can be changed
/// and removed without it.
///
/// Thread-safe; may read the disk.
final class HubRoom {
  /// As senders are told.
  private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofSeconds(60);

  private final HubRegistrations registrations;
  private final LongSupplier left;

  /// @param left how many bytes may still be written; 0 or less when the disk is nearly full
  HubRoom(final HubRegistrations registrations, final LongSupplier left) {
    this.registrations = registrations;
    this.left = left;
  }

  /// @throws HubRefused when nothing is kept under this id and there is no room for it
  void need(final Hub hub, final String id) {
    if (left.getAsLong() <= 0 && registrations.find(hub.key(), id).isEmpty()) {
      throw new HubRefused(
          HubProblem.of(503, "the server's disk is nearly full: nothing new is registered"),
          UNTIL_THERE_IS_ROOM);
    }
  }
}

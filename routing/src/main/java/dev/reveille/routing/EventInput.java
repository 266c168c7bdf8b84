package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.Device.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The data from the stores that the dispatch of one event needs: recipients, devices and history.
/// It is read on other threads beforehand, because the dispatcher's thread never reads the disk.
///
/// @param version of [RoutingInput] before the first read
/// @param recipients of the event, in its order; empty where there is no such user
/// @param calls of recipients with a ring limit
/// @param seen what devices have seen of an event that is not new; a device without a word has not
/// @param history what the trail says of an event of a former run, by device
record EventInput(
    long version,
    List<Optional<Recipient>> recipients,
    List<RingHistory.Calls> calls,
    Map<InstallationId, Seen> seen,
    Map<TargetKey, PushHistory> history) {

  /// For an event that is new.
  EventInput(final List<Optional<Recipient>> recipients) {
    this(0, recipients, List.of(), Map.of(), Map.of());
  }
}

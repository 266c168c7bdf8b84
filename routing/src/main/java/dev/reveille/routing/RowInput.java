package dev.reveille.routing;

import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Installation;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.util.List;

/// A claimed row with what the stores hold about it, as the dispatcher needs it.
sealed interface RowInput {
  Waiting row();

  /// It can go on.
  ///
  /// @param version of [RoutingInput] before the first read
  /// @param owners the recipients to whom the device belongs, at least one
  /// @param calls of owners with a ring limit
  /// @param history what the trail says, as far as the row does not know it
  record Here(
      Waiting row,
      long version,
      StoredJob stored,
      Installation installation,
      List<Recipient> owners,
      List<RingHistory.Calls> calls,
      Seen seen,
      PushHistory history)
      implements RowInput {}

  /// It waits for one address of a send.
  ///
  /// @param words what it is told
  /// @param history as in [Here]
  record OfSend(Waiting row, StoredJob stored, Addressed to, SendWords words, PushHistory history)
      implements RowInput {}

  /// A send waited for its moment.
  ///
  /// @param begins false when it was cancelled, or began without this row
  record Due(Waiting row, StoredJob stored, boolean begins) implements RowInput {}

  /// Its event or its device is no more.
  record Gone(Waiting row, Reason why) implements RowInput {}

  /// The stores could not be read for it.
  record Unreadable(Waiting row) implements RowInput {}
}

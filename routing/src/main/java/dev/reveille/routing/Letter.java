package dev.reveille.routing;

import dev.reveille.model.AppId;
import dev.reveille.model.ClockGeneration;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Mark;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.util.List;
import java.util.Optional;

/// What the [Dispatcher] is told from outside, on whatever thread; it reads it in its next turn.
sealed interface Letter {
  /// The journal committed these events, in this order.
  record Committed(List<Kept> group) implements Letter {}

  /// A push service's answer, or that there was none.
  record Told(Push push, DeliveryOutcome outcome) implements Letter {}

  /// A frame did not reach its phone.
  record Lost(Frame frame, Reason why) implements Letter {}

  /// An app said what became of entries.
  record Acknowledged(
      UserId user, InstallationId by, Mark mark, List<Long> sequences, Runnable kept)
      implements Letter {}

  /// A user declined a ring on one device only.
  record Declined(InstallationId device, long call, Runnable kept) implements Letter {}

  /// The registry looked whether a refused address is to be dropped.
  ///
  /// @param why it is to be dropped
  record Retired(WorkKey push, int attempt, boolean dropped, Reason why) implements Letter {}

  /// The registry knows that an address is doubted.
  record DoubtKept(PushAddress.Direct address, PushAddress.Doubt doubt) implements Letter {}

  /// That the clock was set is on disk, or could not be kept.
  record ClockStepKept(ClockGeneration next, boolean kept) implements Letter {}

  /// The credentials or the bundle id of an app changed.
  record AppChanged(AppId app) implements Letter {}

  /// A sender came or went.
  record SendersChanged(SenderId id) implements Letter {}

  /// A device of users for whom calls ring was registered, signed in or changed.
  record CameDuringRing(InstallationId device, List<Long> calls) implements Letter {}

  /// What the stores say for an event that waits to be dispatched.
  record LookedUp(Pending event, EventInput input) implements Letter {}

  /// The stores could not be read for an event that waits to be dispatched.
  record LookUpFailed(Pending event, RuntimeException fault) implements Letter {}

  /// Rows that may go on, claimed in the waiting room.
  record RowsFound(Returns.Found found) implements Letter {}

  /// The urgent ones of a claim, whose other rows are still read.
  record UrgentRowsFound(List<RowInput> rows) implements Letter {}

  /// A claimed row that was read once more, since something changed after it was read.
  record RowReadAgain(Returns.Arrived row) implements Letter {}

  /// What a push that is to leave needs from the stores.
  record PushInputRead(WorkKey work, PushInput input) implements Letter {}

  /// The line that says that a repeated push leaves is on disk.
  record DepartureNoted(WorkKey work, int attempt) implements Letter {}

  /// It is on disk that this start takes up an event.
  ///
  /// @param fallen how many starts before ended while they worked on all of them
  record StartNoted(List<LeftOver> events, int fallen) implements Letter {}

  /// The next page of a send's audience.
  record PageRead(long send, Audiences.Page page) implements Letter {}

  /// The next page of a send's audience could not be read.
  record PageUnread(long send, RuntimeException fault) implements Letter {}

  /// It is on disk that the pages of a send up to this number begin.
  record PageNoted(long send, long upTo) implements Letter {}

  /// A send is to be cancelled.
  record Cancelled(long send, Runnable kept) implements Letter {}

  /// What a relay answered to a question.
  record Answered(Sender.Question question, DeliveryOutcome outcome) implements Letter {}

  /// A relay reported of itself.
  record Reported(RelayReport report) implements Letter {}

  /// The row of the push of which a relay reported; empty when none is on disk.
  record ReportedRowFound(RelayReport report, Optional<Waiting> row) implements Letter {}

  /// Whether a row waits for the device that said something.
  record RowLookedUp(WorkKey work, Try receipt, boolean waits) implements Letter {}
}

package dev.reveille.routing;

import dev.reveille.model.AppId;
import dev.reveille.model.ClockGeneration;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Rendered;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An input of the [Dispatcher] from another thread. It is processed in the dispatcher's next turn.
sealed interface DispatcherInput {
  /// Something can be begun: events, rows, or a call at one more device.
  sealed interface Begins extends DispatcherInput {}

  /// Something happened to work that is under way.
  sealed interface OfWork extends DispatcherInput {}

  /// A device, or its user, said something.
  sealed interface OfDevice extends DispatcherInput {}

  /// A send can go on, or is to end.
  sealed interface OfSend extends DispatcherInput {}

  /// An app, an address, a sender, the clock or what is known of this start changed.
  sealed interface Changed extends DispatcherInput {}

  /// The journal committed these events, in this order.
  record Committed(List<StoredJob> group) implements Begins {}

  /// A push service's answer, or that there was none.
  record PushAnswered(Push push, DeliveryOutcome outcome) implements OfWork {}

  /// A frame did not reach its phone.
  record FrameLost(Frame frame, Reason why) implements OfWork {}

  /// An app said what became of entries.
  record Acknowledged(
      UserId user, InstallationId by, Mark mark, List<Long> sequences, Runnable kept)
      implements OfDevice {}

  /// A user declined a ring on one device only.
  record RingDeclined(InstallationId device, long call, Runnable kept) implements OfDevice {}

  /// The registry looked whether a refused address is to be dropped.
  ///
  /// @param why it is to be dropped
  record AddressRetired(WorkKey push, int attempt, boolean dropped, Reason why)
      implements Changed {}

  /// The registry knows that an address is doubted.
  record DoubtKept(PushAddress.Direct address, PushAddress.Doubt doubt) implements Changed {}

  /// That the clock was set is on disk, or could not be kept.
  record ClockStepKept(ClockGeneration next, boolean kept) implements Changed {}

  /// The credentials or the bundle id of an app changed.
  record AppChanged(AppId app) implements Changed {}

  /// What stood in the way to the receivers of a sender may be gone.
  record WayChanged(SenderId id) implements Changed {}

  /// A sender came or went.
  record SendersChanged(SenderId id) implements Changed {}

  /// A device of users for whom calls ring was registered, signed in or changed.
  record CameDuringRing(InstallationId device, List<Long> calls) implements Begins {}

  /// What the stores say for an event that waits to be dispatched.
  record LookedUp(PendingEvent event, EventInput input) implements Begins {}

  /// The stores could not be read for an event that waits to be dispatched.
  record LookUpFailed(PendingEvent event, RuntimeException fault) implements Begins {}

  /// Rows that may go on, claimed in the waiting room.
  record RowsFound(DueWork.Found found) implements Begins {}

  /// The urgent ones of a claim, whose other rows are still read.
  record UrgentRowsFound(List<RowInput> rows) implements Begins {}

  /// A claimed row that was read once more, since something changed after it was read.
  record RowReadAgain(DueWork.Arrived row) implements Begins {}

  /// What a push that is to leave needs from the stores.
  record PushInputRead(WorkKey work, PushInput input) implements OfWork {}

  /// The line that says that a repeated push leaves is on disk.
  record DepartureNoted(WorkKey work, int attempt) implements OfWork {}

  /// It is on disk that this start takes up an event.
  ///
  /// @param fallen how many former starts crashed while they worked on all of them
  record StartNoted(List<UnfinishedJob> events, int fallen) implements Changed {}

  /// The next page of a send's audience.
  ///
  /// @param own what those are told that have a template of their own, by identity
  /// @param tried what the trail says of those that may have been told by a former run
  record PageRead(
      long send,
      Audiences.Page page,
      Map<Rendered, SendWords> own,
      Map<TargetKey, PushHistory> tried)
      implements OfSend {}

  /// The next page of a send's audience could not be read.
  record PageFailed(long send, RuntimeException fault) implements OfSend {}

  /// It is on disk that the pages of a send up to this number begin.
  record PageNoted(long send, long upTo) implements OfSend {}

  /// News of a send's targets are to be told once they are on disk, or no more.
  record SendWatched(long send, Runnable told, boolean begins) implements OfSend {}

  /// A send is to be cancelled.
  record SendCancelled(long send, Runnable kept) implements OfSend {}

  /// What a relay answered to a question.
  record QuestionAnswered(Sender.Question question, DeliveryOutcome outcome) implements OfWork {}

  /// A relay reported of itself.
  record RelayReported(RelayReport report) implements OfWork {}

  /// A push service says whether the device acknowledged a push that it took.
  record ReceiptCame(WorkKey work, int attempt, boolean has, Duration after) implements OfWork {}

  /// The row of the push of which a relay reported; empty when none is on disk.
  record ReportedRowFound(RelayReport report, Optional<Waiting> row) implements OfWork {}

  /// Whether a row waits for the device that said something.
  record RowLookedUp(WorkKey work, Try receipt, boolean waits) implements OfWork {}
}

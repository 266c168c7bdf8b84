package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Push;
import java.util.List;

/// What the [Dispatcher] is told from outside, on whatever thread; it reads it in its next turn.
sealed interface Letter {
  /// The journal committed a group.
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
  record Retired(Push push, boolean dropped) implements Letter {}
}

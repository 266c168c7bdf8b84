package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WorkKey;
import java.util.List;

/// The outcome that a relay reports for a push which was in transit through it.
///
/// @param lines of the relay's own trail
/// @param kept called when what follows from it is on disk
record RelayReport(WorkKey work, DeliveryOutcome outcome, List<Try> lines, Runnable kept) {}

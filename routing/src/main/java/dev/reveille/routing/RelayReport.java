package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.routing.port.WorkKey;

/// The outcome that a relay reports for a push which was in transit through it.
///
/// @param kept called when what follows from it is on disk
record RelayReport(WorkKey work, DeliveryOutcome outcome, Runnable kept) {}

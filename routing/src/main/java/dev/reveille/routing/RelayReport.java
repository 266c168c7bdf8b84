package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.routing.port.WorkKey;

/// What a relay says became of a push that it took.
///
/// @param kept told when what follows from it is on disk
record RelayReport(WorkKey work, DeliveryOutcome outcome, Runnable kept) {}

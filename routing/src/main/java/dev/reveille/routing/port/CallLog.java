package dev.reveille.routing.port;

import dev.reveille.model.CallId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import java.util.List;

/// Finds the events of a call, also long after it ended. Thread-safe; may block on the disk.
public interface CallLog {
  /// The call, its end and what followed, in journal order; empty for an unknown call.
  List<StoredJob> of(OrganisationId organisation, CallId call);
}

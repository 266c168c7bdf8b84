package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.routing.port.WorkKey;

/// Takes what relays report of pushes that were in transit ([DeliveryOutcome.InTransit]).
///
/// Only a push that waits for its report is touched. That its platform took it settles it; any
/// other report makes the server ask the relay at once, and what the relay answers counts.
///
/// Thread-safe.
public final class RelayReports {
  private final Mailbox<DispatcherInput> mailbox;

  RelayReports(final Mailbox<DispatcherInput> mailbox) {
    this.mailbox = mailbox;
  }

  /// A relay reports. Never blocks. The caller has checked that the relay is the one that took the
  /// push.
  ///
  /// @param outcome [HandedOver], or what else became of it
  /// @param kept told when what follows from the report is on disk, on the journal's thread: must
  ///   be quick and must not block. Not told when the store cannot commit
  public void arrived(final WorkKey work, final DeliveryOutcome outcome, final Runnable kept) {
    mailbox.put(new DispatcherInput.RelayReported(new RelayReport(work, outcome, kept)));
  }
}

package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Lane;
import dev.reveille.model.SenderId;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.util.List;

/// Takes what relays report of pushes that were in transit ([DeliveryOutcome.InTransit]), and the
/// receipts that push services send of pushes that they took.
///
/// Of the former only a push that waits for its report is touched. That its platform took it
/// settles it; any other report makes the server ask the relay at once, and what the relay answers
/// counts.
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
  /// @param lines of the relay's own trail, for that of the push
  /// @param kept told when what follows from the report is on disk, on the journal's thread: must
  ///   be quick and must not block. Not told when the store cannot commit
  public void arrived(
      final WorkKey work,
      final DeliveryOutcome outcome,
      final List<Try> lines,
      final Runnable kept) {
    mailbox.put(
        new DispatcherInput.RelayReported(
            new RelayReport(work, outcome, List.copyOf(lines), kept)));
  }

  /// What stood in the way to the receivers of a relay, such as a setting, may be gone: what waits
  /// for that is tried at once. Never blocks.
  public void wayChanged(final SenderId relay) {
    mailbox.put(new DispatcherInput.WayChanged(relay));
  }

  /// A push service says what became of a push that it took, which is settled by that: the trail
  /// gets a line, and nothing else changes. Never blocks.
  ///
  /// @param lane of the push, so that the line comes behind the one that says that it was taken
  /// @param attempt of which it speaks
  /// @param has whether the device acknowledged it; otherwise its time was over first
  /// @param after the service took it
  public void receipt(
      final WorkKey work,
      final Lane lane,
      final int attempt,
      final boolean has,
      final Duration after) {
    mailbox.put(lane, new DispatcherInput.ReceiptCame(work, attempt, has, after));
  }
}

package dev.reveille.push.webpush;

import dev.reveille.push.SenderContract;
import dev.reveille.push.SenderStage;
import dev.reveille.simulators.browser.ReceiptMode;

/// Where a service offers receipts, the sender for browsers keeps the promises of all senders as
/// well.
final class ReceiptsContractTest implements SenderContract {
  @Override
  public SenderStage stage() {
    return new ReceiptStage(ReceiptMode.TOLD, ReceiptStage.LIMITS);
  }
}

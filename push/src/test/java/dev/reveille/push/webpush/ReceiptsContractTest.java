package dev.reveille.push.webpush;

import dev.reveille.push.SenderContract;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.simulators.browser.ReceiptMode;
import dev.reveille.simulators.service.Fault;
import java.net.URI;
import java.time.Instant;

/// Where a service offers receipts, the sender for browsers keeps the promises of all senders as
/// well.
final class ReceiptsContractTest implements SenderContract {
  @Override
  public Stage stage() {
    final var stage = new ReceiptStage(ReceiptMode.TOLD, ReceiptStage.LIMITS);
    return new Stage() {
      @Override
      public Sender sender() {
        return stage.sender;
      }

      @Override
      public Push ring() {
        return stage.ring();
      }

      @Override
      public int arrived(final Push push) {
        final var path = URI.create(push.to().token().value()).getPath();
        return stage.service.pushes(path.substring(path.lastIndexOf('/') + 1)).size();
      }

      @Override
      public void cutOnce() {
        stage.service.fault(Fault.of(Fault.Action.CUT));
      }

      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }
}

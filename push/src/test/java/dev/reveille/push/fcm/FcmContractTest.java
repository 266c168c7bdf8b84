package dev.reveille.push.fcm;

import dev.reveille.push.SenderContract;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.simulators.service.Fault;
import java.time.Instant;

/// Google's sender fulfils the contract of all senders.
final class FcmContractTest implements SenderContract {
  @Override
  public Stage stage() {
    final var stage = new FcmStage();
    return new Stage() {
      @Override
      public Sender sender() {
        return stage.sender;
      }

      @Override
      public Push ring() {
        return stage.ring(stage.address());
      }

      @Override
      public int arrived(final Push push) {
        return stage.google.messages(push.to().token().value()).size();
      }

      @Override
      public void cutOnce() {
        stage.google.fault(Fault.of(Fault.Action.CUT));
      }

      @Override
      public Instant now() {
        return stage.clock.instant();
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }
}

package dev.reveille.push.apns;

import dev.reveille.model.PushChannel;
import dev.reveille.push.SenderContract;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.simulators.service.Fault;
import java.time.Instant;

/// Apple's sender fulfils the contract of all senders.
final class ApnsContractTest implements SenderContract {
  @Override
  public Stage stage() {
    final var stage = new ApnsStage();
    return new Stage() {
      @Override
      public Sender sender() {
        return stage.sender;
      }

      @Override
      public Push ring() {
        return stage.ring(stage.address(PushChannel.VOIP));
      }

      @Override
      public int arrived(final Push push) {
        return stage.apple.pushes(push.to().token().value()).size();
      }

      @Override
      public void cutOnce() {
        stage.apple.fault(Fault.of(Fault.Action.CUT));
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

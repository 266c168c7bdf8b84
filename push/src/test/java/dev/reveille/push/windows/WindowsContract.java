package dev.reveille.push.windows;

import dev.reveille.push.SenderContract;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import java.time.Instant;

/// The senders to Microsoft's services keep the promises of all senders.
public interface WindowsContract extends SenderContract {
  WindowsStage windows();

  @Override
  default Stage stage() {
    final var stage = windows();
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
        return stage.arrived(push);
      }

      @Override
      public void cutOnce() {
        stage.cuts.set(1);
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

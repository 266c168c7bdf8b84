package dev.reveille.push.webpush;

import dev.reveille.push.SenderContract;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import java.net.URI;
import java.time.Instant;

/// The sender for browsers keeps the promises of all senders.
final class WebPushContractTest implements SenderContract {
  @Override
  public Stage stage() {
    final var stage = new WebPushStage();
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
        final var path = URI.create(push.to().token().value()).getPath();
        return (int)
            stage.service.requests.stream()
                .filter(request -> request.startsWith("POST " + path + " "))
                .count();
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

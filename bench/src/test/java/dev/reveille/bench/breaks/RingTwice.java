package dev.reveille.bench.breaks;

import dev.reveille.routing.port.ForwardingSender;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import java.util.List;

/// Sends the ring of a call to a device twice, with the same UUID. Routing is told of one.
record RingTwice(Strikes strikes) implements Break {
  @Override
  public Sender sender(final Sender sender) {
    return new ForwardingSender(sender) {
      @Override
      public void send(final List<Push> group, final Outcomes outcomes) {
        sender.send(group, outcomes);
        final var again = group.stream().filter(RingTwice.this::isStruck).toList();
        if (!again.isEmpty()) {
          sender.send(again, (_, _) -> {});
        }
      }
    };
  }

  private boolean isStruck(final Push push) {
    return RingingPushes.callOf(push)
        .filter(call -> strikes.hit(RingingPushes.name(call, push)))
        .isPresent();
  }
}

package dev.reveille.bench.breaks;

import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import java.util.List;

/// Sends the ring of a call to a device twice, with the same UUID. Routing is told of one.
final class RingTwice implements Break {
  static final String NAME = "ring-twice";

  private final Chance chance;

  RingTwice(final Chance chance) {
    this.chance = chance;
  }

  @Override
  public Sender sender(final Sender sender) {
    return new WrappedSender(sender) {
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
        .filter(call -> chance.strikes(NAME, RingingPushes.name(call, push)))
        .isPresent();
  }
}

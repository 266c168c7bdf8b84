package dev.reveille.bench.breaks;

import dev.reveille.model.PushService;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushSender;
import java.util.List;

/// Sends the ring of a call to a device twice, with the same UUID. The heart hears of one.
final class RingTwice implements Break {
  static final String NAME = "ring-twice";

  private final Chance chance;

  RingTwice(final Chance chance) {
    this.chance = chance;
  }

  @Override
  public PushSender sender(final PushSender sender) {
    return new PushSender() {
      @Override
      public PushService service() {
        return sender.service();
      }

      @Override
      public void send(final List<Push> group, final Outcomes outcomes) {
        sender.send(group, outcomes);
        final var again = group.stream().filter(RingTwice.this::isStruck).toList();
        if (!again.isEmpty()) {
          sender.send(again, (_, _) -> {});
        }
      }

      @Override
      public void close() {
        sender.close();
      }
    };
  }

  private boolean isStruck(final Push push) {
    return Rings.callOf(push)
        .filter(call -> chance.strikes(NAME, Rings.name(call, push)))
        .isPresent();
  }
}

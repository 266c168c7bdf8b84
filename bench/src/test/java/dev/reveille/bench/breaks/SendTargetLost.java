package dev.reveille.bench.breaks;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.ForwardingSender;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import java.util.ArrayList;
import java.util.List;

/// Says of a push to a target of a send that it was handed over, and does not send it.
record SendTargetLost(Strikes strikes) implements Break {
  @Override
  public Sender sender(final Sender sender) {
    return new ForwardingSender(sender) {
      @Override
      public void send(final List<Push> group, final Outcomes outcomes) {
        final var left = new ArrayList<Push>();
        for (final var push : group) {
          if (push.work().target().kind() == TargetKey.Kind.ADDRESS && strikes.hit(push.work())) {
            outcomes.outcome(push, new DeliveryOutcome.HandedOver("kept back"));
          } else {
            left.add(push);
          }
        }
        if (!left.isEmpty()) {
          sender.send(left, outcomes);
        }
      }
    };
  }
}

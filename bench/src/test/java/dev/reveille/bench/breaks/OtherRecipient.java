package dev.reveille.bench.breaks;

import dev.reveille.routing.port.ForwardingSender;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.WorkKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Sends a copy of a push to a device that had one of another event. Routing is told of the push
/// alone.
final class OtherRecipient implements Break {
  private final Strikes strikes;
  private final AtomicReference<Push> before = new AtomicReference<>();

  OtherRecipient(final Strikes strikes) {
    this.strikes = strikes;
  }

  @Override
  public Sender sender(final Sender sender) {
    return new ForwardingSender(sender) {
      @Override
      public void send(final List<Push> group, final Outcomes outcomes) {
        sender.send(group, outcomes);
        for (final var push : group) {
          final var other = before.getAndSet(push);
          if (other != null
              && other.event() != push.event()
              && other.to().channel() == push.to().channel()
              && group.stream().noneMatch(one -> isTo(one, push.event(), other))
              && strikes.hit(push.id())) {
            sender.send(List.of(to(push, other)), (_, _) -> {});
          }
        }
      }
    };
  }

  /// Whether the event is meant for that device too.
  private static boolean isTo(final Push one, final long event, final Push other) {
    return one.event() == event && one.work().target().equals(other.work().target());
  }

  private static Push to(final Push push, final Push other) {
    return new Push(
        new WorkKey(push.event(), other.work().target()),
        other.to(),
        push.id(),
        push.content(),
        push.style(),
        push.seal(),
        push.lane(),
        push.deadline(),
        push.attempt(),
        () -> true);
  }
}

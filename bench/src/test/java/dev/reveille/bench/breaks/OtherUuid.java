package dev.reveille.bench.breaks;

import dev.reveille.model.CallId;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.ForwardingSender;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Gives the repeated push of a call another UUID than the first had, so that the app cannot fold
/// them.
///
/// A push is a repeat when it is not the first try, when this process sent it before, or when its
/// event was accepted by a process before this one, which may have sent it.
final class OtherUuid implements Break {
  private record Ring(CallId call, TargetKey target) {}

  private final Strikes strikes;
  private final Set<Ring> sent = ConcurrentHashMap.newKeySet();
  private volatile long before;

  OtherUuid(final Strikes strikes) {
    this.strikes = strikes;
  }

  @Override
  public Stores stores(final Stores stores) {
    before = stores.journal().lastSequence();
    return stores;
  }

  @Override
  public Sender sender(final Sender sender) {
    return new ForwardingSender(sender) {
      @Override
      public void send(final List<Push> group, final Outcomes outcomes) {
        for (final var push : group) {
          final var other = broken(push);
          if (other == push) {
            sender.send(List.of(push), outcomes);
          } else { // the outcome names the push that routing knows
            sender.send(List.of(other), (_, outcome) -> outcomes.outcome(push, outcome));
          }
        }
      }
    };
  }

  private Push broken(final Push push) {
    final var call = RingingPushes.callOf(push);
    if (call.isEmpty()) {
      return push;
    }
    final boolean again = !sent.add(new Ring(call.get(), push.work().target()));
    if (!(again || push.attempt() > 1 || push.event() <= before)
        || !strikes.hit(RingingPushes.name(call.get(), push))) {
      return push;
    }
    final var words = "not " + call.get();
    return RingingPushes.with(
        push, new CallId(UUID.nameUUIDFromBytes(words.getBytes(StandardCharsets.UTF_8))));
  }
}

package dev.reveille.bench.breaks;

import dev.reveille.model.CallId;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// What breaks need to know of pushes that ring.
final class RingingPushes {
  private RingingPushes() {}

  /// The call that this push rings for; empty for another push.
  static Optional<CallId> callOf(final Push push) {
    return switch (push.content()) {
      case PushContent.Ring ring -> Optional.of(ring.call());
      case PushContent.RingAlert ring -> Optional.of(ring.call());
      case PushContent.CallOver _, PushContent.Notice _, PushContent.Wake _, PushContent.Native _ ->
          Optional.empty();
    };
  }

  /// What of a ring makes it one: the call and the device.
  static String name(final CallId call, final Push push) {
    return call + " to " + push.work().target();
  }

  /// The same ring with another UUID.
  static Push with(final Push push, final CallId call) {
    final var content =
        switch (push.content()) {
          case PushContent.Ring(var event, _, var name, var address, var video) ->
              new PushContent.Ring(event, call, name, address, video);
          case PushContent.RingAlert(var event, _, var name, var address, var video, var badge) ->
              new PushContent.RingAlert(event, call, name, address, video, badge);
          case PushContent.CallOver other -> other;
          case PushContent.Notice other -> other;
          case PushContent.Wake other -> other;
          case PushContent.Native other -> other;
        };
    return with(push, content, push.deadline(), push.wanted());
  }

  /// The same ring, wanted whatever became of the call.
  static Push until(final Push push, final Instant deadline) {
    return with(push, push.content(), deadline, () -> true);
  }

  private static Push with(
      final Push push,
      final PushContent content,
      final Instant deadline,
      final BooleanSupplier wanted) {
    return new Push(
        push.work(),
        push.to(),
        push.id(),
        content,
        push.style(),
        push.seal(),
        push.lane(),
        deadline,
        push.attempt(),
        wanted);
  }
}

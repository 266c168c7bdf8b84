package dev.reveille.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The decision how one device learns of one event: over which routes, or not at all; each with its
/// reason.
public sealed interface RouteDecision {
  Reason why();

  /// Over all these routes at once.
  record Now(List<Route> routes, Reason why) implements RouteDecision {
    public Now {
      if (routes.isEmpty()) {
        throw new IllegalArgumentException("a decision to tell names a way");
      }
      routes = List.copyOf(routes);
    }
  }

  /// Over the first route, and over the second when the app has not acknowledged after `patience`.
  record Then(Route.Held first, Duration patience, Route.Push otherwise, Reason why)
      implements RouteDecision {}

  /// Nothing is sent to the device, for this reason.
  record Suppress(Reason why) implements RouteDecision {}

  /// Over the app's channel.
  static RouteDecision live(final Reason why) {
    return new Now(Shapes.LIVE, why);
  }

  /// As the answer to a held Ping.
  static RouteDecision ping(final Reason why) {
    return new Now(Shapes.PING, why);
  }

  /// As the answer to a held Ping and over the app's channel.
  static RouteDecision pingAndLive(final Reason why) {
    return new Now(Shapes.PING_AND_LIVE, why);
  }

  /// As a push.
  static RouteDecision push(final PushAddress address, final Reason why) {
    return new Now(List.of(new Route.Push(address)), why);
  }

  /// Over the app's channel and as a push at the same time.
  static RouteDecision liveAndPush(final PushAddress address, final Reason why) {
    return new Now(List.of(Route.LIVE, new Route.Push(address)), why);
  }

  /// Over the app's channel, and as a push when the app does not acknowledge it.
  static RouteDecision liveElsePush(
      final PushAddress address, final Duration patience, final Reason why) {
    return new Then(Route.LIVE, patience, new Route.Push(address), why);
  }

  /// Where its push goes, now or later; empty when there is none.
  default Optional<PushAddress> address() {
    return switch (this) {
      case Now(var routes, _) ->
          routes.stream()
              .filter(Route.Push.class::isInstance)
              .map(route -> ((Route.Push) route).address())
              .findFirst();
      case Then(_, _, var otherwise, _) -> Optional.of(otherwise.address());
      case Suppress _ -> Optional.empty();
    };
  }

  /// The word used in the trail.
  default String word() {
    return switch (this) {
      case Now(var routes, _) when routes.size() == 1 -> routes.getFirst().word();
      case Now(var routes, _) ->
          switch (routes.getFirst()) {
            case Route.Ping _ -> "ping-and-live";
            case Route.Live _, Route.Push _ -> "live-and-push";
          };
      case Then(var first, _, _, _) ->
          switch (first) {
            case Route.Live _ -> "live-else-push";
            case Route.Ping _ -> "ping-else-push";
          };
      case Suppress _ -> "suppress";
    };
  }
}

/// Lists of ways that many decisions share.
final class Shapes {
  static final List<Route> LIVE = List.of(Route.LIVE);
  static final List<Route> PING = List.of(Route.PING);
  static final List<Route> PING_AND_LIVE = List.of(Route.PING, Route.LIVE);

  private Shapes() {}
}

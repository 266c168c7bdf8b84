package dev.reveille.model;

import java.time.Duration;

/// How one device learns of one event; each names its reason.
public sealed interface RouteDecision {
  Reason why();

  record Live(Reason why) implements RouteDecision {}

  record Push(PushAddress address, Reason why) implements RouteDecision {}

  record LiveAndPush(PushAddress address, Reason why) implements RouteDecision {}

  /// The push goes out when the app has not acknowledged the live delivery after `patience`.
  record LiveElsePush(PushAddress address, Duration patience, Reason why)
      implements RouteDecision {}

  record Suppress(Reason why) implements RouteDecision {}

  /// The word used in the trail.
  default String word() {
    return switch (this) {
      case Live _ -> "live";
      case Push _ -> "push";
      case LiveAndPush _ -> "live-and-push";
      case LiveElsePush _ -> "live-else-push";
      case Suppress _ -> "suppress";
    };
  }
}

package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.TrailEntry.Known;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// One event on its way to one device, while something about it is under way in this process. What
/// waits for longer is a row in the waiting room, not an item.
///
/// Touched by the dispatcher's thread only, except for `acknowledged`, which senders read.
final class Item {
  /// What identifies an item.
  record Key(long event, InstallationId device) {}

  final Key key;
  final Kept kept;
  final UserId user;
  final RouteDecision decision;
  final Known known;

  /// To how many devices the event went; -1 for one that was dispatched before and comes back.
  final int devices;

  /// Came back from the waiting room, which must hear of its end.
  final boolean claimed;

  /// Tries that the trail has not been told yet.
  final List<Try> untold = new ArrayList<>(2);

  boolean opened;
  boolean pushOut;
  boolean liveOut;
  Instant liveUntil = Instant.MAX;
  Instant liveSince = Instant.MIN;
  int pushTries;
  int liveTries;
  volatile boolean acknowledged;

  Item(
      final Key key,
      final Kept kept,
      final UserId user,
      final RouteDecision decision,
      final Known known,
      final int devices,
      final int pushTries,
      final boolean claimed) {
    this.key = key;
    this.kept = kept;
    this.user = user;
    this.decision = decision;
    this.known = known;
    this.devices = devices;
    this.pushTries = pushTries;
    this.claimed = claimed;
    this.opened = claimed;
  }

  boolean isIdle() {
    return !pushOut && !liveOut;
  }

  /// The way under which it waits; a device waits at most once per event.
  Way way() {
    return Way.PUSH;
  }
}

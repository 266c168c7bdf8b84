package dev.reveille.routing;

import dev.reveille.model.Installation;
import dev.reveille.model.Kept;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.TrailEntry.Known;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One event on its way to one device, while something about it is under way in this process. What
/// waits for longer is a row in the waiting room, not an item.
///
/// ```
///   start ──► liveOut and/or pushOut ──► both over ──► settled, or only a row is left
/// ```
///
/// A push is out from the moment it is decided that it goes: first the stores may have to be asked
/// for its badge, and a repeated push leaves only when its line in the trail is on disk.
///
/// Touched by the dispatcher's thread only, except for `acknowledged`, which senders read.
final class Item {
  /// What identifies an item. There is at most one row with this key, too.
  record Key(long event, TargetKey target) {}

  final Key key;

  /// With a life by the present time.
  Kept kept;

  final Installation installation;
  final UserId user;
  final RouteDecision decision;
  final Known known;
  final Instant decidedAt;

  /// To how many devices the event went; of no use for one that was dispatched before.
  final int devices;

  /// Tries that the trail has not been told yet.
  final List<Try> untold = new ArrayList<>(2);

  /// The trail has this device's first line.
  boolean opened;

  /// A row with this key exists (or was noted): the waiting room must hear of the end.
  boolean hasRow;

  /// The push waits as a row; whatever else is under way goes on.
  boolean parked;

  /// For what the row waited, as the trail knows; null when it never waited.
  @Nullable Reason waitedFor;

  /// The last push may have left in a former run; that is told before another one leaves.
  boolean mayHaveLeft;

  /// How many pushes may have arrived without an answer.
  int uncertain;

  /// Where the push under way goes, and what it needs; null until it is known.
  PushAddress.@Nullable Direct pushTo;

  @Nullable PushInput pushInput;

  /// Why that address was doubted when the push was decided; null when it was not.
  PushAddress.@Nullable Doubt pushDoubt;

  boolean pushOut;

  /// The app's [dev.reveille.model.App#credentials()] when the push under way left.
  long credentials;

  /// The push under way has been given to its sender.
  boolean pushSent;

  /// What the filled texts of the push under way weigh, beside its event.
  int textWeight;

  boolean liveOut;
  Instant liveUntil = Instant.MAX;
  Instant liveSince = Instant.MIN;
  int pushTries;
  int liveTries;
  volatile boolean acknowledged;

  Item(
      final Kept kept,
      final Installation installation,
      final UserId user,
      final RouteDecision decision,
      final Known known,
      final Instant decidedAt,
      final int devices) {
    this.key = new Key(kept.sequence(), installation.id().target());
    this.kept = kept;
    this.installation = installation;
    this.user = user;
    this.decision = decision;
    this.known = known;
    this.decidedAt = decidedAt;
    this.devices = devices;
  }

  /// The clock was set.
  ///
  /// @param present the event with a life by the present time
  void clockSet(final Kept present, final Duration step) {
    kept = present;
    if (liveOut) {
      liveSince = liveSince.plus(step);
      liveUntil = liveUntil.plus(step);
    }
  }

  /// Goes on where a row left off.
  void continues(final Waiting row, final Tried tried) {
    opened = true;
    hasRow = true;
    pushTries = Math.max(row.attempts(), tried.pushes());
    uncertain = tried.uncertain();
    mayHaveLeft = tried.open();
    waitedFor = row.why();
  }

  /// Goes on with an event that a former run did not finish. Its first push leaves without a line.
  void continues(final Tried tried) {
    pushTries = Math.max(1, tried.pushes());
    uncertain = tried.uncertain();
    mayHaveLeft = tried.pushes() == 0 || tried.open();
  }

  /// Goes on for an item of the same key that is still under way: its live delivery waits for an
  /// acknowledgement while its push came back from the waiting room.
  void takesOver(final Item before) {
    opened = before.opened;
    liveOut = before.liveOut;
    liveUntil = before.liveUntil;
    liveSince = before.liveSince;
    liveTries = before.liveTries;
    pushOut = before.pushOut;
    pushSent = before.pushSent;
    pushTo = before.pushTo;
    pushInput = before.pushInput;
    pushDoubt = before.pushDoubt;
    credentials = before.credentials;
    textWeight = before.textWeight;
    pushTries = Math.max(pushTries, before.pushTries);
    uncertain = Math.max(uncertain, before.uncertain);
    acknowledged = before.acknowledged;
    untold.addAll(before.untold);
    before.liveOut = false; // its acknowledgement deadline no longer counts
  }

  /// The decision as a line of the trail, without what came of it; from any thread.
  TrailEntry.Opening decided() {
    return new TrailEntry.Opening(
        key.event(),
        devices,
        user,
        key.target(),
        decidedAt,
        known,
        decision.word(),
        decision.why(),
        List.of(),
        false);
  }

  Lane lane() {
    return kept.event().eventClass().lane();
  }

  boolean isIdle() {
    return !pushOut && !liveOut;
  }
}

package dev.reveille.routing;

import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.Route;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One job on its way to one target, while something about it is under way in this process. What
/// waits for longer is a row in the waiting room, not a piece of work in memory.
///
/// ```
///   start ──► liveOut and/or pushOut ──► both over ──► settled, or only a row is left
/// ```
///
/// A push is out from the moment it is decided that it goes: first the stores may have to be asked
/// for its badge, and a repeated push leaves only when its line in the trail is on disk.
///
/// Changed by the dispatcher's thread only. Senders read `acknowledged`; any thread may call
/// [#decided], which may see `targetJob` as it was before the clock was set.
final class Work {
  final WorkKey key;
  final Lane lane;

  /// By the present time; changed with `deadline` when the clock is set.
  TargetJob targetJob;

  /// No try leaves at this moment or later.
  Instant deadline;

  /// Tries that the trail has not been told yet.
  final List<Try> untold = new ArrayList<>(2);

  /// The trail has its first line.
  boolean opened;

  /// A row with this key exists (or was noted): the waiting room must be told of the end.
  boolean hasRow;

  /// The push waits as a row; whatever else is under way goes on.
  boolean parked;

  /// For what the row waited, as the trail knows; null when it never waited.
  @Nullable Reason waitedFor;

  /// A relay took the last push, and its report is still to come.
  boolean inTransit;

  /// A relay reported that the platform took the push: none leaves any more.
  boolean pushDone;

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

  /// The same for a held Ping; both wait until `liveUntil`.
  boolean pingOut;

  Instant liveUntil = Instant.MAX;
  Instant liveSince = Instant.MIN;
  int pushTries;
  int liveTries;
  volatile boolean acknowledged;
  private boolean hasEnded;

  Work(final WorkKey key, final Lane lane, final TargetJob targetJob) {
    this.key = key;
    this.lane = lane;
    this.targetJob = targetJob;
    this.deadline = targetJob.deadline();
  }

  /// The clock was set.
  void clockSet(final ServerClock clock, final Duration step) {
    targetJob = targetJob.present(clock);
    deadline = targetJob.deadline();
    if (isHeldOut()) {
      liveSince = liveSince.plus(step);
      liveUntil = liveUntil.plus(step);
    }
  }

  /// Goes on where a row left off.
  void continues(final Waiting row, final PushHistory history) {
    opened = true;
    hasRow = true;
    pushTries = Math.max(row.attempts(), history.pushes());
    uncertain = history.uncertain();
    mayHaveLeft = history.unanswered();
    waitedFor = row.why();
    inTransit = row.why() == Reason.RELAY_HAS_IT;
  }

  /// Goes on with an event that a former run did not finish. Its first push leaves without a line.
  void continues(final PushHistory history) {
    pushTries = Math.max(1, history.pushes());
    uncertain = history.uncertain();
    mayHaveLeft = history.pushes() == 0 || history.unanswered();
  }

  /// Goes on for one of the same key that is still under way: its live delivery waits for an
  /// acknowledgement while its push came back from the waiting room.
  void takesOver(final Work before) {
    opened = before.opened;
    liveOut = before.liveOut;
    pingOut = before.pingOut;
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
    pushDone |= before.pushDone;
    inTransit = !pushDone && (inTransit || before.inTransit);
    pushTries = Math.max(pushTries, before.pushTries);
    uncertain = Math.max(uncertain, before.uncertain);
    acknowledged = before.acknowledged;
    untold.addAll(before.untold);
    before.pingOut = false;
    before.liveOut = false; // its acknowledgement deadline no longer counts
  }

  /// The decision as a line of the trail, without what came of it; from any thread. Empty for an
  /// address, of which nothing was decided.
  Optional<TrailEntry.Opening> decided() {
    return targetJob instanceof final TargetJob.ForDevice device
        ? Optional.of(device.opening(key, List.of(), false))
        : Optional.empty();
  }

  /// Nothing more of it is under way; told once.
  void ends() {
    if (!hasEnded) {
      hasEnded = true;
      targetJob.ended();
    }
  }

  boolean isIdle() {
    return !pushOut && !isHeldOut();
  }

  /// Whether a frame is out on a way that the app holds.
  boolean isHeldOut() {
    return liveOut || pingOut;
  }

  boolean isOut(final Route.Held way) {
    return switch (way) {
      case Route.Live _ -> liveOut;
      case Route.Ping _ -> pingOut;
    };
  }

  void out(final Route.Held way, final boolean isOut) {
    switch (way) {
      case Route.Live _ -> liveOut = isOut;
      case Route.Ping _ -> pingOut = isOut;
    }
  }
}

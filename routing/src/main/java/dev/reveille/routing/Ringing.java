package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Caller;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.InstallationId;
import dev.reveille.model.StoredJob;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A call in memory that rings or ended a moment ago, with the devices that were told of it.
/// [ActiveCalls] changes it and says when it is forgotten; its view is immutable and replaced
/// whole. Read by any thread; changes are guarded by this object's monitor.
final class Ringing {
  final CallKey key;
  final Caller caller;
  final boolean recovered;

  /// Empty sets until a device comes: most calls ring for few, and each set has its price.
  volatile Set<InstallationId> rung = Set.of();

  private volatile Set<InstallationId> told = Set.of();
  private volatile Set<InstallationId> declinedOn = Set.of();

  /// Where [RingingIndex] has its recipients, null when it is not there; guarded by the index.
  int @Nullable [] places;

  int slot;

  /// The key with which it was handed in, "" when that is not known.
  volatile String by = "";

  /// Guarded by this.
  boolean forgotten;

  /// When it is looked at again, null when it is not in the order; guarded by this.
  ActiveCalls.@Nullable Moment moment;

  /// What was over with it before it began: all of it, or some recipients' part.
  final List<CallEnd> early;

  volatile CallView view;

  /// By the present time; `Instant.MAX` while it rings.
  volatile Instant endedAt = Instant.MAX;

  /// The event that began it.
  final StoredJob begun;

  /// The event that ended it, 0 while it rings; and whether that was handed in when the call was
  /// not known. Written before the view.
  volatile long endedBy;

  volatile boolean endedEarly;

  Ringing(
      final CallKey key,
      final StoredJob begun,
      final CallView view,
      final Caller caller,
      final List<CallEnd> early,
      final boolean recovered) {
    this.key = key;
    this.begun = begun;
    this.view = view;
    this.caller = caller;
    this.early = List.copyOf(early);
    this.recovered = recovered;
  }

  CallView view() {
    return view;
  }

  /// An end was committed. The dispatcher's thread replaces views as well, when the clock is set.
  synchronized CallView become(final CallEnded ended, final long sequence) {
    final var after = CallViews.after(view, ended);
    if (view.isRinging() && !after.isRinging()) {
      endedBy = sequence;
      endedEarly = ended.isEarly();
    }
    view = after;
    return after;
  }

  /// By the present time.
  synchronized void present(final ServerClock clock) {
    final var until = clock.present(begun.event()).life().alertBefore();
    if (!until.equals(view.ringsUntil())) {
      view = view.ringsUntil(until);
    }
  }

  /// What had been said of its end before it began.
  List<CallEnd> early() {
    return early;
  }

  /// The sequence of the event that ended it, 0 while it rings.
  long endedBy() {
    return endedBy;
  }

  /// Whether it was ended by one that was handed in when the call was not known.
  boolean isOverEarly() {
    return endedEarly;
  }

  synchronized void rang(final InstallationId device) {
    rung = rung.isEmpty() ? ConcurrentHashMap.newKeySet() : rung;
    rung.add(device);
  }

  synchronized void tell(final InstallationId device) {
    rang(device);
    told = told.isEmpty() ? ConcurrentHashMap.newKeySet() : told;
    told.add(device);
  }

  synchronized void declinedOn(final InstallationId device) {
    declinedOn = declinedOn.isEmpty() ? ConcurrentHashMap.newKeySet() : declinedOn;
    declinedOn.add(device);
  }

  /// The phones that were told of it when they connected.
  Set<InstallationId> told() {
    return told;
  }

  boolean isDeclinedOn(final InstallationId device) {
    return declinedOn.contains(device);
  }

  /// Whether it was declined on one device, "here".
  boolean isDeclinedSomewhere() {
    return !declinedOn.isEmpty();
  }
}

package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.PendingCallEnds.Early;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The calls that ring or ended a moment ago, in memory. Everything in it comes from the journal,
/// in the journal's order; nothing is decided here.
///
/// Thread-safe, and never blocks. Calls begin and end on one thread at a time: on the starting
/// thread first, then on the journal's. Any thread may read them, forget them and note devices. A
/// call's view is replaced whole, by the dispatcher's thread when the clock is set.
final class ActiveCalls {
  private final Map<CallKey, Ringing> known = new ConcurrentHashMap<>();
  private final Map<Long, Ringing> ringingByEvent = new ConcurrentHashMap<>();
  private final RingingIndex ringing = new RingingIndex();
  private final EndedCalls over = new EndedCalls();
  private final RingingRoom room;

  /// Calls that ring, the one first that is to be looked at first; those that began since the last
  /// look are still in the other one, because the journal's thread may have begun them by the time
  /// before the clock was set. Those that a start finds are in the first at once: most of them
  /// ended in the former run, and those are forgotten before the first look.
  private final ConcurrentSkipListMap<Moment, Ringing> byMoment = new ConcurrentSkipListMap<>();

  private final Queue<Ringing> begun = new ConcurrentLinkedQueue<>();

  /// When a call is to be looked at.
  record Moment(Instant at, long event) implements Comparable<Moment> {
    @Override
    public int compareTo(final Moment other) {
      final int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(event, other.event);
    }
  }

  ActiveCalls(final RingingRoom room) {
    this.room = room;
  }

  @Nullable Ringing find(final OrganisationId organisation, final CallId call) {
    return known.get(new CallKey(organisation, call));
  }

  /// A call was committed. A second event with the UUID of a known call, which an older version may
  /// have stored, changes nothing.
  ///
  /// @param early the ends that waited for it, the first one first
  void begin(
      final StoredJob stored,
      final IncomingCall call,
      final List<Early> early,
      final boolean recovered) {
    final var key = new CallKey(call.key().organisation(), call.call());
    var view = CallViews.viewOf(stored.sequence(), call);
    long endedBy = 0;
    for (final var end : early) {
      if (view.isRinging()) {
        view = CallViews.afterEarly(view, end.how());
        endedBy = view.isRinging() ? 0 : end.sequence();
      }
    }
    // what was over before it began rang nowhere, nor in a former run
    final var one =
        new Ringing(
            key,
            stored,
            view,
            call.caller(),
            early.stream().map(Early::how).toList(),
            recovered && view.isRinging());
    one.endedBy = endedBy;
    one.endedEarly = endedBy != 0;
    if (known.putIfAbsent(key, one) != null) {
      return;
    }
    room.begins(key.organisation(), view.recipients().size());
    if (!view.isRinging()) {
      one.endedAt = stored.at();
      over.add(one);
    } else {
      ringingByEvent.put(stored.sequence(), one);
      ringing.add(one);
      if (recovered) {
        lookAgain(one, view.ringsUntil());
      } else {
        begun.add(one);
      }
    }
  }

  /// The same call with the names of its recipients that other calls in memory have, too: what was
  /// read from disk has names of its own.
  IncomingCall shared(final IncomingCall call) {
    return new IncomingCall(
        call.key(),
        call.recipients().stream().map(ringing::shared).toList(),
        call.type(),
        call.call(),
        call.caller(),
        call.video(),
        call.life());
  }

  /// Whether a call is in memory that this very event began.
  boolean isBegunBy(final IncomingCall call) {
    final var one = find(call.key().organisation(), call.call());
    return one != null && one.begun.event().key().equals(call.key());
  }

  /// Takes room for a call that is handed in, which is given back when that is answered; false when
  /// there is none.
  ///
  /// @param by the key that hands it in, "" where there is none
  boolean hasRoomFor(final IncomingCall call, final String by, final Instant now) {
    return room.take(
        call.key().organisation(),
        by,
        call.recipients().size(),
        now.toEpochMilli(),
        lack -> forgetsOne(lack, call.key().organisation(), by, now));
  }

  /// A hand-in for which there was room was answered.
  ///
  /// @param sequence where it is stored, 0 when it is not
  void answered(final IncomingCall call, final String by, final long sequence) {
    if (sequence != 0) {
      handedInBy(new CallKey(call.key().organisation(), call.call()), sequence, by);
    }
    room.giveBack(call.key().organisation(), by, call.recipients().size());
  }

  long roomTaken() {
    return room.taken();
  }

  /// The call that was committed belongs to this key.
  private void handedInBy(final CallKey call, final long event, final String by) {
    final var one = known.get(call);
    if (one == null || one.view.sequence() != event || by.isEmpty()) {
      return;
    }
    synchronized (one) {
      if (!one.forgotten && one.by.isEmpty()) {
        one.by = by;
        room.belongsTo(by, one.view.recipients().size());
      }
    }
    over.belongsToItsKey(one);
  }

  /// An end, or one recipient's, was committed. Answers the call when that changed it, else null.
  @Nullable Ringing end(final CallEnded ended, final long sequence, final Instant at) {
    final var one = find(ended.key().organisation(), ended.call());
    if (one == null) {
      return null;
    }
    final var before = one.view;
    final var after = one.become(ended, sequence);
    if (before.isRinging() && !after.isRinging()) {
      one.endedAt = at;
      over.add(one);
      noLongerRings(one);
    }
    return after.end().equals(before.end()) && after.declinedBy().equals(before.declinedBy())
        ? null
        : one;
  }

  private void noLongerRings(final Ringing one) {
    ringingByEvent.remove(one.view.sequence(), one);
    ringing.remove(one);
    synchronized (one) {
      if (one.moment != null) {
        byMoment.remove(one.moment);
        one.moment = null;
      }
    }
  }

  /// Forgets a call altogether.
  void forget(final Ringing one) {
    if (known.remove(one.key, one)) {
      synchronized (one) { // first: nothing that looks again at the call puts it back
        one.forgotten = true;
        room.giveBack(one.key.organisation(), one.by, one.view.recipients().size());
      }
      noLongerRings(one);
    }
  }

  /// What follows from the end of a call was handed in: it may be forgotten.
  void settled(final Ringing one) {
    over.settled(one);
  }

  /// Forgets a call that is over, to make room; false when there is none.
  private boolean forgetsOne(
      final RingingRoom.Lack lack,
      final OrganisationId organisation,
      final String by,
      final Instant now) {
    final var one = over.takeOne(lack, organisation, by, now);
    if (one != null) {
      forget(one);
    }
    return one != null;
  }

  /// Forgets calls that a former run ended; what is known of them is on disk.
  void forgetOver() {
    for (var one = over.takeAny(); one != null; one = over.takeAny()) {
      forget(one);
    }
  }

  /// Forgets calls that ended long ago.
  void forgetOld(final Instant now) {
    for (var one = over.takeOld(now); one != null; one = over.takeOld(now)) {
      forget(one);
    }
  }

  /// The clock was set.
  void clockSet(final Duration step, final ServerClock clock) {
    for (final var one : List.copyOf(byMoment.values())) {
      one.present(clock);
      lookAgain(one, one.view.ringsUntil());
    }
    over.clockSet(step);
  }

  /// When the next call is to be looked at, `Instant.MAX` when none rings.
  Instant nextMoment(final ServerClock clock) {
    for (var one = begun.poll(); one != null; one = begun.poll()) {
      one.present(clock);
      lookAgain(one, one.view.ringsUntil());
    }
    final var first = byMoment.firstEntry();
    return first == null ? Instant.MAX : first.getKey().at();
  }

  /// The first call whose ringing time is over, null when there is none. It is looked at again at
  /// `next`. Asked by the dispatcher.
  @Nullable Ringing nextOverdue(final ServerClock clock, final Instant now, final Instant next) {
    while (!now.isBefore(nextMoment(clock))) {
      final var first = byMoment.firstEntry();
      if (first == null) {
        return null;
      }
      final var one = first.getValue();
      one.present(clock);
      final var until = one.view.ringsUntil();
      lookAgain(one, now.isBefore(until) ? until : next);
      if (!now.isBefore(until) && one.view.isRinging()) {
        return one;
      }
    }
    return null;
  }

  private void lookAgain(final Ringing one, final Instant at) {
    synchronized (one) {
      if (one.moment != null) {
        byMoment.remove(one.moment);
        one.moment = null;
      }
      if (one.view.isRinging() && !one.forgotten) {
        one.moment = new Moment(at, one.view.sequence());
        byMoment.put(one.moment, one);
      }
    }
  }

  /// The calls of which all recipients but none together declined: the last run did not end them.
  List<Ringing> declinedByAll() {
    final var all = new ArrayList<Ringing>(0);
    for (final var one : ringingByEvent.values()) {
      if (one.view.declinedBy().size() == one.view.recipients().size()) {
        all.add(one);
      }
    }
    return all;
  }

  /// The call that this event began, null when it does not ring (any more).
  @Nullable Ringing ringing(final long event) {
    return ringingByEvent.get(event);
  }

  /// Whether this user's part of the call was over before it began.
  boolean isEndedEarlyFor(final OrganisationId organisation, final CallId call, final UserId user) {
    final var one = find(organisation, call);
    if (one == null || one.early.isEmpty()) {
      return false;
    }
    final var view = one.view;
    return !view.isRinging() && one.early.contains(view.end().orElseThrow())
        || one.early.contains(new CallEnd.Declined(user));
  }

  List<CallView> ringingFor(final UserId user, final Instant now) {
    final var views = new ArrayList<CallView>();
    for (final var one : ringing.of(user)) {
      final var view = one.view;
      if (view.isRinging()
          && now.isBefore(view.ringsUntil())
          && !view.declinedBy().contains(user)) {
        views.add(view);
      }
    }
    return views;
  }

  /// Whether a ring may still leave us for this user.
  boolean stillRings(final OrganisationId organisation, final CallId call, final UserId user) {
    final var one = find(organisation, call);
    if (one == null) {
      return false;
    }
    final var view = one.view;
    return view.isRinging() && !view.declinedBy().contains(user);
  }

  /// Remembers that a ring left for this device.
  void rang(final OrganisationId organisation, final CallId call, final InstallationId device) {
    final var one = find(organisation, call);
    if (one != null) {
      one.rang(device);
    }
  }

  /// Remembers that a phone was told of the call when it connected.
  void told(final OrganisationId organisation, final CallId call, final InstallationId device) {
    final var one = find(organisation, call);
    if (one != null) {
      one.tell(device);
    }
  }

  /// Remembers that a ringing call was declined on this device only.
  void declinedOn(final long event, final InstallationId device) {
    final var one = ringing(event);
    if (one != null) {
      one.declinedOn(device);
    }
  }

  /// Whether an end must be told on this device: it was told of the call (unknown after a restart,
  /// so it counts as told), and this user's own end was not told before.
  boolean mayHaveRung(final CallEnded end, final InstallationId device, final UserId user) {
    final var one = find(end.key().organisation(), end.call());
    if (one == null) {
      return true;
    }
    final boolean forAll = end.recipients().size() == one.view.recipients().size();
    return (one.recovered || one.rung.contains(device))
        && !(forAll && one.view.declinedBy().contains(user));
  }
}

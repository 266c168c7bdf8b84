package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.routing.EarlyEnds.Early;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The calls that ring or ended a moment ago, in memory. Everything in it comes from the journal,
/// in the journal's order; nothing is decided here.
///
/// Written by one thread at a time: by the starting thread first, then by the journal's. Read and
/// forgotten by any. A call's view is replaced whole.
final class CallBook {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  record Key(OrganisationId organisation, CallId call) {}

  /// A call in memory.
  static final class Ringing {
    final Key key;
    final Caller caller;
    private final boolean recovered;
    private final Set<InstallationId> rung = ConcurrentHashMap.newKeySet();
    private final Set<InstallationId> told = ConcurrentHashMap.newKeySet();
    private final Set<InstallationId> declinedOn = ConcurrentHashMap.newKeySet();

    /// What was over with it before it began: all of it, or some recipients' part.
    private final List<CallEnd> early;

    private volatile CallView view;
    private volatile Instant endedAt = Instant.MAX;

    /// The event that began it.
    private final Kept begun;

    /// The event that ended it, 0 while it rings; and whether that was handed in when the call was
    /// not known. Written before the view.
    private volatile long endedBy;

    private volatile boolean endedEarly;

    /// When its end was asked for because it had rung for too long. The dispatcher's.
    Instant endAskedAt = Instant.MIN;

    private Ringing(
        final Key key,
        final Kept begun,
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
    private synchronized CallView become(final CallEnded ended, final long sequence) {
      final var after = after(view, ended);
      if (view.isRinging() && !after.isRinging()) {
        endedBy = sequence;
        endedEarly = ended.isEarly();
      }
      view = after;
      return after;
    }

    /// By the present time.
    private synchronized void present(final ServerClock clock) {
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

  private final Map<Key, Ringing> known = new ConcurrentHashMap<>();
  private final Set<Ringing> ringing = ConcurrentHashMap.newKeySet();
  private final Map<UserId, Set<Ringing>> ringingByUser = new ConcurrentHashMap<>();
  private final Map<Long, Ringing> ringingByEvent = new ConcurrentHashMap<>();
  private final Queue<Ringing> over = new ConcurrentLinkedQueue<>();

  @Nullable Ringing find(final OrganisationId organisation, final CallId call) {
    return known.get(new Key(organisation, call));
  }

  /// A call was committed. A second event with the UUID of a known call, which an older version may
  /// have stored, changes nothing.
  ///
  /// @param early the ends that waited for it, the first one first
  void begin(
      final Kept kept, final IncomingCall call, final List<Early> early, final boolean recovered) {
    final var key = new Key(call.key().organisation(), call.call());
    var view = viewOf(kept.sequence(), call);
    long endedBy = 0;
    for (final var end : early) {
      if (view.isRinging()) {
        view = afterEarly(view, end.how());
        endedBy = view.isRinging() ? 0 : end.sequence();
      }
    }
    // what was over before it began rang nowhere, in a former run neither
    final var one =
        new Ringing(
            key,
            kept,
            view,
            call.caller(),
            early.stream().map(Early::how).toList(),
            recovered && view.isRinging());
    one.endedBy = endedBy;
    one.endedEarly = endedBy != 0;
    if (known.putIfAbsent(key, one) != null) {
      return;
    }
    if (!view.isRinging()) {
      one.endedAt = kept.at();
      over.add(one);
    } else {
      ringing.add(one);
      ringingByEvent.put(kept.sequence(), one);
      for (final var user : call.recipients()) {
        ringingByUser.compute(
            user,
            (_, calls) -> {
              final var all = calls == null ? ConcurrentHashMap.<Ringing>newKeySet() : calls;
              all.add(one);
              return all;
            });
      }
    }
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
    ringing.remove(one);
    ringingByEvent.remove(one.view.sequence(), one);
    for (final var user : one.view.recipients()) {
      ringingByUser.computeIfPresent(
          user,
          (_, calls) -> {
            calls.remove(one);
            return calls.isEmpty() ? null : calls;
          });
    }
  }

  /// Forgets a call altogether.
  void forget(final Ringing one) {
    known.remove(one.key, one);
    noLongerRings(one);
  }

  /// Forgets calls that ended long ago.
  void forgetOld(final Instant now) {
    for (var one = over.peek();
        one != null && one.endedAt.plus(REMEMBERED).isBefore(now);
        one = over.peek()) {
      over.poll();
      known.remove(one.key, one);
    }
  }

  /// The clock was set.
  void clockSet(final Duration step, final ServerClock clock) {
    for (final var one : ringing) {
      one.present(clock);
      one.endAskedAt = one.endAskedAt.equals(Instant.MIN) ? Instant.MIN : one.endAskedAt.plus(step);
    }
    over.forEach(one -> one.endedAt = one.endedAt.plus(step));
  }

  /// The calls that ring, by the present time. The journal's thread may have begun one while the
  /// clock was set, by the time before.
  Collection<Ringing> ringing(final ServerClock clock) {
    ringing.forEach(one -> one.present(clock));
    return ringing;
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
    for (final var one : ringingByUser.getOrDefault(user, Set.of())) {
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
      one.rung.add(device);
    }
  }

  /// Remembers that a phone was told of the call when it connected.
  void told(final OrganisationId organisation, final CallId call, final InstallationId device) {
    final var one = find(organisation, call);
    if (one != null) {
      one.rung.add(device);
      one.told.add(device);
    }
  }

  /// Remembers that a ringing call was declined on this device only.
  void declinedOn(final long event, final InstallationId device) {
    final var one = ringing(event);
    if (one != null) {
      one.declinedOn.add(device);
    }
  }

  /// Whether an end must be told on this device: it was told of the call (after a restart nobody
  /// knows, so it counts as told), and this user's own end was not told before.
  boolean mayHaveRung(final CallEnded end, final InstallationId device, final UserId user) {
    final var one = find(end.key().organisation(), end.call());
    if (one == null) {
      return true;
    }
    final boolean forAll = end.recipients().size() == one.view.recipients().size();
    return (one.recovered || one.rung.contains(device))
        && !(forAll && one.view.declinedBy().contains(user));
  }

  // ---- how a call stands, from its events ------------------------------------------------------

  static CallView viewOf(final long sequence, final IncomingCall call) {
    return new CallView(
        call.key().organisation(),
        call.call(),
        sequence,
        call.recipients(),
        call.life().alertBefore(),
        List.of(),
        Optional.empty());
  }

  /// A decline of one of many leaves it ringing for the others; any other end ends it, once.
  static CallView after(final CallView view, final CallEnded ended) {
    if (ended.isEarly()) { // the call was faster after all
      return view.isRinging() ? afterEarly(view, ended.how()) : view;
    }
    final boolean forOne =
        ended.how() instanceof CallEnd.Declined
            && ended.recipients().size() < view.recipients().size();
    if (!view.isRinging()) {
      return view;
    }
    if (!forOne) {
      return view.endedBy(ended.how());
    }
    return view.declinedBy().containsAll(ended.recipients())
        ? view
        : view.declinedToo(ended.recipients());
  }

  /// What an end makes of a call that was handed in when the call was not known. It may name a user
  /// whom the call does not concern: then it says nothing.
  private static CallView afterEarly(final CallView view, final CallEnd how) {
    return switch (how) {
      case CallEnd.Declined(var by) -> {
        if (!view.recipients().contains(by) || view.declinedBy().contains(by)) {
          yield view;
        }
        yield view.declinedBy().size() + 1 == view.recipients().size()
            ? view.endedBy(how)
            : view.declinedToo(List.of(by));
      }
      case CallEnd.Answered(var by, _) -> view.recipients().contains(by) ? view.endedBy(how) : view;
      case CallEnd.Cancelled _, CallEnd.TimedOut _, CallEnd.AnsweredElsewhere _ ->
          view.endedBy(how);
    };
  }
}

package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
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
    private volatile CallView view;
    private volatile Instant endedAt = Instant.MAX;

    /// When its end was asked for because it had rung for too long. The dispatcher's.
    Instant endAskedAt = Instant.MIN;

    private Ringing(
        final Key key, final CallView view, final Caller caller, final boolean recovered) {
      this.key = key;
      this.view = view;
      this.caller = caller;
      this.recovered = recovered;
    }

    CallView view() {
      return view;
    }
  }

  private final Map<Key, Ringing> known = new ConcurrentHashMap<>();
  private final Set<Ringing> ringing = ConcurrentHashMap.newKeySet();
  private final Map<UserId, Set<Ringing>> ringingByUser = new ConcurrentHashMap<>();
  private final Queue<Ringing> over = new ConcurrentLinkedQueue<>();

  @Nullable Ringing find(final OrganisationId organisation, final CallId call) {
    return known.get(new Key(organisation, call));
  }

  /// A call was committed. A second event with the UUID of a known call changes nothing.
  void begin(final long sequence, final IncomingCall call, final boolean recovered) {
    final var key = new Key(call.key().organisation(), call.call());
    final var one = new Ringing(key, viewOf(sequence, call), call.caller(), recovered);
    if (known.putIfAbsent(key, one) == null) {
      ringing.add(one);
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

  /// An end, or one recipient's, was committed. Answers the call, null when it is not in memory.
  @Nullable Ringing end(final CallEnded ended, final Instant at) {
    final var one = find(ended.key().organisation(), ended.call());
    if (one != null) {
      final boolean rang = one.view.isRinging();
      one.view = after(one.view, ended);
      if (rang && !one.view.isRinging()) {
        one.endedAt = at;
        over.add(one);
        noLongerRings(one);
      }
    }
    return one;
  }

  private void noLongerRings(final Ringing one) {
    ringing.remove(one);
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

  Collection<Ringing> ringing() {
    return ringing;
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
}

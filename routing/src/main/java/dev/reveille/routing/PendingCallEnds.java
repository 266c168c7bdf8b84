package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Ends that came before their calls, which they wait for. A sender that gives up at once may be
/// faster with the end than with the call, over another connection or another server of its own.
///
/// Everything in it is in the journal, so a restart finds it again. An end waits for [#KEPT]. Of an
/// organisation at most [#MOST] wait, and further ones are refused: an older one was accepted, so
/// it must not be dropped.
///
/// Thread-safe, by one lock.
final class PendingCallEnds {
  static final Duration KEPT = TimeScale.divide(Duration.ofMinutes(10));
  static final int MOST = 10_000;

  /// @param sequence of the event that says so
  /// @param until it waits, by the present time
  record Early(long sequence, CallEnded ended, Instant until) {
    CallEnd how() {
      return ended.how();
    }

    private boolean waitsAt(final Instant now) {
      return now.isBefore(until);
    }
  }

  private record Waiting(CallKey call, Early end) {}

  private final ServerClock clock;
  private final Map<CallKey, List<Early>> byCall = new HashMap<>();
  private final Map<OrganisationId, Integer> places = new HashMap<>();

  /// By the sequence of the event that says so, the oldest first.
  private final Map<Long, Waiting> oldestFirst = new LinkedHashMap<>();

  PendingCallEnds(final ServerClock clock) {
    this.clock = clock;
  }

  /// Takes a place for one that is about to be stored; false when there is none.
  synchronized boolean reserve(final OrganisationId organisation) {
    final int taken = places.getOrDefault(organisation, 0);
    if (taken >= MOST) {
      return false;
    }
    places.put(organisation, taken + 1);
    return true;
  }

  /// Gives a place back, of one that was not stored.
  synchronized void release(final OrganisationId organisation) {
    places.computeIfPresent(organisation, (_, taken) -> taken > 1 ? taken - 1 : null);
  }

  /// One was committed and waits from now on.
  ///
  /// @param recovered it was stored by a former run, so no place was taken for it
  synchronized void add(final long sequence, final CallEnded ended, final boolean recovered) {
    final var call = new CallKey(ended.key().organisation(), ended.call());
    final var end = present(sequence, ended);
    if (recovered) {
      places.merge(call.organisation(), 1, Integer::sum);
    }
    byCall.computeIfAbsent(call, _ -> new ArrayList<>(1)).add(end);
    oldestFirst.put(sequence, new Waiting(call, end));
  }

  /// The ends that waited for a call which was committed at this moment, the first one first. They
  /// wait no longer.
  synchronized List<Early> take(final CallKey call, final Instant at) {
    final var ends = byCall.remove(call);
    if (ends == null) {
      return List.of();
    }
    for (final var end : ends) {
      oldestFirst.remove(end.sequence());
      release(call.organisation());
    }
    return ends.stream().filter(end -> end.waitsAt(at)).toList();
  }

  /// Whether a call that is handed in now would find an end that concerns all of it.
  synchronized List<Early> waitingFor(final CallKey call, final Instant now) {
    return byCall.getOrDefault(call, List.of()).stream().filter(end -> end.waitsAt(now)).toList();
  }

  /// The end with which a new one competes: the same one again, or the first that ends the call for
  /// all its users; null when the new one is to be stored.
  @Nullable Early rivalOf(final CallKey call, final CallEnd how, final Instant now) {
    for (final var end : waitingFor(call, now)) {
      if (end.how().equals(how) || !(end.how() instanceof CallEnd.Declined)) {
        return end;
      }
    }
    return null;
  }

  /// As of now: to ask twice, or before and after a step, makes no difference.
  private Early present(final long sequence, final CallEnded ended) {
    return new Early(sequence, ended, clock.present(ended).life().alertBefore());
  }

  /// The clock was set.
  synchronized void clockSet() {
    byCall.values().forEach(ends -> ends.replaceAll(end -> present(end.sequence(), end.ended())));
    oldestFirst.replaceAll(
        (sequence, one) -> new Waiting(one.call, present(sequence, one.end.ended())));
  }

  synchronized void forgetOld(final Instant now) {
    for (final var all = oldestFirst.values().iterator(); all.hasNext(); ) {
      final var oldest = all.next();
      if (oldest.end.waitsAt(now)) {
        return;
      }
      all.remove();
      final var ends = byCall.get(oldest.call);
      if (ends != null && ends.remove(oldest.end)) {
        release(oldest.call.organisation());
        if (ends.isEmpty()) {
          byCall.remove(oldest.call);
        }
      }
    }
  }
}

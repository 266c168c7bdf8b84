package dev.reveille.routing;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The calls in memory that are over, the one first that ended first, until [ActiveCalls] forgets
/// them.
///
/// ```
///   ends ─► open ──what follows was handed in──► settled ──10 s, room is wanted──► forgotten
///             └────────────────────10 minutes───────┴───────────────────────────► forgotten
/// ```
///
/// An end may be dispatched late, because what it needs cannot be read. Until then its call stays:
/// the alert of a missed call is made from it.
///
/// Thread-safe, by one lock. What is taken out belongs to the one who took it, so that several
/// threads which want room never forget the same call.
final class EndedCalls {
  private static final Duration REMEMBERED = TimeScale.divide(Duration.ofMinutes(10));

  /// For so long also when room is wanted: its end is on its way to the phones.
  private static final Duration REMEMBERED_ANYWAY = TimeScale.divide(Duration.ofSeconds(10));

  private final Set<Ringing> open = new LinkedHashSet<>();
  private final Set<Ringing> settled = new LinkedHashSet<>();
  private final Map<OrganisationId, Set<Ringing>> settledOfOrganisation = new HashMap<>();
  private final Map<String, Set<Ringing>> settledOfKey = new HashMap<>();

  /// A call ended.
  synchronized void add(final Ringing one) {
    open.add(one);
  }

  /// What follows from its end was handed in.
  synchronized void settled(final Ringing one) {
    if (open.remove(one)) {
      settled.add(one);
      settledOfOrganisation
          .computeIfAbsent(one.key.organisation(), _ -> new LinkedHashSet<>())
          .add(one);
      belongsToItsKey(one);
    }
  }

  /// It became known which key the call was handed in with; it may be over already.
  synchronized void belongsToItsKey(final Ringing one) {
    if (!one.by.isEmpty() && settled.contains(one)) {
      settledOfKey.computeIfAbsent(one.by, _ -> new LinkedHashSet<>()).add(one);
    }
  }

  /// Takes out the call that ended first of those that may make room; null when there is none.
  ///
  /// @param lack what there is too little of: only such a call makes room that counts there
  synchronized @Nullable Ringing takeOne(
      final RingingRoom.Lack lack,
      final OrganisationId organisation,
      final String key,
      final Instant now) {
    final var those =
        switch (lack) {
          case OF_KEY -> settledOfKey.getOrDefault(key, Set.of());
          case OF_ORGANISATION -> settledOfOrganisation.getOrDefault(organisation, Set.of());
          case OF_ALL -> settled;
        };
    final var first = first(those);
    return first == null || first.endedAt.plus(REMEMBERED_ANYWAY).isAfter(now)
        ? null
        : taken(first);
  }

  /// Takes out a call that ended long ago; null when there is none.
  synchronized @Nullable Ringing takeOld(final Instant now) {
    for (final var those : List.of(settled, open)) {
      final var first = first(those);
      if (first != null && first.endedAt.plus(REMEMBERED).isBefore(now)) {
        return taken(first);
      }
    }
    return null;
  }

  /// Takes out any call; null when there is none.
  synchronized @Nullable Ringing takeAny() {
    final var first = first(open.isEmpty() ? settled : open);
    return first == null ? null : taken(first);
  }

  private static @Nullable Ringing first(final Set<Ringing> those) {
    final var all = those.iterator();
    return all.hasNext() ? all.next() : null;
  }

  private Ringing taken(final Ringing one) {
    open.remove(one);
    if (settled.remove(one)) {
      remove(one, settledOfOrganisation, one.key.organisation());
      remove(one, settledOfKey, one.by);
    }
    return one;
  }

  private static <K> void remove(
      final Ringing one, final Map<K, Set<Ringing>> from, final K owner) {
    from.computeIfPresent(
        owner,
        (_, those) -> {
          those.remove(one);
          return those.isEmpty() ? null : those;
        });
  }

  /// The clock was set.
  synchronized void clockSet(final Duration step) {
    open.forEach(one -> one.endedAt = one.endedAt.plus(step));
    settled.forEach(one -> one.endedAt = one.endedAt.plus(step));
  }
}

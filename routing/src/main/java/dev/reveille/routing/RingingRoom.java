package dev.reveille.routing;

import dev.reveille.model.OrganisationId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Limits the memory for calls that ring or ended a moment ago, in units of [#BYTES_PER_UNIT]: one
/// for each recipient, and [#UNITS_PER_CALL] for the call itself. A call that does not fit is
/// refused before it is stored.
///
/// A hand-in takes its place before it is stored; a call that was committed holds a place of its
/// own until it is forgotten.
///
/// Thread-safe.
final class RingingRoom {
  /// What the metrics and the table of limits call it.
  static final String NAME = "ringing";

  static final int BYTES_PER_UNIT = 64;
  static final int UNITS_PER_CALL = 16;

  /// How many calls that are over are forgotten early, to let one in.
  private static final int MOST_FORGOTTEN = 64;

  /// What there is too little of for a call.
  enum Lack {
    OF_KEY,
    OF_ORGANISATION,
    OF_ALL
  }

  private final long most;
  private final long mostPerKey;
  private final LongAdder refused = new LongAdder();
  private final FairShare<OrganisationId> organisations;
  private final ConcurrentHashMap<String, Long> keys = new ConcurrentHashMap<>();

  /// @param most units over all
  /// @param mostPerKey units of the calls that were handed in with one key; one call is always
  ///   possible
  RingingRoom(final long most, final long mostPerKey) {
    this.organisations = new FairShare<>(most);
    this.most = most;
    this.mostPerKey = mostPerKey;
  }

  static int units(final int recipients) {
    return UNITS_PER_CALL + recipients;
  }

  /// Takes room for a call that is handed in.
  ///
  /// @param by the key that hands it in, "" where there is none
  /// @param forgetsOne forgets a call that is over and counts where there is too little; false when
  ///   there is none to forget
  boolean take(
      final OrganisationId organisation,
      final String by,
      final int recipients,
      final long now,
      final Predicate<Lack> forgetsOne) {
    for (int tries = 0; tries <= MOST_FORGOTTEN; tries++) {
      final var lack = takes(organisation, by, units(recipients), now);
      if (lack == null) {
        return true;
      }
      if (!forgetsOne.test(lack)) {
        break;
      }
    }
    refused.increment();
    return false;
  }

  /// Answers what there is too little of; null when it took its place.
  private @Nullable Lack takes(
      final OrganisationId organisation, final String by, final int units, final long now) {
    if (!by.isEmpty() && keys.merge(by, (long) units, Long::sum) > Math.max(mostPerKey, units)) {
      giveBackOf(by, units);
      return Lack.OF_KEY;
    }
    if (!organisations.take(organisation, units, 0, now)) {
      giveBackOf(by, units);
      return organisations.taken() < most ? Lack.OF_ORGANISATION : Lack.OF_ALL;
    }
    return null;
  }

  /// A call was committed, or found by a start.
  void begins(final OrganisationId organisation, final int recipients) {
    organisations.takeAnyway(organisation, units(recipients));
  }

  /// The call belongs to this key.
  void belongsTo(final String by, final int recipients) {
    if (!by.isEmpty()) {
      keys.merge(by, (long) units(recipients), Long::sum);
    }
  }

  /// A hand-in was answered, or a call was forgotten.
  void giveBack(final OrganisationId organisation, final String by, final int recipients) {
    organisations.giveBack(organisation, units(recipients));
    giveBackOf(by, units(recipients));
  }

  private void giveBackOf(final String by, final int units) {
    if (!by.isEmpty()) {
      keys.computeIfPresent(by, (_, held) -> held > units ? held - units : null);
    }
  }

  LimitUsage held() {
    return new LimitUsage(NAME, () -> taken() * BYTES_PER_UNIT, refused::sum);
  }

  long taken() {
    return organisations.taken();
  }
}

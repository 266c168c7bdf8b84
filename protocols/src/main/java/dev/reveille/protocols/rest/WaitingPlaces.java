package dev.reveille.protocols.rest;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.FairShare;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/// Limits how many requests may wait for a call to change: in total, per organisation and per key.
///
/// Thread-safe.
final class WaitingPlaces {
  /// @param key its id, which is unique only within its organisation
  private record Key(OrganisationId organisation, String key) {}

  private final FairShare<OrganisationId> organisations;
  private final ConcurrentHashMap<Key, Integer> keys = new ConcurrentHashMap<>();
  private final int perKey;
  private final InstantSource clock;

  WaitingPlaces(final RestLimits limits, final InstantSource clock) {
    this.organisations = new FairShare<>(limits.waitingAtOnce());
    this.perKey = limits.waitingPerKey();
    this.clock = clock;
  }

  boolean take(final OrganisationId organisation, final String key) {
    final var of = new Key(organisation, key);
    if (keys.merge(of, 1, Integer::sum) > perKey
        || !organisations.take(organisation, 1, 0, clock.millis())) {
      leave(of);
      return false;
    }
    return true;
  }

  void giveBack(final OrganisationId organisation, final String key) {
    organisations.giveBack(organisation, 1);
    leave(new Key(organisation, key));
  }

  private void leave(final Key key) {
    keys.computeIfPresent(key, (_, held) -> held > 1 ? held - 1 : null);
  }

  /// How many requests wait.
  long taken() {
    return organisations.taken();
  }
}

package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Listed;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Stores and reads registrations and installations of hubs, for the calls of both kinds.
///
/// Nothing is written to a hub that is removed meanwhile. While the disk is nearly full, nothing
/// new is kept and nothing grows: the last of the disk is for calls and messages, and any phone can
/// register any number of times. What is there can be made smaller, written again and removed.
///
/// Thread-safe; may block on the disk.
final class HubEntries {
  /// How clients read "never".
  static final Instant NEVER = Instant.parse("9999-12-31T23:59:59.999Z");

  /// As senders are told.
  private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofSeconds(60);

  private final HubRegistrations registrations;
  private final Hubs hubs;
  private final LongSupplier left;
  private final InstantSource clock;

  /// @param left how many bytes may still be written; 0 or less when the disk is nearly full
  HubEntries(
      final HubRegistrations registrations,
      final Hubs hubs,
      final LongSupplier left,
      final InstantSource clock) {
    this.registrations = registrations;
    this.hubs = hubs;
    this.left = left;
    this.clock = clock;
  }

  Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  /// One of this kind.
  Optional<Versioned> find(final Hub hub, final String id, final Kind kind) {
    return registrations.find(hub.key(), id).filter(kept -> kept.entry().kind() == kind);
  }

  /// @throws HubRefused when there is no room for it
  /// @throws Hubs.Refused when the hub was removed meanwhile
  Written put(final Hub hub, final Entry entry, final Condition condition) {
    if (left.getAsLong() <= 0) {
      final var before = registrations.find(hub.key(), entry.id());
      if (before.isEmpty() || before.get().entry().size() < entry.size()) {
        throw new HubRefused(
            HubProblem.of(
                503,
                "the server's disk is nearly full: nothing new is registered, and nothing that is"
                    + " registered grows"),
            UNTIL_THERE_IS_ROOM);
      }
    }
    return hubs.write(hub, () -> registrations.put(hub.key(), entry, condition));
  }

  Written remove(final Hub hub, final String id, final Kind kind, final Condition condition) {
    return registrations.remove(hub.key(), id, kind, condition);
  }

  /// A page of a list.
  Listed list(final Hub hub, final Filter filter, final long after, final int most) {
    return registrations.list(hub.key(), filter, after, most, JsonParsers.LARGEST_PAGE);
  }
}

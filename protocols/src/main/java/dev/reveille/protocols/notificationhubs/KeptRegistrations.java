package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Bytes;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// How registrations of the older kind are kept, and read as they are kept. Pure functions, but for
/// new ids; thread-safe.
final class KeptRegistrations {
  private static final int LONGEST_ID = 200;

  private KeptRegistrations() {}

  /// As clients know ids: three numbers.
  static String freshId(final Instant now) {
    final var random = ThreadLocalRandom.current();
    return now.toEpochMilli()
        + "-"
        + random.nextLong(Long.MAX_VALUE)
        + "-"
        + (1 + random.nextInt(9));
  }

  /// @throws HubRefused when it cannot be the id of a registration
  static String checkedId(final String id) {
    if (id.length() > LONGEST_ID || id.chars().anyMatch(Character::isISOControl)) {
      throw HubRefused.malformed("a registration id has at most " + LONGEST_ID + " characters");
    }
    return id;
  }

  /// What is kept of a registration that an app or a file brings.
  ///
  /// @throws HubRefused when it is too large
  static Entry entry(
      final Hub hub, final String id, final HubRegistration said, final Instant now) {
    HubSizes.check(said);
    final var expires = hub.expires(now);
    final var registration = said.as(id, "", expires.orElse(HubEntries.NEVER));
    return new Entry(
        id,
        Kind.REGISTRATION,
        Bytes.of(document(id, registration, now)),
        expires,
        HubTargets.of(hub, registration, now));
  }

  /// As it is kept. It is written anew and may be longer than what came, with more parts: one that
  /// a reader would not take could never be shown, and would break every list that it is in.
  private static byte[] document(
      final String id, final HubRegistration registration, final Instant now) {
    final var document = AtomRegistrations.entry(new AtomItem("", id, now), registration);
    HubSizes.checkWhole("the registration", document);
    try {
      final var _ = AtomRegistrations.read(document);
    } catch (final HubRefused unreadable) {
      throw HubSizes.tooLarge(
          "the registration as it is kept could not be read again: "
              + unreadable.problem().detail()
              + "; shorten its texts");
    }
    return document;
  }

  /// Its document, with what only the store knows.
  static HubRegistration read(final Versioned kept) {
    final var entry = kept.entry();
    return AtomRegistrations.read(entry.document().toArray())
        .as(entry.id(), Long.toString(kept.version()), entry.expires().orElse(HubEntries.NEVER));
  }

  /// How an entry of either kind stands in a list of registrations; empty when it cannot stand
  /// there.
  static Optional<HubRegistration> shown(final Versioned kept) {
    return switch (kept.entry().kind()) {
      case REGISTRATION -> Optional.of(read(kept));
      case INSTALLATION -> InstallationCalls.asRegistration(kept);
    };
  }

  /// Whether two say the same, whatever their ids, versions and ends.
  static boolean isSame(final HubRegistration one, final HubRegistration other) {
    return one.as("", "", Instant.EPOCH).equals(other.as("", "", Instant.EPOCH));
  }
}

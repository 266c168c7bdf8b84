package dev.reveille.model;

import java.time.Instant;
import java.util.List;

/// An app as its publisher registered it. Credentials are kept apart and can only be written.
///
/// @param bundleId Apple's topic without suffix, or "" when the app has none
/// @param pushlessGenerations client generations that need no push, comma separated, or ""
/// @param access which organisations may bring devices to it
/// @param credentials counts from 1 and grows with every change of the app's credentials or bundle
///   id; the registry counts, and what an app record says to it is not used. [#UNKNOWN_CREDENTIALS]
///   in a record that does not come from the registry
/// @param credentialsChanged when it grew last; [Instant#EPOCH] when that is not known
public record App(
    AppId id,
    OrganisationId publisher,
    String name,
    String bundleId,
    String pushlessGenerations,
    AppAccess access,
    long credentials,
    Instant credentialsChanged) {
  /// Where the number is not known.
  public static final long UNKNOWN_CREDENTIALS = 0;

  /// An app as a publisher describes it, for the publisher's own devices alone.
  public App(
      final AppId id,
      final OrganisationId publisher,
      final String name,
      final String bundleId,
      final String pushlessGenerations) {
    this(
        id, publisher, name, bundleId, pushlessGenerations, new AppAccess.Only(List.of(publisher)));
  }

  /// An app as a publisher describes it.
  public App(
      final AppId id,
      final OrganisationId publisher,
      final String name,
      final String bundleId,
      final String pushlessGenerations,
      final AppAccess access) {
    this(
        id,
        publisher,
        name,
        bundleId,
        pushlessGenerations,
        access,
        UNKNOWN_CREDENTIALS,
        Instant.EPOCH);
  }

  /// Whether devices of this organisation may register under the app. To any other organisation the
  /// app is as if it did not exist.
  public boolean isFor(final OrganisationId organisation) {
    return access.includes(organisation);
  }

  /// Whether this client generation keeps a connection of its own and needs no push.
  public boolean isPushless(final String generation) {
    if (pushlessGenerations.isEmpty()) {
      return false;
    }
    for (final var one : pushlessGenerations.split(",", -1)) {
      if (one.strip().equals(generation)) {
        return true;
      }
    }
    return false;
  }
}

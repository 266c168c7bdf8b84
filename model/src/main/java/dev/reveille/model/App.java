package dev.reveille.model;

/// An app as its publisher registered it. Credentials are kept apart and can only be written.
///
/// @param bundleId Apple's topic without suffix, or "" when the app has none
/// @param pushlessGenerations client generations that need no push, comma separated, or ""
public record App(
    AppId id, OrganisationId publisher, String name, String bundleId, String pushlessGenerations) {

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

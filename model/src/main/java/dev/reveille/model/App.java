package dev.reveille.model;

/// An app as its publisher registered it. Credentials are kept apart and can only be written.
///
/// @param bundleId Apple's topic without suffix, or "" when the app has none
/// @param pushlessGenerations client generations that need no push, comma separated, or ""
public record App(AppId id, OrganisationId publisher, String name, String bundleId, String pushlessGenerations) {}

package dev.reveille.routing.port;

/// What operators, backends and apps keep here, and read and change without routing: users, apps
/// and devices, keys and credentials, settings.
public record Administration(Registry registry, SecretStore secrets, SettingsStore settings) {}

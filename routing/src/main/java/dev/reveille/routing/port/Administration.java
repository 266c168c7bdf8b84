package dev.reveille.routing.port;

/// The stores that operators, backends and apps read and change without routing: users, apps and
/// devices, keys and credentials, settings, domains, passwords and handles.
public record Administration(
    Registry registry,
    SecretStore secrets,
    SettingsStore settings,
    OrganisationDomains domains,
    UserPasswords passwords,
    Handles handles) {}

package dev.reveille.model;

/// Names an installation: one app on one device. Made by the server, unique over organisations.
public record InstallationId(String value) {
  public InstallationId {
    Text.identifier(value, "installation");
  }

  @Override
  public String toString() {
    return value;
  }
}

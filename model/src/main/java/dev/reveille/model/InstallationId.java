package dev.reveille.model;

import org.jspecify.annotations.Nullable;

/// Names an installation: one app on one device. Made by the server, unique over organisations.
public final class InstallationId {
  private final String value;

  /// Made when it is first asked for, since each push needs it. Two threads may each make one:
  /// those are equal.
  private @Nullable TargetKey target;

  public InstallationId(final String value) {
    this.value = Text.identifier(value, "installation");
  }

  public String value() {
    return value;
  }

  /// The installation as what a job is for.
  public TargetKey target() {
    var known = target;
    if (known == null) {
      known = new TargetKey(value);
      target = known;
    }
    return known;
  }

  @Override
  public boolean equals(final @Nullable Object other) {
    return other instanceof final InstallationId id && value.equals(id.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}

package dev.reveille.routing.settings;

import dev.reveille.model.Reason;

/// Thrown when a setting cannot become what was asked; nothing is changed then. The message says
/// what is wrong and, where the reason's remedy does not, what to do. Carries no stack trace: an
/// operator may cause any number.
public final class SettingRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason why;

  SettingRefused(final Reason why, final String message) {
    super(message, null, false, false);
    this.why = why;
  }

  /// A property has a value that it cannot have.
  static SettingRefused of(final String property, final String complaint) {
    return new SettingRefused(Reason.MALFORMED, "values." + property + ": " + complaint);
  }

  public Reason why() {
    return why;
  }
}

package dev.reveille.model;

/// The state that an app reported last. Background, locked, screen off and stopped count as one:
/// suspended.
public enum AppState {
  FOREGROUND,
  SUSPENDED;

  /// Reads an app's own word. Any one of `background`, `locked`, `screen-off`, `suspended` and
  /// `stopped` is suspended.
  ///
  /// @throws IllegalArgumentException for another word
  public static AppState of(final String word) {
    return switch (word) {
      case "foreground" -> FOREGROUND;
      case "suspended", "background", "locked", "screen-off", "stopped" -> SUSPENDED;
      default ->
          throw new IllegalArgumentException(
              "state must be foreground, background, locked, screen-off, suspended or stopped, not "
                  + word);
    };
  }
}

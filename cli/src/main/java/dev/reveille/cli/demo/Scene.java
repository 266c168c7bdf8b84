package dev.reveille.cli.demo;

import java.time.Duration;

/// The result of one scene of the demonstration.
///
/// @param event whose trail tells more; "" when the scene had none
/// @param after how long the main thing took; zero when nothing was measured
record Scene(
    String title, String expected, String happened, boolean held, String event, Duration after) {

  /// Something else happened than what was expected; the message says what.
  static final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Mismatch(final String happened) {
      super(happened);
    }
  }
}

package dev.reveille.simulators.browser;

import java.util.Locale;

/// How the simulated Web Push service treats requests for receipts (RFC 8030 section 5.1).
public enum ReceiptMode {
  /// As the services of the browsers' makers: a wish for one is ignored.
  NONE,
  /// Each acknowledgement is told, by server push.
  TOLD,
  /// The same, and before each of them one of a message that was never pushed.
  FOREIGN,
  /// A GET of the receipt subscription is met with promises of such messages without end.
  FLOOD,
  /// Receipts are promised and never told.
  NEVER,
  /// The receipt subscription is said to be at another origin.
  ELSEWHERE;

  static ReceiptMode of(final String option, final String word) {
    for (final var mode : values()) {
      if (mode.word().equals(word)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        option + " must be none, told, foreign, flood, never or elsewhere, not \"" + word + "\"");
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

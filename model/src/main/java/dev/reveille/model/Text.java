package dev.reveille.model;

/// Checks that identifiers share, so that each says the same words about the same mistake.
final class Text {
  static final int LONGEST_IDENTIFIER = 256;

  private Text() {}

  /// Requires 1 to 256 characters without control characters; `what` names the field.
  static String identifier(final String value, final String what) {
    if (value.isEmpty() || value.length() > LONGEST_IDENTIFIER) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + LONGEST_IDENTIFIER + " characters, not " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw new IllegalArgumentException(what + " must not hold control characters");
      }
    }
    return value;
  }
}

package dev.reveille.model;

/// Checks the text of identifiers, so that all of them have the same limits and the same messages:
/// 1 to [#LONGEST_IDENTIFIER] characters, no control characters, no lone surrogates.
final class Text {
  static final int LONGEST_IDENTIFIER = 256;

  private Text() {}

  /// Requires 1 to 256 characters without control characters; `what` names the field. Half a
  /// surrogate pair is refused: no encoding can carry it, so two identifiers would become one.
  static String identifier(final String value, final String what) {
    if (value.isEmpty() || value.length() > LONGEST_IDENTIFIER) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + LONGEST_IDENTIFIER + " characters, not " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      final char c = value.charAt(i);
      if (Character.isISOControl(c)) {
        throw new IllegalArgumentException(what + " must not hold control characters");
      }
      if (Character.isSurrogate(c)) {
        if (i + 1 == value.length() || !Character.isSurrogatePair(c, value.charAt(i + 1))) {
          throw new IllegalArgumentException(what + " holds half a surrogate pair: no character");
        }
        i++;
      }
    }
    return value;
  }
}

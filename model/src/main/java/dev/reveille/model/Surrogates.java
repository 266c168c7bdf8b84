package dev.reveille.model;

/// Finds lone surrogates (half of a UTF-16 pair) in text and replaces them by U+FFFD. JSON can
/// write them (`\ud800`), but no encoding can carry them: a strict reader would refuse the whole
/// frame, and the store would keep a question mark. Identifiers that contain one are refused; in
/// free text they are replaced when it is handed in, so that frames, store and pushes carry the
/// same.
public final class Surrogates {
  private static final char REPLACEMENT = '\uFFFD';

  private Surrogates() {}

  /// Whether there is a half in a text.
  public static boolean halfIn(final String text) {
    return firstHalf(text) >= 0;
  }

  /// The text with U+FFFD for each half; the same object when there is none.
  public static String mended(final String text) {
    int half = firstHalf(text);
    if (half < 0) {
      return text;
    }
    final var mended = text.toCharArray();
    for (; half < mended.length; half++) {
      if (isPair(text, half)) {
        half++;
      } else if (Character.isSurrogate(mended[half])) {
        mended[half] = REPLACEMENT;
      }
    }
    return new String(mended);
  }

  private static int firstHalf(final String text) {
    if (Ascii.isAll(text)) { // as nearly all text is
      return -1;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!isPair(text, i)) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private static boolean isPair(final String text, final int at) {
    return at + 1 < text.length()
        && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
  }
}

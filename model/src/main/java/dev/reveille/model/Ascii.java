package dev.reveille.model;

/// Tests text for ASCII and copies it as bytes: such text has the same bytes in UTF-8, so that no
/// encoder and no array of its own is needed. JSON still escapes some of it (quotes, backslashes,
/// control characters). It is on the path of every event; with an array for each text these arrays
/// were a tenth of all memory that an event took (measured).
public final class Ascii {
  private Ascii() {}

  /// Looks at every character, without a branch for each.
  public static boolean isAll(final String text) {
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      all |= text.charAt(i);
    }
    return all < 0x80;
  }

  /// Copies the first characters of a text that is ASCII up to there.
  ///
  /// The deprecated method does just what is wanted: it takes the low byte of each character, which
  /// is one copy of memory.
  @SuppressWarnings("deprecation")
  public static void copy(final String text, final int count, final byte[] to, final int at) {
    text.getBytes(0, count, to, at);
  }
}

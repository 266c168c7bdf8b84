package dev.reveille.model;

/// The quick way for text that is ASCII, as identifiers and most words are: its characters are its
/// bytes in UTF-8 and in JSON. Measured: encoding each text into an array of its own was a tenth of
/// all memory that an event took.
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

package dev.reveille.model;

/// Finds characters that let a text change how the line around it is shown: control characters,
/// line and paragraph separators, and the marks that embed, override or isolate a direction (UAX
/// #9). The marks that only hint at one (U+200E, U+200F, U+061C) are allowed, because they belong
/// to names as people write them.
public final class UnsafeCharacters {
  private UnsafeCharacters() {}

  /// Whether there is one in a text.
  public static boolean in(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (is(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /// Whether this is one.
  public static boolean is(final char c) {
    return c < 0x20
        || c >= 0x7F && c < 0xA0
        || c >= 0x2028 && c <= 0x202E
        || c >= 0x2066 && c <= 0x2069;
  }
}

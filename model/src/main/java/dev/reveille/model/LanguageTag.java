package dev.reveille.model;

import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.regex.Pattern;

/// A language as systems write it, in the canonical form of BCP 47: `pt_BR.UTF-8` is `pt-BR`.
///
/// Apps hand on what their system says: tags, the names of POSIX (`de_DE@euro`) and of Java
/// (`zh_TW_#Hant`). None of them may cost a phone its registration, so what is no language reads as
/// "", which means the default: `C`, `POSIX`, `und`, and what no rule can read.
public final class LanguageTag {
  /// RFC 5646 §4.4.1: a tag of this length holds all that tells languages apart.
  private static final int LONGEST = 35;

  /// What is looked at; the rest of a longer text cannot be part of the tag.
  private static final int MOST_READ = 256;

  /// Language, region and script as `java.util.Locale#toString` writes them.
  private static final Pattern JAVA =
      Pattern.compile("([A-Za-z]{2,8})_([A-Za-z0-9]{0,3})_*#([A-Za-z]{4})(_.*)?");

  private LanguageTag() {}

  /// The canonical form; "" for the default.
  public static String canonical(final String written) {
    if (isPlain(written)) {
      return written;
    }
    final var text = written.length() > MOST_READ ? written.substring(0, MOST_READ) : written;
    final var posix = text.strip().split("[.@]", 2)[0];
    final var java = JAVA.matcher(posix);
    final var ordered =
        java.matches() ? java.group(1) + "-" + java.group(3) + "-" + java.group(2) : posix;
    final var tag = ordered.replace('_', '-').replaceAll("-+", "-").replaceAll("^-|-$", "");
    if (tag.equalsIgnoreCase("c") || tag.equalsIgnoreCase("posix")) {
      return "";
    }
    // what is not well formed ends the tag: all before it counts
    final var locale = Locale.forLanguageTag(tag);
    return locale.getLanguage().isEmpty() ? "" : shortened(locale.toLanguageTag());
  }

  /// The canonical form of a language that was chosen with care, where a mistake must be said.
  ///
  /// @throws IllegalArgumentException when it is no language
  public static String strict(final String written) {
    try {
      final var locale = new Locale.Builder().setLanguageTag(written.replace('_', '-')).build();
      if (!locale.getLanguage().isEmpty()) {
        return shortened(locale.toLanguageTag());
      }
    } catch (IllformedLocaleException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "\"" + written + "\" is no language tag like en, de-AT or zh-Hant");
  }

  /// The form that nearly all devices send, told without making a locale: two letters, or two and a
  /// region. The two-letter names that have a newer one are left to the slow way.
  private static boolean isPlain(final String tag) {
    final int length = tag.length();
    return length == 0
        || (length == 2 || length == 5 && tag.charAt(2) == '-' && isUpper(tag, 3))
            && isLower(tag.charAt(0))
            && isLower(tag.charAt(1))
            && !tag.startsWith("iw")
            && !tag.startsWith("in")
            && !tag.startsWith("ji");
  }

  private static boolean isUpper(final String text, final int at) {
    return text.charAt(at) >= 'A'
        && text.charAt(at) <= 'Z'
        && text.charAt(at + 1) >= 'A'
        && text.charAt(at + 1) <= 'Z';
  }

  private static boolean isLower(final char c) {
    return c >= 'a' && c <= 'z';
  }

  /// Whole subtags only; a single letter introduces what follows and goes with it.
  private static String shortened(final String tag) {
    if (tag.length() <= LONGEST) {
      return tag;
    }
    var kept = tag.substring(0, tag.lastIndexOf('-', LONGEST));
    while (kept.length() > 2 && kept.charAt(kept.length() - 2) == '-') {
      kept = kept.substring(0, kept.length() - 2);
    }
    return kept;
  }
}

package dev.reveille.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A word that a registration carries and that sends select by.
///
/// 1 to 120 letters and digits of any script and `_ @ # . : -`. Two special forms name what a
/// registration belongs to: `$InstallationId:{x}` and `$UserId:{x}`, where x has up to 120 of the
/// same characters and `=`. Compared without regard to case, by [#folded]; kept as it was written.
public record Tag(String value) {
  /// Of a tag, and of what stands in the braces of a special one. In UTF-16 units.
  public static final int LONGEST = 120;

  private static final String INSTALLATION = "$InstallationId:{";
  private static final String USER = "$UserId:{";
  private static final String MARKS = "_@#.:-";

  public Tag {
    final int begin = inside(value);
    final boolean isSpecial = begin > 0;
    if (value.startsWith("$") && !(isSpecial && value.endsWith("}"))) {
      throw new IllegalArgumentException(
          "a tag that begins with $ is $InstallationId:{...} or $UserId:{...}");
    }
    final int end = isSpecial ? value.length() - 1 : value.length();
    if (end <= begin || end - begin > LONGEST) {
      throw new IllegalArgumentException(
          "a tag must have 1 to " + LONGEST + " characters, not " + Math.max(end - begin, 0));
    }
    for (int at = begin; at < end; at += Character.charCount(value.codePointAt(at))) {
      final int point = value.codePointAt(at);
      if (!isPart(point) && !(isSpecial && point == '=')) {
        throw new IllegalArgumentException(
            "a tag must hold letters, digits and _ @ # . : - only; character "
                + (at + 1)
                + " is another");
      }
    }
  }

  /// The tag that all targets of an installation carry.
  ///
  /// @throws IllegalArgumentException when an id has characters that a tag cannot hold
  public static Tag ofInstallation(final String id) {
    return new Tag(INSTALLATION + id + "}");
  }

  /// The tag that all targets of a user carry.
  ///
  /// @throws IllegalArgumentException when an id has characters that a tag cannot hold
  public static Tag ofUser(final String id) {
    return new Tag(USER + id + "}");
  }

  /// Whether it is one of the special forms: the server gives them to installations, and clients of
  /// registrations write them themselves.
  public boolean isSpecial() {
    return inside(value) > 0;
  }

  /// What is compared and looked up: the tag in lower case.
  public String folded() {
    return value.toLowerCase(Locale.ROOT);
  }

  /// Whether a tag may hold it.
  static boolean isPart(final int point) {
    return Character.isLetterOrDigit(point) || MARKS.indexOf(point) >= 0;
  }

  /// Where the part in braces of a special form begins; 0 when it is none.
  static int inside(final String text) {
    for (final var form : new String[] {INSTALLATION, USER}) {
      if (text.regionMatches(true, 0, form, 0, form.length())) {
        return form.length();
      }
    }
    return 0;
  }

  @Override
  public boolean equals(final @Nullable Object other) {
    return other instanceof final Tag tag && folded().equals(tag.folded());
  }

  @Override
  public int hashCode() {
    return folded().hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}

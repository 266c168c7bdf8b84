package dev.reveille.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Names a notification hub inside its namespace, as the first segment of its addresses.
///
/// 1 to 64 letters and digits of ASCII, periods, hyphens and underscores, the first a letter or
/// digit. Azure takes 260; 64 is what fits beside a namespace into the names of jobs, and no known
/// hub has more. Compared without regard to case, as addresses are; kept as it was written.
public record HubName(String value) {
  /// In characters.
  public static final int LONGEST = 64;

  private static final String MARKS = ".-_";

  public HubName {
    if (value.isEmpty() || value.length() > LONGEST) {
      throw new IllegalArgumentException(
          "hub must have 1 to " + LONGEST + " characters, not " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      final char c = value.charAt(i);
      final boolean isMark = i > 0 && MARKS.indexOf(c) >= 0;
      if (!isMark && !(c < 0x80 && Character.isLetterOrDigit(c))) {
        throw new IllegalArgumentException(
            "hub must hold letters, digits, periods, hyphens and underscores, and begin with a"
                + " letter or digit; character "
                + (i + 1)
                + " is another");
      }
    }
  }

  /// What is compared and looked up: the name in lower case.
  public String folded() {
    return value.toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean equals(final @Nullable Object other) {
    return other instanceof final HubName name && folded().equals(name.folded());
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

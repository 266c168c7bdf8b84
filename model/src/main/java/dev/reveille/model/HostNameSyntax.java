package dev.reveille.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Host names and domains as RFC 1123 (2.1) writes them: labels of ASCII letters, digits and
/// dashes. Names of other scripts are given in their ASCII form (`xn--`), addresses are none.
public final class HostNameSyntax {
  private static final int LONGEST = 253;
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final Pattern NAME = Pattern.compile("(?:" + LABEL + "\\.)*" + LABEL);
  private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?[0-9]+");

  private HostNameSyntax() {}

  /// The name in lower case, without the dot of the root; empty for what is none.
  public static Optional<String> canonical(final String text) {
    final var name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return name.length() <= LONGEST
            && NAME.matcher(name).matches()
            && !ENDS_IN_NUMBER.matcher(name).matches()
        ? Optional.of(name.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }
}

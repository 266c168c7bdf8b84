package dev.reveille.cli.command;

import java.util.ArrayList;
import java.util.regex.Pattern;

/// Lets ids that begin with a hyphen be given as they are: ids of notifications and handles are of
/// base64url, and each sixty-fourth of them does. No option is as long with a single hyphen.
final class DashedNames {
  private static final Pattern DASHED = Pattern.compile("-[A-Za-z0-9_-]{19,}");

  private DashedNames() {}

  /// The arguments with such ids behind `--`, where nothing is taken for an option. One that
  /// follows an option is its value, and stays.
  static String[] atTheEnd(final String... arguments) {
    final var others = new ArrayList<String>(arguments.length + 1);
    final var ids = new ArrayList<String>(1);
    String before = "";
    for (final var one : arguments) {
      if (one.equals("--")) {
        return arguments; // the caller knows
      }
      final boolean isId =
          DASHED.matcher(one).matches() && one.charAt(1) != '-' && !before.startsWith("-");
      (isId ? ids : others).add(one);
      before = one;
    }
    if (ids.isEmpty()) {
      return arguments;
    }
    others.add("--");
    others.addAll(ids);
    return others.toArray(String[]::new);
  }
}

package dev.reveille.server;

import java.util.Locale;

/// Compares words for "did you mean".
final class Words {
  private Words() {}

  /// How many letters must be changed, added or left out to make one word of the other.
  static int distance(final String one, final String other) {
    final var a = one.toLowerCase(Locale.ROOT);
    final var b = other.toLowerCase(Locale.ROOT);
    var before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      final var row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        final int swap = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, Math.min(before[j], row[j - 1]) + 1);
      }
      before = row;
    }
    return before[b.length()];
  }
}

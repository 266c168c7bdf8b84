package dev.reveille.http.routes;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the known word that an unknown one is probably a misspelling of, for error messages.
/// Thread-safe.
public final class SpellingSuggestion {
  private static final int LONGEST = 64;

  private SpellingSuggestion() {}

  /// A sentence about an unknown word: with the nearest known one, or with all when none is near.
  public static String hint(final String word, final Collection<String> known) {
    return of(word, known)
        .map(best -> "did you mean " + best + "?")
        .orElseGet(() -> "known are " + String.join(", ", known.stream().sorted().toList()));
  }

  /// The nearest known word, unless more than half of the letters would have to change.
  public static Optional<String> of(final String word, final Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    final var lower = word.toLowerCase(Locale.ROOT);
    String best = "";
    int least = Math.max(2, word.length() / 2) + 1;
    for (final var candidate : known) {
      final int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /// How many letters have to be put in, taken out or changed.
  private static int distance(final String a, final String b) {
    var before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      final var now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        final int change = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(change, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[b.length()];
  }
}

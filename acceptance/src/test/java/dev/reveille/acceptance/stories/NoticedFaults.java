package dev.reveille.acceptance.stories;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The faults that a server noticed in itself: lines of its log at level SEVERE or ERROR, and the
/// counter on its page for Prometheus. There are none, but for those that a story provokes and
/// announces, each with its words and how often.
final class NoticedFaults {
  private static final Pattern LINE = Pattern.compile("(?m)^(?:\\S+ )?(?:SEVERE|ERROR)[: ].*$");
  private static final Pattern COUNTED =
      Pattern.compile("(?m)^reveille_faults_total(?:\\{[^}]*})? (\\S+)$");

  private final Map<String, Integer> announced = new LinkedHashMap<>();
  private int counted;

  /// The log will have exactly so many lines of a fault with these words.
  void announce(final String words, final int lines) {
    announced.merge(words, lines, Integer::sum);
  }

  /// The counter will show so many.
  void announceCounted(final int faults) {
    counted += faults;
  }

  /// What is more or less than announced; empty when all is well.
  List<String> inLog(final String log) {
    final var found = new ArrayList<String>();
    final var seen = new LinkedHashMap<String, Integer>();
    for (final var match : LINE.matcher(log).results().toList()) {
      final var words = announced.keySet().stream().filter(match.group()::contains).findFirst();
      words.ifPresentOrElse(
          some -> seen.merge(some, 1, Integer::sum),
          () -> found.add("the log has a fault: " + match.group()));
    }
    announced.forEach((words, lines) -> {
      if (seen.getOrDefault(words, 0) != lines.intValue()) {
        found.add(
            "the log has "
                + seen.getOrDefault(words, 0)
                + " faults with '"
                + words
                + "', announced were "
                + lines);
      }
    });
    return found;
  }

  List<String> inMetrics(final String page) {
    final var values = COUNTED.matcher(page).results().toList();
    if (values.isEmpty()) {
      return List.of("the metrics have no reveille_faults_total");
    }
    final double sum = values.stream().mapToDouble(one -> Double.parseDouble(one.group(1))).sum();
    return sum == counted
        ? List.of()
        : List.of("reveille_faults_total is " + sum + ", announced were " + counted);
  }
}

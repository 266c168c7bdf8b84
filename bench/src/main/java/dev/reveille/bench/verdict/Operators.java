package dev.reveille.bench.verdict;

import dev.reveille.bench.verdict.Evidence.Said;
import java.util.ArrayList;
import java.util.List;

/// Checks what operators read (logs, metrics, trails): it must hold no content and report no fault.
/// Pure functions.
final class Operators {
  private Operators() {}

  static List<String> content(final Evidence evidence) {
    final var found = new ArrayList<String>();
    for (final var said : evidence.said()) {
      found.addAll(evidence.scan().find(said.where(), said.text()));
    }
    return found;
  }

  static List<String> faults(final Evidence evidence) {
    final var found = new ArrayList<String>();
    for (final var said : evidence.said()) {
      found.addAll(ContentScan.faults(said.where(), said.text()));
      if (said.where().equals(Said.METRICS) && !said.text().contains(ContentScan.FAULTS_TOTAL)) {
        found.add("the metrics do not count faults: " + said.text().lines().findFirst().orElse(""));
      }
    }
    return found;
  }
}

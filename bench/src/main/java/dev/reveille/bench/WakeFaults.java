package dev.reveille.bench;

import java.io.IOException;
import java.util.List;

/// The faults of a server under the load of `bench wake`.
///
/// @param server its name in the report
/// @param events what did not come exactly once to each of its phones, of each load
/// @param violations rules of the live protocol that the server broke, as the held phones saw it
record WakeFaults(String server, List<ArrivalTimes.Faults> events, List<String> violations) {
  private static final int VIOLATIONS_SHOWN = 5;

  private String eventsNotOnce() {
    return server + ", events not exactly once at each phone";
  }

  /// As goals, which no slow machine makes void.
  void tell(final Report report) {
    int faults = 0;
    for (final var found : events) {
      faults += found.count();
      if (found.count() > 0) {
        report.remark(server + ": " + found);
      }
    }
    report.none(eventsNotOnce(), faults);
    violations.stream()
        .limit(VIOLATIONS_SHOWN)
        .forEach(violation -> report.remark(server + ", violation: " + violation));
    report.none(server + ", violations", violations.size());
  }

  /// For turns that end without a report.
  ///
  /// @throws IOException when there is a fault of any kind
  void mustBeNone() throws IOException {
    for (final var found : events) {
      if (found.count() > 0) {
        throw new IOException(eventsNotOnce() + ": " + found);
      }
    }
    if (!violations.isEmpty()) {
      throw new IOException(
          server + ", " + violations.size() + " violations, the first: " + violations.getFirst());
    }
  }
}

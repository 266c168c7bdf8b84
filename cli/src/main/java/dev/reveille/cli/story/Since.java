package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// Prints moments as the time that passed since the event was accepted.
record Since(Instant start) {

  /// `+2.4 ms`, `+381 ms`, `+1.507 s`, `+2 min 5 s`; "" when the moment is missing.
  String at(final JsonNode moment) {
    return moment.isMissingNode()
        ? ""
        : "+" + inWords(Duration.between(start, Instant.parse(moment.asText())));
  }

  /// The same without the plus: how long it took.
  String after(final JsonNode moment) {
    return inWords(Duration.between(start, Instant.parse(moment.asText())));
  }

  static String inWords(final Duration duration) {
    final double millis = duration.toNanos() / 1e6;
    if (Math.abs(millis) < 10) {
      return String.format(Locale.ROOT, "%.1f ms", millis);
    }
    if (millis < 1_000) {
      return String.format(Locale.ROOT, "%.0f ms", millis);
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.3f s", millis / 1_000);
    }
    if (duration.toHours() < 1) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return duration.toHours() + " h " + duration.toMinutesPart() + " min";
  }
}

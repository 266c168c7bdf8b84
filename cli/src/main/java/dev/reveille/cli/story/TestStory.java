package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Table;

/// Tells the report of a synthetic test as people read it.
public final class TestStory {
  private TestStory() {}

  public static String of(final JsonNode report) {
    final var text = new StringBuilder();
    line(text, "TargetFqdn", report.path("targetFqdn").asText());
    if (report.has("result")) {
      line(text, "Result", report.path("result").asText());
    }
    line(text, "Latency", report.path("latency").asText());
    line(text, "Error", report.path("error").asText());
    line(text, "Diagnosis", report.path("diagnosis").asText());
    final var table = new Table("STEP", "STATE", "");
    report
        .path("steps")
        .forEach(step ->
            table.row(
                step.path("step").asText(),
                step.path("state").asText(),
                step.path(step.has("found") ? "found" : "meaning").asText()));
    text.append('\n').append(table);
    if (report.hasNonNull("remedy")) {
      text.append("\nFound by ").append(report.path("source").asText());
      text.append(" (").append(report.path("code").asInt()).append("). Remedy: ");
      text.append(report.path("remedy").asText());
    }
    return text.toString();
  }

  private static void line(final StringBuilder text, final String name, final String value) {
    text.append("%-10s : %s".formatted(name, value).stripTrailing()).append('\n');
  }
}

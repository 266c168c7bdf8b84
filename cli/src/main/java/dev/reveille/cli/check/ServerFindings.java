package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Api;
import java.util.ArrayList;
import java.util.List;

/// Asks the server for the mistakes that only it can see, such as proxies that do not answer it.
final class ServerFindings {
  private final Api api;

  ServerFindings(final Api api) {
    this.api = api;
  }

  List<Finding> find() {
    final var findings = new ArrayList<Finding>();
    for (final JsonNode each : api.get("findings").path("findings")) {
      findings.add(
          new Finding(
              each.path("severity").asText().equals("error")
                  ? Finding.Severity.ERROR
                  : Finding.Severity.NOTE,
              each.path("id").asText(),
              each.path("about").asText(),
              each.path("sentence").asText(),
              each.path("remedy").asText()));
    }
    return findings;
  }
}

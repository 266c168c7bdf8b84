package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;

/// Finds users whose names or addresses could be mistaken for each other.
final class UserChecks {
  private final Api api;

  UserChecks(final Api api) {
    this.api = api;
  }

  List<Finding> find() {
    final var findings = new ArrayList<Finding>();
    for (final JsonNode group : Json.elements(api.get("users?alike=true").path("alike")).toList()) {
      final var spellings = new ArrayList<String>();
      for (final JsonNode each : group.path("spellings")) {
        final String user = each.path("user").asText();
        final String spelling = each.path("spelling").asText();
        spellings.add(spelling.equals(user) ? user : spelling + " of " + user);
      }
      findings.add(
          Finding.wrong(
              "users-alike",
              String.join(", ", spellings),
              "These words name different users and are compared as equal, so each finds its user"
                  + " by this exact spelling only; any other spelling finds no user.",
              "Give all but one of them another name or address: make a user anew under another"
                  + " name (`reveille users add`, `reveille users remove`), or change the addresses"
                  + " (`reveille users set`)."));
    }
    return findings;
  }
}

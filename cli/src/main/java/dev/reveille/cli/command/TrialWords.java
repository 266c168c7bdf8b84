package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

/// Prints the result of a trial push.
final class TrialWords {
  private TrialWords() {}

  static String of(final JsonNode trial) {
    final String theirs = trial.path("theirWords").asText("");
    final String said = theirs.isEmpty() ? "" : " (" + theirs + ")";
    return trial.path("taken").asBoolean()
        ? "A push would be taken" + said + "."
        : trial.path("code").asText()
            + ": "
            + trial.path("title").asText()
            + said
            + "\n"
            + trial.path("remedy").asText();
  }
}

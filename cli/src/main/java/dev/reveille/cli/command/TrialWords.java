package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

/// What a push service said to a trial, as people read it.
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

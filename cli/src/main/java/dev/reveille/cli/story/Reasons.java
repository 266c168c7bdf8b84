package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// Prints a reason as the server words it.
final class Reasons {
  private Reasons() {}

  /// The sentence with its code, so that it can be looked up: `…. (RV-302)`.
  static String sentence(final JsonNode reason) {
    return reason.isMissingNode()
        ? ""
        : reason.path("sentence").asText() + " (" + reason.path("code").asText() + ")";
  }

  /// The same, with what is known of its cause: `…. (RV-215, refused: …)`.
  static String sentence(final JsonNode reason, final JsonNode cause) {
    return cause.isMissingNode()
        ? sentence(reason)
        : reason.path("sentence").asText()
            + " "
            + cause.path("sentence").asText()
            + " ("
            + reason.path("code").asText()
            + ", "
            + cause.path("word").asText()
            + ")";
  }

  static Optional<String> remedy(final JsonNode reason) {
    final String remedy = reason.path("remedy").asText("");
    return remedy.isEmpty() ? Optional.empty() : Optional.of("Remedy: " + remedy);
  }
}

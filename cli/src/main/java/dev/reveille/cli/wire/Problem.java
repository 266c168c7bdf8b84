package dev.reveille.cli.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;

/// Turns a server's refusal (`application/problem+json`) into the [Failure] of a command.
final class Problem {
  private static final String NO_KEY = "RV-107";

  private Problem() {}

  static Failure of(final int status, final String body, final boolean withKey) {
    final JsonNode problem = read(body);
    final String title = problem.path("title").asText("");
    if (title.isEmpty()) {
      return Failure.no(
          "The server answered " + status + " and did not say why.",
          "Check that the address is one of a Reveille server.");
    }
    if (NO_KEY.equals(problem.path("code").asText("")) && !withKey) {
      return Failure.no(
          sentence(problem),
          "Give a key with --key or REVEILLE_KEY, or name the server's data directory with --data"
              + " or REVEILLE_DATA. If its client.json is lost, stop the server and run `reveille"
              + " keys add --data DIR --offline`.");
    }
    return Failure.no(sentence(problem), remedy(problem));
  }

  private static String sentence(final JsonNode problem) {
    final String detail = problem.path("detail").asText("");
    final String code = problem.path("code").asText("");
    final String title = problem.path("title").asText();
    final String said =
        detail.isEmpty() ? title : withoutStop(title) + ": " + withoutStop(detail) + ".";
    return said + (code.isEmpty() ? "" : " (" + code + ")");
  }

  private static String withoutStop(final String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private static String remedy(final JsonNode problem) {
    final String remedy = problem.path("remedy").asText("");
    final int seconds = problem.path("retryAfter").asInt(0);
    if (seconds == 0) {
      return remedy;
    }
    return (remedy + " Try again in " + seconds + " s.").strip();
  }

  private static JsonNode read(final String body) {
    try {
      return Json.read(body);
    } catch (IllegalArgumentException e) {
      return Json.object();
    }
  }
}

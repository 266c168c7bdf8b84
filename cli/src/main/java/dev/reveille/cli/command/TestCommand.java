package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.story.TestStory;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `reveille test`: synthetic tests of the way to partners and to the clearing house.
@Command(
    name = "test",
    description = "Tries the way to partners and to the clearing house; no user is disturbed.",
    footer = {
      "",
      "The exit status is 0 when the test succeeds and 1 when it does not.",
      "",
      "Examples:",
      "  reveille test push",
      "  reveille test federation --domain push.example",
      "  reveille test push --json"
    })
final class TestCommand {
  private static final String SUCCESS = "Success";

  private final Session session;

  TestCommand(final Session session) {
    this.session = session;
  }

  @Command(
      name = "federation",
      description = "Whether the server of a domain answers us as a partner.")
  int federation(
      @Option(
              names = "--domain",
              paramLabel = "DOMAIN",
              required = true,
              description = "the partner's domain")
          final String domain) {
    return run("tests/federation", Json.object().put("domain", domain));
  }

  @Command(
      name = "push",
      description = "Whether a push would pass to the clearing house that the settings name.")
  int push() {
    return run("tests/push", Json.object());
  }

  private int run(final String path, final JsonNode body) {
    final var found = new boolean[1];
    session.show(
        api -> {
          final var report = api.post(path, body);
          found[0] = report.path("result").asText().equals(SUCCESS);
          return report;
        },
        TestStory::of);
    return found[0] ? Failure.DONE : Failure.NO;
  }
}

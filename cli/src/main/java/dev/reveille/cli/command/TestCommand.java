package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.story.TestStory;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.HiddenInput;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `reveille test`: synthetic tests of the way to partners and to the clearing house, and of the
/// way of phones through the edge.
@Command(
    name = "test",
    description =
        "Tries the way to partners, to the clearing house and of phones; no user is disturbed.",
    footer = {
      "",
      "The exit status is 0 when the test succeeds and 1 when it does not.",
      "",
      "Examples:",
      "  reveille test push",
      "  reveille test push --platform",
      "  reveille test federation --domain push.example",
      "  reveille test edge --user sip:anna@example.org --password-file anna.password",
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
      name = "edge",
      description = {
        "Whether a user can sign in through the edge, as a phone does.",
        "The password is typed without being shown, piped in, or in a file; it is not kept."
      })
  int edge(
      @Option(
              names = "--user",
              paramLabel = "SIP",
              required = true,
              description = "the user's SIP address")
          final String user,
      @Option(
              names = "--password-file",
              paramLabel = "FILE",
              defaultValue = "",
              description = "it holds the password, on one line")
          final String file,
      @Option(
              names = "--pool",
              paramLabel = "FQDN",
              defaultValue = "",
              description =
                  "a pool of the topology, named as the target; this server's unless said")
          final String pool,
      @Option(
              names = "--algorithm",
              paramLabel = "NAME",
              defaultValue = "",
              description = "SHA-256 or MD5; the best that is offered unless said")
          final String algorithm) {
    final var body = Json.object().put("user", user).put("password", password(user, file));
    if (!pool.isEmpty()) {
      body.put("pool", pool);
    }
    if (!algorithm.isEmpty()) {
      body.put("algorithm", algorithm);
    }
    return run("tests/edge", body);
  }

  private String password(final String user, final String file) {
    return file.isEmpty()
        ? HiddenInput.known(session.here(), "password of " + user, "--password-file")
        : HiddenInput.withoutLineEnd(session.content(file));
  }

  @Command(
      name = "push",
      description = "Whether a push would pass to the clearing house that the settings name.")
  int push(
      @Option(
              names = "--platform",
              description = "the clearing house tries its keys at Apple and Google, too")
          final boolean platform) {
    return run("tests/push", platform ? Json.object().put("platform", true) : Json.object());
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

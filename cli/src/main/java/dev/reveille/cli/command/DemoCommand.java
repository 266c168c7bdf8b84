package dev.reveille.cli.command;

import dev.reveille.cli.demo.Demo;
import dev.reveille.cli.terminal.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `reveille demo`: plays the behaviour table with a server, simulators and phones of its own.
@Command(
    name = "demo",
    header = "All of it at once, played for you.",
    description = {
      "Starts a server, the push services of Apple and Google (simulated) and three phones, plays",
      "the behaviour table (every kind of phone, in every state), a notification hub and a home"
          + " that",
      "pushes through a clearing house, and explains some of it. It needs nothing and leaves"
          + " nothing",
      "behind.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  reveille demo",
      "  reveille demo --story hubs",
      "  reveille demo --story federation",
      "  reveille demo --exit && echo it works"
    })
final class DemoCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--exit",
      description = "end after the last scene: 0 if everything went as expected, otherwise 1")
  private boolean exit;

  @Option(
      names = "--story",
      paramLabel = "hubs|federation",
      description = {
        "only this: `hubs`, a notification hub and what `explain` says of it; `federation`, a home",
        "without keys, its edge and a clearing house"
      })
  private String story = "";

  DemoCommand(final Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    final var play =
        switch (story) {
          case "" -> Demo.Play.ALL;
          case "hubs" -> Demo.Play.HUBS;
          case "federation" -> Demo.Play.FEDERATION;
          default ->
              throw Failure.misuse(
                  "There is no story " + story + ".", "There are: hubs, federation.");
        };
    return Demo.run(session.here(), play, !exit) ? Failure.DONE : Failure.NO;
  }
}

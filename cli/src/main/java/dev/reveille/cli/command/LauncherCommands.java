package dev.reveille.cli.command;

import dev.reveille.cli.terminal.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/// The programs that the launcher script starts itself (`serve`, `bench`, `simulate`); they are
/// commands here only so that the help lists them.
sealed interface LauncherCommands extends Runnable {

  @Command(
      name = "serve",
      header = "The server.",
      description = {
        "Prints its addresses and its data directory when it is ready.",
        "  --data DIR            where it keeps everything (./data)",
        "  --config FILE         what it needs to start, when the defaults do not suit",
        "  --api-port, --device-port, --metrics-port N     0 takes a free port"
      },
      footer = {"", "Example:", "  reveille serve --data /var/lib/reveille"})
  final class Serve extends Launched implements LauncherCommands {}

  @Command(
      name = "bench",
      description = {
        "Measurements; without a name: which there are.",
        "  --json      for machines"
      })
  final class Bench extends Launched implements LauncherCommands {}

  @Command(
      name = "simulate",
      description =
          "Stand-ins for trying out: `simulate apple`, `google`, `microsoft`, `browser`, `phone`.")
  final class Simulate extends Launched implements LauncherCommands {}

  /// What they share when they are called past the launcher.
  abstract sealed class Launched implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Unmatched private String[] others = {};

    @Override
    public void run() {
      throw Failure.missing(
          "\""
              + String.join(" ", spec.name(), String.join(" ", others)).strip()
              + "\" is a program of its own.",
          "Start it with the launcher: ./reveille " + spec.name());
    }
  }
}

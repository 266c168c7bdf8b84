package dev.reveille.cli;

import dev.reveille.cli.command.Commands;
import dev.reveille.cli.terminal.CommandEnvironment;

/// The `reveille` command.
public final class Main {
  private Main() {}

  static void main(final String... arguments) {
    System.exit(Commands.run(CommandEnvironment.ofProcess(), arguments));
  }
}

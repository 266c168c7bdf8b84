package dev.reveille.cli.command;

import dev.reveille.cli.terminal.Failure;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `reveille help`: prints the help of a command, or the list of all.
@Command(
    name = "help",
    description = "Says how a command is used.",
    footer = {"", "Example:", "  reveille help send call"})
final class HelpCommand implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "and its further words")
  private List<String> words = List.of();

  HelpCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    CommandLine command = Commands.of(session.here());
    for (final String word : words) {
      final CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw Failure.misuse(
            "There is no command \"" + String.join(" ", words) + "\".", "See reveille help");
      }
      command = next;
    }
    command.usage(session.here().out());
  }
}

package dev.reveille.cli.command;

import dev.reveille.cli.terminal.Failure;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `reveille completion`: prints a script with which a shell completes the commands.
@Command(
    name = "completion",
    description = "Prints a script that completes this command in a shell.",
    footer = {
      "",
      "Examples:",
      "  source <(reveille completion bash)",
      "  reveille completion zsh > ~/.reveille-completion; source ~/.reveille-completion"
    })
final class CompletionCommand implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  private String shell = "";

  CompletionCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    final CommandLine command = Commands.of(session.here());
    switch (shell) {
      // The script tells the two shells apart by itself.
      case "bash", "zsh" -> session.printRaw(AutoComplete.bash(Commands.NAME, command));
      default ->
          throw Failure.misuse(
              "There is no completion for \"" + shell + "\".", "There is one for bash and zsh.");
    }
  }
}

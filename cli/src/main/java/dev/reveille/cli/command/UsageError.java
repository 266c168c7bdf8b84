package dev.reveille.cli.command;

import dev.reveille.cli.terminal.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Explains a command line that cannot be parsed: the word that is wrong, and the known one that
/// was probably meant.
final class UsageError {
  private final CommandLine command;

  private UsageError(final CommandLine command) {
    this.command = command;
  }

  static Failure of(final ParameterException thrown, final List<String> arguments) {
    final var misuse = new UsageError(thrown.getCommandLine());
    return switch (thrown) {
      case UnmatchedArgumentException unmatched ->
          misuse.wrong(unmatched.getUnmatched().getFirst());
      // Who mistypes a required option is told of the typo, not that the option is missing.
      case MissingParameterException _ ->
          arguments.stream()
              .filter(misuse::isUnknownOption)
              .findFirst()
              .map(misuse::wrong)
              .orElseGet(() -> misuse.said(thrown));
      default -> misuse.said(thrown);
    };
  }

  private Failure wrong(final String word) {
    final String name = name(word);
    if (name.startsWith("-")) {
      return Failure.misuse("There is no option " + name + " here.", remedy(name, options()));
    }
    final var commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? Failure.misuse("\"" + word + "\" is an unexpected argument.", remedy(name, List.of()))
        : Failure.misuse("There is no command \"" + word + "\" here.", remedy(name, commands));
  }

  private Failure said(final ParameterException thrown) {
    final String words = String.valueOf(thrown.getMessage());
    return Failure.misuse(words + (words.endsWith(".") ? "" : "."), help());
  }

  private String remedy(final String word, final Collection<String> known) {
    // A typo spares about two letters of three.
    final int most = Math.max(1, word.replaceFirst("^-+", "").length() / 3);
    final int least = known.stream().mapToInt(one -> distance(word, one)).min().orElse(most + 1);
    return least > most
        ? help()
        : "Did you mean "
            + String.join(
                " or ", known.stream().filter(one -> distance(word, one) == least).toList())
            + "?";
  }

  private String help() {
    return "See " + command.getCommandSpec().qualifiedName(" ") + " --help";
  }

  private boolean isUnknownOption(final String argument) {
    return argument.startsWith("--")
        && argument.length() > 2
        && !options().contains(name(argument));
  }

  /// Those of the command and of the ones above it.
  private List<String> options() {
    final var all = new ArrayList<String>();
    for (CommandLine one = command; one != null; one = one.getParent()) {
      all.addAll(one.getCommandSpec().optionsMap().keySet());
    }
    return all.stream().filter(option -> option.startsWith("--")).distinct().toList();
  }

  private static String name(final String argument) {
    return argument.startsWith("--") ? argument.split("=", 2)[0] : argument;
  }

  /// How many letters must be changed, added, left out or swapped with their neighbour.
  private static int distance(final String one, final String other) {
    final int[][] steps = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        final int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        steps[i][j] =
            Math.min(Math.min(steps[i - 1][j], steps[i][j - 1]) + 1, steps[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
      }
    }
    return steps[one.length()][other.length()];
  }
}

package dev.reveille.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The groups of commands in the help, in the order in which they are used.
final class CommandGroups {
  private record Group(String title, List<String> commands) {}

  private static final List<Group> ALL =
      List.of(
          new Group("Start here", List.of("demo", "serve", "send", "phone")),
          new Group("People and devices", List.of("users", "devices")),
          new Group(
              "Apps and settings",
              List.of(
                  "apps",
                  "hubs",
                  "resources",
                  "settings",
                  "federation",
                  "keys",
                  "organisations",
                  "domains",
                  "setup")),
          new Group("Look inside", List.of("explain", "check", "test", "reasons")),
          new Group("Test and measure", List.of("simulate", "bench")),
          new Group("This command", List.of("help", "completion")));

  private static final String KEY = "commandGroups";
  private static final int WIDTH = 14;

  private CommandGroups() {}

  /// Puts the groups in place of the plain list of this command's help. Its own specification is
  /// changed: what is said of the command line holds for all commands below it as well, which then
  /// list nothing.
  static void show(final CommandLine command) {
    final var usage = command.getCommandSpec().usageMessage();
    final var keys = new ArrayList<>(usage.sectionKeys());
    keys.replaceAll(key -> key.equals(UsageMessageSpec.SECTION_KEY_COMMAND_LIST) ? KEY : key);
    usage.sectionKeys(keys);
    usage.sectionMap().put(KEY, CommandGroups::text);
  }

  /// The names of all commands that stand in a group.
  static List<String> commands() {
    return ALL.stream().flatMap(group -> group.commands().stream()).toList();
  }

  private static String text(final Help help) {
    final Map<String, Help> commands = help.subcommands();
    final var text = new StringBuilder();
    for (final Group group : ALL) {
      text.append('\n').append(group.title()).append(":\n");
      for (final String name : group.commands()) {
        final Help one = commands.get(name);
        if (one != null) {
          text.append("  ")
              .append(name)
              .append(" ".repeat(WIDTH - name.length()))
              .append(headline(one))
              .append('\n');
        }
      }
    }
    return text.append('\n').toString();
  }

  /// The first thing that a command says of itself.
  private static String headline(final Help help) {
    final var usage = help.commandSpec().usageMessage();
    if (usage.header().length > 0) {
      return usage.header()[0];
    }
    return usage.description().length > 0 ? usage.description()[0] : "";
  }
}

package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.terminal.CommandEnvironment;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandGroupsTest {
  @Test
  void every_command_stands_in_one_group_and_every_group_holds_commands() {
    final var ran = StubServer.run(Path.of("nowhere"), Map.of(), "completion", "bash");
    assertEquals(0, ran.exitCode(), ran.err());
    final var help = StubServer.run(Path.of("nowhere"), Map.of(), "--help").out();
    for (final String command : CommandGroups.commands()) {
      assertTrue(ran.out().contains(" " + command), "completed: " + command);
      assertTrue(help.lines().anyMatch(line -> line.startsWith("  " + command + " ")), command);
    }
    assertEquals(CommandGroups.commands().size(), new TreeSet<>(CommandGroups.commands()).size());
    assertEquals(new TreeSet<>(CommandGroups.commands()), Commands.names());
    for (final String title :
        new String[] {"Start here:", "People and devices:", "Look inside:", "Test and measure:"}) {
      assertTrue(help.contains("\n" + title + "\n"), help);
    }
  }

  @Test
  void the_help_of_a_command_lists_the_commands_below_it() {
    assertListed(Commands.of(CommandEnvironment.ofProcess()));
  }

  private static void assertListed(final CommandLine command) {
    final var help = command.getUsageMessage();
    command
        .getSubcommands()
        .forEach((name, below) -> {
          assertTrue(help.lines().anyMatch(line -> line.startsWith("  " + name + " ")), help);
          assertListed(below);
        });
  }
}

package dev.reveille.cli.terminal;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// The environment of a command: streams, variables, working folder. Tests pass their own, so that
/// no command touches `System`.
///
/// @param folder relative file names begin there
/// @param launcher the script that starts the other programs; "" when the command was started
///   without
/// @param interactive a person sits there: hints may be printed
public record CommandEnvironment(
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    Map<String, String> environment,
    Path folder,
    String launcher,
    boolean interactive) {
  public CommandEnvironment {
    environment = Map.copyOf(environment);
  }

  /// Those of this process. Output is UTF-8 whatever the locale says: names are people's names.
  public static CommandEnvironment ofProcess() {
    return new CommandEnvironment(
        System.in,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Path.of(""),
        System.getProperty("reveille.launcher", ""),
        System.console() != null && System.console().isTerminal());
  }

  /// The value of an environment variable, "" when there is none.
  public String variable(final String name) {
    return environment.getOrDefault(name, "");
  }

  public Path file(final String name) {
    return folder.resolve(name);
  }
}

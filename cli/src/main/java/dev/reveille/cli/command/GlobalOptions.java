package dev.reveille.cli.command;

import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.wire.ServerTarget;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The options that every command takes, before or after its name. They are added by hand and not
/// inherited, so that a command may give one of these names a meaning of its own (`--key FILE`),
/// and so that the help of each command stays short.
final class GlobalOptions {
  private String server = "";
  private String devices = "";
  private String key = "";
  private String ca = "";
  private String data = "";
  private boolean json;

  /// Adds them to a command and to all below it; shown in the help of the first only.
  void addTo(final CommandSpec command) {
    add(command, true);
  }

  ServerTarget target(final CommandEnvironment here) {
    return ServerTarget.find(new ServerTarget.Said(server, devices, key, ca, data), here);
  }

  boolean json() {
    return json;
  }

  private void add(final CommandSpec command, final boolean shown) {
    text(command, shown, "--server", "URL", "the server (REVEILLE_SERVER)", it -> server = it);
    text(
        command,
        shown,
        "--devices",
        "URL",
        "its address for devices, for `phone` (REVEILLE_DEVICES)",
        it -> devices = it);
    text(command, shown, "--key", "KEY", "the key that opens it (REVEILLE_KEY)", it -> key = it);
    text(command, shown, "--ca", "FILE", "certificates to trust (REVEILLE_CA)", it -> ca = it);
    text(
        command,
        shown,
        "--data",
        "DIR",
        "a server's data directory: all of the above stands there (REVEILLE_DATA; ./data)",
        it -> data = it);
    if (command.findOption("--json") == null) {
      command.addOption(
          OptionSpec.builder("--json")
              .type(boolean.class)
              .hidden(!shown)
              .description("print the server's answer as JSON")
              .setter(set(Boolean.class, it -> json = it))
              .build());
    }
    command.subcommands().values().forEach(each -> add(each.getCommandSpec(), false));
  }

  private static void text(
      final CommandSpec command,
      final boolean shown,
      final String name,
      final String label,
      final String description,
      final Consumer<String> keep) {
    if (command.findOption(name) == null) {
      command.addOption(
          OptionSpec.builder(name)
              .type(String.class)
              .paramLabel(label)
              .hidden(!shown)
              .description(description)
              .setter(set(String.class, keep))
              .build());
    }
  }

  /// A command that does not name the option must not wipe out what was said before its name.
  private static <T> picocli.CommandLine.Model.ISetter set(
      final Class<T> type, final Consumer<T> keep) {
    return new picocli.CommandLine.Model.ISetter() {
      @Override
      @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
      public <V> V set(final V value) {
        if (value != null) {
          keep.accept(type.cast(value));
        }
        return value;
      }
    };
  }
}

package dev.reveille.cli.command;

import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Builds all commands of `reveille`, runs a command line and returns its exit code.
public final class Commands {
  static final String NAME = "reveille";

  @Command(
      name = NAME,
      header = "Reveille: push notifications for communications, on your own server.",
      synopsisSubcommandLabel = "COMMAND",
      description = {"", "Hand in an event, and see why each phone rang or did not."},
      optionListHeading = "%nOptions of every command:%n",
      commandListHeading = "",
      footer = {
        "",
        "Examples:",
        "  reveille demo",
        "  reveille users add anna",
        "  reveille apps add com.example.phone",
        "  reveille phone --user anna --app com.example.phone",
        "  reveille send call --to anna --from Bob",
        "  reveille explain EVENT",
        "",
        "reveille help COMMAND says more of each.",
        "",
        "Exit codes:",
        "  0 done, 1 the answer is no, 2 used wrongly, 69 something needed is not there"
      })
  private static final class Root {}

  private Commands() {}

  /// Runs a command line.
  ///
  /// @return the exit code
  public static int run(final CommandEnvironment here, final String... arguments) {
    final CommandLine command = of(here);
    if (arguments.length == 0) {
      command.usage(here.out());
      return Failure.DONE;
    }
    return command.execute(DashedNames.atTheEnd(arguments));
  }

  /// The names of all commands.
  static SortedSet<String> names() {
    return new TreeSet<>(of(CommandEnvironment.ofProcess()).getSubcommands().keySet());
  }

  static CommandLine of(final CommandEnvironment here) {
    final var globals = new GlobalOptions();
    final var session = new Session(here, globals);
    final CommandLine command =
        new CommandLine(new Root())
            .addSubcommand(new DemoCommand(session))
            .addSubcommand(new LauncherCommands.Serve())
            .addSubcommand(new SendCommand(session))
            .addSubcommand(new ExplainCommand(session))
            .addSubcommand(
                new CommandLine(new UsersCommand(session))
                    .addSubcommand(new PasswordCommand(session)))
            .addSubcommand(new DevicesCommand(session))
            .addSubcommand(
                new CommandLine(new AppsCommand(session))
                    .addSubcommand(new CredentialsCommand(session)))
            .addSubcommand(
                new CommandLine(new HubsCommand(session))
                    .addSubcommand(new HubCredentialsCommand(session))
                    .addSubcommand(new HubNamespacesCommand(session)))
            .addSubcommand(new ResourcesCommand(session))
            .addSubcommand(new KeysCommand(session))
            .addSubcommand(new OrganisationsCommand(session))
            .addSubcommand(new OrganisationDomainsCommand(session))
            .addSubcommand(new SettingsCommand(session))
            .addSubcommand(federation(session))
            .addSubcommand(new CheckCommand(session))
            .addSubcommand(
                new CommandLine(new TestCommand(session))
                    .addSubcommand(new ScheduleCommand(session)))
            .addSubcommand(new SetupCommand(session))
            .addSubcommand(new ReasonsCommand(session))
            .addSubcommand(new TerminalPhoneCommand(session))
            .addSubcommand(new LauncherCommands.Simulate())
            .addSubcommand(new LauncherCommands.Bench())
            .addSubcommand(new CompletionCommand(session))
            .addSubcommand(new HelpCommand(session));
    globals.addTo(command.getCommandSpec());
    withHelp(command);
    CommandGroups.show(command);
    command
        .getCommandSpec()
        .versionProvider(() -> new String[] {"Reveille " + version()})
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("which version this is")
                .build());
    return command
        .setOut(here.out())
        .setErr(here.err())
        .setUsageHelpAutoWidth(true)
        .setExecutionExceptionHandler((failure, _, _) -> failed(here, failure))
        .setParameterExceptionHandler(
            (misuse, arguments) -> failed(here, UsageError.of(misuse, List.of(arguments))));
  }

  private static CommandLine federation(final Session session) {
    return new CommandLine(new FederationCommand())
        .addSubcommand(new ProviderCommand(session))
        .addSubcommand(new DomainCommand(session))
        .addSubcommand(new HandlesCommand(session))
        .addSubcommand(new HandleCodesCommand(session))
        .addSubcommand(new QuotaCommand(session));
  }

  /// As Maven wrote it into the build.
  private static String version() throws IOException {
    try (var in = Commands.class.getResourceAsStream("product.properties")) {
      final var product = new Properties();
      product.load(in);
      return product.getProperty("version");
    }
  }

  /// `--help` everywhere, and a synopsis that does not repeat each option. The options come after a
  /// command's own: picocli finds the arguments of a command's method by their place.
  private static void withHelp(final CommandLine command) {
    final CommandSpec spec = command.getCommandSpec();
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("this text").build());
    spec.usageMessage().abbreviateSynopsis(true).sortOptions(false);
    command.getSubcommands().values().forEach(Commands::withHelp);
  }

  private static int failed(final CommandEnvironment here, final Exception thrown)
      throws Exception {
    if (thrown instanceof Failure failure) {
      here.err().println(failure.text());
      here.err().flush();
      return failure.exitCode();
    }
    throw thrown;
  }
}

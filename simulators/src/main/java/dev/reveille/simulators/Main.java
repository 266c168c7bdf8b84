package dev.reveille.simulators;

import dev.reveille.simulators.apple.AppleCommand;
import dev.reveille.simulators.authority.AuthorityCommand;
import dev.reveille.simulators.browser.BrowserCommand;
import dev.reveille.simulators.dns.DnsCommand;
import dev.reveille.simulators.google.GoogleCommand;
import dev.reveille.simulators.microsoft.MicrosoftCommand;
import dev.reveille.simulators.phone.PhoneCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;

/// `simulate WHAT ...`: starts one simulator as a process of its own.
public final class Main {
  private static final String USAGE =
      """
      usage: simulate apple|google|microsoft|browser|phone|dns|authority [options]
      simulate apple --help, and so on, tell the options of each.\
      """;
  private static final Set<String> HELP = Set.of("help", "--help", "-h");

  private Main() {}

  /// Exit codes: 0 ended as asked, 1 a phone was not registered, 2 used wrongly, 69 something
  /// needed is not there.
  public static void main(final String... arguments) throws InterruptedException {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws InterruptedException {
    final String what = arguments.isEmpty() ? "" : arguments.getFirst();
    if (HELP.contains(what)) {
      out.println(USAGE);
      return 0;
    }
    final var rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
    final boolean help = rest.stream().anyMatch(HELP::contains);
    try {
      return switch (what) {
        case "apple" -> help ? tell(AppleCommand.USAGE, out) : AppleCommand.run(rest, out, err);
        case "google" -> help ? tell(GoogleCommand.USAGE, out) : GoogleCommand.run(rest, out, err);
        case "microsoft" ->
            help ? tell(MicrosoftCommand.USAGE, out) : MicrosoftCommand.run(rest, out, err);
        case "browser" ->
            help ? tell(BrowserCommand.USAGE, out) : BrowserCommand.run(rest, out, err);
        case "dns" -> help ? tell(DnsCommand.USAGE, out) : DnsCommand.run(rest, out, err);
        case "authority" ->
            help ? tell(AuthorityCommand.USAGE, out) : AuthorityCommand.run(rest, out, err);
        case "phone" -> help ? tell(PhoneCommand.USAGE, out) : PhoneCommand.run(rest, out, err);
        default -> {
          err.println((what.isEmpty() ? "" : "there is no \"" + what + "\"\n") + USAGE);
          yield 2;
        }
      };
    } catch (NoSuchFileException e) {
      err.println("simulate " + what + ": there is no " + e.getMessage() + ".");
    } catch (IOException e) {
      err.println("simulate " + what + ": " + e.getMessage());
    }
    return 69;
  }

  private static int tell(final String usage, final PrintStream out) {
    out.println(usage);
    return 0;
  }
}

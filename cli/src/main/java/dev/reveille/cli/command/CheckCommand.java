package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.reveille.cli.check.Check;
import dev.reveille.cli.check.Finding;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.TerminalEscaping;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `reveille check`: looks for mistakes in the configuration; exit code 1 when something is wrong.
@Command(
    name = "check",
    header = "Finds the classic mistakes before a user does.",
    description = {
      "Looks at apps, devices and switches, at what the push services said of the newest pushes,",
      "and at the server's certificates and clock. Each finding says what to do.",
      "With --hold it also holds a request as a phone does, to see whether something cuts it.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 nothing is wrong, 1 something is, 69 there is no server.",
      "",
      "Examples:",
      "  reveille check",
      "  reveille check --hold 15m --user anna --app com.example.phone"
    })
final class CheckCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--hold",
      paramLabel = "DURATION",
      description = "hold a request so long; at most 30m")
  private String hold = "";

  @Option(names = "--user", paramLabel = "USER", description = "as whose phone, for --hold")
  private String user = "";

  @Option(names = "--app", paramLabel = "APP", description = "of which app, for --hold")
  private String app = "";

  CheckCommand(final Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    final Duration time = hold.isEmpty() ? Duration.ZERO : Duration.parse(Arguments.duration(hold));
    if (time.isPositive() && (user.isEmpty() || app.isEmpty())) {
      throw Failure.misuse("A held request is some phone's.", "Give --user USER and --app APP.");
    }
    final List<Finding> findings;
    try (Api api = session.open()) {
      findings = Check.run(api, new Check.Hold(user, app, time));
    }
    if (session.wantsJson()) {
      session.printRaw(json(findings));
    } else {
      session.print(words(findings));
    }
    return findings.stream().anyMatch(Finding::isWrong) ? Failure.NO : Failure.DONE;
  }

  private static String words(final List<Finding> findings) {
    final var text = new StringBuilder();
    for (final Finding each : findings) {
      text.append(each.isWrong() ? "WRONG  " : "note   ")
          .append(each.about().isEmpty() ? "" : TerminalEscaping.line(each.about()) + ": ")
          .append(TerminalEscaping.line(each.sentence()))
          .append("  [")
          .append(each.id())
          .append("]\n       ")
          .append(TerminalEscaping.line(each.remedy()))
          .append("\n\n");
    }
    final long wrong = findings.stream().filter(Finding::isWrong).count();
    return text.append(
            wrong == 0 ? "Nothing is wrong." : wrong == 1 ? "One mistake." : wrong + " mistakes.")
        .toString();
  }

  private static String json(final List<Finding> findings) {
    final var json = Json.object();
    final ArrayNode list = json.putArray("findings");
    for (final Finding each : findings) {
      list.addObject()
          .put("severity", each.severity().name().toLowerCase(Locale.ROOT))
          .put("id", each.id())
          .put("about", each.about())
          .put("sentence", each.sentence())
          .put("remedy", each.remedy());
    }
    return Json.pretty(json);
  }
}

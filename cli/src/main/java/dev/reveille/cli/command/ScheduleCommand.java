package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `test schedule`: the synthetic tests that the server runs by itself.
@Command(
    name = "schedule",
    description = {
      "Tests that the server runs by itself. What the last run found, and tests that are overdue or"
          + " have never run, are told by `check`, /health and the metrics."
    },
    footer = {
      "",
      "Examples:",
      "  reveille test schedule add push --monthly",
      "  reveille test schedule add federation --domain push.example --cron \"30 4 * * 1\"",
      "  reveille test schedule add edge --user sip:anna@example.org --password-file"
          + " /etc/reveille/anna.password",
      "  reveille test schedule list",
      "  reveille test schedule remove push"
    })
final class ScheduleCommand implements Runnable {
  private static final String COLLECTION = "test-schedules";
  private static final String MONTHLY = "0 3 1 * *";

  private final Session session;

  ScheduleCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All of them, with what the last run found.")
  void list() {
    session.show(
        api -> api.getWhole(at("settings", COLLECTION), "settings"), ScheduleCommand::inWords);
  }

  private static String inWords(final JsonNode answer) {
    final var table = new Table("NAME", "TEST", "CRON (UTC)", "LAST RUN", "RESULT", "");
    for (final JsonNode each : answer.path("settings")) {
      final JsonNode values = each.path("effective");
      final String run = values.path("last-run").asText("");
      table.row(
          each.path("identity").asText(),
          values.path("test").asText(),
          values.path("cron").asText(),
          run.isEmpty() ? "never" : run,
          values.path("last-result").asText(""),
          values.path("last-words").asText(""));
    }
    return table.isEmpty() ? "No test is scheduled." : table.toString();
  }

  @Command(name = "add", description = "Schedules a test: push, federation or edge.")
  void add(
      @Parameters(paramLabel = "TEST") final String test,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "",
              description = "of the schedule; the test's unless said")
          final String name,
      @Option(names = "--monthly", description = "at three on the first of each month, in UTC")
          final boolean monthly,
      @Option(
              names = "--cron",
              paramLabel = "FIELDS",
              defaultValue = "",
              description = "minute (one number), hour, day, month, weekday, in UTC")
          final String cron,
      @Option(
              names = "--domain",
              paramLabel = "DOMAIN",
              defaultValue = "",
              description = "the partner's domain, for federation")
          final String domain,
      @Option(
              names = "--platform",
              description = "for push: the clearing house tries its keys, too")
          final boolean platform,
      @Option(
              names = "--user",
              paramLabel = "SIP",
              defaultValue = "",
              description = "the user's SIP address, for edge")
          final String user,
      @Option(
              names = "--password-file",
              paramLabel = "PATH",
              defaultValue = "",
              description = "for edge: a file at the server, which is read at each run")
          final String file) {
    if (monthly && !cron.isEmpty()) {
      throw Failure.misuse("A test runs monthly or by --cron.", "Give one of the two.");
    }
    final var all = new ArrayList<>(List.of("test=" + test));
    addTo(all, "cron", monthly || cron.isEmpty() ? MONTHLY : cron);
    addTo(all, "domain", domain);
    addTo(all, "platform", platform ? "true" : "");
    addTo(all, "user", user.isEmpty() || user.startsWith("sip:") ? user : "sip:" + user);
    addTo(all, "password-file", file);
    session.show(
        api ->
            api.create(
                at("settings", COLLECTION, name.isEmpty() ? test : name), SettingWords.body(all)),
        SettingWords::inWords);
  }

  private static void addTo(final List<String> all, final String name, final String value) {
    if (!value.isEmpty()) {
      all.add(name + "=" + value);
    }
  }

  @Command(name = "remove", description = "Ends a schedule.")
  void remove(@Parameters(paramLabel = "NAME") final String name) {
    session.show(
        api -> {
          api.delete(at("settings", COLLECTION, name));
          return Json.object().put("removed", name);
        },
        _ -> name + " is no longer scheduled.");
  }
}

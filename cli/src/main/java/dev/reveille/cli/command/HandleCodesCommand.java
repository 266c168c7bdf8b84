package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `federation codes`: the codes with which partners' devices claim handles.
@Command(
    name = "codes",
    description = {
      "Codes with which the devices of a partner claim handles at this clearing house;",
      "without a further word: all that still work."
    },
    footer = {
      "",
      "Example:",
      "  reveille federation codes add contoso.example --uses 500 --days 14"
    })
final class HandleCodesCommand implements Runnable {
  private static final String CODES = "federation/codes";

  private final Session session;

  HandleCodesCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All that still work; the codes themselves are not shown.")
  void list() {
    session.show(
        api -> api.getWhole(CODES, "codes"),
        answer -> {
          final var table = new Table("CODE", "PARTNER", "USES LEFT", "UNTIL");
          for (final JsonNode each : answer.path("codes")) {
            table.row(
                each.path("id").asText(),
                each.path("partner").asText(),
                each.path("uses").asText(),
                Json.moment(each.path("expires")));
          }
          return table.isEmpty() ? "There is no code." : table.toString();
        });
  }

  @Command(name = "add", description = "Makes a code for a partner and prints it, this once.")
  void add(
      @Parameters(paramLabel = "PARTNER", description = "its domain") final String partner,
      @Option(
              names = "--uses",
              paramLabel = "N",
              description = "how many handles can be claimed with it; once unless given")
          final @Nullable Integer uses,
      @Option(
              names = "--days",
              paramLabel = "D",
              description = "how long it works; 30 unless given")
          final @Nullable Integer days) {
    final ObjectNode body = Json.object().put("partner", partner);
    if (uses != null) {
      body.put("uses", uses);
    }
    if (days != null) {
      body.put("days", days);
    }
    session.show(api -> api.post(CODES, body), answer -> answer.path("code").asText());
    session.hint("Keep it now: it is not shown again.");
  }

  @Command(name = "remove", description = "Ends a code at once; handles that were claimed stay.")
  void remove(
      @Parameters(paramLabel = "PARTNER", description = "its domain") final String partner,
      @Parameters(paramLabel = "CODE", description = "its id (c_...), not the code itself")
          final String id) {
    session.show(
        api -> {
          api.delete(at("federation", "codes", partner, id));
          return Json.object().put("removed", id);
        },
        _ -> "Removed " + id + ".");
  }
}

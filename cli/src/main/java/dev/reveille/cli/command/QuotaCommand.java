package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;

/// `federation quota`: how many pushes partners may hand in, seen from both sides.
@Command(
    name = "quota",
    description = {
      "What partners used of their quota at this clearing house, by app; and what clearing",
      "houses said last of the quota that they give this organisation."
    },
    footer = {
      "",
      "LEFT may come at once now, of these KEPT for calls only; TAKEN and REFUSED are counted",
      "since the server started. The quota is a setting:",
      "  reveille settings set push-quota per-minute=6000 --identity partner:contoso.example",
      "  reveille settings get push-quota"
    })
final class QuotaCommand implements Runnable {
  private static final String QUOTA = "federation/quota";
  private static final String PARTNERS = "partners";
  private static final String CLEARING_HOUSES = "clearingHouses";

  private final Session session;

  QuotaCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.show(QuotaCommand::both, QuotaCommand::inWords);
  }

  private static JsonNode both(final Api api) {
    final var both = Json.object();
    both.set(PARTNERS, api.getWhole(QUOTA, PARTNERS).path(PARTNERS));
    both.set(
        CLEARING_HOUSES,
        api.getWhole(QUOTA + "/clearing-houses", CLEARING_HOUSES).path(CLEARING_HOUSES));
    return both;
  }

  private static String inWords(final JsonNode both) {
    final var partners =
        new Table("PARTNER", "APP", "A MINUTE", "LEFT", "KEPT", "TAKEN", "REFUSED");
    for (final JsonNode each : both.path(PARTNERS)) {
      partners.row(
          text(each, "partner"),
          text(each, "app"),
          text(each, "perMinute"),
          text(each, "left"),
          text(each, "keptForCalls"),
          text(each, "taken"),
          text(each, "refused"));
    }
    final var others =
        new Table("CLEARING HOUSE", "APP", "A MINUTE", "LEFT", "KEPT", "REFUSED", "SAID");
    for (final JsonNode each : both.path(CLEARING_HOUSES)) {
      others.row(
          text(each, "domain"),
          text(each, "app"),
          text(each, "perMinute"),
          text(each, "left"),
          text(each, "keptForCalls"),
          text(each, "refused"),
          Json.moment(each.path("at")));
    }
    final var words = new StringBuilder();
    words.append(partners.isEmpty() ? "No partner pushed since the start.\n" : partners);
    if (!others.isEmpty()) {
      words.append('\n').append(others);
    }
    return words.toString().stripTrailing();
  }

  private static String text(final JsonNode of, final String field) {
    return of.path(field).asText();
  }
}

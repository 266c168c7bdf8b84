package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `federation handles`: the handles that this clearing house gave out for partners.
@Command(
    name = "handles",
    description = {
      "The handles under which partners push to devices through this clearing house;",
      "without a further word: how many each partner has."
    },
    footer = {
      "",
      "A handle stands for one push token of an app and works for one partner. Examples:",
      "  reveille federation handles list --partner contoso.example",
      "  reveille federation handles revoke q83vEjRWeJCrze8SNFZ4kA",
      "  reveille federation handles revoke --partner contoso.example --yes"
    })
final class HandlesCommand implements Runnable {
  private static final String HANDLES = "federation/handles";

  private final Session session;

  HandlesCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    count();
  }

  @Command(name = "count", description = "How many are active, by partner and app.")
  void count() {
    session.show(
        HandlesCommand::partners,
        answer -> {
          final var table = new Table("PARTNER", "APP", "ACTIVE");
          for (final JsonNode each : answer.path("partners")) {
            table.row(
                each.path("partner").asText(),
                each.path("app").asText(),
                each.path("active").asText());
          }
          return table.isEmpty() ? "No partner has a handle." : table.toString();
        });
  }

  private static JsonNode partners(final Api api) {
    return api.getWhole("federation/partners", "partners");
  }

  @Command(name = "list", description = "Handles, also those that were revoked in 30 days.")
  void list(
      @Option(names = "--partner", paramLabel = "DOMAIN", defaultValue = "") final String partner,
      @Option(names = "--app", paramLabel = "APP", defaultValue = "") final String app,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "1 to 1000")
          final int limit,
      @Option(
              names = "--after",
              paramLabel = "PLACE",
              defaultValue = "",
              description = "what the list before ended with")
          final String after) {
    session.show(
        api ->
            api.get(
                with(
                    with(
                        with(with(HANDLES, "limit", Integer.toString(limit)), "partner", partner),
                        "app",
                        app),
                    "after",
                    after)),
        answer -> {
          final var table = new Table("HANDLE", "PARTNER", "APP", "STATE", "SINCE");
          for (final JsonNode each : answer.path("handles")) {
            table.row(
                each.path("handle").asText(),
                each.path("partner").asText(),
                each.path("app").asText(),
                each.path("state").asText(),
                Json.moment(each.path("since")));
          }
          final String next = answer.path("next").asText("");
          return (table.isEmpty() ? "There is no such handle." : table.toString().stripTrailing())
              + (next.isEmpty() ? "" : "\nThere are more: --after \"" + next + "\"");
        });
  }

  @Command(name = "show", description = "One handle; its push token is never shown.")
  void show(@Parameters(paramLabel = "HANDLE") final String handle) {
    session.show(
        api -> api.get(at("federation", "handles", handle)),
        answer -> {
          final var text = new StringBuilder(answer.path("handle").asText());
          TextLayout.line(text, "partner", answer.path("partner").asText());
          TextLayout.line(text, "app", answer.path("app").asText());
          TextLayout.line(
              text,
              "state",
              answer.path("state").asText() + " since " + Json.moment(answer.path("since")));
          TextLayout.line(text, "reason", answer.path("code").asText(""));
          TextLayout.line(
              text,
              "token",
              answer.has("service")
                  ? answer.path("service").asText()
                      + " "
                      + answer.path("channel").asText()
                      + (answer.path("sandbox").asBoolean() ? " sandbox" : "")
                      + ", since "
                      + Json.moment(answer.path("registeredAt"))
                  : "");
          TextLayout.line(text, "made", Json.moment(answer.path("madeAt")));
          return text.toString();
        });
  }

  @Command(
      name = "revoke",
      description = {
        "Ends a handle, or all of a partner: no push goes by them any more.",
        "Their apps have to claim new ones."
      })
  void revoke(
      @Parameters(paramLabel = "HANDLE", arity = "0..1") final @Nullable String handle,
      @Option(names = "--partner", paramLabel = "DOMAIN", description = "all of this partner")
          final @Nullable String partner,
      @Option(
              names = "--app",
              paramLabel = "APP",
              description = "of the partner's, those of an app")
          final @Nullable String app,
      @Option(names = "--yes", description = "revoke all that the command counted")
          final boolean yes) {
    if ((handle == null) == (partner == null)) {
      throw Failure.misuse(
          "Give either HANDLE or --partner.", "See reveille federation handles revoke --help");
    }
    if (handle != null) {
      if (app != null) {
        throw Failure.misuse(
            "--app goes with --partner only.", "See reveille federation handles revoke --help");
      }
      session.show(
          api -> {
            api.delete(at("federation", "handles", handle));
            return Json.object().put("revoked", handle);
          },
          _ -> "Revoked " + handle + ".");
    } else if (partner != null) {
      revokeAll(partner, app == null ? "" : app, yes);
    }
  }

  private void revokeAll(final String partner, final String app, final boolean yes) {
    final String whose = partner + (app.isEmpty() ? "" : " and app " + app);
    session.show(
        api -> {
          if (!yes) {
            throw Failure.misuse(
                active(api, partner, app)
                    + " active handles of "
                    + whose
                    + " would be revoked; nothing has happened. Their devices get no push until"
                    + " their apps claim new ones.",
                "Say it again with --yes.");
          }
          return api.deleted(with(with(HANDLES, "partner", partner), "app", app));
        },
        answer -> "Revoked " + answer.path("revoked").asText() + " handles of " + whose + ".");
  }

  private static long active(final Api api, final String partner, final String app) {
    final String domain = partner.toLowerCase(Locale.ROOT);
    return Json.elements(partners(api).path("partners"))
        .filter(each -> each.path("partner").asText().equals(domain))
        .filter(each -> app.isEmpty() || each.path("app").asText().equals(app))
        .mapToLong(each -> each.path("active").asLong())
        .sum();
  }
}

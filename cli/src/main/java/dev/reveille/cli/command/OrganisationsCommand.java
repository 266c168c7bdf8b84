package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille organisations`: lists, makes and removes organisations of the server.
@Command(
    name = "organisations",
    description = "The organisations of the server; without a further word: all of them.",
    footer = {
      "",
      "Only keys of the organisation default with the right manage may do this.",
      "",
      "Example:",
      "  reveille organisations add acme"
    })
final class OrganisationsCommand implements Runnable {
  private final Session session;

  OrganisationsCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All organisations, and how much each holds.")
  void list() {
    session.show(
        api ->
            Json.object()
                .set("organisations", Json.list(api.getAll("organisations", "organisations"))),
        answer -> {
          final var table = new Table("ORGANISATION", "USERS", "DEVICES", "APPS", "KEYS");
          answer
              .path("organisations")
              .forEach(each ->
                  table.row(
                      each.path("name").asText(),
                      each.path("users").asText(),
                      each.path("installations").asText(),
                      each.path("apps").asText(),
                      each.path("keys").asText()));
          return table.toString();
        });
  }

  @Command(name = "show", description = "One organisation, and how much it holds.")
  void show(@Parameters(paramLabel = "ORGANISATION") final String organisation) {
    session.show(api -> api.get(at("organisations", organisation)), OrganisationsCommand::inWords);
  }

  @Command(
      name = "add",
      description = "Makes an organisation and prints the secret of its first key, this once.")
  void add(@Parameters(paramLabel = "ORGANISATION") final String organisation) {
    session.show(
        api -> api.post("organisations", Json.object().put("name", organisation)),
        answer -> answer.at("/key/secret").asText());
    session.hint("Keep it now: it is not shown again. It has all rights in " + organisation + ".");
  }

  @Command(
      name = "remove",
      description = "Removes an organisation with its keys and settings, if it holds nothing else.")
  void remove(
      @Parameters(paramLabel = "ORGANISATION") final String organisation,
      @Option(
              names = "--with-contents",
              description =
                  "also removes its users with their content, its devices and its apps; they cannot"
                      + " be brought back")
          final boolean withContents) {
    session.show(
        api -> {
          api.delete(at("organisations", organisation) + (withContents ? "?contents=remove" : ""));
          return Json.object().put("removed", organisation);
        },
        _ -> organisation + " is removed.");
    session.hint(
        "Its name is free again when its last events are gone, a day after their retention ends; "
            + "`organisations add` then says from when.");
  }

  private static String inWords(final JsonNode organisation) {
    final var text = new StringBuilder(organisation.path("name").asText());
    TextLayout.line(text, "users", organisation.path("users").asText());
    TextLayout.line(text, "devices", organisation.path("installations").asText());
    TextLayout.line(text, "apps", organisation.path("apps").asText());
    TextLayout.line(text, "keys", organisation.path("keys").asText());
    return text.toString();
  }
}

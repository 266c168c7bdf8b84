package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille settings`: reads and changes settings, and prints the audit log.
@Command(
    name = "settings",
    description = "Settings of the organisation, its sites and services.",
    footer = {
      "",
      "Pushes leave only where they are switched on. Examples:",
      "  reveille settings set push-notification apple=true",
      "  reveille settings set push-notification apple=false --site berlin",
      "  reveille settings get push-notification",
      "  reveille settings audit"
    })
final class SettingsCommand {
  /// For whom: all users, those of one site, those of one service.
  static final class Scope {
    @Option(names = "--site", paramLabel = "SITE", description = "for one site only")
    private String site = "";

    @Option(names = "--service", paramLabel = "SERVICE", description = "for one service only")
    private String service = "";

    String identity() {
      if (!site.isEmpty() && !service.isEmpty()) {
        throw Failure.misuse("A setting is for a site or for a service.", "Give one of the two.");
      }
      if (!site.isEmpty()) {
        return "site:" + site;
      }
      return service.isEmpty() ? "global" : "service:" + service;
    }
  }

  private final Session session;

  SettingsCommand(final Session session) {
    this.session = session;
  }

  @Command(
      name = "list",
      description = "A collection, for all users and for each site and service.")
  void list(
      @Parameters(paramLabel = "COLLECTION", description = "push-notification")
          final String collection) {
    session.show(
        api -> api.getWhole(at("settings", collection), "settings"),
        answer -> {
          final String all =
              Json.elements(answer.path("settings"))
                  .map(SettingsCommand::inWords)
                  .collect(Collectors.joining("\n"));
          return all.isEmpty() ? collection + ": nothing is set, the defaults hold." : all;
        });
  }

  @Command(name = "get", description = "A collection's values for one scope.")
  void get(
      @Parameters(paramLabel = "COLLECTION", description = "push-notification")
          final String collection,
      @picocli.CommandLine.Mixin final Scope scope) {
    session.show(
        api -> api.get(at("settings", collection, scope.identity())), SettingsCommand::inWords);
  }

  @Command(name = "set", description = "Changes the values that are named, and no others.")
  void set(
      @Parameters(paramLabel = "COLLECTION", description = "push-notification")
          final String collection,
      @Parameters(
              paramLabel = "NAME=VALUE",
              arity = "1..*",
              description = "an empty value takes it away")
          final List<String> assignments,
      @picocli.CommandLine.Mixin final Scope scope) {
    final ObjectNode values = Json.object();
    for (final String assignment : assignments) {
      final int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw Failure.misuse(
            "\"" + assignment + "\" is no assignment.", "Write NAME=VALUE, such as apple=true.");
      }
      final String name = assignment.substring(0, equals);
      final String value = assignment.substring(equals + 1);
      if (value.isEmpty()) {
        values.putNull(name);
      } else {
        values.put(name, value);
      }
    }
    final ObjectNode body = Json.object();
    body.set("values", values);
    session.show(
        api -> api.patch(at("settings", collection, scope.identity()), body),
        SettingsCommand::inWords);
  }

  @Command(
      name = "remove",
      description = "Takes a scope's values away; the defaults, or those for all users, hold then.")
  void remove(
      @Parameters(paramLabel = "COLLECTION") final String collection,
      @picocli.CommandLine.Mixin final Scope scope) {
    session.show(
        api -> {
          api.delete(at("settings", collection, scope.identity()));
          return Json.object().put("removed", collection + " " + scope.identity());
        },
        answer -> "Removed " + answer.path("removed").asText() + ".");
  }

  @Command(name = "audit", description = "Who changed what, newest first.")
  void audit(@Option(names = "--limit", paramLabel = "N", defaultValue = "20") final int limit) {
    session.show(
        api -> api.get(with("audit", "limit", Integer.toString(limit))),
        answer -> {
          final var table = new Table("AT", "WHO", "WHAT");
          answer
              .path("entries")
              .forEach(entry ->
                  table.row(
                      Json.moment(entry.path("at")),
                      entry.path("who").asText(),
                      entry.path("what").asText()));
          return table.isEmpty() ? "Nothing was changed yet." : table.toString();
        });
  }

  /// `push-notification global (version 3): apple = true`.
  private static String inWords(final JsonNode setting) {
    final String values =
        setting.path("values").properties().stream()
            .map(each -> each.getKey() + " = " + String.join(", ", Json.texts(each.getValue())))
            .sorted()
            .collect(Collectors.joining("; "));
    return setting.path("collection").asText()
        + " "
        + setting.path("identity").asText()
        + " (version "
        + setting.path("version").asText()
        + "): "
        + (values.isEmpty() ? "nothing set" : values);
  }
}

package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
      "  reveille settings list",
      "  reveille settings set push-notification apple=true",
      "  reveille settings set push-notification apple=false --site berlin",
      "  reveille settings set im-filter prefixes-=http: prefixes-=https: --site berlin",
      "  reveille settings get mobility --service WebServer:pool.example.org",
      "  reveille settings set topology site=berlin --identity pool:pool.example.org",
      "  reveille settings audit"
    })
final class SettingsCommand {
  private static final String COLLECTION = "such as push-notification; settings list has all";

  /// For whom: all users, those of one site, those of one service; or an object by its identity.
  static final class Scope {
    @Option(names = "--site", paramLabel = "SITE", description = "for one site only")
    private String site = "";

    @Option(names = "--service", paramLabel = "SERVICE", description = "for one service only")
    private String service = "";

    @Option(
        names = "--identity",
        paramLabel = "IDENTITY",
        description = "one object of a list, such as pool:FQDN or a domain")
    private String identity = "";

    String identity() {
      if (Stream.of(site, service, identity).filter(each -> !each.isEmpty()).count() > 1) {
        throw Failure.misuse(
            "A setting is for a site, for a service or for an identity.", "Give one of them.");
      }
      if (!site.isEmpty()) {
        return "site:" + site;
      }
      if (!identity.isEmpty()) {
        return identity;
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
      description = "A collection, for all users and for each site and service; without one: all.")
  void list(
      @Parameters(
              paramLabel = "COLLECTION",
              arity = "0..1",
              defaultValue = "",
              description = COLLECTION)
          final String collection) {
    if (collection.isEmpty()) {
      session.show(api -> api.getWhole("settings", "collections"), SettingWords::collections);
      return;
    }
    session.show(
        api -> api.getWhole(at("settings", collection), "settings"),
        answer -> {
          final String all =
              Json.elements(answer.path("settings"))
                  .map(SettingWords::inWords)
                  .collect(Collectors.joining("\n"));
          return all.isEmpty() ? collection + ": nothing is set, the defaults hold." : all;
        });
  }

  @Command(name = "get", description = "A collection's values for one scope.")
  void get(
      @Parameters(paramLabel = "COLLECTION", description = COLLECTION) final String collection,
      @picocli.CommandLine.Mixin final Scope scope) {
    session.show(
        api -> api.get(at("settings", collection, scope.identity())), SettingWords::inWords);
  }

  @Command(name = "set", description = "Changes the values that are named, and no others.")
  void set(
      @Parameters(paramLabel = "COLLECTION", description = COLLECTION) final String collection,
      @Parameters(
              paramLabel = "NAME=VALUE",
              arity = "0..*",
              description = {
                "an empty value takes it away, so that the default holds;",
                "NAME+=VALUE and NAME-=VALUE change a list"
              })
          final @Nullable List<String> assignments,
      @Option(
              names = "--empty",
              paramLabel = "NAME",
              description = "a text that is to be empty, where the default is not")
          final @Nullable List<String> empty,
      @picocli.CommandLine.Mixin final Scope scope) {
    if (assignments == null && empty == null) {
      throw Failure.misuse("Nothing is to be set.", "Write NAME=VALUE, such as apple=true.");
    }
    final ObjectNode body = SettingWords.body(assignments == null ? List.of() : assignments);
    if (empty != null) {
      empty.forEach(name -> body.withObject("/values").put(name, ""));
    }
    session.show(
        api -> api.patch(at("settings", collection, scope.identity()), body),
        SettingWords::inWords);
  }

  @Command(
      name = "remove",
      description = "Takes a scope's values away; the defaults, or those for all users, hold then.")
  void remove(
      @Parameters(paramLabel = "COLLECTION", description = COLLECTION) final String collection,
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
        api -> api.get(with("audit", "limit", Integer.toString(limit))), SettingWords::audit);
  }
}

package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `federation domain`: the lists of allowed and blocked domains.
@Command(
    name = "domain",
    description = "Allowed and blocked domains; without a further word: all of them.",
    footer = {
      "",
      "A domain is on one list at most. Examples:",
      "  reveille federation domain allow push.lync.com",
      "  reveille federation domain allow partner.example --proxy edge.partner.example",
      "  reveille federation domain block spam.example --comment \"asked to\"",
      "  reveille federation domain remove spam.example"
    })
final class DomainCommand implements Runnable {
  private static final String ALLOWED = "allowed-domains";
  private static final String BLOCKED = "blocked-domains";

  private final Session session;

  DomainCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All domains of both lists.")
  void list() {
    session.show(
        api -> {
          final ObjectNode both = Json.object();
          both.set("allowed", api.getWhole(at("settings", ALLOWED), "settings").path("settings"));
          both.set("blocked", api.getWhole(at("settings", BLOCKED), "settings").path("settings"));
          return both;
        },
        answer -> {
          final var table = new Table("DOMAIN", "LIST", "PROXY", "COMMENT");
          for (final String list : List.of("allowed", "blocked")) {
            for (final JsonNode each : answer.path(list)) {
              final JsonNode values = each.path("effective");
              table.row(
                  each.path("identity").asText(),
                  list,
                  values.path("proxy-fqdn").asText(""),
                  values.path("comment").asText(""));
            }
          }
          return table.isEmpty() ? "No domain is allowed, none is blocked." : table.toString();
        });
  }

  @Command(name = "show", description = "One domain.")
  void show(@Parameters(paramLabel = "DOMAIN") final String domain) {
    session.show(
        api -> api.get(at("settings", listOf(api, domain), domain)), SettingWords::inWords);
  }

  @Command(name = "allow", description = "Federates with a domain.")
  void allow(
      @Parameters(paramLabel = "DOMAIN") final String domain,
      @Option(
              names = "--proxy",
              paramLabel = "FQDN",
              defaultValue = "",
              description = "the partner's Access Edge; without it, DNS SRV finds it")
          final String proxy,
      @Option(
              names = "--verification-level",
              paramLabel = "LEVEL",
              defaultValue = "",
              description = "AlwaysVerifiable, AlwaysUnverifiable or UseSourceVerification")
          final String level,
      @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "a note")
          final String comment) {
    final var all = new ArrayList<String>();
    add(all, "proxy-fqdn", proxy);
    add(all, "verification-level", level);
    add(all, "comment", comment);
    session.show(
        api -> api.create(at("settings", ALLOWED, domain), SettingWords.body(all)),
        SettingWords::inWords);
  }

  @Command(name = "block", description = "Rejects the messages of a domain.")
  void block(
      @Parameters(paramLabel = "DOMAIN") final String domain,
      @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "a note")
          final String comment) {
    final var all = new ArrayList<String>();
    add(all, "comment", comment);
    session.show(
        api -> api.create(at("settings", BLOCKED, domain), SettingWords.body(all)),
        SettingWords::inWords);
  }

  private static void add(final List<String> all, final String name, final String value) {
    if (!value.isEmpty()) {
      all.add(name + "=" + value);
    }
  }

  @Command(name = "set", description = "Changes the properties that are named, and no others.")
  void set(
      @Parameters(paramLabel = "DOMAIN") final String domain,
      @Parameters(paramLabel = "NAME=VALUE", arity = "1..*") final List<String> assignments) {
    final ObjectNode body = SettingWords.body(assignments);
    session.show(
        api -> api.patch(at("settings", listOf(api, domain), domain), body), SettingWords::inWords);
  }

  @Command(name = "remove", description = "Takes a domain off its list.")
  void remove(@Parameters(paramLabel = "DOMAIN") final String domain) {
    session.show(
        api -> {
          final String list = listOf(api, domain);
          api.delete(at("settings", list, domain));
          return Json.object().put("removed", domain).put("from", list);
        },
        answer ->
            answer.path("removed").asText()
                + " is taken off the "
                + answer.path("from").asText().replace('-', ' ')
                + ".");
  }

  /// The list that a domain is on.
  private static String listOf(final Api api, final String domain) {
    for (final String list : List.of(ALLOWED, BLOCKED)) {
      if (Json.elements(api.getWhole(at("settings", list), "settings").path("settings"))
          .anyMatch(each -> each.path("identity").asText().equalsIgnoreCase(domain))) {
        return list;
      }
    }
    throw Failure.no(
        domain + " is on no list.", "See `reveille federation domain list`, or allow it.");
  }
}

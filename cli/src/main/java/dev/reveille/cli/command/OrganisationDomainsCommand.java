package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille domains`: the SIP and mail domains of the organisation, and their NetBIOS names.
@Command(
    name = "domains",
    description = "The domains of the organisation; without a further word: all of them.",
    footer = {
      "",
      "A domain, and a NetBIOS name as in EXAMPLE\\\\anna, lead to one organisation of the server.",
      "",
      "Examples:",
      "  reveille domains add example.org --netbios EXAMPLE",
      "  reveille domains show example.org",
      "  reveille domains set example.org --no-netbios"
    })
final class OrganisationDomainsCommand implements Runnable {
  private final Session session;

  OrganisationDomainsCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All domains of the organisation.")
  void list() {
    session.show(
        api -> Json.object().set("domains", Json.list(api.getAll("domains", "domains"))),
        answer -> {
          final var table = new Table("DOMAIN", "NETBIOS");
          answer
              .path("domains")
              .forEach(
                  each -> table.row(each.path("domain").asText(), each.path("netbios").asText("")));
          return table.isEmpty() ? "No domains yet: reveille domains add DOMAIN" : table.toString();
        });
  }

  @Command(name = "show", description = "One domain.")
  void show(@Parameters(paramLabel = "DOMAIN") final String domain) {
    session.show(api -> api.get(at("domains", domain)), OrganisationDomainsCommand::inWords);
  }

  @Command(name = "add", description = "Adds a domain; refuses one that is there.")
  void add(
      @Parameters(paramLabel = "DOMAIN", description = "such as example.org") final String domain,
      @Option(
              names = "--netbios",
              paramLabel = "NAME",
              defaultValue = "",
              description = "the part before \\ in DOMAIN\\name, at most 15 characters")
          final String netbios) {
    final ObjectNode body = Json.object().put("domain", domain);
    if (!netbios.isEmpty()) {
      body.put("netbios", netbios);
    }
    session.show(api -> api.post("domains", body), OrganisationDomainsCommand::inWords);
  }

  @Command(name = "set", description = "Replaces or takes away the NetBIOS name of a domain.")
  void set(
      @Parameters(paramLabel = "DOMAIN") final String domain,
      @Option(names = "--netbios", paramLabel = "NAME", defaultValue = "") final String netbios,
      @Option(names = "--no-netbios", description = "takes it away") final boolean none) {
    if (none != netbios.isEmpty()) {
      throw Failure.misuse(
          "What the NetBIOS name is to be was not said.", "Give --netbios NAME or --no-netbios.");
    }
    session.show(
        api -> {
          api.get(at("domains", domain)); // a misspelled one is not made
          final ObjectNode body = Json.object();
          return api.put(at("domains", domain), none ? body : body.put("netbios", netbios));
        },
        OrganisationDomainsCommand::inWords);
  }

  @Command(
      name = "remove",
      description = "Takes a domain away; users and their passwords stay as they are.")
  void remove(@Parameters(paramLabel = "DOMAIN") final String domain) {
    session.show(
        api -> {
          api.delete(at("domains", domain));
          return Json.object().put("removed", domain);
        },
        _ -> domain + " is removed.");
  }

  private static String inWords(final JsonNode domain) {
    final var text = new StringBuilder(domain.path("domain").asText());
    TextLayout.line(text, "netbios", domain.path("netbios").asText(""));
    final long again = domain.path("passwordsToSetAgain").asLong();
    TextLayout.line(
        text,
        "passwords",
        again == 0
            ? ""
            : again
                + " set before the domain was added: Digest works here when they are set again");
    return text.toString();
  }
}

package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille hubs namespaces`: namespaces of hubs with host names of their own.
@Command(
    name = "namespaces",
    description = {
      "Namespaces with host names of their own; without a further word: all of them.",
      "Under its host name nothing answers but the hubs of the namespace."
    },
    footer = {
      "",
      "Examples:",
      "  reveille hubs namespaces add chat-hubs --host hubs.example.org",
      "  reveille hubs add phones --namespace chat-hubs"
    })
final class HubNamespacesCommand implements Runnable {
  private static final String PATH = "namespaces";

  private final Session session;

  HubNamespacesCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All namespaces with their host names.")
  void list() {
    session.show(
        api -> api.getWhole(PATH, PATH),
        answer -> {
          final var table = new Table("NAMESPACE", "HOST", "ORGANISATION", "HUBS");
          answer
              .path(PATH)
              .forEach(one ->
                  table.row(
                      one.path("name").asText(),
                      one.path("host").asText(),
                      one.path("organisation").asText(),
                      one.path("hubs").asText()));
          return table.isEmpty()
              ? "No namespaces beside the default one: reveille hubs namespaces add NAME --host"
                  + " HOST"
              : table.toString();
        });
  }

  @Command(name = "show", description = "One namespace.")
  void show(@Parameters(paramLabel = "NAMESPACE") final String namespace) {
    session.show(api -> api.get(at(PATH, namespace)), HubNamespacesCommand::inWords);
  }

  @Command(
      name = "add",
      description = {
        "Makes a namespace that answers at a host name at once.",
        "Needs a key of the organisation `default`; `reveille check` says when a certificate lacks"
            + " the name."
      })
  void add(
      @Parameters(paramLabel = "NAMESPACE", description = "6 to 50 letters, digits and hyphens")
          final String namespace,
      @Option(
              names = "--host",
              paramLabel = "HOST",
              required = true,
              description = "a name that leads to this server, and to nothing else of it")
          final String host,
      @Option(
              names = "--organisation",
              paramLabel = "NAME",
              description = "whose it is; without it the key's")
          final String organisation) {
    final ObjectNode body = Json.object().put("name", namespace).put("host", host);
    if (organisation != null) {
      body.put("organisation", organisation);
    }
    session.show(api -> api.post(PATH, body), HubNamespacesCommand::inWords);
    session.hint("Make a hub in it: reveille hubs add HUB --namespace " + namespace);
  }

  @Command(name = "remove", description = "Removes a namespace, if it has no hubs.")
  void remove(
      @Parameters(paramLabel = "NAMESPACE") final String namespace,
      @Option(names = "--hubs", description = "also removes its hubs, if nothing is registered")
          final boolean hubs,
      @Option(
              names = "--registrations",
              description =
                  "with --hubs: also those with registrations, which cannot be brought back")
          final boolean registrations) {
    session.show(
        api -> {
          final var address = Api.with(at(PATH, namespace), "hubs", hubs ? "remove" : "");
          api.delete(Api.with(address, "registrations", registrations ? "remove" : ""));
          return Json.object().put("removed", namespace);
        },
        _ -> namespace + " is removed.");
  }

  private static String inWords(final JsonNode namespace) {
    final var text = new StringBuilder(namespace.path("name").asText());
    TextLayout.line(text, "host", namespace.path("host").asText());
    TextLayout.line(text, "of", namespace.path("organisation").asText());
    TextLayout.line(text, "hubs", namespace.path("hubs").asText());
    TextLayout.line(text, "made", Json.moment(namespace.path("madeAt")));
    return text.toString();
  }
}

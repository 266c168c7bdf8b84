package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille resources`: shows and changes what the organisation is to clients of Azure Resource
/// Manager.
@Command(
    name = "resources",
    description =
        "Communication resources and hubs with their full paths, for clients of Azure's Resource"
            + " Manager.",
    footer = {
      "",
      "A hub is linked with the text's own call, which needs a key with the right `manage`:",
      "  POST PATH/linkNotificationHub?api-version=2020-08-20-preview",
      "       {'connectionString': 'CONNECTION STRING', 'resourceId': 'PATH OF THE HUB'}",
      "",
      "Examples:",
      "  reveille resources",
      "  reveille resources bind reveille com.example.phone",
      "  reveille resources subscriptions add 11111111-2222-3333-4444-555555555555"
    })
final class ResourcesCommand implements Runnable {
  private final Session session;

  ResourcesCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "The same as without a further word.")
  void list() {
    session.show(api -> api.get("resources"), ResourcesCommand::inWords);
  }

  @Command(name = "set", description = "Says whether chat is pushed through the linked hub, too.")
  void set(
      @Parameters(paramLabel = "RESOURCE") final String resource,
      @Option(
              names = "--chat",
              paramLabel = "WORD",
              required = true,
              arity = "1",
              description = "true or false")
          final boolean chat) {
    session.show(
        api -> api.patch(at("resources", resource), Json.object().put("chat", chat)),
        answer -> ofResource(new StringBuilder(), answer).toString().strip());
  }

  @Command(
      name = "bind",
      description = {
        "Binds an app to a resource: its devices that register a handle are reached through the"
            + " resource's hub.",
        "An app that is bound to none is bound to the first one when its first device does so."
      })
  void bind(
      @Parameters(paramLabel = "RESOURCE") final String resource,
      @Parameters(paramLabel = "APP") final String app) {
    session.show(
        api -> api.put(at("resources", resource, "apps", app), Json.object()),
        _ -> app + " is bound to " + resource + ".");
  }

  @Command(name = "unbind", description = "Takes an app off a resource.")
  void unbind(
      @Parameters(paramLabel = "RESOURCE") final String resource,
      @Parameters(paramLabel = "APP") final String app) {
    session.show(
        api -> {
          api.delete(at("resources", resource, "apps", app));
          return Json.object().put("unbound", app);
        },
        _ -> app + " is bound no more.");
  }

  @Command(
      name = "subscriptions",
      description = {
        "Declares a subscription of Azure as the organisation's own, so that hubs in it can be"
            + " linked, or takes that back.",
        "Hubs that are linked stay linked."
      })
  void subscriptions(
      @Parameters(paramLabel = "WORD", description = "add or remove") final String word,
      @Parameters(paramLabel = "GUID", description = "the subscription's id") final String guid) {
    switch (word) {
      case "add" ->
          session.show(
              api -> api.put(at("resources", "subscriptions", guid), Json.object()),
              _ -> guid + " is declared.");
      case "remove" ->
          session.show(
              api -> {
                api.delete(at("resources", "subscriptions", guid));
                return Json.object().put("removed", guid);
              },
              _ -> guid + " is declared no more.");
      default ->
          throw Failure.misuse(
              "A subscription is added or removed, not \"" + word + "\".",
              "See reveille help resources subscriptions.");
    }
  }

  private static String inWords(final JsonNode answer) {
    final var text = new StringBuilder();
    text.append("subscription ").append(answer.path("subscription").asText());
    for (final var declared : Json.texts(answer.path("declared"))) {
      TextLayout.line(text, "declared", declared);
    }
    for (final JsonNode resource : answer.path("resources")) {
      ofResource(text.append(System.lineSeparator()), resource);
    }
    for (final JsonNode hub : answer.path("hubs")) {
      text.append(System.lineSeparator()).append("hub ").append(hub.path("name").asText());
      TextLayout.line(text, "namespace", InNamespace.other(hub));
      TextLayout.line(text, "path", hub.path("path").asText());
    }
    return text.toString();
  }

  private static StringBuilder ofResource(final StringBuilder text, final JsonNode resource) {
    text.append("resource ").append(resource.path("name").asText());
    TextLayout.line(text, "path", resource.path("path").asText());
    TextLayout.line(text, "apps", String.join(" ", Json.texts(resource.path("apps"))));
    TextLayout.line(text, "carries", resource.path("chat").asBoolean() ? "calls, chat" : "calls");
    final var link = resource.path("link");
    TextLayout.line(text, "linked to", link.path("hub").asText(""));
    TextLayout.line(text, "policy", link.path("policy").asText(""));
    TextLayout.line(
        text,
        "warning",
        link.path("moreThanSend").asBoolean()
            ? "the policy allows more than to send; one that sends only is enough"
            : "");
    TextLayout.line(
        text,
        "refused",
        link.has("refused")
            ? link.path("refused").asText()
                + "; link the hub again with a connection string of today"
            : "");
    return text;
  }
}

package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille hubs`: notification hubs, their policies and keys.
@Command(
    name = "hubs",
    description = "Notification hubs, for clients of Azure's; without a further word: all of them.",
    footer = {
      "",
      "A connection string names the server as --server does: name it there as callers reach it.",
      "",
      "Examples:",
      "  reveille hubs add phones --server https://push.example.org:8443",
      "  reveille hubs credentials phones fcm --service-account phone-firebase.json",
      "  reveille hubs policy phones backend --rights send",
      "  reveille hubs rekey phones backend primary"
    })
final class HubsCommand implements Runnable {
  private static final String TTL = "registrationTtl";
  private static final String NEVER = "never";

  private final Session session;

  HubsCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All hubs; their keys are not shown.")
  void list() {
    session.show(
        api -> api.getWhole("hubs", "hubs"),
        answer -> {
          final var table = new Table("HUB", "NAMESPACE", "APPLE TOKENS", "APP", "POLICIES");
          answer
              .path("hubs")
              .forEach(hub ->
                  table.row(
                      hub.path("name").asText(),
                      hub.path("namespace").asText(),
                      tokens(hub),
                      hub.path("app").asText(),
                      String.join(
                          " ",
                          Json.elements(hub.path("policies"))
                              .map(policy -> policy.path("name").asText())
                              .toList())));
          return table.isEmpty() ? "No hubs yet: reveille hubs add NAME" : table.toString();
        });
  }

  @Command(name = "show", description = "One hub with its policies and connection strings.")
  void show(@Parameters(paramLabel = "HUB") final String hub, @Mixin final InNamespace namespace) {
    session.show(api -> api.get(namespace.at(hub)), HubsCommand::inWords);
  }

  @Command(
      name = "add",
      description = {
        "Makes a hub and prints the connection strings of its three policies, each behind its"
            + " name.",
        "`hubs show` prints them again."
      })
  void add(
      @Parameters(
              paramLabel = "HUB",
              description = "letters, digits, periods, hyphens and underscores")
          final String hub,
      @Option(
              names = "--sandbox",
              description =
                  "its iPhones run apps from Xcode, whose tokens belong to Apple's sandbox")
          final boolean sandbox,
      @Mixin final InNamespace namespace) {
    final ObjectNode body = Json.object().put("name", hub).put("sandbox", sandbox);
    if (!namespace.name().isEmpty()) {
      body.put("namespace", namespace.name());
    }
    session.show(
        api -> api.post("hubs", body),
        answer ->
            String.join(
                System.lineSeparator(),
                Json.elements(answer.path("policies"))
                    .map(policy ->
                        policy.path("name").asText()
                            + " "
                            + policy.path("connectionString").asText())
                    .toList()));
    session.hint(
        "Give it what opens a push service: reveille hubs credentials "
            + namespace.argument(hub)
            + " ...");
  }

  @Command(
      name = "set",
      description = {
        "Says to which of Apple's environments its tokens belong, and how long registrations live.",
        "What is registered already stays as it is until its app writes it again."
      })
  void set(
      @Parameters(paramLabel = "HUB") final String hub,
      @Option(names = "--sandbox", paramLabel = "WORD", arity = "1", description = "true or false")
          final @Nullable Boolean sandbox,
      @Option(
              names = "--registration-ttl",
              paramLabel = "TIME",
              description = "1d or longer for what its app does not write again, or never")
          final @Nullable String ttl,
      @Mixin final InNamespace namespace) {
    final ObjectNode change = Json.object();
    if (sandbox != null) {
      change.put("sandbox", sandbox);
    }
    if (ttl != null) {
      change.put(TTL, ttl.equals(NEVER) ? NEVER : Arguments.duration(ttl));
    }
    if (change.isEmpty()) {
      throw Failure.misuse(
          "Nothing is said to be set: --sandbox or --registration-ttl.",
          "See reveille help hubs set.");
    }
    session.show(api -> api.patch(namespace.at(hub), change), HubsCommand::inWords);
  }

  @Command(
      name = "policy",
      description = {
        "Makes a policy, or gives it other rights, and shows its connection strings.",
        "The keys of one that is there stay; with --remove it goes with them."
      })
  void policy(
      @Parameters(paramLabel = "HUB") final String hub,
      @Parameters(paramLabel = "POLICY") final String policy,
      @Option(
              names = "--rights",
              paramLabel = "RIGHT",
              split = ",",
              description =
                  "listen, send and manage, with commas between; manage includes the others")
          final List<String> rights,
      @Option(names = "--remove", description = "take the policy away") final boolean remove,
      @Mixin final InNamespace namespace) {
    if (remove != Arguments.list(rights).isEmpty()) {
      throw Failure.misuse(
          "A policy is given --rights, or taken away with --remove.",
          "See reveille help hubs policy.");
    }
    if (remove) {
      session.show(
          api -> {
            api.delete(namespace.at(hub, "policies", policy));
            return Json.object().put("removed", policy);
          },
          _ -> policy + " is removed.");
      return;
    }
    session.show(
        api ->
            api.put(
                namespace.at(hub, "policies", policy),
                Json.object().set("rights", Json.array(rights))),
        answer -> ofPolicy(new StringBuilder(), answer).toString());
  }

  @Command(
      name = "rekey",
      description = {
        "Makes one key of a policy anew and prints the connection string with it.",
        "What has the old key is refused at once; the other key works on."
      })
  void rekey(
      @Parameters(paramLabel = "HUB") final String hub,
      @Parameters(paramLabel = "POLICY") final String policy,
      @Parameters(paramLabel = "KEY", description = "primary or secondary") final String key,
      @Mixin final InNamespace namespace) {
    session.show(
        api ->
            api.post(namespace.at(hub, "policies", policy, "rekey"), Json.object().put("key", key)),
        answer ->
            answer
                .path(key.equals("primary") ? "connectionString" : "secondaryConnectionString")
                .asText());
  }

  @Command(
      name = "remove",
      description = "Removes a hub with its policies and credentials, if nothing is registered.")
  void remove(
      @Parameters(paramLabel = "HUB") final String hub,
      @Option(
              names = "--registrations",
              description =
                  "also removes its registrations and installations; they cannot be brought back")
          final boolean registrations,
      @Mixin final InNamespace namespace) {
    session.show(
        api -> {
          api.delete(Api.with(namespace.at(hub), "registrations", registrations ? "remove" : ""));
          return Json.object().put("removed", hub);
        },
        _ -> hub + " is removed.");
  }

  private static String tokens(final JsonNode hub) {
    return hub.path("sandbox").asBoolean() ? "sandbox" : "production";
  }

  private static String inWords(final JsonNode hub) {
    final var text = new StringBuilder(hub.path("name").asText());
    TextLayout.line(text, "namespace", InNamespace.other(hub));
    TextLayout.line(text, "made", Json.moment(hub.path("madeAt")));
    TextLayout.line(text, "tokens", "Apple's " + tokens(hub));
    if (hub.has(TTL)) {
      TextLayout.line(text, "lives", hub.path(TTL).asText() + " unless it is registered again");
    }
    TextLayout.line(text, "app", hub.path("app").asText());
    TextLayout.line(text, "registered", hub.path("registrations").asText());
    for (final JsonNode policy : hub.path("policies")) {
      ofPolicy(text.append(System.lineSeparator()), policy);
    }
    return text.toString();
  }

  private static StringBuilder ofPolicy(final StringBuilder text, final JsonNode policy) {
    text.append(policy.path("name").asText());
    TextLayout.line(text, "rights", String.join(" ", Json.texts(policy.path("rights"))));
    TextLayout.line(text, "primary", policy.path("connectionString").asText(""));
    TextLayout.line(text, "secondary", policy.path("secondaryConnectionString").asText(""));
    return text;
  }
}

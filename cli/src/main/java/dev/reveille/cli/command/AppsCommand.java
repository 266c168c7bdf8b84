package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille apps`: apps, their credentials, keys and presentations.
@Command(
    name = "apps",
    description = "Apps and what opens the push services to them; without a further word: all.",
    footer = {
      "",
      "Examples:",
      "  reveille apps add com.example.phone --name Phone",
      "  reveille apps credentials com.example.phone apns \\",
      "      --team ABCDE12345 --key-id KEY1234567 --key AuthKey_KEY1234567.p8",
      "  reveille apps credentials com.example.phone apns --id beta \\",
      "      --topic com.example.phone.beta --environment sandbox \\",
      "      --team ABCDE12345 --key-id KEY7654321 --key AuthKey_KEY7654321.p8",
      "  reveille apps credentials com.example.phone fcm --service-account phone-firebase.json",
      "  reveille apps credentials com.example.phone webpush --subject mailto:push@example.org"
    })
final class AppsCommand implements Runnable {
  private static final List<String> SAYS_MORE = List.of("webpush", "wns", "mpns");

  private final Session session;

  AppsCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All apps.")
  void list() {
    session.show(
        api -> api.getWhole("apps", "apps"),
        answer -> {
          final var table = new Table("APP", "NAME", "BUNDLE ID", "CREDENTIALS");
          answer
              .path("apps")
              .forEach(app ->
                  table.row(
                      app.path("id").asText(),
                      app.path("name").asText(),
                      app.path("bundleId").asText(),
                      credentials(app)));
          return table.isEmpty() ? "No apps yet: reveille apps add APP" : table.toString();
        });
  }

  @Command(name = "show", description = "One app.")
  void show(@Parameters(paramLabel = "APP") final String app) {
    session.show(api -> api.get(at("apps", app)), AppsCommand::inWords);
  }

  @Command(name = "add", description = "Makes an app, or replaces its description.")
  void add(
      @Parameters(paramLabel = "APP", description = "its identifier, com.example.phone")
          final String app,
      @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "for people")
          final String name,
      @Option(
              names = "--bundle-id",
              paramLabel = "ID",
              defaultValue = "",
              description = "Apple's name of it; the identifier when not given")
          final String bundleId,
      @Option(
              names = "--pushless-generation",
              paramLabel = "WORD",
              description = "a generation of the client that needs no push; may be repeated")
          final List<String> pushless,
      @Option(
              names = "--organisation",
              paramLabel = "NAME",
              description =
                  "another organisation that may bring devices to the app, or * for all; may be"
                      + " repeated; without it they stay as they are")
          final List<String> organisations) {
    final ObjectNode body = Json.object();
    if (!Arguments.list(organisations).isEmpty()) {
      body.set("organisations", Json.array(Arguments.list(organisations)));
    }
    if (!name.isEmpty()) {
      body.put("name", name);
    }
    if (!bundleId.isEmpty()) {
      body.put("bundleId", bundleId);
    }
    body.set("pushlessGenerations", Json.array(Arguments.list(pushless)));
    session.show(api -> api.put(at("apps", app), body), AppsCommand::inWords);
    session.hint("Give it its Apple key: reveille apps credentials " + app + " apns ...");
  }

  @Command(
      name = "devices",
      description = {
        "Devices that other organisations brought to the app; with --remove: takes one away.",
        "Those of your own organisation are in `reveille devices`."
      })
  void devices(
      @Parameters(paramLabel = "APP") final String app,
      @Option(
              names = "--remove",
              paramLabel = "DEVICE",
              defaultValue = "",
              description = "remove this one")
          final String remove) {
    if (!remove.isEmpty()) {
      session.show(
          api -> {
            api.delete(at("apps", app, "installations", remove));
            return Json.object().put("removed", remove);
          },
          _ -> remove + " is removed.");
      return;
    }
    session.show(
        api ->
            Json.object()
                .set(
                    "installations",
                    Json.list(api.getAll(at("apps", app, "installations"), "installations"))),
        answer -> {
          final var table = new Table("DEVICE", "ORGANISATION", "NAMED BY THE APP", "LAST SEEN");
          answer
              .path("installations")
              .forEach(each ->
                  table.row(
                      each.path("id").asText(),
                      each.path("organisation").asText(),
                      each.path("named").asBoolean() ? "yes" : "no",
                      Json.moment(each.path("lastSeen"))));
          return table.isEmpty() ? "No other organisation has devices of it." : table.toString();
        });
  }

  @Command(name = "remove", description = "Removes an app and what opens push services to it.")
  void remove(
      @Parameters(paramLabel = "APP") final String app,
      @Option(
              names = "--with-devices",
              description =
                  "also removes your organisation's installations of it; without it they keep the"
                      + " app")
          final boolean withDevices) {
    session.show(
        api -> {
          api.delete(at("apps", app) + (withDevices ? "?installations=remove" : ""));
          return Json.object().put("removed", app);
        },
        _ -> app + " is removed.");
  }

  @Command(
      name = "statement-key",
      description = "Keeps the public key with which the app's backend signs registrations.")
  void statementKey(
      @Parameters(paramLabel = "APP") final String app,
      @Parameters(paramLabel = "KID", description = "the key's name in the statements")
          final String kid,
      @Parameters(paramLabel = "FILE", description = "the public key, PEM") final String file) {
    final ObjectNode body = Json.object().put("publicKey", content(file));
    session.show(
        api -> {
          api.put(at("apps", app, "statement-keys", kid), body);
          return Json.object().put("app", app).put("kid", kid);
        },
        _ -> "Statements signed by " + kid + " are believed for " + app + ".");
  }

  @Command(
      name = "presentation",
      description = {
        "How the app's events are shown on its devices: shows it, or keeps what a file says.",
        "The server checks it whole before it keeps anything."
      })
  void presentation(
      @Parameters(paramLabel = "APP") final String app,
      @Parameters(
              paramLabel = "FILE",
              arity = "0..1",
              defaultValue = "",
              description = "JSON, as docs/protocols/api.md says; what is shown can be kept again")
          final String file,
      @Option(names = "--remove", description = "let the content speak for itself")
          final boolean remove) {
    session.showJson(api -> {
      if (remove) {
        api.delete(at("apps", app, "presentation"));
        return Json.object();
      }
      return file.isEmpty()
          ? api.get(at("apps", app, "presentation"))
          : api.put(at("apps", app, "presentation"), json(file));
    });
  }

  private JsonNode json(final String file) {
    try {
      return Json.read(content(file));
    } catch (IllegalArgumentException e) {
      throw Failure.misuse("The file " + file + " is " + e.getMessage() + ".", "Correct the file.");
    }
  }

  private String content(final String file) {
    return session.content(file);
  }

  /// An app as people read it.
  static String inWords(final JsonNode app) {
    final var text = new StringBuilder(app.path("id").asText());
    TextLayout.line(text, "name", app.path("name").asText(""));
    TextLayout.line(text, "bundle id", bundleId(app));
    TextLayout.line(
        text, "no push for", String.join(" ", Json.texts(app.path("pushlessGenerations"))));
    TextLayout.line(text, "open to", String.join(" ", Json.texts(app.path("organisations"))));
    TextLayout.line(text, "credentials", credentials(app));
    for (final JsonNode account : app.path("accounts")) {
      if (account.has("id")
          || account.path("certificate").asBoolean()
          || account.has("analyticsLabel")
          || account.has("expires")
          || SAYS_MORE.contains(account.path("service").asText())) {
        TextLayout.line(
            text,
            (account.path("service").asText() + " " + account.path("id").asText("")).strip(),
            of(account) + until(account));
      }
    }
    return text.toString();
  }

  /// One of several credentials, and what it is for.
  private static String of(final JsonNode account) {
    final String project = account.path("project").asText("");
    if (!project.isEmpty()) {
      final String label = account.path("analyticsLabel").asText("");
      return "project " + project + (label.isEmpty() ? "" : ", label " + label);
    }
    switch (account.path("service").asText()) {
      case "webpush" -> {
        return "public key "
            + account.path("publicKey").asText()
            + ", "
            + account.path("subject").asText();
      }
      case "wns" -> {
        final String ends = account.path("expires").asText("");
        return account.path("client").asText() + (ends.isEmpty() ? "" : ", secret until " + ends);
      }
      case "mpns" -> {
        return account.path("certificate").asBoolean() ? "with a certificate" : "no certificate";
      }
      default -> {
        // Apple's, below
      }
    }
    final String topic = account.path("topic").asText("");
    if (account.path("certificate").asBoolean()) {
      return "certificate until "
          + account.path("expires").asText()
          + ", "
          + String.join(" and ", Json.texts(account.path("environments")))
          + ", for "
          + String.join(" ", Json.texts(account.path("topics")));
    }
    return account.path("environment").asText()
        + (topic.isEmpty() ? "" : " " + topic)
        + ": team "
        + account.path("team").asText()
        + ", key "
        + account.path("keyId").asText();
  }

  /// When it ends, where it does and [#of] does not say so.
  private static String until(final JsonNode account) {
    final String ends = account.path("expires").asText("");
    return ends.isEmpty() || !account.path("service").asText().equals("mpns")
        ? ""
        : ", until " + ends;
  }

  /// Apple names an app by it: with credentials for Apple and without it no push can leave.
  private static String bundleId(final JsonNode app) {
    final String given = app.path("bundleId").asText("");
    return given.isEmpty() && Json.texts(app.path("credentials")).contains("apns")
        ? "none: Apple takes no push without; `reveille apps add "
            + app.path("id").asText()
            + " --bundle-id ID` gives it one"
        : given;
  }

  private static String credentials(final JsonNode app) {
    final var services = Json.texts(app.path("credentials"));
    return services.isEmpty() ? "none" : String.join(" ", services);
  }
}

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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille users`: users, their addresses and their protection.
@Command(
    name = "users",
    description = "The people of the organisation; without a further word: all of them.",
    footer = {
      "",
      "Examples:",
      "  reveille users add anna --address sip:anna@example.com --site berlin",
      "  reveille users code anna --app com.example.phone",
      "  reveille users set anna --mute team-red",
      "  reveille users password anna",
      "  reveille users events anna"
    })
final class UsersCommand implements Runnable {
  private final Session session;

  UsersCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All users.")
  void list() {
    session.show(
        api -> Json.object().set("users", Json.list(api.getAll("users", "users"))),
        answer -> {
          final var table = new Table("USER", "SITE", "ADDRESSES");
          answer
              .path("users")
              .forEach(user ->
                  table.row(
                      user.path("name").asText(),
                      user.path("site").asText(""),
                      String.join(" ", Json.texts(user.path("addresses")))));
          return table.isEmpty() ? "No users yet: reveille users add NAME" : table.toString();
        });
  }

  @Command(name = "show", description = "One user: addresses, wishes, presence and devices.")
  void show(
      @Parameters(paramLabel = "USER", description = "name or any address") final String user) {
    session.show(
        api -> {
          final ObjectNode all = api.get(at("users", user)).deepCopy();
          all.set("presence", api.get(at("users", user, "presence")).path("presence"));
          final String name = all.path("name").asText(user);
          all.set(
              "installations",
              Json.list(api.getAll(with("installations", "user", name), "installations")));
          return all;
        },
        UsersCommand::inWords);
  }

  @Command(name = "add", description = "Makes a user; refuses when there is one of this name.")
  void add(
      @Parameters(paramLabel = "NAME") final String name,
      @Option(
              names = "--address",
              paramLabel = "ADDRESS",
              description = "SIP URI, mail, UPN or DOMAIN\\name; may be repeated")
          final List<String> addresses,
      @Option(names = "--site", paramLabel = "SITE", defaultValue = "") final String site) {
    final ObjectNode body = Json.object();
    body.set("addresses", Json.array(Arguments.list(addresses)));
    if (!site.isEmpty()) {
      body.put("site", site);
    }
    session.show(api -> api.create(at("users", name), body), UsersCommand::inWords);
    session.hint("Let a phone register: reveille users code " + name + " --app APP");
  }

  @Command(name = "set", description = "Changes what is given and nothing else.")
  void set(@Parameters(paramLabel = "USER") final String user, @Mixin final UserOptions given) {
    if (given.isEmpty()) {
      throw Failure.misuse("Nothing was given to change.", "See reveille help users set.");
    }
    session.show(api -> api.patch(at("users", user), given.body(api, user)), UsersCommand::inWords);
  }

  @Command(
      name = "remove",
      description = "Erases a user with all content and all bindings to devices.")
  void remove(@Parameters(paramLabel = "USER") final String user) {
    session.show(
        api -> {
          api.delete(at("users", user));
          return Json.object().put("removed", user);
        },
        _ -> "Removed " + user + ".");
  }

  @Command(
      name = "code",
      description = "A one-time code with which one device registers for the user.")
  void code(
      @Parameters(paramLabel = "USER") final String user,
      @Option(names = "--app", paramLabel = "APP", required = true) final String app,
      @Option(
              names = "--valid-for",
              paramLabel = "DURATION",
              defaultValue = "",
              description = "10m when not given, at most 1h")
          final String validFor) {
    final ObjectNode body = Json.object().put("app", app);
    if (!validFor.isEmpty()) {
      body.put("validFor", Arguments.duration(validFor));
    }
    session.show(
        api -> api.post(at("users", user, "codes"), body), answer -> answer.path("code").asText());
    session.hint(
        "Try it with a phone in this terminal: reveille phone --app " + app + " --code CODE");
  }

  @Command(name = "events", description = "The newest events that concerned a user.")
  void events(
      @Parameters(paramLabel = "USER") final String user,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "20") final int limit) {
    session.show(
        api -> api.get(with(at("users", user, "events"), "limit", Integer.toString(limit))),
        answer -> {
          final var table = new Table("EVENT", "ACCEPTED", "TYPE", "SOURCE", "ID");
          answer
              .path("events")
              .forEach(event ->
                  table.row(
                      event.path("event").asText(),
                      Json.moment(event.path("acceptedAt")),
                      event.path("type").asText(),
                      event.path("source").asText(),
                      event.path("id").asText()));
          return table.isEmpty() ? "Nothing happened to " + user + " yet." : table.toString();
        });
    session.hint("What became of one: reveille explain EVENT");
  }

  @Command(name = "inbox", description = "What waits for a user's devices, oldest first.")
  void inbox(
      @Parameters(paramLabel = "USER") final String user,
      @Option(
              names = "--after",
              paramLabel = "POSITION",
              defaultValue = "",
              description = "only what came after it")
          final String after) {
    session.show(
        api -> api.get(with(at("users", user, "inbox"), "after", after)),
        answer -> {
          final var table = new Table("EVENT", "TYPE", "MARKS", "TITLE", "TEXT");
          answer
              .path("entries")
              .forEach(entry -> {
                final JsonNode event = entry.path("event");
                final JsonNode content = event.path("content");
                table.row(
                    event.path("event").asText(),
                    event.path("type").asText(),
                    String.join(" ", Json.texts(entry.path("marks"))),
                    content.path("title").asText(""),
                    content.path("text").asText(""));
              });
          final String gap =
              answer.path("gap").asBoolean()
                  ? "The position cannot be continued; this is the inbox from its beginning.\n"
                  : "";
          final String more =
              answer.path("more").asBoolean()
                  ? "\nThere is more: --after " + answer.path("upTo").asText()
                  : "";
          return gap
              + (table.isEmpty() ? "Nothing is in it." : table)
              + "\nUnread: "
              + answer.path("unread").asInt()
              + more;
        });
  }

  @Command(
      name = "protect",
      description = {
        "What the user is to be spared; without an option: shows it.",
        "What is silenced still reaches the inbox, and explain says why it did not ring."
      },
      footer = {
        "",
        "Examples:",
        "  reveille users protect anna --do-not-disturb 2h",
        "  reveille users protect anna --quiet-hours \"mon-fri 22:00-07:00\" --zone Europe/Berlin",
        "  reveille users protect anna --mute team-red --for 8h",
        "  reveille users protect anna --ring-limit 3/15m --let-through sip:boss@example.com"
      })
  void protect(
      @Parameters(paramLabel = "USER") final String user, @Mixin final ProtectOptions wishes) {
    wishes.check();
    session.show(api -> wishes.apply(api, user), answer -> ProtectionWords.inWords(user, answer));
  }

  private static String inWords(final JsonNode user) {
    final var text = new StringBuilder(user.path("name").asText());
    TextLayout.line(text, "site", user.path("site").asText(""));
    TextLayout.line(text, "addresses", String.join(" ", Json.texts(user.path("addresses"))));
    TextLayout.line(text, "presence", user.path("presence").asText(""));
    final JsonNode wishes = user.path("preferences");
    final String idle = wishes.path("idle").asText("");
    TextLayout.line(
        text,
        "told on",
        wishes.path("spread").asText("") + (idle.isEmpty() ? "" : " (left after " + idle + ")"));
    TextLayout.line(
        text,
        "quiet until",
        wishes.path("doNotDisturb").asBoolean()
            ? "it is taken back"
            : wishes.path("doNotDisturbUntil").asText(""));
    TextLayout.line(text, "muted", String.join(" ", Json.texts(wishes.path("muted"))));
    TextLayout.line(
        text,
        "devices",
        Json.elements(user.path("installations"))
            .map(DevicesCommand::inOneLine)
            .collect(Collectors.joining("\n               ")));
    return text.toString();
  }
}

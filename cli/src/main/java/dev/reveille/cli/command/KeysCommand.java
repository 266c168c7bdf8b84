package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille keys`: lists, makes and removes API keys.
@Command(
    name = "keys",
    description = "The keys that open the API; without a further word: all of them.",
    footer = {
      "",
      "Rights:",
      "  send    hand in events, end calls",
      "  listen  read content and callers' names",
      "  manage  users, devices, apps, settings, keys",
      "",
      "Example:",
      "  reveille keys add --right send --note \"PBX in the cellar\"",
      "",
      "If every key is lost, stop the server:",
      "  reveille keys add --data DIR --offline"
    })
final class KeysCommand implements Runnable {
  private final Session session;

  KeysCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All keys; their secrets are not shown.")
  void list() {
    session.show(
        api -> api.getWhole("keys", "keys"),
        answer -> {
          final var table = new Table("KEY", "RIGHTS", "MADE", "NOTE");
          answer
              .path("keys")
              .forEach(key ->
                  table.row(
                      key.path("id").asText(),
                      String.join(" ", Json.texts(key.path("rights"))),
                      Json.moment(key.path("madeAt")),
                      key.path("note").asText("")));
          return table.toString();
        });
  }

  @Command(name = "add", description = "Makes a key and prints its secret, this once.")
  void add(
      @Option(
              names = "--right",
              paramLabel = "RIGHT",
              description = "send, listen or manage; may be repeated")
          final @Nullable List<String> rights,
      @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "who uses it")
          final String note,
      @Option(
              names = "--offline",
              description = {
                "in the data directory of a stopped server (--data DIR), when every key is lost;",
                "has all rights unless --right is given, and is written into client.json"
              })
          final boolean offline) {
    if (offline) {
      throw Failure.missing(
          "`keys add --offline` is a program of its own.",
          "Start it with the launcher: ./reveille keys add --data DIR --offline");
    }
    if (rights == null) {
      throw Failure.misuse(
          "Missing required option: '--right=RIGHT'.", "See reveille keys add --help");
    }
    final ObjectNode body = Json.object();
    body.set("rights", Json.array(rights));
    if (!note.isEmpty()) {
      body.put("note", note);
    }
    session.show(api -> api.post("keys", body), answer -> answer.path("secret").asText());
    session.hint("Keep it now: it is not shown again.");
  }

  @Command(name = "remove", description = "Ends a key at once.")
  void remove(
      @Parameters(paramLabel = "KEY", description = "its id (k_...), not its secret")
          final String id) {
    session.show(
        api -> {
          api.delete(at("keys", id));
          return Json.object().put("removed", id);
        },
        _ -> "Removed " + id + ".");
  }
}

package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;

/// `reveille setup`: what is done of a task that has several parts, and what is missing.
@Command(name = "setup", description = "What is set up, and what is missing with its command.")
final class SetupCommand {
  private static final String ALLOWED = "allowed-domains";
  private static final String BLOCKED = "blocked-domains";
  private static final String PROVIDERS = "hosting-providers";
  private static final Set<String> SERVICES = Set.of("apple", "microsoft", "google", "web");

  private final Session session;

  SetupCommand(final Session session) {
    this.session = session;
  }

  /// One of the tasks.
  ///
  /// @param command that does it; several where there are several ways
  private record Task(String name, boolean isDone, String words, List<String> commands) {
    static Task done(final String name, final String words) {
      return new Task(name, true, words, List.of());
    }

    static Task missing(final String name, final String words, final String... commands) {
      return new Task(name, false, words, List.of(commands));
    }

    JsonNode json() {
      final var out = Json.object().put("task", name).put("state", isDone ? "done" : "missing");
      out.put("words", words);
      final var all = out.putArray("commands");
      commands.forEach(all::add);
      return out;
    }
  }

  @Command(
      name = "push",
      description = {
        "The four tasks of an organisation that pushes through a clearing house: the partner's",
        "server, federation, the push switches, and the test. They can be done in any order."
      },
      footer = {"", "The exit status is 0 when all are done. Nothing is changed."})
  int push() {
    final var isDone = new boolean[1];
    session.show(
        api -> {
          final var tasks = tasks(api);
          isDone[0] = tasks.stream().allMatch(Task::isDone);
          final var all = Json.object();
          final var list = all.putArray("tasks");
          tasks.forEach(each -> list.add(each.json()));
          return all;
        },
        SetupCommand::inWords);
    return isDone[0] ? Failure.DONE : Failure.NO;
  }

  private static List<Task> tasks(final Api api) {
    final var uri = effective(api, "mobility").path("push-notification-proxy-uri").asText();
    final var house = uri.substring(uri.indexOf('@') + 1);
    final var test = api.post(at("tests", "push"), Json.object());
    final boolean passes = test.path("result").asText().equals("Success");
    final var allowed = objects(api, ALLOWED);
    final var tasks = new ArrayList<Task>();
    tasks.add(provider(api, house, allowed, passes));
    tasks.add(federation(api, house, allowed));
    tasks.add(switches(api));
    tasks.add(tested(test, passes));
    return tasks;
  }

  private static JsonNode effective(final Api api, final String collection) {
    return api.get(at("settings", collection, "global")).path("effective");
  }

  private static List<JsonNode> objects(final Api api, final String collection) {
    return Json.elements(api.getWhole(at("settings", collection), "settings").path("settings"))
        .toList();
  }

  private static boolean has(final List<JsonNode> objects, final String identity) {
    return objects.stream().anyMatch(each -> each.path("identity").asText().equals(identity));
  }

  private static Task provider(
      final Api api, final String house, final List<JsonNode> allowed, final boolean passes) {
    final var name = "server of the clearing house";
    final var proxy =
        allowed.stream()
            .filter(each -> each.path("identity").asText().equals(house))
            .map(each -> each.path("effective").path("proxy-fqdn").asText())
            .filter(host -> !host.isEmpty())
            .findFirst();
    if (proxy.isPresent()) {
      return Task.done(name, "the proxy " + proxy.get());
    }
    final var provider =
        objects(api, PROVIDERS).stream()
            .filter(each -> each.path("effective").path("enabled").asText().equals("true"))
            .map(each -> each.path("identity").asText())
            .findFirst();
    if (provider.isPresent()) {
      return Task.done(name, "the hosting provider " + provider.get());
    }
    return passes
        ? Task.done(name, "the SRV record of " + house)
        : Task.missing(
            name,
            "no provider, no proxy; not needed where an SRV record of " + house + " names it",
            "reveille federation provider add NAME --proxy FQDN",
            "reveille federation domain allow " + house + " --proxy FQDN");
  }

  private static Task federation(final Api api, final String house, final List<JsonNode> allowed) {
    final var name = "federation";
    final var commands = new ArrayList<String>();
    final var words = new ArrayList<String>();
    if (api.get(at("domains")).path("domains").isEmpty()) {
      words.add("the organisation has no domain");
      commands.add("reveille domains add DOMAIN");
    }
    if (!effective(api, "access-edge").path("allow-federated-users").asText().equals("true")) {
      words.add("federation is off");
      commands.add("reveille settings set access-edge allow-federated-users=true");
    }
    if (has(objects(api, BLOCKED), house)) {
      words.add(house + " is blocked");
      commands.add("reveille federation domain remove " + house);
    }
    if (!has(allowed, house)) {
      words.add(house + " is not allowed");
      commands.add("reveille federation domain allow " + house);
    }
    return words.isEmpty()
        ? Task.done(name, "on, with " + house)
        : Task.missing(name, String.join("; ", words), commands.toArray(String[]::new));
  }

  private static Task switches(final Api api) {
    final var name = "push switches";
    final var effective = effective(api, "push-notification");
    final var on =
        SERVICES.stream()
            .sorted()
            .filter(each -> effective.path(each).asText().equals("true"))
            .toList();
    return on.isEmpty()
        ? Task.missing(
            name,
            "push is off for every service",
            "reveille settings set push-notification apple=true google=true")
        : Task.done(name, String.join(", ", on));
  }

  private static Task tested(final JsonNode report, final boolean passes) {
    final var name = "test";
    if (passes) {
      return Task.done(name, "a push would reach the clearing house");
    }
    final var failed =
        Json.elements(report.path("steps"))
            .filter(step -> step.path("state").asText().equals("failed"))
            .map(step -> step.path("step").asText() + ": " + step.path("found").asText())
            .findFirst()
            .orElse(report.path("error").asText());
    return Task.missing(name, failed, "reveille test push");
  }

  private static String inWords(final JsonNode answer) {
    final var table = new Table("TASK", "STATE", "");
    final var text = new StringBuilder();
    for (final JsonNode task : answer.path("tasks")) {
      table.row(
          task.path("task").asText(), task.path("state").asText(), task.path("words").asText());
    }
    text.append(table);
    boolean isFirst = true;
    for (final JsonNode task : answer.path("tasks")) {
      for (final JsonNode command : task.path("commands")) {
        text.append(isFirst ? "\nWhat is missing:\n" : "\n").append("  ").append(command.asText());
        isFirst = false;
      }
    }
    return text.toString();
  }
}

package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `reveille reasons`: prints what a reason code means and what to do about it.
@Command(
    name = "reasons",
    description = "What a reason's code means and what to do about it; needs no server.",
    footer = {"", "Example:", "  reveille reasons RV-311"})
final class ReasonsCommand implements Runnable {
  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "CODE",
      description = "such as RV-311; all of them when not given")
  private String code = "";

  ReasonsCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    if (code.isEmpty()) {
      final ObjectNode all = Json.object();
      all.set("reasons", OfflineReasons.all());
      session.show(all, ReasonsCommand::table);
      return;
    }
    final var known = OfflineReasons.find(code);
    if (known.isPresent()) {
      session.show(known.get(), ReasonsCommand::inWords);
    } else { // a newer server may have it
      askServer();
    }
  }

  private void askServer() {
    try {
      session.show(api -> api.get(at("reasons", code)), ReasonsCommand::inWords);
    } catch (final Failure unreachable) {
      if (unreachable.exitCode() != Failure.MISSING) {
        throw unreachable;
      }
      throw Failure.no(
          "this version has no reason " + code + ", and no server was reached that may know it",
          "`reveille reasons` lists the codes.");
    }
  }

  private static String table(final JsonNode all) {
    final var table = new Table("CODE", "MEANING");
    all.path("reasons")
        .forEach(each -> table.row(each.path("code").asText(), each.path("sentence").asText()));
    return table.toString();
  }

  private static String inWords(final JsonNode reason) {
    return reason.path("sentence").asText() + "\n" + reason.path("remedy").asText("").strip();
  }
}

package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import dev.reveille.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "reasons",
    description = "What a reason's code means and what to do about it.",
    footer = {"", "Example:", "  reveille reasons RV-311"})
final class Reasons implements Runnable {
  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "CODE",
      description = "such as RV-311; all of them when not given")
  private String code = "";

  Reasons(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    if (code.isEmpty()) {
      session.show(
          api -> api.get("reasons"),
          answer -> {
            final var table = new Table("CODE", "MEANING");
            answer
                .path("reasons")
                .forEach(
                    each -> table.row(each.path("code").asText(), each.path("sentence").asText()));
            return table.toString();
          });
      return;
    }
    session.show(
        api -> api.get(at("reasons", code)),
        answer ->
            answer.path("sentence").asText() + "\n" + answer.path("remedy").asText("").strip());
  }
}

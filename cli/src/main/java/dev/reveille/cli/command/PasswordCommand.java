package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.HiddenInput;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `users password`: sets, shows and removes a user's password. It is never an argument: other
/// users of the machine see those.
@Command(
    name = "password",
    description = {
      "Sets a user's password, which is typed without being shown, piped in, or in a file."
    },
    footer = {
      "",
      "Examples:",
      "  reveille users password anna",
      "  reveille users password anna --file anna.password",
      "  reveille users password anna --show"
    })
final class PasswordCommand implements Runnable {
  @Parameters(paramLabel = "USER", description = "name or any address")
  private String user = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      defaultValue = "",
      description = "it holds the password, on one line")
  private String file = "";

  @Option(names = "--show", description = "only says whether there is one, and for which domains")
  private boolean show;

  @Option(names = "--remove", description = "removes it")
  private boolean remove;

  private final Session session;

  PasswordCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    if ((show ? 1 : 0) + (remove ? 1 : 0) + (file.isEmpty() ? 0 : 1) > 1) {
      throw Failure.misuse(
          "A password is set, shown or removed.", "Give one of --file, --show and --remove.");
    }
    final String address = at("users", user, "password");
    if (show) {
      session.show(api -> api.get(address), PasswordCommand::inWords);
    } else if (remove) {
      session.show(
          api -> {
            api.delete(address);
            return Json.object().put("removed", user);
          },
          _ -> "The password of " + user + " is removed.");
    } else {
      final String password = password();
      session.show(
          api -> api.put(address, Json.object().put("password", password)),
          PasswordCommand::inWords);
    }
  }

  private String password() {
    return file.isEmpty()
        ? HiddenInput.read(session.here(), "password of " + user)
        : HiddenInput.withoutLineEnd(session.content(file));
  }

  private static String inWords(final JsonNode password) {
    final var text = new StringBuilder(password.path("user").asText());
    TextLayout.line(text, "password", "set at " + Json.moment(password.path("since")));
    final var domains = Json.texts(password.path("domains"));
    TextLayout.line(
        text, "digest for", domains.isEmpty() ? "no domain" : String.join(" ", domains));
    final var later = Json.texts(password.path("setAgainFor"));
    TextLayout.line(
        text, "not for", later.isEmpty() ? "" : String.join(" ", later) + " (set it again)");
    return text.toString();
  }
}

package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import dev.reveille.cli.phone.TerminalPhone;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.nio.file.Files;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `reveille phone`: runs a [dev.reveille.cli.phone.TerminalPhone].
@Command(
    name = "phone",
    header = "A phone in the terminal.",
    description = {
      "Registers, holds its live channel and shows what arrives. It does what you type:",
      "",
      "  foreground, background, lock   what the app says of itself",
      "  sleep                          the app is stopped, its channel closed",
      "  answer, decline, decline here  the call that rings",
      "  hang up                        the call you talk in",
      "  read                           everything that is unread",
      "  status, quit",
      "",
      "In a terminal one key is enough: f b l s a d h r q, D for decline here, ? for",
      "help; the last line says how the phone stands. Lines may come from a pipe; it",
      "then runs until `quit` or Ctrl-C.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  reveille phone --user anna --app com.example.phone",
      "  reveille phone --code rc_... --app com.example.phone --keep anna.phone"
    })
final class TerminalPhoneCommand implements Runnable {
  private final Session session;

  @Option(names = "--app", paramLabel = "APP", description = "which app it is")
  private String app = "";

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "whose it is: gets itself a one-time code (needs a key with `manage`)")
  private String user = "";

  @Option(names = "--code", paramLabel = "CODE", description = "a one-time code")
  private String code = "";

  @Option(
      names = "--keep",
      paramLabel = "FILE",
      description = "the same phone next time; otherwise it signs out at its end")
  private String keep = "";

  @Option(
      names = "--state",
      paramLabel = "WORD",
      description = "how the app begins: foreground, background, locked")
  private String state = "foreground";

  @Option(names = "--platform", paramLabel = "WORD", description = "ios, android, ... or other")
  private String platform = "other";

  @Option(names = "--os", paramLabel = "N", description = "the system's major version")
  private int osMajor;

  TerminalPhoneCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    try (Api api = session.open()) {
      TerminalPhone.run(
          session.here(),
          api,
          new TerminalPhone.Wishes(
              app, codeFrom(api), keep, state, platform, osMajor, session.wantsJson()));
    }
  }

  private String codeFrom(final Api api) {
    final boolean known = !keep.isEmpty() && Files.exists(session.here().file(keep));
    if (known) {
      return "";
    }
    if (app.isEmpty()) {
      throw Failure.misuse("Which app is the phone to run?", "Give --app APP.");
    }
    return user.isEmpty()
        ? code
        : api.post(at("users", user, "codes"), Json.object().put("app", app)).path("code").asText();
  }
}

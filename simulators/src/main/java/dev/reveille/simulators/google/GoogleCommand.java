package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.CommandLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/// `simulate google`: runs [GoogleSimulator] as a process of its own. Prints one line of JSON with
/// its addresses when it is ready, and runs until it is ended, or, with `--with-parent`, until its
/// standard input ends.
public final class GoogleCommand {
  public static final String USAGE =
      """
      usage: simulate google [--port N] [--control-port N] [--project NAME] [--make-account DIR]
          [--cert-out FILE] [--unknown-tokens] [--loops N] [--with-parent]\
      """;

  private GoogleCommand() {}

  /// @return the exit code
  public static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws IOException, InterruptedException {
    var options = GoogleOptions.DEFAULT;
    final var rest = new ArrayDeque<>(arguments);
    int port = 0;
    int controlPort = 0;
    String project = "simulated";
    String makeAccount = "";
    String certOut = "";
    boolean withParent = false;
    try {
      while (!rest.isEmpty()) {
        final String option = rest.removeFirst();
        switch (option) {
          case "--unknown-tokens" -> options = options.withUnknownTokens(true);
          case "--with-parent" -> withParent = true;
          case "--port" -> port = CommandLine.port(option, rest);
          case "--control-port" -> controlPort = CommandLine.port(option, rest);
          case "--loops" -> options = options.withLoops(CommandLine.number(option, rest));
          case "--project" -> project = CommandLine.value(option, rest);
          case "--make-account" -> makeAccount = CommandLine.value(option, rest);
          case "--cert-out" -> certOut = CommandLine.value(option, rest);
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
    } catch (IllegalArgumentException e) {
      err.println("simulate google: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    try (var google = GoogleSimulator.start(options.withPorts(port, controlPort))) {
      final var line = new ObjectMapper().createObjectNode();
      line.put("google", google.endpoint());
      line.put("token-uri", google.tokenUri());
      line.put("control", google.control());
      CommandLine.trust(line, google.authorityPem(), certOut, "google-simulator");
      if (!makeAccount.isEmpty()) {
        final var account = google.makeAccount(project);
        line.putObject("account")
            .put("project", account.project())
            .put("email", account.email())
            .put("path", account.writeTo(Path.of(makeAccount)).toAbsolutePath().toString());
      }
      CommandLine.serve(out, line, withParent);
      return 0;
    }
  }
}

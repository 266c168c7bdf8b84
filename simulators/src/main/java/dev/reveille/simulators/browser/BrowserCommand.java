package dev.reveille.simulators.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.CommandLine;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.List;

/// `simulate browser`: runs [BrowserSimulator] as a process of its own. Prints one line of JSON
/// with its addresses when it is ready, and runs until it is ended, or, with `--with-parent`, until
/// its standard input ends.
public final class BrowserCommand {
  public static final String USAGE =
      """
      usage: simulate browser [--port N] [--control-port N] [--host NAME] [--cert-out FILE]
          [--limit N] [--streams N] [--receipts MODE] [--quick] [--loops N] [--with-parent]\
      """;

  private BrowserCommand() {}

  /// @return the exit code
  public static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws IOException, InterruptedException {
    var options = BrowserOptions.DEFAULT;
    final var rest = new ArrayDeque<>(arguments);
    int port = 0;
    int controlPort = 0;
    String certOut = "";
    boolean withParent = false;
    try {
      while (!rest.isEmpty()) {
        final String option = rest.removeFirst();
        switch (option) {
          case "--quick" -> options = options.withQuick(true);
          case "--with-parent" -> withParent = true;
          case "--port" -> port = CommandLine.port(option, rest);
          case "--control-port" -> controlPort = CommandLine.port(option, rest);
          case "--host" -> options = options.withHost(CommandLine.value(option, rest));
          case "--limit" -> options = options.withLimit(CommandLine.number(option, rest));
          case "--streams" -> options = options.withStreams(CommandLine.number(option, rest));
          case "--receipts" ->
              options =
                  options.withReceipts(ReceiptMode.of(option, CommandLine.value(option, rest)));
          case "--loops" -> options = options.withLoops(CommandLine.number(option, rest));
          case "--cert-out" -> certOut = CommandLine.value(option, rest);
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
    } catch (IllegalArgumentException e) {
      err.println("simulate browser: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    try (var browser = BrowserSimulator.start(options.withPorts(port, controlPort))) {
      final var line = new ObjectMapper().createObjectNode();
      line.put("browser", browser.origin());
      line.put("control", browser.control());
      CommandLine.trust(line, browser.authorityPem(), certOut, "browser-simulator");
      CommandLine.serve(out, line, withParent);
      return 0;
    }
  }
}

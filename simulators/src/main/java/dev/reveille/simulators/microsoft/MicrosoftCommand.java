package dev.reveille.simulators.microsoft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.CommandLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/// `simulate microsoft`: runs [MicrosoftSimulator] as a process of its own. Prints one line of JSON
/// with its addresses when it is ready, and runs until it is ended, or, with `--with-parent`, until
/// its standard input ends.
public final class MicrosoftCommand {
  public static final String USAGE =
      """
      usage: simulate microsoft [--port N] [--control-port N] [--host NAME]
          [--make-identity store|entra] [--make-certificate DIR] [--cert-out FILE]
          [--token-life SECONDS] [--quick] [--loops N] [--with-parent]\
      """;
  private static final String CERTIFICATE_NAME = "push.example.com";

  private MicrosoftCommand() {}

  /// @return the exit code
  public static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws IOException, InterruptedException {
    var options = MicrosoftOptions.DEFAULT;
    final var rest = new ArrayDeque<>(arguments);
    int port = 0;
    int controlPort = 0;
    String makeIdentity = "";
    String makeCertificate = "";
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
          case "--loops" -> options = options.withLoops(CommandLine.number(option, rest));
          case "--token-life" ->
              options = options.withTokenLife(Duration.ofSeconds(CommandLine.number(option, rest)));
          case "--make-identity" -> makeIdentity = kind(CommandLine.value(option, rest));
          case "--make-certificate" -> makeCertificate = CommandLine.value(option, rest);
          case "--cert-out" -> certOut = CommandLine.value(option, rest);
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
    } catch (IllegalArgumentException e) {
      err.println("simulate microsoft: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    try (var microsoft = MicrosoftSimulator.start(options.withPorts(port, controlPort))) {
      final var line = new ObjectMapper().createObjectNode();
      line.put("microsoft", microsoft.endpoint());
      line.put("token-uri", microsoft.storeTokenUri());
      line.put("control", microsoft.control());
      CommandLine.trust(line, microsoft.authorityPem(), certOut, "microsoft-simulator");
      if (!makeIdentity.isEmpty()) {
        line.set("identity", identity(microsoft, makeIdentity));
      }
      if (!makeCertificate.isEmpty()) {
        line.set("certificate", certificate(microsoft, Path.of(makeCertificate)));
      }
      CommandLine.serve(out, line, withParent);
      return 0;
    }
  }

  private static JsonNode identity(final MicrosoftSimulator microsoft, final String kind) {
    final var identity =
        kind.equals("store") ? microsoft.makeStoreIdentity() : microsoft.makeEntraIdentity();
    return new MicrosoftControl(microsoft).shown(identity);
  }

  /// Writes a certificate for MPNS and its key into a folder.
  private static JsonNode certificate(final MicrosoftSimulator microsoft, final Path where)
      throws IOException {
    final var made = microsoft.makeCertificate(CERTIFICATE_NAME);
    final var folder = Files.createDirectories(where).toAbsolutePath();
    return new ObjectMapper()
        .createObjectNode()
        .put("name", CERTIFICATE_NAME)
        .put(
            "certificate", Files.writeString(folder.resolve("mpns.pem"), made.leafPem()).toString())
        .put("key", Files.writeString(folder.resolve("mpns-key.pem"), made.keyPem()).toString());
  }

  private static String kind(final String word) {
    if (!word.equals("store") && !word.equals("entra")) {
      throw new IllegalArgumentException("--make-identity is store or entra, not " + word);
    }
    return word;
  }
}

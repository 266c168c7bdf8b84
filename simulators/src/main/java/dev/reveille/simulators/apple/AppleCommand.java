package dev.reveille.simulators.apple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.service.CommandLine;
import dev.reveille.simulators.service.RefusedCertificates;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `simulate apple`: runs [AppleSimulator] as a process of its own. Prints one line of JSON with
/// its addresses when it is ready, and runs until it is ended, or, with `--with-parent`, until its
/// standard input ends.
public final class AppleCommand {
  public static final String USAGE =
      """
      usage: simulate apple [--port N] [--sandbox-port N] [--control-port N]
          [--team T --key-id K --key-file PUBLIC.pem] [--make-key DIR] [--cert-out FILE]
          [--client-ca FILE [--refuse-certificate SERIAL]...]
          [--streams N] [--unknown-tokens] [--quick] [--loops N] [--with-parent]\
      """;

  private AppleCommand() {}

  /// What the command line says.
  private static final class Wishes {
    private AppleOptions options = AppleOptions.DEFAULT;
    private int port;
    private int sandboxPort;
    private int controlPort;
    private String team = "";
    private String keyId = "";
    private String keyFile = "";
    private String makeKey = "";
    private String certOut = "";
    private String clientCa = "";
    private final List<String> refused = new ArrayList<>();
    private boolean withParent;

    /// @throws IllegalArgumentException that says what is wrong
    Wishes(final List<String> arguments) {
      final var rest = new ArrayDeque<>(arguments);
      while (!rest.isEmpty()) {
        final String option = rest.removeFirst();
        switch (option) {
          case "--quick" -> options = options.withQuick(true);
          case "--unknown-tokens" -> options = options.withUnknownTokens(true);
          case "--with-parent" -> withParent = true;
          case "--port" -> port = CommandLine.port(option, rest);
          case "--sandbox-port" -> sandboxPort = CommandLine.port(option, rest);
          case "--control-port" -> controlPort = CommandLine.port(option, rest);
          case "--streams" -> options = options.withStreams(1, CommandLine.number(option, rest));
          case "--loops" -> options = options.withLoops(CommandLine.number(option, rest));
          case "--team" -> team = CommandLine.value(option, rest);
          case "--key-id" -> keyId = CommandLine.value(option, rest);
          case "--key-file" -> keyFile = CommandLine.value(option, rest);
          case "--make-key" -> makeKey = CommandLine.value(option, rest);
          case "--client-ca" -> clientCa = CommandLine.value(option, rest);
          case "--refuse-certificate" ->
              refused.add(RefusedCertificates.checked(CommandLine.value(option, rest)));
          case "--cert-out" -> certOut = CommandLine.value(option, rest);
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
      if (!refused.isEmpty() && clientCa.isEmpty()) {
        throw new IllegalArgumentException(
            "--refuse-certificate needs --client-ca: otherwise no certificate is asked for");
      }
    }
  }

  /// @return the exit code
  public static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws IOException, InterruptedException {
    final Wishes wishes;
    try {
      wishes = new Wishes(arguments);
    } catch (IllegalArgumentException e) {
      err.println("simulate apple: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    var options = wishes.options.withPorts(wishes.port, wishes.sandboxPort, wishes.controlPort);
    if (!wishes.clientCa.isEmpty()) {
      try {
        options = options.withClientAuthority(authority(Path.of(wishes.clientCa)));
      } catch (CertificateException e) {
        err.println("--client-ca is not the PEM of a certificate: " + e.getMessage());
        return 2;
      }
    }
    try (var apple = AppleSimulator.start(options)) {
      if (!wishes.refused.isEmpty()) {
        apple.refuseCertificates(wishes.refused);
      }
      final var line = new ObjectMapper().createObjectNode();
      line.put("apple", apple.production());
      line.put("sandbox", apple.sandbox());
      line.put("control", apple.control());
      CommandLine.trust(line, apple.authorityPem(), wishes.certOut, "apple-simulator");
      keys(wishes, apple, line);
      CommandLine.serve(out, line, wishes.withParent);
      return 0;
    } catch (GeneralSecurityException e) {
      err.println("--key-file is not the PEM of a P-256 public key: " + e.getMessage());
      return 2;
    }
  }

  private static X509Certificate authority(final Path file)
      throws IOException, CertificateException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /// Registers the key of `--key-file`, and makes the one of `--make-key`.
  private static void keys(final Wishes wishes, final AppleSimulator apple, final ObjectNode line)
      throws IOException, GeneralSecurityException {
    if (!wishes.keyFile.isEmpty()) {
      apple
          .tokens()
          .register(
              new ProviderTokens.Key(
                  wishes.team,
                  wishes.keyId,
                  ProviderTokens.publicKey(Files.readString(Path.of(wishes.keyFile))),
                  "both",
                  Set.of()));
    }
    if (!wishes.makeKey.isEmpty()) {
      final var key = apple.makeKey();
      line.putObject("key")
          .put("team", key.team())
          .put("key-id", key.keyId())
          .put("path", key.writeTo(Path.of(wishes.makeKey)).toAbsolutePath().toString());
    }
  }
}

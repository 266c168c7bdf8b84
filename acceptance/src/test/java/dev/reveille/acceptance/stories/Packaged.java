package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// What every story needs of the package: the launcher, and trust in the server's own authority.
final class Packaged {
  private Packaged() {}

  static Path launcher() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(folder.resolve("reveille"))) {
      folder =
          java.util.Objects.requireNonNull(folder.getParent(), "no launcher above this folder");
    }
    return folder.resolve("reveille");
  }

  static SSLContext trusting(final String pem) throws Exception {
    final var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    store.setCertificateEntry(
        "authority",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    final var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /// What a command of the launcher left behind.
  record Out(int exit, String text) {}

  /// Runs a command of the launcher to its end, which must come in time.
  static Out run(final Path folder, final long seconds, final String... arguments)
      throws Exception {
    final var command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of(arguments));
    final var file = folder.resolve("out.txt");
    final var builder =
        new ProcessBuilder(command)
            .redirectOutput(file.toFile())
            .redirectError(folder.resolve("err.txt").toFile());
    builder.environment().put("REVEILLE_BUILD", "never");
    final var process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(
          String.join(" ", arguments) + " did not end: " + Files.readString(file));
    }
    return new Out(
        process.exitValue(),
        Files.readString(file)
            + (process.exitValue() == 0 ? "" : Files.readString(folder.resolve("err.txt"))));
  }

  /// What a bench measured; each of its goals is met.
  static JsonNode bench(final Path folder, final long seconds, final String... arguments)
      throws Exception {
    final var report = measured(folder, seconds, arguments);
    for (final var goal : report.get("goals")) {
      assertTrue(goal.get("met").asBoolean(), report::toString);
    }
    return report;
  }

  /// What a bench measured. Goals judged by time need not be met; those about faults, such as an
  /// event lost or doubled, must be.
  static JsonNode measured(final Path folder, final long seconds, final String... arguments)
      throws Exception {
    final var command = new ArrayList<>(List.of("bench"));
    command.addAll(List.of(arguments));
    command.add("--json");
    final var out = run(folder, seconds, command.toArray(String[]::new));
    assertEquals(0, out.exit(), out.text());
    final var report = new ObjectMapper().readTree(out.text());
    assertFalse(report.get("goals").isEmpty());
    for (final var goal : report.get("goals")) {
      assertTrue(goal.get("timed").asBoolean() || goal.get("met").asBoolean(), report::toString);
    }
    return report;
  }
}

package dev.reveille.bench;

import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs the push server of `bench/node` (Express with two push libraries) as a process of its own,
/// as a peer for comparison. To start blocks for up to a minute. Must be closed, or the process
/// stays.
final class ExpressServer implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(1);

  private final LaunchedProcess process;
  private final Path authority;
  private final int port;

  private ExpressServer(final LaunchedProcess process, final Path authority) throws IOException {
    this.process = process;
    this.authority = authority;
    this.port = Integer.parseInt(process.await("ready ", START).substring("ready ".length()));
  }

  /// @param trust certificate of the browsers' push service
  /// @param phones Apple's tokens of the users from 0
  /// @param browsers endpoint, `p256dh` and `auth` of the users from `firstBrowser`
  /// @throws IOException also when its packages or Node are not there
  static ExpressServer start(
      final Path folder,
      final BenchStage stage,
      final Path trust,
      final List<String> phones,
      final int firstBrowser,
      final List<String> browsers)
      throws IOException {
    final var program = Checkout.THIS.folder().resolve("bench/node");
    if (!Files.isDirectory(program.resolve("node_modules"))) {
      throw new IOException(
          "the packages of " + program + " are not there; run npm ci --ignore-scripts in it");
    }
    final var certificates = LoopbackCertificates.make();
    final var authority =
        Files.writeString(folder.resolve("express-ca.pem"), certificates.authorityPem());
    final var settings = new HashMap<String, Object>();
    settings.put("key", write(folder, "express-key.pem", certificates.keyPem()));
    settings.put("certificate", write(folder, "express.pem", certificates.leafPem()));
    settings.put(
        "devices",
        write(
            folder,
            "devices.json",
            SetupApi.JSON.writeValueAsString(devices(phones, firstBrowser, browsers))));
    settings.put(
        "apns",
        Map.of(
            "address",
            "127.0.0.1",
            "port",
            URI.create(stage.endpoint()).getPort(),
            "ca",
            stage.appleAuthority(),
            "key",
            stage.keyFile(),
            "keyId",
            stage.keyId(),
            "teamId",
            stage.team(),
            "topic",
            AppSetup.APP));
    final var process =
        LaunchedProcess.foreign(
            "the server with Express",
            folder.resolve("express.txt"),
            Map.of("NODE_EXTRA_CA_CERTS", trust.toString(), "NODE_ENV", "production"),
            List.of(
                "node",
                program.resolve("server.js").toString(),
                write(folder, "express.json", SetupApi.JSON.writeValueAsString(settings))));
    try {
      return new ExpressServer(process, authority);
    } catch (final IOException failed) {
      process.close(); // or it would go on by itself
      throw failed;
    }
  }

  private static String write(final Path folder, final String name, final String text)
      throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static Map<String, Object> devices(
      final List<String> phones, final int firstBrowser, final List<String> browsers) {
    final var devices = new HashMap<String, Object>();
    for (int i = 0; i < phones.size(); i++) {
      devices.put(ChatMessages.user(i), Map.of("apns", phones.get(i)));
    }
    for (int i = 0; i < browsers.size(); i++) {
      final var words = browsers.get(i).split(" ");
      devices.put(
          ChatMessages.user(firstBrowser + i),
          Map.of(
              "webpush",
              Map.of("endpoint", words[0], "keys", Map.of("p256dh", words[1], "auth", words[2]))));
    }
    return devices;
  }

  long pid() {
    return process.pid();
  }

  URI api() {
    return URI.create("https://127.0.0.1:" + port);
  }

  Path authority() {
    return authority;
  }

  @Override
  public void close() {
    process.close();
  }
}

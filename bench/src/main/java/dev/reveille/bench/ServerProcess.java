package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/// Runs the packaged server as a process of its own, on ports that stay the same when it is killed
/// and started again on the same data. To start blocks for up to two minutes. Must be closed, or
/// the process stays.
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);

  private final Checkout checkout;
  private final Path data;
  private final Path log;
  private final List<String> arguments;
  private final Map<String, String> environment;
  private final URI metrics;
  private LaunchedProcess process;
  private JsonNode client = SetupApi.JSON.nullNode();

  ServerProcess(final Path folder, final String configuration) throws IOException {
    this(folder, configuration, "");
  }

  /// @param options more of the JVM's, such as the largest heap
  ServerProcess(final Path folder, final String configuration, final String options)
      throws IOException {
    this(Checkout.THIS, folder, configuration, options, List.of());
  }

  /// @param otherPorts as below
  ServerProcess(
      final Path folder,
      final String configuration,
      final String options,
      final List<String> otherPorts)
      throws IOException {
    this(Checkout.THIS, folder, configuration, options, otherPorts);
  }

  /// @param otherPorts options of `reveille bench-server`, which is the same server with other
  ///   ports (a store in memory, listeners without TLS, breaks); none for the packaged server
  /// @param checkout whose server it is
  ServerProcess(
      final Checkout checkout,
      final Path folder,
      final String configuration,
      final String options,
      final List<String> otherPorts)
      throws IOException {
    this.environment =
        options.isEmpty()
            ? Map.of("REVEILLE_BUILD", "never") // and the caller's own JVM options, if any
            : Map.of("REVEILLE_BUILD", "never", "REVEILLE_JAVA_OPTS", added(options));
    this.checkout = checkout;
    this.data = folder.resolve("data");
    this.log = folder.resolve("log.txt");
    final var file = folder.resolve("reveille.yaml");
    Files.writeString(file, configuration);
    final var ports = freePorts();
    this.arguments = new ArrayList<>(List.of(otherPorts.isEmpty() ? "serve" : "bench-server"));
    arguments.addAll(otherPorts);
    arguments.addAll(
        List.of(
            "--data",
            data.toString(),
            "--config",
            file.toString(),
            "--api-port",
            ports.get(0),
            "--device-port",
            ports.get(1),
            "--metrics-port",
            ports.get(2),
            "--push-host",
            "127.0.0.1"));
    this.metrics = URI.create("http://127.0.0.1:" + ports.get(2) + "/metrics");
    this.process = start();
  }

  /// Behind the caller's own JVM options, so that ours count.
  private static String added(final String options) {
    return (System.getenv().getOrDefault("REVEILLE_JAVA_OPTS", "") + " " + options).strip();
  }

  /// Held open together, so that they differ.
  private static List<String> freePorts() throws IOException {
    final var here = InetAddress.getLoopbackAddress();
    try (var one = new ServerSocket(0, 1, here);
        var two = new ServerSocket(0, 1, here);
        var three = new ServerSocket(0, 1, here)) {
      return List.of(
          String.valueOf(one.getLocalPort()),
          String.valueOf(two.getLocalPort()),
          String.valueOf(three.getLocalPort()));
    }
  }

  /// Starts on the same data and waits until it is ready.
  LaunchedProcess start() throws IOException {
    process =
        new LaunchedProcess(
            checkout,
            "the server" + checkout.where(),
            log,
            environment,
            arguments.toArray(String[]::new));
    try {
      process.await("reveille ready ", START);
      client = SetupApi.JSON.readTree(data.resolve("client.json").toFile());
    } catch (final IOException failed) {
      process.close(); // or a slow one would go on by itself
      throw failed;
    }
    return process;
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Path log() {
    return log;
  }

  URI api() {
    return URI.create(client.get("server").asText());
  }

  URI devices() {
    return URI.create(client.get("devices").asText());
  }

  String key() {
    return client.get("key").asText();
  }

  Path authority() {
    return Path.of(client.get("ca").asText());
  }

  /// Prometheus' text of all metrics.
  URI metrics() {
    return metrics;
  }

  SSLContext trust() throws IOException {
    return SetupApi.trusting(authority());
  }

  SetupApi open() throws IOException {
    return new SetupApi(api(), key(), trust());
  }

  @Override
  public void close() {
    process.close();
  }
}

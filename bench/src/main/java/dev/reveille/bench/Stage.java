package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// The packaged server and Apple's simulator as processes of their own, with an app, its key, the
/// push switch on, and users with a sleeping phone each.
final class Stage implements AutoCloseable {
  static final String APP = "com.example.bench";
  private static final Duration START = Duration.ofSeconds(120);
  private static final int AT_ONCE = 16;

  final Path folder;
  final Child apple;
  final JsonNode appleSays;
  Child server;
  private final List<String> serverArguments;
  private final Path log;
  JsonNode client = Api.JSON.nullNode();
  URI metrics = URI.create("http://127.0.0.1/");

  Stage(final String name, final List<String> appleArguments, final String configuration) throws IOException {
    this.folder = Files.createTempDirectory("reveille-" + name + "-");
    this.log = folder.resolve("log.txt");
    final var arguments = new ArrayList<>(List.of("simulate", "apple", "--make-key", folder.toString()));
    arguments.addAll(appleArguments);
    this.apple = new Child("Apple's simulator", log, Map.of(), arguments.toArray(String[]::new));
    this.appleSays = Api.JSON.readTree(apple.await("{", START));
    final var file = folder.resolve("reveille.yaml");
    Files.writeString(file, configuration);
    this.serverArguments =
        List.of(
            "serve", "--data", folder.resolve("data").toString(), "--config", file.toString(),
            "--api-port", "0", "--device-port", "0", "--metrics-port", "0");
    this.server = startServer();
  }

  /// Starts the server on the same data and waits until it is ready.
  Child startServer() throws IOException {
    server = new Child("the server", log, Map.of(), serverArguments.toArray(String[]::new));
    final var ready = server.await("reveille ready ", START);
    for (final var part : ready.split(" ")) {
      if (part.startsWith("metrics=")) {
        metrics = URI.create(part.substring("metrics=".length()));
      }
    }
    client = Api.JSON.readTree(folder.resolve("data").resolve("client.json").toFile());
    return server;
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

  Api open() throws IOException {
    return new Api(api(), key(), Api.trusting(authority()));
  }

  String endpoint() {
    return appleSays.get("production").asText();
  }

  URI control() {
    return URI.create(appleSays.get("control").asText());
  }

  /// The app with its key, and the switch.
  void setUp() throws IOException {
    try (var api = open()) {
      api.call("PUT", "/v1/apps/" + APP, Map.of("name", "Bench", "bundleId", APP));
      api.call(
          "PUT",
          "/v1/apps/" + APP + "/credentials/apns",
          Map.of(
              "team", appleSays.get("team").asText(),
              "keyId", appleSays.get("keyId").asText(),
              "key", Files.readString(Path.of(appleSays.get("keyFile").asText())),
              "endpoint", endpoint(),
              "trust", Files.readString(Path.of(appleSays.get("ca").asText()))));
      api.call("PUT", "/v1/settings/push-notification/global", Map.of("values", Map.of("apple", true)));
    }
  }

  /// Users `u000000` and up, each with one phone. Answers the phones' push tokens.
  List<String> people(final int count, final Progress progress) throws IOException {
    try (var api = open();
        var phones = new Api(devices(), "", Api.trusting(authority()));
        var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<String>>();
      for (int i = 0; i < count; i++) {
        final var user = Events.user(i);
        work.add(
            () -> {
              progress.step();
              return register(api, phones, user);
            });
      }
      final var tokens = new ArrayList<String>();
      for (final var done : workers.invokeAll(work)) {
        tokens.add(done.get());
      }
      return tokens;
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } catch (final java.util.concurrent.ExecutionException failed) {
      throw new IOException(failed.getCause());
    }
  }

  private String register(final Api api, final Api phones, final String user) throws IOException {
    api.call("PUT", "/v1/users/" + user, Map.of());
    final var code = api.call("POST", "/v1/users/" + user + "/codes", Map.of("app", APP)).get("code").asText();
    final var message = token(APP);
    final var voip = token(APP + ".voip");
    phones.call(
        "POST",
        "/device/v1/installations",
        Map.of(
            "app", APP,
            "code", code,
            "platform", "ios",
            "osMajor", 18,
            "tokens",
                List.of(
                    Map.of("service", "apns", "channel", "message", "token", message),
                    Map.of("service", "apns", "channel", "voip", "token", voip))));
    return message;
  }

  private String token(final String topic) throws IOException {
    try (var apple = new Api(control(), "", javax.net.ssl.SSLContext.getDefault())) {
      return apple.call("POST", "/tokens", Map.of("topic", topic)).get("token").asText();
    } catch (final java.security.NoSuchAlgorithmException impossible) {
      throw new IOException(impossible);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    apple.close();
    try (var all = Files.walk(folder)) {
      for (final var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}

package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two namespaces get host names of their own while the packaged server runs: `curl` and
/// `@azure/notification-hubs` reach each under its name, on the API's port and on the common one,
/// and check its certificate.
final class HostNamespacesStory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCRIPTS = Packaged.launcher().resolveSibling("acceptance/node");
  private static final String HUB = "phones";
  private static final String CHAT = "chat.hubs.example.org";
  private static final String NEWS = "news.hubs.example.org";
  private static final String API = "api.example.org";
  private static final String BUNDLE = "com.example.news";
  private static final long LONGEST_SECONDS = 60;

  /// What curl says when it does not trust a certificate, or is refused in the handshake.
  private static final int UNTRUSTED = 60;

  private static final int NO_HANDSHAKE = 35;

  @TempDir private Path folder;
  private final AppleSimulator apple = AppleSimulator.start(AppleOptions.DEFAULT);
  private @Nullable Process server;
  private String ready = "";

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.destroy();
      assertTrue(server.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS));
    }
    apple.close();
  }

  // ---- the server -----------------------------------------------------------------------------

  private void start(final int api, final int common, final String certificate) throws Exception {
    final var file =
        Files.writeString(
            folder.resolve("reveille.yaml"),
            "listeners:\n  common: {port: %d, %snames: {%s: {to: api}}}\n"
                .formatted(common, certificate, API));
    final var log = folder.resolve("log.txt");
    final var builder =
        command(
            "serve",
            "--config",
            file.toString(),
            "--api-port",
            Integer.toString(api),
            "--device-port",
            "0",
            "--metrics-port",
            "0",
            "--push-host",
            "127.0.0.1");
    final var process = builder.redirectError(log.toFile()).start();
    server = process;
    final var says =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    ready = Objects.requireNonNullElse(says.readLine(), "");
    assertTrue(ready.startsWith("reveille ready "), () -> ready + Files.exists(log));
  }

  private ProcessBuilder command(final String... words) {
    final var all = new ArrayList<>(List.of(Packaged.launcher().toString()));
    all.addAll(List.of(words));
    all.addAll(List.of("--data", folder.resolve("data").toString()));
    final var builder = new ProcessBuilder(all);
    builder.environment().put("REVEILLE_BUILD", "never");
    return builder;
  }

  /// @param exit what the program ended with
  private record Ran(int exit, String out) {}

  private Ran ran(final ProcessBuilder builder, final String in) throws Exception {
    final var input = Files.writeString(folder.resolve("in.txt"), in);
    final var out = folder.resolve("out.txt");
    final var error = folder.resolve("error.txt");
    final var process =
        builder
            .redirectInput(input.toFile())
            .redirectOutput(out.toFile())
            .redirectError(error.toFile())
            .start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(builder.command() + ": " + Files.readString(error));
    }
    return new Ran(
        process.exitValue(),
        Files.readString(out) + (process.exitValue() == 0 ? "" : Files.readString(error)));
  }

  private String reveille(final String... words) throws Exception {
    final var ran = ran(command(words), "");
    assertEquals(0, ran.exit(), ran.out());
    return ran.out();
  }

  private URI address(final String listener) {
    final var found = Pattern.compile(" " + listener + "=(\\S+)").matcher(ready);
    assertTrue(found.find(), ready);
    return URI.create(found.group(1));
  }

  private Path authority() {
    return folder.resolve("data").resolve("tls").resolve("ca.pem");
  }

  private JsonNode call(final String method, final String path, final Map<String, Object> body)
      throws Exception {
    final var client = JSON.readTree(folder.resolve("data").resolve("client.json").toFile());
    final var said = body.isEmpty() ? "" : JSON.writeValueAsString(body);
    try (var http =
        HttpClient.newBuilder()
            .sslContext(Packaged.trusting(Files.readString(authority())))
            .build()) {
      final var answer =
          http.send(
              HttpRequest.newBuilder(address("api").resolve(path))
                  .header("Authorization", "Bearer " + client.path("key").asText())
                  .method(method, BodyPublishers.ofString(said))
                  .build(),
              BodyHandlers.ofString());
      assertEquals(2, answer.statusCode() / 100, answer.body());
      return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }
  }

  // ---- clients --------------------------------------------------------------------------------

  /// Certificates are checked against the file that clients had from the beginning.
  private Ran curl(final String host, final int port, final String path, final String... more)
      throws Exception {
    final var words =
        new ArrayList<>(
            List.of(
                "curl",
                "--silent",
                "--show-error",
                "--include",
                "--cacert",
                authority().toString(),
                "--resolve",
                host + ":" + port + ":127.0.0.1",
                "https://" + host + ":" + port + path));
    words.addAll(List.of(more));
    return ran(new ProcessBuilder(words), "");
  }

  private static void refused(final int status, final String word, final Ran ran) {
    assertEquals(0, ran.exit(), ran.out());
    assertTrue(ran.out().matches("(?s)HTTP/[0-9.]+ " + status + ".*"), ran.out());
    assertTrue(ran.out().contains("<Error><Code>" + status + "</Code>"), ran.out());
    assertTrue(ran.out().contains(word), ran.out());
    assertTrue(ran.out().contains("TrackingId:"), ran.out());
  }

  private String full(final String namespace) throws Exception {
    final var hub = call("GET", "/v1/hubs/" + HUB + "?namespace=" + namespace, Map.of());
    return HubStage.connection(hub, HubStage.FULL);
  }

  private JsonNode sdk(final String token, final String mine, final String theirs)
      throws Exception {
    final var foreign =
        mine.replaceFirst("SharedAccessKey=.*", "")
            + theirs.replaceFirst(".*;(SharedAccessKey=)", "$1");
    final var builder = new ProcessBuilder("node", SCRIPTS.resolve("hub-hosts.js").toString());
    builder.environment().put("NODE_EXTRA_CA_CERTS", authority().toString());
    final var told =
        Map.of("hub", HUB, "token", token, "mine", mine, "theirs", theirs, "foreign", foreign);
    final var ran = ran(builder, JSON.writeValueAsString(told));
    assertEquals(0, ran.exit(), ran.out());
    return JSON.readTree(ran.out());
  }

  // ---- what is played -------------------------------------------------------------------------

  private void makeNamespace(final String name, final String host) throws Exception {
    reveille("hubs", "namespaces", "add", name, "--host", host);
    final var made = reveille("hubs", "add", HUB, "--namespace", name);
    final var endpoint = "Endpoint=sb://" + host + ":" + address("api").getPort() + "/;";
    assertEquals(3, made.split(Pattern.quote(endpoint), -1).length - 1, made);
    final var key = apple.makeKey();
    final var app = "/v1/apps/hub." + name + "." + HUB;
    call("PUT", app, Map.of("bundleId", BUNDLE));
    call(
        "PUT",
        app + "/credentials/apns",
        Map.of(
            "team", key.team(),
            "keyId", key.keyId(),
            "key", key.pem(),
            "endpoint", apple.production(),
            "trust", apple.authorityPem()));
  }

  private void used(final int registrationsOfChat) throws Exception {
    final var token = apple.newToken(BUNDLE, false);
    final var said = sdk(token, full("chat-hubs"), full("news-hubs"));
    assertEquals(registrationsOfChat, said.path("count").path("found").asInt(), said::toString);
    assertEquals(0, said.path("countOfOther").path("found").asInt(-1), said::toString);
    assertEquals("Completed", said.path("outcome").path("state").asText(), said::toString);
    assertEquals(404, said.path("elsewhere").path("failed").asInt(), said::toString);
    assertEquals(401, said.path("foreign").path("failed").asInt(), said::toString);
    assertTrue(said.path("foreign").toString().contains("40103"), said::toString);
    assertEquals(1, apple.pushes(token).size());
  }

  private void answersAsHubsAlone(final String host, final int port) throws Exception {
    for (final var path : List.of("/v1", "/device/v1/inbox", "/subscriptions/a")) {
      refused(404, "40400: ", curl(host, port, path, "--http1.1"));
    }
    refused(404, "40400: ", curl(host, port, "/", "--http2"));
    refused(401, "40102: ", curl(host, port, "/" + HUB + "/registrations"));
    final var large = "X-Large: " + "x".repeat(60_000);
    refused(431, "43100: ", curl(host, port, "/", "--http1.1", "--header", large));
    refused(
        400,
        "40000: ",
        curl(host, port, "/", "--http1.1", "--header", "Host:", "--header", "X: y"));
  }

  @Test
  void two_namespaces_answer_under_names_of_their_own() throws Exception {
    start(0, 0, "");
    final int api = address("api").getPort();
    final int common = address("common").getPort();
    final var trusted = Files.readString(authority());
    assertEquals(UNTRUSTED, curl(CHAT, api, "/").exit(), "no certificate is for it yet");
    assertEquals(NO_HANDSHAKE, curl(CHAT, common, "/").exit());
    makeNamespace("chat-hubs", CHAT);
    makeNamespace("news-hubs", NEWS);
    call("POST", "/v1/hubs", Map.of("name", HUB));
    assertEquals(trusted, Files.readString(authority()));
    used(1);
    answersAsHubsAlone(CHAT, api);
    answersAsHubsAlone(NEWS, common);
    final var unknown = curl(API, common, "/v1");
    assertTrue(unknown.exit() == UNTRUSTED, unknown.out());
    assertTrue(curl(API, common, "/v1", "--insecure").out().contains("application/problem+json"));
    final var kept = ran(command("hubs", "namespaces", "remove", "chat-hubs"), "");
    assertNotEquals(0, kept.exit(), kept.out());
    assertTrue(kept.out().contains("1 hubs"), kept.out());

    restart(api, common);
    used(2);
    answersAsHubsAlone(CHAT, api);
    assertEquals(UNTRUSTED, curl(CHAT, common, "/").exit(), "a certificate from outside");
    final var check = ran(command("check"), "").out();
    assertTrue(check.contains("that the listener common shows lacks the host name"), check);
    assertTrue(check.contains("DNS:" + CHAT) && check.contains("DNS:" + NEWS), check);
    assertTrue(!check.contains("the listener api"), check);

    reveille("hubs", "namespaces", "remove", "chat-hubs", "--hubs", "--registrations");
    assertTrue(curl(CHAT, api, "/v1").out().contains("application/problem+json"));
    refused(404, "40400: ", curl(NEWS, api, "/v1"));
  }

  /// With a certificate from outside on the common port, which lacks the names.
  private void restart(final int api, final int common) throws Exception {
    final var running = Objects.requireNonNull(server);
    running.destroy();
    assertTrue(running.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS));
    final var certificate = folder.resolve("outside.pem");
    final var key = folder.resolve("outside.key");
    final var made =
        ran(
            new ProcessBuilder(
                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                        + " -subj /CN=outside -addext subjectAltName=DNS:"
                        + API
                        + " -keyout "
                        + key
                        + " -out "
                        + certificate)
                    .split(" ")),
            "");
    if (made.exit() != 0) {
      throw new IOException(made.out());
    }
    start(api, common, "certificate: " + certificate + ", key: " + key + ", ");
  }
}

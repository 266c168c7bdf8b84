package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.PhoneOptions;
import dev.reveille.simulators.phone.PhoneReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// The packaged server, Apple's simulator and as many phones as a story wants.
final class Theatre implements AutoCloseable {
  static final String APP = "com.example.phone";
  static final String CALLER = "Carol Ångström";
  private static final ObjectMapper JSON = new ObjectMapper();

  final AppleSimulator apple = AppleSimulator.start(AppleOptions.DEFAULT);
  private final Path folder;
  private final Process server;
  private final BufferedReader says;
  private final String ready;
  private final JsonNode client;
  private final HttpClient http;
  private final PhoneNetwork network;
  private final List<PhoneReport> reports = new CopyOnWriteArrayList<>();
  private final List<Phone> phones = new ArrayList<>();
  private final Map<String, String> keys = new HashMap<>();
  private final StoryScan scan = new StoryScan();

  Theatre() throws Exception {
    this("");
  }

  /// Gives the app a key for Web Push, and answers its public half.
  String webPushKey() throws Exception {
    final var subject = Map.of("subject", "mailto:push@example.org");
    final var given = call("PUT", "/v1/apps/" + APP + "/credentials/webpush", subject);
    return given.get("publicKey").asText();
  }

  /// @param configuration the configuration file's text; empty for none
  Theatre(final String configuration) throws Exception {
    this(configuration, true);
  }

  /// A server that has no app, and no keys of Apple.
  static Theatre withoutApp(final String configuration) throws Exception {
    return new Theatre(configuration, false);
  }

  private Theatre(final String configuration, final boolean hasApp) throws Exception {
    this.folder = Files.createTempDirectory("reveille-story-");
    final var builder =
        new ProcessBuilder(Packaged.launcher().toString(), "serve", "--push-host", "127.0.0.1")
            .redirectError(folder.resolve("log.txt").toFile());
    builder.command().addAll(List.of("--data", folder.resolve("data").toString()));
    for (final var listener : List.of("api", "device", "metrics")) {
      builder.command().addAll(List.of("--" + listener + "-port", "0"));
    }
    if (!configuration.isEmpty()) {
      final var file = Files.writeString(folder.resolve("reveille.yaml"), configuration);
      builder.command().addAll(List.of("--config", file.toString()));
    }
    builder.environment().put("REVEILLE_BUILD", "never");
    this.server = builder.start();
    this.says =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    final var line = says.readLine();
    if (line == null || !line.startsWith("reveille ready ")) {
      throw new IOException(
          "the server did not start: " + Files.readString(folder.resolve("log.txt")));
    }
    this.ready = line;
    this.client = JSON.readTree(folder.resolve("data").resolve("client.json").toFile());
    final var authority = Files.readString(Path.of(client.get("ca").asText()));
    this.http = HttpClient.newBuilder().sslContext(Packaged.trusting(authority)).build();
    this.network = PhoneNetwork.trusting(authority);
    scan.confidential().token(client.get("key").asText());
    if (hasApp) {
      app(APP);
    }
  }

  /// An app that may push through Apple.
  void app(final String app) throws Exception {
    final var key = apple.makeKey();
    keys.put(app, key.keyId());
    call("PUT", "/v1/apps/" + app, Map.of("name", "Phone", "bundleId", app));
    call(
        "PUT",
        "/v1/apps/" + app + "/credentials/apns",
        Map.of(
            "team", key.team(),
            "keyId", key.keyId(),
            "key", key.pem(),
            "endpoint", apple.production(),
            "sandboxEndpoint", apple.sandbox(),
            "trust", apple.authorityPem()));
  }

  /// Registers a device of a user by hand, with one push token and without a channel.
  void device(
      final String user,
      final String app,
      final Map<String, Object> what,
      final Map<String, Object> token)
      throws Exception {
    final var code =
        call("POST", "/v1/users/" + user + "/codes", Map.of("app", app)).get("code").asText();
    final var body = new HashMap<String, Object>(what);
    body.putAll(Map.of("app", app, "code", code, "tokens", List.of(token)));
    final var answer =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(client.get("devices").asText() + "/device/v1/installations"))
                .timeout(AcrossProcesses.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IOException("a registration: " + answer.statusCode() + " " + answer.body());
    }
  }

  /// What `reveille check` prints, whether something is wrong or not.
  String check() throws Exception {
    final var file = folder.resolve("check.txt");
    final var process = start(file, "check");
    process.getOutputStream().close();
    process.waitFor();
    return Files.readString(file);
  }

  /// Apple takes the app's key back.
  void revokeKey(final String app) {
    apple.revoke(java.util.Objects.requireNonNull(keys.get(app), app));
  }

  /// Where a listener is, as the server said when it was ready.
  URI address(final String listener) {
    return URI.create(word(listener));
  }

  /// What the line that says that the server is ready says under this name.
  String word(final String name) {
    for (final var word : ready.split(" ", -1)) {
      if (word.startsWith(name + "=")) {
        return word.substring(name.length() + 1);
      }
    }
    throw new AssertionError("no " + name + " in: " + ready);
  }

  /// The file with the certificate of the server's own authority.
  Path authority() {
    return Path.of(client.get("ca").asText());
  }

  /// Asks the server to end, as an operator does; answers what it had logged.
  String stop() throws Exception {
    lookAround();
    server.destroy();
    if (!server.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the server did not end");
    }
    return Files.readString(folder.resolve("log.txt"));
  }

  /// Copies the data directory of the stopped server.
  void copyData(final Path to) throws IOException {
    StoryFolder.copy(folder.resolve("data"), to);
  }

  void switchPush(final boolean on) throws Exception {
    call("PUT", "/v1/settings/push-notification/global", Map.of("values", Map.of("apple", on)));
  }

  /// The server's first API key.
  String key() {
    return client.get("key").asText();
  }

  JsonNode call(final String method, final String path, final Object body) throws Exception {
    return read(method + " " + path, send(method, path, body));
  }

  private static JsonNode read(final String asked, final HttpResponse<String> answer)
      throws IOException {
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(asked + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
  }

  HttpResponse<String> send(final String method, final String path, final Object body)
      throws Exception {
    final var publisher =
        body.equals("")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
    scan.confidential().request(path, JSON.valueToTree(body));
    final var answer =
        http.send(
            HttpRequest.newBuilder(URI.create(client.get("server").asText()).resolve(path))
                .header("Authorization", "Bearer " + client.get("key").asText())
                .header("Content-Type", "application/json")
                .timeout(AcrossProcesses.PATIENCE)
                .method(method, publisher)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    scan.answered(method, path, answer);
    return answer;
  }

  /// Hands in a message; answers the event's public id.
  String message(final String user, final String text) throws Exception {
    return message(List.of(user), text);
  }

  String message(final List<String> users, final String text) throws Exception {
    return event(
        users,
        Map.of(
            "class",
            "message",
            "conversation",
            "team",
            "content",
            Map.of("title", "Bob", "text", text)));
  }

  /// Hands in a call; answers its UUID.
  String ring(final String user, final String type, final boolean video) throws Exception {
    final var call = UUID.randomUUID().toString();
    event(
        user,
        Map.of(
            "class",
            "call",
            "type",
            type,
            "ringFor",
            "PT20S",
            "call",
            Map.of(
                "id", call,
                "video", video,
                "caller", Map.of("name", CALLER, "address", "sip:carol@example.org"))));
    return call;
  }

  String event(final String user, final Map<String, Object> what) throws Exception {
    return event(List.of(user), what);
  }

  String event(final List<String> users, final Map<String, Object> what) throws Exception {
    final var event = new HashMap<>(what);
    event.put("source", "story");
    event.put("id", UUID.randomUUID().toString());
    event.put("to", users);
    return call("POST", "/v1/events", event).get("event").asText();
  }

  String eventOf(final String call) throws Exception {
    return call("GET", "/v1/calls/" + call, "").get("event").asText();
  }

  /// The trail of the event at this phone, once nothing more will happen there.
  JsonNode trail(final String event, final Phone phone) throws Exception {
    return AcrossProcesses.get(
        "the trail of " + event,
        () -> {
          for (final var device : devices(event)) {
            if (device.get("installation").asText().equals(phone.installation())
                && device.get("settled").asBoolean()) {
              return device;
            }
          }
          return null;
        });
  }

  /// All devices of an event's trail, over its pages.
  List<JsonNode> devices(final String event) throws Exception {
    final var all = new ArrayList<JsonNode>();
    String next = "";
    do {
      final var page = call("GET", "/v1/events/" + event + "/trail" + next, "");
      page.get("devices").forEach(all::add);
      next = page.has("next") ? "?after=" + page.get("next").asText() : "";
    } while (!next.isEmpty());
    return all;
  }

  String presence(final String user) throws Exception {
    return call("GET", "/v1/users/" + user + "/presence", "").get("presence").asText();
  }

  /// The page for Prometheus.
  String metrics() throws Exception {
    return monitored("/metrics");
  }

  /// What the operator's listener says of the process.
  String health() throws Exception {
    return monitored("/health");
  }

  private String monitored(final String path) throws Exception {
    final var page = HttpRequest.newBuilder(address("metrics").resolve(path)).build();
    return http.send(page, HttpResponse.BodyHandlers.ofString()).body();
  }

  /// What `reveille explain` prints about an event.
  String explain(final String event) throws Exception {
    return command("explain", event);
  }

  /// What a command prints, asked of this server.
  String command(final String... words) throws Exception {
    final var file = folder.resolve("said.txt");
    final var process = start(file, words);
    process.getOutputStream().close();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", words) + ": " + Files.readString(file));
    }
    return Files.readString(file);
  }

  /// Starts a command beside this server.
  ///
  /// @param out gets all that it prints
  Process start(final Path out, final String... words) throws IOException {
    final var all = new ArrayList<>(List.of(Packaged.launcher().toString()));
    all.addAll(List.of(words));
    all.addAll(List.of("--data", folder.resolve("data").toString()));
    final var builder =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("REVEILLE_BUILD", "never");
    return builder.start();
  }

  /// What the device API answers to a phone's own request.
  JsonNode asPhone(final Phone phone, final String method, final String path, final Object body)
      throws Exception {
    return asDevice(phone.deviceToken(), method, path, body);
  }

  /// The same for a device that is no phone of this stage.
  ///
  /// @param token its device token; "" for one that registers
  JsonNode asDevice(final String token, final String method, final String path, final Object body)
      throws Exception {
    scan.confidential().request(path, JSON.valueToTree(body));
    final var answer =
        http.send(
            HttpRequest.newBuilder(URI.create(client.get("devices").asText() + "/device/v1" + path))
                .header("Authorization", "Bearer " + (token.isEmpty() ? "none" : token))
                .timeout(AcrossProcesses.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return read(path, answer);
  }

  /// A phone of a new user of that name, suspended.
  Phone phone(final String user, final UnaryOperator<PhoneOptions> kind) throws Exception {
    return phone(user, APP, kind);
  }

  Phone phone(final String user, final String app, final UnaryOperator<PhoneOptions> kind)
      throws Exception {
    call("PUT", "/v1/users/" + user, Map.of("addresses", List.of("sip:" + user + "@example.com")));
    final var options =
        PhoneOptions.at(URI.create(client.get("devices").asText()), app)
            .named(user)
            .withApple(URI.create(apple.control()), app);
    final var phone = new Phone(network, kind.apply(options), reports::add);
    phones.add(phone);
    phone.register(
        call("POST", "/v1/users/" + user + "/codes", Map.of("app", app)).get("code").asText());
    scan.confidential().token(phone.deviceToken());
    return phone;
  }

  /// Opens the app and waits until its channel is.
  void open(final String user, final Phone phone) throws Exception {
    final int from = reports.size();
    phone.foreground();
    await(from, user, "connected", _ -> true);
    AcrossProcesses.get(
        "presence of " + user, () -> presence(user).equals("available") ? true : null);
  }

  void suspend(final String user, final Phone phone, final String word) throws Exception {
    phone.suspend(word);
    AcrossProcesses.get("presence of " + user, () -> presence(user).equals("away") ? true : null);
  }

  int now() {
    return reports.size();
  }

  PhoneReport await(
      final int from, final String user, final String what, final Predicate<PhoneReport> which)
      throws Exception {
    return AcrossProcesses.get(
        user + " " + what,
        () ->
            reports.stream()
                .skip(from)
                .filter(
                    report -> report.phone().equals(user) && report.is(what) && which.test(report))
                .findFirst()
                .orElse(null));
  }

  long count(final int from, final String user, final String what) {
    return reports.stream()
        .skip(from)
        .filter(report -> report.phone().equals(user) && report.is(what))
        .count();
  }

  /// What Apple got for an event: its public id stands in every envelope.
  List<ArrivedPush> pushesOf(final String event) {
    return apple.pushes("").stream()
        .filter(push -> push.payload().contains('"' + event + '"'))
        .toList();
  }

  ArrivedPush pushOf(final String event) throws Exception {
    return AcrossProcesses.get(
        "a push of " + event, () -> pushesOf(event).stream().findFirst().orElse(null));
  }

  JsonNode payload(final ArrivedPush push) throws IOException {
    return JSON.readTree(push.payload());
  }

  /// For a story that says more in confidence, or provokes a fault on purpose.
  StoryScan scan() {
    return scan;
  }

  private void lookAround() throws Exception {
    if (server.isAlive()) {
      apple.pushes("").forEach(push -> scan.confidential().token(push.token()));
      scan.look(this);
    }
  }

  /// Ends everything, and fails when the server had said what it must not.
  @Override
  public void close() throws Exception {
    phones.forEach(Phone::close);
    network.close();
    try {
      lookAround();
    } finally {
      server.destroy();
      if (!server.waitFor(20, TimeUnit.SECONDS)) {
        server.destroyForcibly().waitFor();
      }
      says.close();
      http.close();
      apple.close();
    }
    scan.log(Files.readString(folder.resolve("log.txt")));
    StoryFolder.delete(folder);
    scan.passOrFail();
  }
}

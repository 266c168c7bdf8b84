package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.SigningKey;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.google.ServiceAccount;
import dev.reveille.simulators.microsoft.MicrosoftIdentity;
import dev.reveille.simulators.microsoft.MicrosoftOptions;
import dev.reveille.simulators.microsoft.MicrosoftSimulator;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/// The packaged server with notification hubs, each with the credentials of Apple, Google and
/// Microsoft, whose simulators stand behind it.
final class HubStage implements AutoCloseable {
  static final String BUNDLE = "com.example.news";
  static final String PROJECT = "a-hub";
  static final String FULL = "DefaultFullSharedAccessSignature";
  static final String SEND = "DefaultSendSharedAccessSignature";
  static final String LISTEN = "DefaultListenSharedAccessSignature";

  private static final Path SCRIPTS = Packaged.launcher().resolveSibling("acceptance/node");
  private static final String WINDOWS_HOST = "localhost";
  private static final int LONGEST_SECONDS = 60;
  private static final String STORE_PASSWORD = "changeit";
  private static final ObjectMapper JSON = new ObjectMapper();

  final Theatre theatre;
  final GoogleSimulator google;
  final MicrosoftSimulator microsoft;
  private final Path folder;
  private final SigningKey key;
  private final ServiceAccount account;
  private final MicrosoftIdentity identity;

  /// @param folder for what its parts write
  HubStage(final Path folder) throws Exception {
    this(folder, "");
  }

  /// The same.
  ///
  /// @param container the origin of a blob service that may be in plain text; "" for none
  HubStage(final Path folder, final String container) throws Exception {
    this.folder = folder;
    google = GoogleSimulator.start(GoogleOptions.DEFAULT);
    microsoft = MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost(WINDOWS_HOST));
    final var windows = WINDOWS_HOST + ":" + microsoft.port();
    final var trusted = Files.writeString(folder.resolve("windows.pem"), microsoft.authorityPem());
    theatre =
        new Theatre(
            "push:\n  allowed-hosts: [\"%s\"%s]\n  trust: {\"%s\": \"%s\"}\n"
                .formatted(
                    windows,
                    container.isEmpty() ? "" : ", \"" + container + "\"",
                    windows,
                    trusted));
    key = theatre.apple.makeKey();
    account = google.makeAccount(PROJECT);
    identity = microsoft.makeStoreIdentity();
  }

  /// Makes a hub that can send through each of the push services; answers what the server says of
  /// it.
  JsonNode hub(final String name) throws Exception {
    final var made = theatre.call("POST", "/v1/hubs", Map.of("name", name));
    final var app = made.path("app").asText();
    theatre.call("PUT", "/v1/apps/" + app, Map.of("bundleId", BUNDLE));
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/apns",
        Map.of(
            "team", key.team(),
            "keyId", key.keyId(),
            "key", key.pem(),
            "endpoint", theatre.apple.production(),
            "trust", theatre.apple.authorityPem()));
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/fcm",
        Map.of(
            "serviceAccount", account.json(),
            "endpoint", google.endpoint(),
            "trust", google.authorityPem()));
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/wns",
        Map.of(
            "client", identity.clientId(),
            "secret", identity.secret(),
            "endpoint", microsoft.storeTokenUri().replaceFirst("(https://[^/]*).*", "$1"),
            "trust", microsoft.authorityPem()));
    theatre.call("PUT", "/v1/apps/" + app + "/credentials/mpns", Map.of());
    return made;
  }

  /// The connection string of one of a hub's policies.
  static String connection(final JsonNode hub, final String policy) {
    for (final var one : hub.path("policies")) {
      if (one.path("name").asText().equals(policy)) {
        return one.path("connectionString").asText();
      }
    }
    throw new AssertionError("the hub has no policy " + policy + ": " + hub);
  }

  /// The key of one of a hub's policies.
  static String key(final JsonNode hub, final String policy) {
    return connection(hub, policy).replaceFirst(".*SharedAccessKey=", "");
  }

  // ---- phones ---------------------------------------------------------------------------------

  String iphone() {
    return theatre.apple.newToken(BUNDLE, false);
  }

  String android() {
    return google.newToken(PROJECT);
  }

  /// The token of a channel of WNS; its URI is [MicrosoftSimulator#uri].
  String windows() {
    return microsoft.newChannel(identity.clientId());
  }

  /// The token of a channel of MPNS, which any sender reaches.
  String windowsPhone() {
    return microsoft.newPhoneChannel("");
  }

  /// How many pushes an iPhone got and took.
  long taken(final String token) {
    return theatre.apple.pushes(token).stream().filter(push -> push.status() == 200).count();
  }

  // ---- clients --------------------------------------------------------------------------------

  URI api() {
    return theatre.address("api");
  }

  SSLContext trusting() throws Exception {
    return Packaged.trusting(Files.readString(theatre.authority()));
  }

  /// What a script of `acceptance/node` says when it was told something.
  JsonNode node(final String script, final Map<String, String> told) throws Exception {
    final var builder = new ProcessBuilder("node", SCRIPTS.resolve(script).toString());
    builder.environment().put("NODE_EXTRA_CA_CERTS", theatre.authority().toString());
    return said(builder, told);
  }

  /// What a Java program with the class path of this one says when it was told something. It trusts
  /// the server as a program of Java does: by a system property.
  JsonNode java(final Class<?> program, final Map<String, String> told) throws Exception {
    final var trust = folder.resolve("trust.p12");
    final var store = KeyStore.getInstance("PKCS12");
    store.load(null);
    try (var in = Files.newInputStream(theatre.authority());
        var out = Files.newOutputStream(trust)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
      store.store(out, STORE_PASSWORD.toCharArray());
    }
    return said(
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Djavax.net.ssl.trustStore=" + trust,
            "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD,
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()),
        told);
  }

  private JsonNode said(final ProcessBuilder builder, final Map<String, String> told)
      throws Exception {
    final var in = Files.writeString(folder.resolve("in.json"), JSON.writeValueAsString(told));
    final var out = folder.resolve("out.json");
    final var error = folder.resolve("error.txt");
    final var process =
        builder
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(error.toFile())
            .start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(
          builder.command().getLast() + " did not end: " + Files.readString(error));
    }
    assertEquals(0, process.exitValue(), Files.readString(error));
    return JSON.readTree(Files.readString(out));
  }

  @Override
  public void close() throws Exception {
    theatre.close();
    google.close();
    microsoft.close();
  }
}

package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// An app whose certificate OpenSSL issued and put into files of the old kind and the new one, with
/// an Apple that takes certificates.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AppleCertificateStory {
  private static final String APP = "com.example.certified";
  private static final String VERSION = "?api-version=2020-08-20-preview";
  private static final String PASSWORD = "a password of its own";

  /// Apple's extensions, spelled as OpenSSL wants them.
  private static final String CONFIGURATION =
      """
      [req]
      distinguished_name = subject
      prompt = no
      [subject]
      UID = %s
      CN = Apple Push Services
      [authority]
      basicConstraints = critical, CA:true
      [push]
      1.2.840.113635.100.6.3.1 = DER:0500
      1.2.840.113635.100.6.3.2 = DER:0500
      1.2.840.113635.100.6.3.6 = ASN1:SEQUENCE:topics
      [topics]
      a = UTF8String:%s
      b = SEQUENCE:kind
      c = UTF8String:%s.voip
      d = SEQUENCE:kind
      [kind]
      a = UTF8String:app
      """
          .formatted(APP, APP, APP);

  @SuppressWarnings("NullAway") // set before all tests
  private Theatre theatre;

  @SuppressWarnings("NullAway") // set before all tests
  private AppleSimulator apple;

  @SuppressWarnings("NullAway") // set before all tests
  private Path folder;

  @BeforeAll
  void raise(@TempDir final Path folder) throws Exception {
    this.folder = folder;
    final var request = "req -x509 -newkey rsa:2048 -nodes -days 30 -config push.cnf ";
    Files.writeString(folder.resolve("push.cnf"), CONFIGURATION);
    openssl(request + "-extensions authority -keyout ca.key -out ca.pem");
    openssl(request + "-extensions push -CA ca.pem -CAkey ca.key -keyout app.key -out app.pem");
    final var export = "pkcs12 -export -inkey app.key -in app.pem -passout file:word ";
    Files.writeString(folder.resolve("word"), PASSWORD + "\n");
    openssl(export + "-out new.p12");
    openssl(export + "-legacy -out old.p12");
    apple = AppleSimulator.start(AppleOptions.DEFAULT.withClientAuthority(certificate("ca.pem")));
    Files.writeString(folder.resolve("trust.pem"), apple.authorityPem());
    theatre = new Theatre();
    theatre.switchPush(true);
    theatre.call("PUT", "/v1/apps/" + APP, Map.of("bundleId", APP));
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
    apple.close();
  }

  /// Its log is not looked at: a password would stand in no other place.
  private void openssl(final String arguments) throws Exception {
    final var command = new ArrayList<>(List.of("openssl"));
    command.addAll(
        Arrays.stream(arguments.split(" "))
            .map(word ->
                word.matches("(file:)?[a-z]+(\\.[a-z0-9]+)|file:word") ? inFolder(word) : word)
            .toList());
    FrontProgram.run(command.toArray(String[]::new));
  }

  private String inFolder(final String word) {
    return word.startsWith("file:")
        ? "file:" + folder.resolve(word.substring("file:".length()))
        : folder.resolve(word).toString();
  }

  private String read(final String file) throws Exception {
    return Files.readString(folder.resolve(file));
  }

  private X509Certificate certificate(final String file) throws Exception {
    try (var in = Files.newInputStream(folder.resolve(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private Map<String, Object> with(final Map<String, Object> credential) {
    final var all = new HashMap<>(credential);
    all.putAll(
        Map.of(
            "endpoint", apple.production(),
            "sandboxEndpoint", apple.sandbox(),
            "trust", apple.authorityPem()));
    return all;
  }

  private String exported(final String file) throws Exception {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve(file)));
  }

  private int give(final Map<String, Object> credential) throws Exception {
    return theatre
        .send("PUT", "/v1/apps/" + APP + "/credentials/apns", with(credential))
        .statusCode();
  }

  /// A message to a new iPhone must be taken by Apple; answers how many were taken by certificate
  /// meanwhile.
  private long reached(final String user, final String channel) throws Exception {
    final var token = iphone(user, channel);
    final long before = byCertificate();
    if (channel.equals("voip")) {
      theatre.ring(user, "call", false);
    } else {
      theatre.message(user, "hello " + user);
    }
    arrives(user, token);
    return byCertificate() - before;
  }

  /// A new iPhone of a new user; answers its device token.
  private String iphone(final String user, final String channel) throws Exception {
    final var token = apple.newToken(channel.equals("voip") ? APP + ".voip" : APP, false);
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    theatre.device(
        user,
        APP,
        Map.of("platform", "ios", "osMajor", 18),
        Map.of("service", "apns", "channel", channel, "token", token));
    return token;
  }

  private void arrives(final String user, final String token) throws Exception {
    final var push =
        AcrossProcesses.get(
            "a push for " + user, () -> apple.pushes(token).stream().findFirst().orElse(null));
    assertEquals(200, push.status(), push.reason());
  }

  private Optional<String> refusal() throws Exception {
    return theatre
        .health()
        .lines()
        .filter(line -> line.startsWith("warning credential-refused app=" + APP + " "))
        .findFirst();
  }

  private long byCertificate() {
    return apple.counters().getOrDefault("by-certificate", -1L);
  }

  @Test
  void a_file_of_the_old_kind_is_given_at_the_command_line_and_carries_pushes() throws Exception {
    final var said =
        theatre.command(
            "apps",
            "credentials",
            APP,
            "apns",
            "--p12",
            folder.resolve("old.p12").toString(),
            "--password-file",
            folder.resolve("word").toString(),
            "--endpoint",
            apple.production(),
            "--sandbox-endpoint",
            apple.sandbox(),
            "--trust",
            folder.resolve("trust.pem").toString());
    assertTrue(said.contains("certificate until "), said);
    assertTrue(said.contains("production and sandbox, for " + APP + " " + APP + ".voip"), said);
    assertEquals(1, reached("anna", "message"));
    assertEquals(1, reached("berta", "voip"));
    final var check = theatre.check();
    assertTrue(check.contains("The certificate for apns ends "), check);
  }

  @Test
  void files_of_the_new_kind_and_pem_take_the_place_of_one_another_and_of_a_key() throws Exception {
    assertEquals(204, give(Map.of("pkcs12", exported("new.p12"), "password", PASSWORD)));
    assertEquals(1, reached("clara", "message"));
    assertEquals(204, give(Map.of("certificate", read("app.pem"), "privateKey", read("app.key"))));
    assertEquals(1, reached("dora", "message"));
    final var key = apple.makeKey();
    assertEquals(204, give(Map.of("team", key.team(), "keyId", key.keyId(), "key", key.pem())));
    assertEquals(0, reached("emma", "message"), "signed, and no certificate was shown");
  }

  @Test
  void a_certificate_that_apple_refuses_in_the_handshake_is_named_until_it_is_taken_again()
      throws Exception {
    assertEquals(204, give(Map.of("certificate", read("app.pem"), "privateKey", read("app.key"))));
    assertEquals(1, reached("fiona", "message"));
    apple.refuseCertificates(List.of(certificate("app.pem").getSerialNumber().toString(16)));
    apple.cutConnections();
    final var token = iphone("greta", "message");
    final var event = theatre.message("greta", "hello greta");
    final var line = AcrossProcesses.get("the refusal", () -> refusal().orElse(null));
    assertTrue(line.contains(" service=apns credential=default since="), line);
    assertTrue(line.contains(" code=RV-209: "), line);
    assertTrue(line.contains("Received fatal alert: certificate_unknown"), line);
    final var row =
        "reveille_credential_refused{app=\"%s\",credential=\"default\",service=\"apns\"} 1"
            .formatted(APP);
    assertTrue(theatre.metrics().contains(row));
    final var check = theatre.check();
    assertTrue(check.contains("[credentials-refused]"), check);
    final var told = theatre.explain(event);
    assertTrue(told.contains("RV-209"), told);
    assertEquals(List.of(), apple.pushes(token));
    apple.refuseCertificates(List.of());
    arrives("greta", token);
    AcrossProcesses.get("the end of the refusal", () -> refusal().isEmpty() ? true : null);
    assertFalse(theatre.metrics().contains(row));
  }

  // ---- through a linked hub -------------------------------------------------------------------

  private JsonNode linked(final JsonNode hub) throws Exception {
    final var resources = theatre.call("GET", "/v1/resources", "");
    final var body =
        Map.of(
            "connectionString", HubStage.connection(hub, HubStage.SEND),
            "resourceId", resources.path("hubs").path(0).path("path").asText());
    final var path = resources.path("resources").path(0).path("path").asText();
    final var answer = theatre.send("POST", path + "/linkNotificationHub" + VERSION, body);
    return new ObjectMapper().readTree(answer.body());
  }

  // A4-29: a hub that opens Apple's service with a certificate is not linked, and one that has a
  // certificate in place of its key afterwards carries no call: both say so.
  @Test
  void a_hub_with_a_certificate_is_not_linked_and_carries_no_call() throws Exception {
    final var hub = theatre.call("POST", "/v1/hubs", Map.of("name", "certified"));
    final var its = "/v1/apps/" + hub.path("app").asText();
    final var certificate =
        with(Map.of("certificate", read("app.pem"), "privateKey", read("app.key")));
    theatre.call("PUT", its, Map.of("bundleId", APP));
    theatre.call("PUT", its + "/credentials/apns", certificate);
    final var refused = linked(hub).path("error");
    assertEquals("ApnsCertificateNotSupported", refused.path("code").asText());
    assertTrue(refused.path("message").asText().contains("with a certificate"), refused::toString);

    final var key = apple.makeKey();
    theatre.call("PUT", its, Map.of("bundleId", APP + ".voip"));
    theatre.call(
        "PUT",
        its + "/credentials/apns",
        with(Map.of("team", key.team(), "keyId", key.keyId(), "key", key.pem())));
    assertTrue(linked(hub).has("resourceId"));
    theatre.call("PUT", "/v1/apps/com.example.linked", Map.of("name", "Linked"));
    theatre.call("PUT", "/v1/resources/reveille/apps/com.example.linked", Map.of());
    final var token = apple.newToken(APP + ".voip", false);
    registered("hannah", token);
    theatre.ring("hannah", "call", false);
    arrives("hannah", token);

    theatre.call("PUT", its, Map.of("bundleId", APP)); // that of the certificate
    theatre.call("PUT", its + "/credentials/apns", certificate);
    final var event = theatre.eventOf(theatre.ring("hannah", "call", false));
    final var told =
        AcrossProcesses.get(
            "the refusal in the trail",
            () -> {
              final var said = theatre.call("GET", "/v1/events/" + event + "/trail", "").toString();
              return said.contains("RV-218") ? said : null;
            });
    assertTrue(told.contains("the linked hub opens Apple's service with a certificate"), told);
    assertEquals(1, apple.pushes(token).size());
    final var check = theatre.check();
    assertTrue(check.contains("[linked-hub-unfit]"), check);
    assertTrue(check.contains("the hub opens Apple's service with a certificate"), check);
  }

  /// A device that registers with its handle alone.
  private void registered(final String user, final String handle) throws Exception {
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    final var code =
        theatre
            .call("POST", "/v1/users/" + user + "/codes", Map.of("app", "com.example.linked"))
            .path("code")
            .asText();
    theatre.scan().confidential().token(handle);
    theatre.asDevice(
        "",
        "POST",
        "/installations",
        Map.of("app", "com.example.linked", "code", code, "platform", "ios", "pnsHandle", handle));
  }

  @Test
  void what_cannot_be_used_is_refused_and_says_why() throws Exception {
    final var wrongWord =
        theatre.send(
            "PUT",
            "/v1/apps/" + APP + "/credentials/apns",
            with(Map.of("pkcs12", exported("new.p12"), "password", "another")));
    assertEquals(400, wrongWord.statusCode());
    assertTrue(wrongWord.body().contains("password: does not open the file"), wrongWord.body());
    theatre.call("PUT", "/v1/apps/com.example.else", Map.of("bundleId", "com.example.else"));
    final var other =
        theatre.send(
            "PUT",
            "/v1/apps/com.example.else/credentials/apns",
            with(Map.of("certificate", read("app.pem"), "privateKey", read("app.key"))));
    assertEquals(422, other.statusCode());
    assertTrue(other.body().contains("RV-236"), other.body());
    assertTrue(other.body().contains("the app's bundle id is com.example.else"), other.body());
  }
}

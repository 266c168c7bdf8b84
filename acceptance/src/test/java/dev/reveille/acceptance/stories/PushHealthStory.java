package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.microsoft.MicrosoftIdentity;
import dev.reveille.simulators.microsoft.MicrosoftOptions;
import dev.reveille.simulators.microsoft.MicrosoftSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What the operator is told of the push services: by `/health` and the metrics without asking, and
/// by `check`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PushHealthStory {
  private static final String APP = "com.example.health";

  @TempDir private static Path folder;
  private final MicrosoftSimulator microsoft =
      MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost("127.0.0.1"));
  private final MicrosoftIdentity identity = microsoft.makeStoreIdentity();
  private Theatre theatre;
  private int deadPort;

  @BeforeAll
  void raise() throws Exception {
    deadPort = FrontProgram.freePort();
    final var authority =
        Files.writeString(folder.resolve("microsoft-ca.pem"), microsoft.authorityPem());
    final var here = "127.0.0.1:" + microsoft.port();
    theatre =
        new Theatre(
            """
            push:
              allowed-hosts: ["%s"]
              trust: {"%s": "%s"}
              proxies:
                fcm: {kind: http, host: 127.0.0.1, port: %d}
                webpush: {kind: socks5, host: 127.0.0.1, port: %d, resolves: true}
            """
                .formatted(here, here, authority, deadPort, theatrePort()));
    theatre.app(APP);
    theatre.call(
        "PUT",
        "/v1/settings/push-notification/global",
        Map.of("values", Map.of("apple", true, "microsoft", true)));
    theatre.call("PUT", "/v1/users/ann", Map.of());
  }

  /// Something answers there.
  private int theatrePort() {
    return microsoft.port();
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
    microsoft.close();
  }

  private void windows(final String app, final String expires) throws Exception {
    final var body =
        new HashMap<String, Object>(
            Map.of(
                "client",
                identity.clientId(),
                "secret",
                identity.secret(),
                "endpoint",
                microsoft.endpoint(),
                "trust",
                microsoft.authorityPem()));
    if (!expires.isEmpty()) {
      body.put("expires", expires);
    }
    theatre.call("PUT", "/v1/apps/" + app + "/credentials/wns", body);
  }

  private Optional<String> warning(final String name, final String app) throws Exception {
    return theatre
        .health()
        .lines()
        .filter(line -> line.startsWith("warning " + name + " ") && line.contains("app=" + app))
        .findFirst();
  }

  private static String found(final String check, final String mistake) {
    return check.lines().filter(line -> line.contains("[" + mistake + "]")).findFirst().orElse("");
  }

  @Test
  void a_secret_that_ends_is_named_until_another_one_is_kept() throws Exception {
    final var app = "com.example.ending";
    theatre.app(app);
    final var end = Instant.now().plus(Duration.ofDays(5)).truncatedTo(ChronoUnit.SECONDS);
    windows(app, end.toString());
    final var line = warning("credential-ends", app).orElseThrow();
    assertTrue(
        line.startsWith(
            "warning credential-ends level=7 days=4 app=%s service=wns credential=default end=%s: "
                .formatted(app, end)),
        line);
    assertTrue(line.endsWith("`reveille apps credentials " + app + " wns ...`."), line);
    final var seconds =
        Pattern.compile(
                "reveille_credential_ends_seconds\\{app=\"%s\",credential=\"default\",service=\"wns\"} (\\S+)"
                    .formatted(app))
            .matcher(theatre.metrics());
    assertTrue(seconds.find());
    final double left = Double.parseDouble(seconds.group(1));
    assertTrue(left > 4.9 * 86_400 && left < 5 * 86_400, Double.toString(left));
    final var told = theatre.check();
    assertTrue(told.contains("WRONG  " + app + ": The secret for wns ends " + end), told);
    assertFalse(found(told, "credential-ends").isEmpty(), told);
    final var shown = theatre.command("apps", "show", app);
    assertTrue(shown.contains(end.toString()), shown);

    windows(app, Instant.now().plus(Duration.ofDays(300)).toString());
    assertTrue(warning("credential-ends", app).isEmpty());
  }

  @Test
  void a_key_that_apple_took_back_is_named_until_a_push_goes_through_again() throws Exception {
    final var user = "revoked-user";
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    theatre.device(
        user,
        APP,
        Map.of("platform", "ios", "osMajor", 18),
        Map.of(
            "service", "apns", "channel", "message", "token", theatre.apple.newToken(APP, false)));
    theatre.revokeKey(APP);
    theatre.message(user, "hello");
    final var line =
        AcrossProcesses.get("the refusal", () -> warning("credential-refused", APP).orElse(null));
    assertTrue(line.contains("service=apns credential=default since="), line);
    assertTrue(line.contains("code=RV-209"), line);
    assertTrue(line.contains("(they say: 403 InvalidProviderToken) Compare them"), line);
    final var row =
        "reveille_credential_refused{app=\"%s\",credential=\"default\",service=\"apns\"} 1"
            .formatted(APP);
    assertTrue(theatre.metrics().contains(row));
    theatre.app(APP); // with another key
    AcrossProcesses.get(
        "the end of the refusal", () -> warning("credential-refused", APP).isEmpty() ? true : null);
    assertFalse(theatre.metrics().contains(row));
  }

  @Test
  void channels_of_another_identity_are_found() throws Exception {
    final var app = "com.example.identity";
    final var user = "windows-user";
    theatre.app(app);
    windows(app, "");
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    final var other = microsoft.makeStoreIdentity();
    theatre.device(
        user,
        app,
        Map.of("platform", "windows"),
        Map.of(
            "service",
            "wns",
            "channel",
            "single",
            "token",
            microsoft.uri(microsoft.newChannel(other.clientId()))));
    theatre.message(user, "hello");
    final var told =
        AcrossProcesses.get(
            "the finding",
            () -> {
              final var check = theatre.check();
              return found(check, "wrong-identity").isEmpty() ? null : check;
            });
    assertTrue(told.contains("WRONG  " + app + ": Microsoft refuses 1 push address"), told);
    assertTrue(told.contains("reveille apps credentials " + app + " wns"), told);
  }

  @Test
  void a_token_of_the_sandbox_that_was_said_to_be_of_production_is_found() throws Exception {
    final var app = "com.example.mixed";
    final var user = "developer";
    theatre.app(app);
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    final var token = theatre.apple.newToken(app, true);
    theatre.device(
        user,
        app,
        Map.of("platform", "ios", "osMajor", 18),
        Map.of("service", "apns", "channel", "message", "token", token));
    assertEquals("", found(theatre.check(), "sandbox-mixed"));
    theatre.message(user, "hello");
    final var told =
        AcrossProcesses.get(
            "the finding",
            () -> {
              final var check = theatre.check();
              return found(check, "sandbox-mixed").isEmpty() ? null : check;
            });
    assertTrue(
        told.contains("note   " + app + ": Since the start 1 push was taken by Apple's sandbox"),
        told);
    assertTrue(told.contains("`sandbox: true`"), told);
  }

  @Test
  void a_proxy_that_does_not_answer_and_one_that_looks_names_up_are_found() throws Exception {
    final var told = theatre.check();
    assertTrue(
        told.contains(
            "WRONG  http://127.0.0.1:" + deadPort + ": The proxy for fcm does not answer: "),
        told);
    assertFalse(found(told, "proxy-unreachable").isEmpty(), told);
    assertTrue(
        told.contains(
            "note   socks5://127.0.0.1:"
                + theatrePort()
                + ": The proxy looks names up for webpush (`resolves: true`)"),
        told);
    assertFalse(found(told, "proxy-resolves-names").isEmpty(), told);
  }
}

package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.browser.BrowserOptions;
import dev.reveille.simulators.browser.BrowserSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pushes through proxies that are not ours: tinyproxy (CONNECT) and microsocks (SOCKS5).
final class PushProxiesStory {
  private static final String USER = "reveille";
  private static final String PASSWORD = "through-the-wall";

  @TempDir private Path folder;

  @AutoClose
  private final BrowserSimulator browser = BrowserSimulator.start(BrowserOptions.DEFAULT);

  private String configuration(final String proxy) throws Exception {
    final var authority =
        Files.writeString(folder.resolve("browser-ca.pem"), browser.authorityPem());
    final var where = browser.origin().substring("https://".length());
    return """
    push:
      allowed-hosts: ["%s"]
      trust: {"%s": "%s"}
      proxy: %s
    """
        .formatted(where, where, authority, proxy);
  }

  /// A browser of a new user.
  private String subscribed(final Theatre theatre) throws Exception {
    final var key = theatre.webPushKey();
    theatre.call(
        "PUT", "/v1/settings/push-notification/global", Map.of("values", Map.of("web", true)));
    theatre.call("PUT", "/v1/users/anna", Map.of());
    final var subscription = browser.subscribe(key);
    theatre.device(
        "anna",
        Theatre.APP,
        Map.of("platform", "browser"),
        Map.of(
            "service",
            "webpush",
            "channel",
            "single",
            "token",
            browser.endpoint(subscription),
            "p256dh",
            subscription.p256dh(),
            "auth",
            subscription.auth()));
    return subscription.token();
  }

  private void arrives(final String proxy) throws Exception {
    try (var theatre = new Theatre(configuration(proxy))) {
      final var token = subscribed(theatre);
      theatre.message("anna", "hello");
      final var push =
          AcrossProcesses.get(
              "a push", () -> browser.pushes(token).stream().findFirst().orElse(null));
      assertTrue(push.payload().orElseThrow().contains("hello"), push::toString);
    }
  }

  @Test
  void a_push_goes_through_an_http_proxy_to_the_address_that_was_judged() throws Exception {
    final int port = FrontProgram.freePort();
    final var log = folder.resolve("connections.log");
    final var file =
        Files.writeString(
            folder.resolve("tinyproxy.conf"),
            """
            Port %d
            Listen 127.0.0.1
            Timeout 60
            LogFile "%s"
            LogLevel Connect
            MaxClients 20
            BasicAuth %s %s
            ConnectPort %d
            """
                .formatted(port, log, USER, PASSWORD, browser.port()));
    final var password = Files.writeString(folder.resolve("password.txt"), PASSWORD + "\n");
    try (var _ =
        FrontProgram.start(folder, List.of("tinyproxy", "-d", "-c", file.toString()), port)) {
      arrives(
          "{kind: http, host: 127.0.0.1, port: %d, user: %s, password-file: \"%s\"}"
              .formatted(port, USER, password));
      final var told = Files.readString(log);
      assertTrue(told.contains("CONNECT 127.0.0.1:" + browser.port()), told);
      assertFalse(told.contains("CONNECT localhost:"), told);
    }
  }

  @Test
  void a_push_goes_through_a_socks_proxy_that_looks_names_up() throws Exception {
    final int port = FrontProgram.freePort();
    final var password = Files.writeString(folder.resolve("password.txt"), PASSWORD + "\n");
    try (var _ =
        FrontProgram.start(
            folder,
            List.of(
                "microsocks",
                "-i",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-u",
                USER,
                "-P",
                PASSWORD),
            port)) {
      arrives(
          ("{kind: socks5, host: 127.0.0.1, port: %d, user: %s, password-file: \"%s\","
                  + " resolves: true}")
              .formatted(port, USER, password));
    }
  }

  @Test
  void a_proxy_that_does_not_answer_is_named_as_the_cause() throws Exception {
    final int port = FrontProgram.freePort();
    final var proxy = "{kind: http, host: 127.0.0.1, port: %d}".formatted(port);
    try (var theatre = new Theatre(configuration(proxy))) {
      final var token = subscribed(theatre);
      final var event = theatre.message("anna", "hello");
      AcrossProcesses.get(
          "the cause in the trail",
          () -> theatre.devices(event).toString().contains("proxy-failed") ? true : null);
      assertEquals(0, browser.pushes(token).size());
    }
  }
}

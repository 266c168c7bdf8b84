package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The packaged server behind nginx and HAProxy as Debian has them, with the examples of
/// `docs/operations/proxies.md`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProxiesStory {
  private static final Duration LONGEST_POLL = Duration.ofMinutes(30);
  private static final String API = "api.example.org";
  private static final int REGISTRATIONS = 20;

  @SuppressWarnings("NullAway") // set before all tests
  private Theatre theatre;

  @SuppressWarnings("NullAway") // set before all tests
  private Path folder;

  private Path certificate = Path.of("");
  private Path key = Path.of("");

  @BeforeAll
  void open(@TempDir final Path folder) throws Exception {
    this.folder = folder;
    certificate = folder.resolve("proxy.pem");
    key = folder.resolve("proxy.key");
    FrontProgram.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost,DNS:" + API,
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
    final var forwarded = "proxies: {from: [127.0.0.1], address-header: x-forwarded-for}";
    theatre =
        new Theatre(
            """
            limits: {registrations-per-minute: %d}
            listeners:
              api: {%s}
              devices: {http2: true, %s}
              common:
                port: 0
                certificate: %s
                key: %s
                names: {%s: {to: api}, localhost: {to: devices}}
                proxies: {from: [127.0.0.1], address-header: proxy-protocol}
            """
                .formatted(REGISTRATIONS, forwarded, forwarded, certificate, key, API));
  }

  @AfterAll
  void close() throws Exception {
    theatre.close();
  }

  private FrontProgram nginx(final int port) throws Exception {
    final var text =
        FrontProgram.example(
                "nginx.conf",
                Map.of(
                    "listen 443", "listen 127.0.0.1:" + port,
                    "server 127.0.0.1:8443", "server 127.0.0.1:" + theatre.address("api").getPort(),
                    "server 127.0.0.1:9443",
                        "server 127.0.0.1:" + theatre.address("devices").getPort(),
                    "/var/lib/reveille/tls/ca.pem", theatre.authority().toString(),
                    "/etc/nginx/reveille.pem", certificate.toString(),
                    "/etc/nginx/reveille.key", key.toString(),
                    "phones.example.org", "localhost",
                    "/var/log/nginx/reveille.log", folder.resolve("access.log").toString(),
                    "/run/nginx.pid", folder.resolve("nginx.pid").toString()))
            .replace("http {\n", "http {\n" + temporaryPaths());
    final var file = Files.writeString(folder.resolve("nginx.conf"), text);
    return FrontProgram.start(
        folder,
        List.of(
            "nginx",
            "-p",
            folder.toString(),
            "-e",
            "stderr",
            "-g",
            "daemon off; master_process off;",
            "-c",
            file.toString()),
        port);
  }

  /// Debian's are root's own.
  private String temporaryPaths() {
    final var paths = new StringBuilder();
    for (final var kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      paths
          .append("  ")
          .append(kind)
          .append("_temp_path ")
          .append(folder.resolve(kind))
          .append(";\n");
    }
    return paths.toString();
  }

  private FrontProgram haproxy(final int names, final int phones) throws Exception {
    final var both = folder.resolve("haproxy.pem");
    Files.writeString(both, Files.readString(certificate) + Files.readString(key));
    final var text =
        FrontProgram.example(
            "haproxy.cfg",
            Map.of(
                "bind :443",
                "bind 127.0.0.1:" + names,
                "bind :8444",
                "bind 127.0.0.1:" + phones,
                "127.0.0.1:4443",
                "127.0.0.1:" + theatre.address("common").getPort(),
                "/etc/haproxy/reveille.pem",
                both.toString(),
                "/etc/haproxy/reveille-ca.pem",
                certificate.toString(),
                "phones.example.org",
                "localhost",
                "maxconn 65536",
                "maxconn 500"));
    final var file = Files.writeString(folder.resolve("haproxy.cfg"), text);
    return FrontProgram.start(
        folder, List.of("haproxy", "-db", "-f", file.toString()), names, phones);
  }

  private static URI at(final int port) {
    return URI.create("https://localhost:" + port);
  }

  private SSLContext trusting() throws Exception {
    return Packaged.trusting(Files.readString(certificate));
  }

  private String code(final String user) throws Exception {
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    return theatre
        .call("POST", "/v1/users/" + user + "/codes", Map.of("app", Theatre.APP))
        .get("code")
        .asText();
  }

  /// Registration, WebSocket, event stream and long poll; each is told what happens while held.
  private void phoneWorks(final URI address, final String user) throws Exception {
    try (var phone = new WebPhone(address, trusting()).register(code(user))) {
      assertEquals(200, phone.send("GET", "/inbox", "").statusCode());
      try (var socket = phone.socket()) {
        socket.next("caught-up");
        final var event = theatre.message(user, "by socket");
        assertEquals(event, socket.next("entry").get("event").asText());
        final var call = theatre.ring(user, "call", false);
        assertEquals(call, socket.next("call").get("call").asText());
      }
      try (var stream = phone.stream()) {
        stream.next("caught-up");
        final var event = theatre.message(user, "by stream");
        final var entry = stream.next("entry");
        assertEquals(event, entry.get("event").asText());
        final var upTo = entry.get("position").asText();
        assertEquals(204, phone.send("POST", "/ack", Map.of("upTo", upTo)).statusCode());
      }
      AcrossProcesses.get(
          "the end of the stream", () -> theatre.presence(user).equals("away") ? true : null);
      phone.send("GET", "/poll?wait=0", ""); // tells of the call that rings
      final var held = phone.poll();
      AcrossProcesses.get(
          "the poll of " + user, () -> theatre.presence(user).equals("available") ? true : null);
      final var event = theatre.message(user, "by poll");
      final var frames = held.get(30, TimeUnit.SECONDS).get("frames");
      assertTrue(frames.toString().contains('"' + event + '"'), frames.toString());
      assertEquals(204, phone.send("POST", "/sign-out", "").statusCode());
    }
  }

  private static String curl(final Path trust, final int port, final String... more)
      throws Exception {
    final var command =
        new java.util.ArrayList<>(
            List.of(
                "curl",
                "--silent",
                "--show-error",
                "--max-time",
                "20",
                "--cacert",
                trust.toString(),
                "--resolve",
                API + ":" + port + ":127.0.0.1"));
    command.addAll(List.of(more));
    return FrontProgram.run(command.toArray(String[]::new));
  }

  /// Registers with a code that does not exist until it is refused for asking too often; answers
  /// after how many times.
  private int attempts(final int port, final String from) throws Exception {
    for (int i = 0; i <= 3 * REGISTRATIONS; i++) {
      final var status =
          curl(
              certificate,
              port,
              "--interface",
              from,
              "--output",
              "/dev/null",
              "--write-out",
              "%{http_code}",
              "--header",
              "X-Forwarded-For: 198.51.100." + i,
              "--json",
              "{\"app\":\"" + Theatre.APP + "\",\"code\":\"rc_none\",\"platform\":\"browser\"}",
              "https://localhost:" + port + "/device/v1/installations");
      if (status.equals("429")) {
        return i;
      }
      assertEquals("403", status);
    }
    throw new AssertionError(from + " was never refused");
  }

  @Test
  void phones_work_behind_nginx_and_count_for_themselves() throws Exception {
    final int port = FrontProgram.freePort();
    try (var _ = nginx(port)) {
      phoneWorks(at(port), "nina");
      assertTrue(
          curl(certificate, port, "https://" + API + ":" + port + "/v1/users/x")
              .contains("RV-107"));
      assertTrue(attempts(port, "127.0.0.21") >= 2 * REGISTRATIONS);
      assertTrue(
          attempts(port, "127.0.0.22") >= 2 * REGISTRATIONS, "another address is not blocked");
    }
  }

  @Test
  void phones_work_behind_haproxy_with_tls_passed_through_by_name() throws Exception {
    final int names = FrontProgram.freePort();
    final int phones = FrontProgram.freePort();
    try (var _ = haproxy(names, phones)) {
      phoneWorks(at(names), "hans");
      final var api = "https://" + API + ":" + names + "/v1/users/x";
      assertTrue(curl(certificate, names, api).contains("RV-107"));
      final var unknown =
          curl(
              certificate,
              names,
              "--resolve",
              "other.example.org:" + names + ":127.0.0.1",
              "https://other.example.org:" + names + "/");
      assertTrue(unknown.startsWith("curl: (35)"), unknown);
      assertTrue(attempts(names, "127.0.0.31") >= 2 * REGISTRATIONS);
      assertTrue(
          attempts(names, "127.0.0.32") >= 2 * REGISTRATIONS, "another address is not blocked");
    }
  }

  @Test
  void phones_work_behind_haproxy_that_ends_tls() throws Exception {
    final int names = FrontProgram.freePort();
    final int phones = FrontProgram.freePort();
    try (var _ = haproxy(names, phones)) {
      phoneWorks(at(phones), "helga");
      assertTrue(attempts(phones, "127.0.0.41") >= 2 * REGISTRATIONS);
      assertTrue(
          attempts(phones, "127.0.0.42") >= 2 * REGISTRATIONS, "another address is not blocked");
    }
  }

  @Test
  void an_event_stream_is_read_over_http_2() throws Exception {
    final int port = theatre.address("devices").getPort();
    try (var phone =
        new WebPhone(at(port), Packaged.trusting(Files.readString(theatre.authority())))
            .register(code("hugo"))) {
      theatre.message("hugo", "over two");
      final var said =
          FrontProgram.run(
              "curl",
              "--silent",
              "--http2",
              "--no-buffer",
              "--max-time",
              "3",
              "--include",
              "--cacert",
              theatre.authority().toString(),
              "--header",
              "Accept: text/event-stream",
              "--header",
              "Authorization: Bearer " + phone.token(),
              at(port) + "/device/v1/live?state=foreground");
      assertTrue(said.startsWith("HTTP/2 200"), said);
      assertTrue(said.contains("over two") && said.contains("\nid: "), said);
      assertTrue(said.contains("caught-up"), said);
    }
  }

  @Test
  void no_time_of_the_examples_cuts_a_held_request() throws Exception {
    final var nginx = minutes("nginx.conf", "proxy_read_timeout (\\d+)m;");
    assertEquals(1, nginx.size());
    final var haproxy = minutes("haproxy.cfg", "timeout (?:client|server|tunnel) (\\d+)m");
    assertEquals(3, haproxy.size());
    for (final var time : List.of(nginx, haproxy)) {
      assertTrue(time.stream().allMatch(it -> it.compareTo(LONGEST_POLL) > 0), time.toString());
    }
    assertNotEquals(-1, FrontProgram.example("nginx.conf").indexOf("proxy_buffering off;"));
  }

  private static List<Duration> minutes(final String example, final String pattern)
      throws Exception {
    return Pattern.compile(pattern)
        .matcher(FrontProgram.example(example))
        .results()
        .map(found -> Duration.ofMinutes(Long.parseLong(found.group(1))))
        .toList();
  }
}

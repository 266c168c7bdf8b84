package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One port for several listeners, by the name in the TLS ClientHello (SNI).
final class SitesTest {
  private static final String API = "api.example.org";
  private static final String PHONES = "phones.example.org";
  private static final String HEADER = "X-Forwarded-For: 198.51.100.7\r\n";

  @TempDir private Path folder;
  private final EventLoops loops = EventLoops.open(2);

  @SuppressWarnings("NullAway") // made before each test
  private TestCertificate forApi, forPhones;
  @SuppressWarnings("NullAway") // made before each test
  private HttpListener api, devices;

  @BeforeEach
  void open() {
    forApi = TestCertificate.in(folder, API);
    forPhones = TestCertificate.in(folder, PHONES);
    api = listener("api", tls(forApi, true));
    devices = listener("devices", tls(forPhones, false));
  }

  @AfterEach
  void close() {
    api.close();
    devices.close();
    loops.close();
  }

  private static TlsContexts tls(final TestCertificate certificate, final boolean http2) {
    return TlsContexts.of(certificate.certificate(), certificate.key(), http2);
  }

  private HttpListener listener(final String name, final TlsContexts tls) {
    return HttpListener.open(
        HttpSettings.plain(name, "127.0.0.1", 0).withTls(tls),
        loops,
        exchange ->
            exchange.answer(
                Answer.text(200, name + (exchange.isSecure() ? " " : " open ") + exchange.peer())));
  }

  private Sites sites() {
    return new Sites()
        .with(API, api, tls(forApi, true))
        .with("*.hub.example.org", api, tls(forApi, true))
        .with(PHONES, devices, tls(forPhones, false));
  }

  private HttpListener port(final Sites sites) {
    return HttpListener.open(HttpSettings.plain("public", "127.0.0.1", 0), loops, sites);
  }

  /// What the log got of a level that an operator sees.
  private static final class Warnings extends Handler {
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    @Override
    public void publish(final LogRecord record) {
      if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
        records.add(record);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void what_peers_send_instead_of_a_greeting_is_not_logged() throws IOException {
    final var log = Logger.getLogger("dev.reveille.http");
    final var warnings = new Warnings();
    log.addHandler(warnings);
    try (var port = port(sites())) {
      for (int i = 0; i < 50; i++) {
        try (var peer = new Socket(port.address().getAddress(), port.port())) {
          peer.setSoTimeout(10_000);
          peer.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 5, 1, -1, -1, -1, 0});
          while (peer.getInputStream().read() >= 0) {
            // until the server has closed it
          }
        }
      }
    } finally {
      log.removeHandler(warnings);
    }
    assertEquals(List.of(), warnings.records.stream().map(LogRecord::getMessage).toList());
  }

  private static SSLSocket greet(
      final HttpListener port,
      final TestCertificate trusted,
      final List<String> names,
      final String... alpn)
      throws IOException {
    final var plain = new Socket(port.address().getAddress(), port.port());
    final var socket =
        (SSLSocket) trusted.trusting().getSocketFactory().createSocket(plain, "127.0.0.1", 1, true);
    socket.setSoTimeout(10_000);
    final var parameters = socket.getSSLParameters();
    parameters.setServerNames(
        names.stream().map(SNIHostName::new).map(SNIServerName.class::cast).toList());
    parameters.setApplicationProtocols(alpn);
    socket.setSSLParameters(parameters);
    return socket;
  }

  /// @param names and headers, which have a colon
  private static String ask(
      final HttpListener port, final TestCertificate trusted, final String... names)
      throws IOException {
    final var hosts = Arrays.stream(names).filter(name -> name.indexOf(':') < 0).toList();
    final var headers = Arrays.stream(names).filter(name -> name.indexOf(':') >= 0).toList();
    try (var socket = greet(port, trusted, hosts)) {
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                      + String.join("", headers)
                      + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      final var said =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return said.substring(said.indexOf("\r\n\r\n") + 4);
    }
  }

  @Test
  void the_name_chooses_listener_and_certificate() throws Exception {
    try (var port = port(sites())) {
      assertTrue(ask(port, forApi, API).startsWith("api "));
      assertTrue(ask(port, forApi, "API.Example.ORG").startsWith("api "));
      assertTrue(ask(port, forApi, "mine.hub.example.org").startsWith("api "));
      assertTrue(ask(port, forPhones, PHONES).startsWith("devices "));
      assertEquals(3, api.accepted());
      assertEquals(1, devices.accepted());
      Listening.until(() -> api.connections() + devices.connections() + port.connections() == 0);
    }
  }

  @Test
  void each_name_offers_its_own_protocols() throws Exception {
    try (var port = port(sites());
        var toApi = greet(port, forApi, List.of(API), "h2", "http/1.1");
        var toPhones = greet(port, forPhones, List.of(PHONES), "h2", "http/1.1")) {
      toApi.startHandshake();
      toPhones.startHandshake();
      assertEquals("h2", toApi.getApplicationProtocol());
      assertEquals("http/1.1", toPhones.getApplicationProtocol());
    }
  }

  @Test
  void an_unknown_name_hears_that_it_is_unknown() throws Exception {
    try (var port = port(sites())) {
      for (final var names :
          List.of(List.of("example.org"), List.of("a.b.hub.example.org"), List.<String>of())) {
        try (var socket = greet(port, forApi, names)) {
          final var refused = assertThrows(SSLHandshakeException.class, socket::startHandshake);
          assertTrue(
              String.valueOf(refused.getMessage()).contains("unrecognized_name"),
              names + ": " + refused);
        }
      }
      Listening.until(() -> port.connections() == 0);
      assertEquals(0, api.accepted() + devices.accepted());
    }
  }

  @Test
  void unknown_names_lead_where_the_operator_wants() throws Exception {
    try (var port = port(sites().withOthers(devices, tls(forPhones, false)))) {
      assertTrue(ask(port, forPhones, "example.org").startsWith("devices "));
      assertTrue(ask(port, forPhones).startsWith("devices "));
      assertTrue(ask(port, forApi, API).startsWith("api "));
    }
  }

  @Test
  void what_does_not_greet_is_let_go() throws Exception {
    final var time = new Listening(exchange -> {});
    try (time) {
      final var sites = new Sites().with(API, time.listener(), tls(forApi, true));
      try (var port =
              HttpListener.open(HttpSettings.plain("public", "127.0.0.1", 0), time.loops(), sites);
          var silent = RawClient.to(port.address());
          var plain = RawClient.to(port.address())) {
        plain.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertEquals(21, plain.bytes(7)[0], "an alert");
        assertTrue(plain.isClosedByServer());
        Listening.until(() -> port.connections() == 1);
        time.pass(Duration.ofSeconds(11));
        assertTrue(silent.isClosedByServer());
        Listening.until(() -> port.connections() == 0);
      }
    }
  }

  @Test
  void a_listener_that_is_full_stays_full_on_the_common_port() throws Exception {
    try (var full =
            HttpListener.open(
                HttpSettings.plain("full", "127.0.0.1", 0)
                    .withTls(tls(forApi, false))
                    .withLimits(HttpLimits.defaults().withConnections(1, 1)),
                loops,
                exchange -> exchange.answer(Answer.text(200, "in")));
        var port = port(new Sites().with(API, full, tls(forApi, false)));
        var first = greet(port, forApi, List.of(API));
        var second = greet(port, forApi, List.of(API))) {
      first.startHandshake();
      assertThrows(SSLException.class, second::startHandshake);
      assertEquals(1, full.refused(RefusedFor.FULL));
      Listening.until(() -> port.connections() == 0);
      assertEquals(1, full.connections());
    }
  }

  @Test
  void a_proxy_of_the_common_port_names_the_client_with_each_request() throws Exception {
    final var settings =
        HttpSettings.plain("public", "127.0.0.1", 0)
            .withProxies(Proxies.of(List.of("127.0.0.1"), "x-forwarded-for"));
    try (var port = HttpListener.open(settings, loops, sites())) {
      assertEquals("devices /198.51.100.7:0", ask(port, forPhones, PHONES, HEADER));
      assertTrue(ask(devices, forPhones, PHONES, HEADER).startsWith("devices /127.0.0.1:"));
    }
  }

  @Test
  void a_proxy_of_another_port_is_no_proxy_on_the_common_one() throws Exception {
    final var settings =
        HttpSettings.plain("behind", "127.0.0.1", 0)
            .withTls(tls(forPhones, false))
            .withProxies(Proxies.of(List.of("127.0.0.1"), "x-forwarded-for"));
    try (var behind =
            HttpListener.open(
                settings,
                loops,
                exchange -> exchange.answer(Answer.text(200, "" + exchange.peer())));
        var port = port(new Sites().with(PHONES, behind, tls(forPhones, false)))) {
      assertTrue(ask(port, forPhones, PHONES, HEADER).startsWith("/127.0.0.1:"));
      assertEquals("/198.51.100.7:0", ask(behind, forPhones, PHONES, HEADER));
    }
  }

  @Test
  void a_proxy_in_front_names_the_client_before_the_greeting() throws Exception {
    final var settings =
        HttpSettings.plain("public", "127.0.0.1", 0)
            .withProxies(Proxies.of(List.of("127.0.0.1"), "proxy-protocol"));
    try (var port = HttpListener.open(settings, loops, sites());
        var plain = new Socket(port.address().getAddress(), port.port())) {
      plain
          .getOutputStream()
          .write(
              "PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n".getBytes(StandardCharsets.US_ASCII));
      try (var socket =
          (SSLSocket)
              forPhones.trusting().getSocketFactory().createSocket(plain, PHONES, 443, true)) {
        socket
            .getOutputStream()
            .write(
                "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        final var said =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(said.endsWith("devices /198.51.100.7:4711"), said);
      }
    }
  }
}

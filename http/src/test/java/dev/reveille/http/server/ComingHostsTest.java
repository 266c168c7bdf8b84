package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hosts that come and go while a listener runs: which handler has them, also before a request has
/// said its host.
final class ComingHostsTest {
  private static final String HUBS = "hubs.example.org";

  @TempDir private Path folder;
  private final EventLoops loops = EventLoops.open(2);
  private final Set<String> hosts = ConcurrentHashMap.newKeySet();

  @SuppressWarnings("NullAway") // made before each test
  private TestCertificate certificate;

  @SuppressWarnings("NullAway") // made before each test
  private HttpListener listener;

  @BeforeEach
  void open() {
    hosts.add(HUBS);
    certificate = TestCertificate.in(folder, HUBS);
    final var hubs = new Named("hubs");
    listener =
        HttpListener.open(
            HttpSettings.plain("api", "127.0.0.1", 0).withTls(tls()),
            loops,
            new Handlers(new Named("others"))
                .at("/page", new Named("page"))
                .choosing(path -> path.equals("/chosen") ? new Named("chosen") : null)
                .byHost(host -> hosts.contains(Handlers.host(host)) ? hubs : null));
  }

  @AfterEach
  void close() {
    listener.close();
    loops.close();
  }

  private TlsContexts tls() {
    return TlsContexts.of(certificate.certificate(), certificate.key(), false);
  }

  private record Named(String name) implements HttpHandler {
    @Override
    public void handle(final Exchange exchange) {
      exchange.answer(Answer.text(200, name));
    }

    @Override
    public Problems problems() {
      return (status, _) -> Answer.text(status, name);
    }
  }

  /// What comes back when these bytes are sent to a port under a name.
  private String said(final HttpListener port, final String name, final String bytes)
      throws Exception {
    final var plain = new Socket(port.address().getAddress(), port.port());
    // A context of its own: where a client of the JDK resumes, it greets with the former name.
    final var context = TestCertificate.trusting(certificate.certificate());
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "", 1, true)) {
      socket.setSoTimeout(10_000);
      final var parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      socket.setSSLParameters(parameters);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static String get(final String host, final String path) {
    return "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host);
  }

  private void answers(final String by, final String name, final String bytes) throws Exception {
    final var said = said(listener, name, bytes);
    assertTrue(said.endsWith("\r\n\r\n" + by), () -> by + " expected, came " + said);
  }

  @Test
  void the_whole_host_is_one_handler_s_in_every_spelling() throws Exception {
    for (final var path : List.of("/", "/page", "/chosen", "/page/x")) {
      answers("hubs", HUBS, get(HUBS, path));
    }
    for (final var host : List.of("HUBS.Example.ORG", HUBS + ":8443", HUBS + ".", HUBS + ".:1")) {
      answers("hubs", "other.example.org", get(host, "/page"));
    }
  }

  @Test
  void other_hosts_are_as_they_were_whatever_the_greeting_named() throws Exception {
    for (final var host : List.of("example.org", "x." + HUBS, "127.0.0.1:1", HUBS + "x")) {
      answers("page", HUBS, get(host, "/page"));
      answers("chosen", HUBS, get(host, "/chosen"));
      answers("others", HUBS, get(host, "/"));
    }
  }

  @Test
  void it_comes_and_goes_while_the_listener_runs() throws Exception {
    answers("others", HUBS, get("new.example.org", "/"));
    hosts.add("new.example.org");
    answers("hubs", HUBS, get("new.example.org", "/"));
    hosts.remove("new.example.org");
    answers("others", HUBS, get("new.example.org", "/"));
  }

  /// HTTP/1.0 knows no host, and what cannot be read names none.
  @Test
  void until_a_request_names_its_host_the_greeting_s_name_counts() throws Exception {
    answers("hubs", HUBS, "GET /page HTTP/1.0\r\n\r\n");
    answers("page", "other.example.org", "GET /page HTTP/1.0\r\n\r\n");
    for (final var bad :
        List.of("what is this\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n")) {
      answers("hubs", HUBS, bad);
      answers("others", "other.example.org", bad);
    }
    answers("others", HUBS, "GET / HTTP/9\r\nHost: example.org\r\n\r\n");
    answers("hubs", "other.example.org", "GET / HTTP/9\r\nHost: " + HUBS + "\r\n\r\n");
  }

  @Test
  void on_a_shared_port_it_leads_to_its_listener_with_or_without_being_listed() throws Exception {
    final var sites = new Sites().withHosts(hosts::contains, listener, tls());
    try (var port = HttpListener.open(HttpSettings.plain("common", "127.0.0.1", 0), loops, sites)) {
      assertTrue(said(port, HUBS, get(HUBS, "/page")).endsWith("hubs"));
      assertTrue(sites.tls(HUBS) instanceof TlsContexts);
      hosts.remove(HUBS);
      assertThrows(SSLHandshakeException.class, () -> said(port, HUBS, get(HUBS, "/page")));
    }
  }

  @Test
  void a_listed_pattern_gives_the_certificate_for_its_own_listener_alone() {
    final var listed = tls();
    final var others = tls();
    final var usual = tls();
    try (var devices =
        HttpListener.open(
            HttpSettings.plain("devices", "127.0.0.1", 0).withTls(others),
            loops,
            new Named("devices"))) {
      final var sites =
          new Sites()
              .with("*.example.org", listener, listed)
              .with("*.example.net", devices, others)
              .withHosts(hosts::contains, listener, usual);
      hosts.addAll(List.of("hubs.example.net", "hubs.example.com"));
      assertEquals(listed, sites.tls(HUBS));
      assertEquals(usual, sites.tls("hubs.example.net"));
      assertEquals(usual, sites.tls("hubs.example.com"));
      assertEquals(others, sites.tls("phones.example.net"));
    }
  }

  @Test
  void a_certificate_is_for_its_names_and_no_others() {
    final var contexts = tls();
    assertTrue(contexts.isFor(HUBS));
    assertFalse(contexts.isFor("example.org"));
    final var wide = TestCertificate.in(folder, "*.wide.example.org");
    final var pattern = TlsContexts.of(wide.certificate(), wide.key(), false);
    assertTrue(pattern.isFor("a.wide.example.org"));
    assertFalse(pattern.isFor("a.b.wide.example.org"));
    assertFalse(pattern.isFor("wide.example.org"));
  }
}

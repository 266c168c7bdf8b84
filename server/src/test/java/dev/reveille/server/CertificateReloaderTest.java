package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One's own certificates, replaced while the server runs, on every port that uses them.
final class CertificateReloaderTest {
  @TempDir private Path folder;
  private int copies;

  private void put(final LocalAuthority.CertificateFiles from) throws IOException {
    putChain(from);
    putKey(from);
  }

  private void putChain(final LocalAuthority.CertificateFiles from) throws IOException {
    put(from.chain(), "own.pem");
  }

  private void putKey(final LocalAuthority.CertificateFiles from) throws IOException {
    put(from.key(), "own.key");
  }

  /// As renewal tools do: complete under another name, then renamed.
  private void put(final Path from, final String name) throws IOException {
    final var fresh = Files.copy(from, folder.resolve(name + ".new"));
    Files.setLastModifiedTime(fresh, FileTime.from(Instant.EPOCH.plusSeconds(++copies)));
    Files.move(fresh, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private Server start() throws IOException {
    final var own =
        "certificate: %s, key: %s".formatted(folder.resolve("own.pem"), folder.resolve("own.key"));
    final var file = folder.resolve("reveille.yaml");
    Files.writeString(
        file,
        """
        listeners:
          api: {port: 0, %1$s}
          devices: {port: 0, %1$s}
          metrics: {port: 0}
          common:
            port: 0
            %2$s
            names:
              api.example.org: {to: api}
              phones.example.org: {to: devices, %1$s}
        """
            .formatted(own, own.replace(", ", "\n    ")));
    return Server.start(
        Configuration.load(file).with(folder.resolve("data"), null, null, null),
        Parts.PRODUCT,
        BootClock.clock());
  }

  private static URI port(final Server server, final String name) {
    final var found = Pattern.compile(name + "=(\\S+)").matcher(server.readyLine());
    assertTrue(found.find(), server.readyLine());
    return URI.create(found.group(1));
  }

  /// Trusts whatever it is shown, because which one it is shown is the question here.
  private static final class Anything implements X509TrustManager {
    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String kind) {}

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static SSLSocket greet(final URI port, final String name) throws Exception {
    final var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anything()}, null);
    final var socket =
        (SSLSocket) context.getSocketFactory().createSocket(port.getHost(), port.getPort());
    final var parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }

  private static BigInteger shown(final URI port, final String name) throws Exception {
    try (var socket = greet(port, name)) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static List<BigInteger> shownEverywhere(final Server server) throws Exception {
    return List.of(
        shown(port(server, "api"), "api.example.org"),
        shown(port(server, "devices"), "phones.example.org"),
        shown(port(server, "common"), "api.example.org"),
        shown(port(server, "common"), "phones.example.org"));
  }

  private static String ask(final SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET /device/v1/inbox HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    final var answer = new byte[12];
    assertEquals(answer.length, socket.getInputStream().readNBytes(answer, 0, answer.length));
    socket.getInputStream().skipNBytes(socket.getInputStream().available());
    return new String(answer, StandardCharsets.US_ASCII);
  }

  @Test
  void a_renewed_pair_is_shown_on_every_port_once_both_files_fit() throws Exception {
    final var first = LocalAuthority.in(folder.resolve("first"));
    final var second = LocalAuthority.in(folder.resolve("second"));
    put(first);
    try (var server = start();
        var open = greet(port(server, "devices"), "phones.example.org")) {
      final var before = shownEverywhere(server);
      assertEquals(1, before.stream().distinct().count());

      putChain(second);
      server.certificates().look();
      assertEquals(before, shownEverywhere(server), "the key is not there yet");
      assertEquals(4, server.certificates().refused());

      putKey(second);
      server.certificates().look();
      final var after = shownEverywhere(server);
      assertEquals(1, after.stream().distinct().count());
      assertNotEquals(before.getFirst(), after.getFirst());
      assertEquals(0, server.certificates().refused());
      assertEquals("HTTP/1.1 401", ask(open), "an open connection lives on");
    }
  }

  @Test
  void files_that_are_gone_or_broken_leave_the_former_pair_in_use() throws Exception {
    final var first = LocalAuthority.in(folder.resolve("first"));
    put(first);
    try (var server = start()) {
      final var before = shownEverywhere(server);
      Files.delete(folder.resolve("own.pem"));
      server.certificates().look();
      assertEquals(before, shownEverywhere(server));
      Files.writeString(folder.resolve("own.pem"), "broken");
      server.certificates().look();
      assertEquals(before, shownEverywhere(server));
      assertEquals(4, server.certificates().refused());
      put(first);
      server.certificates().look();
      assertEquals(0, server.certificates().refused());
    }
  }

  @Test
  void a_pair_that_does_not_fit_at_the_start_is_a_wrong_configuration() throws Exception {
    putChain(LocalAuthority.in(folder.resolve("first")));
    putKey(LocalAuthority.in(folder.resolve("second")));
    final var wrong = assertThrows(Configuration.Wrong.class, () -> start().close());
    assertTrue(String.valueOf(wrong.getMessage()).contains("own.key"), wrong.getMessage());
  }

  @Test
  void a_name_that_is_not_configured_is_refused_on_the_common_port() throws Exception {
    put(LocalAuthority.in(folder.resolve("first")));
    try (var server = start()) {
      final var refused =
          assertThrows(
              SSLException.class, () -> shown(port(server, "common"), "other.example.org"));
      assertTrue(String.valueOf(refused.getMessage()).contains("unrecognized_name"));
    }
  }
}

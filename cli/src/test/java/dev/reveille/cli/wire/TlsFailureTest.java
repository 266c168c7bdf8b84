package dev.reveille.cli.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.reveille.cli.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose TLS cannot be used is told for what it is.
class TlsFailureTest {
  private static final String PASSWORD = "secret";

  @TempDir private Path folder;

  /// A server with a certificate made with these options of `keytool`; answers what a command is
  /// told that trusts its authority, or does not.
  private String told(final boolean trusts, final String... options) throws Exception {
    final var store = folder.resolve("store.p12");
    final var pem = folder.resolve("ca.pem");
    final var key = List.of("-genkeypair", "-keyalg", "EC", "-dname");
    keytool(store, with(key, "CN=ca", "-alias", "ca", "-ext", "bc:c"));
    keytool(store, with(with(key, "CN=a", "-alias", "a", "-signer", "ca"), options));
    keytool(store, List.of("-exportcert", "-alias", "ca", "-rfc", "-file", pem.toString()));
    final var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    keys.deleteEntry("ca");
    final var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    final var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    final var server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.start();
    try {
      return told(server.getAddress().getPort(), trusts ? pem.toString() : "");
    } finally {
      server.stop(0);
    }
  }

  private static String told(final int port, final String ca) {
    final String address = "https://127.0.0.1:" + port;
    final var target = new ServerTarget(URI.create(address), "", "rk_x", ca);
    try (var api = new Api(target)) {
      final var failure = assertThrows(Failure.class, () -> api.get("self"));
      return String.valueOf(failure.getMessage()).replace(address, "SERVER");
    }
  }

  private static List<String> with(final List<String> some, final String... more) {
    final var all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  private static void keytool(final Path store, final List<String> arguments) throws Exception {
    final var command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool") + ""));
    command.addAll(arguments);
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    final var log = Files.createTempFile(store.getParent(), "keytool", ".log");
    final int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, Files.readString(log));
  }

  @Test
  void a_certificate_of_an_authority_that_is_not_trusted() throws Exception {
    assertEquals(
        "The certificate shown at SERVER is not trusted.", told(false, "-ext", "san=ip:127.0.0.1"));
  }

  @Test
  void a_certificate_for_another_name() throws Exception {
    assertEquals(
        "The certificate shown at SERVER is for another name.",
        told(true, "-ext", "san=dns:elsewhere.example"));
  }

  @Test
  void a_certificate_whose_time_is_over() throws Exception {
    assertEquals(
        "The certificate shown at SERVER is not valid now.",
        told(true, "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "5"));
  }

  @Test
  void a_port_that_speaks_plain_http() throws Exception {
    try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final var serving =
          Thread.ofVirtual()
              .start(() -> {
                try (var client = plain.accept()) {
                  final var _ = client.getInputStream().read(new byte[4_096]);
                  client
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertEquals("What answers at SERVER does not speak HTTPS.", told(plain.getLocalPort(), ""));
      serving.join();
    }
  }
}

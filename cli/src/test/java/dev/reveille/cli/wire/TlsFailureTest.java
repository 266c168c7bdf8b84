package dev.reveille.cli.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.reveille.cli.terminal.Failure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

  /// A server with a certificate of its own, made with these options of `keytool`; answers what a
  /// command that trusts it is told.
  private String told(final boolean trusts, final String... options) throws Exception {
    final var store = folder.resolve("store.p12");
    final var pem = folder.resolve("ca.pem");
    final var making =
        new ArrayList<>(List.of("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=a"));
    making.addAll(List.of(options));
    keytool(store, making.toArray(String[]::new));
    keytool(store, "-exportcert", "-alias", "a", "-rfc", "-file", pem.toString());
    final var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    final var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    final var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    final var server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return told(server, trusts ? pem.toString() : "");
  }

  private static String told(final HttpServer server, final String ca) {
    server.start();
    final String address = "https://127.0.0.1:" + server.getAddress().getPort();
    final var target = new Target(URI.create(address), "", "rk_x", ca);
    try (var api = new Api(target)) {
      final var failure = assertThrows(Failure.class, () -> api.get("self"));
      return String.valueOf(failure.getMessage()).replace(address, "SERVER");
    } finally {
      server.stop(0);
    }
  }

  private static void keytool(final Path store, final String... arguments) throws Exception {
    final var command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool") + ""));
    command.addAll(List.of(arguments));
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
    final var plain =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    assertEquals("What answers at SERVER does not speak HTTPS.", told(plain, ""));
  }
}

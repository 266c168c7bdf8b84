package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.routing.port.StoreException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerTest {
  @TempDir private Path folder;

  private Configuration configuration(final int metricsPort) {
    return Configuration.load(null).with(folder.resolve("data"), 0, 0, metricsPort);
  }

  private static String metrics(final Server server, final String path) throws Exception {
    final var address = Pattern.compile("metrics=(\\S+)").matcher(server.readyLine());
    assertTrue(address.find());
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(address.group(1) + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void a_fresh_directory_is_usable_at_once() throws Exception {
    try (var server = Server.start(configuration(0), Parts.PRODUCT, InstantSource.system())) {
      final var client = Files.readString(folder.resolve("data").resolve("client.json"));
      assertTrue(client.contains("\"key\" : \"rk_"), "a first key is there");
      assertEquals("ready\n", metrics(server, "/ready"));
      assertEquals("alive\n", metrics(server, "/health"));
      assertTrue(metrics(server, "/metrics").contains("reveille_pushes_total"));
    }
  }

  @Test
  void the_key_stays_the_same_after_a_restart() throws Exception {
    final var file = folder.resolve("data").resolve("client.json");
    final var key = Pattern.compile("rk_\\w+");
    try (var _ = Server.start(configuration(0), Parts.PRODUCT, InstantSource.system())) {
      assertTrue(key.matcher(Files.readString(file)).find());
    }
    final var before = key.matcher(Files.readString(file)).results().findFirst().orElseThrow();
    try (var _ = Server.start(configuration(0), Parts.PRODUCT, InstantSource.system())) {
      final var after = key.matcher(Files.readString(file)).results().findFirst().orElseThrow();
      assertEquals(before.group(), after.group());
    }
  }

  @Test
  void a_second_server_on_the_same_directory_is_refused_with_a_remedy() {
    try (var _ = Server.start(configuration(0), Parts.PRODUCT, InstantSource.system())) {
      final var refused =
          assertThrows(
              StoreException.class,
              () -> Server.start(configuration(0), Parts.PRODUCT, InstantSource.system()).close());
      assertTrue(!refused.remedy().isEmpty());
      assertTrue(String.valueOf(refused.getMessage()).endsWith(refused.remedy()));
    }
  }

  @Test
  void a_port_in_use_is_named_and_everything_is_closed_again() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final var refused =
          assertThrows(
              Server.PortTaken.class,
              () ->
                  Server.start(
                          configuration(taken.getLocalPort()),
                          Parts.PRODUCT,
                          InstantSource.system())
                      .close());
      assertTrue(
          String.valueOf(refused.getMessage()).contains(String.valueOf(taken.getLocalPort())));
    }
    try (var again = Server.start(configuration(0), Parts.PRODUCT, InstantSource.system())) {
      assertEquals("ready\n", metrics(again, "/ready"));
    }
  }
}

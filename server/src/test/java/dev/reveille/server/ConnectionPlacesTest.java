package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose process may open few files: 100 connections over all listeners.
final class ConnectionPlacesTest {
  private static final long MIB = 1 << 20;
  private static final Budgets FEW = new Budgets(300 * MIB, 75 * MIB, 612);
  private static final int OF_ONE_ADDRESS = 25;

  @TempDir private Path folder;
  private final List<Socket> open = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (final var socket : open) {
      socket.close();
    }
  }

  private Server server(final String yaml) throws IOException {
    final var file = folder.resolve("reveille.yaml");
    Files.writeString(file, yaml);
    return Server.start(
        Configuration.load(file).with(folder.resolve("data"), 0, 0, 0),
        Parts.PRODUCT.withPlain("api", "devices"),
        FEW,
        BootClock.clock());
  }

  private static URI address(final Server server, final String listener) {
    final var said = Pattern.compile(listener + "=(\\S+)").matcher(server.readyLine());
    assertTrue(said.find());
    return URI.create(said.group(1));
  }

  /// Asks on a connection of its own, which stays open.
  private String ask(final int source, final URI at, final String path) throws IOException {
    final var socket =
        new Socket(at.getHost(), at.getPort(), InetAddress.getByName("127.0.0." + source), 0);
    open.add(socket);
    socket.setSoTimeout(10_000);
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    final var answer = new StringBuilder();
    while (answer.indexOf("\r\n") < 0) {
      final int next = socket.getInputStream().read();
      if (next < 0) {
        return "closed";
      }
      answer.append((char) next);
    }
    return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
  }

  private String metrics(final Server server) throws IOException {
    return new String(
        address(server, "metrics").resolve("/metrics").toURL().openStream().readAllBytes(),
        StandardCharsets.UTF_8);
  }

  @Test
  void one_address_has_a_quarter_and_the_metrics_answer_when_all_is_taken() throws Exception {
    try (var server = server("")) {
      final var devices = address(server, "devices");
      final var api = address(server, "api");
      for (int i = 0; i < OF_ONE_ADDRESS; i++) {
        assertNotEquals("503", ask(2, i % 2 == 0 ? devices : api, "/"));
      }
      assertEquals("503", ask(2, devices, "/"));
      assertEquals("503", ask(2, api, "/"));
      for (int source = 3; source < 6; source++) {
        for (int i = 0; i < OF_ONE_ADDRESS; i++) {
          assertNotEquals("503", ask(source, devices, "/"));
        }
      }
      assertEquals("503", ask(6, api, "/openapi.json"), "no place is left");
      assertEquals("200", ask(6, address(server, "metrics"), "/ready"));
      final var said = metrics(server);
      for (final var line :
          List.of(
              "reveille_connection_places 100.0",
              "reveille_connection_places_taken 100.0",
              "reveille_connections_refused_total{listener=\"api\",reason=\"full\"} 1.0",
              "reveille_connections_refused_total{listener=\"api\",reason=\"address\"} 1.0",
              "reveille_connections_refused_total{listener=\"devices\",reason=\"address\"} 1.0")) {
        assertTrue(said.contains(line), () -> line + " in " + said);
      }
    }
  }

  @Test
  void the_configuration_can_say_how_many_one_address_has() throws Exception {
    try (var server = server("limits: {connections-per-address: 3}\n")) {
      final var api = address(server, "api");
      for (int i = 0; i < 3; i++) {
        assertEquals("200", ask(2, api, "/openapi.json"));
      }
      assertEquals("503", ask(2, api, "/openapi.json"));
      assertEquals("200", ask(3, api, "/openapi.json"));
    }
  }

  @Test
  void a_small_file_limit_is_said_with_its_remedy_and_a_large_one_is_not() {
    final var said = FEW.warningOfFiles();
    assertTrue(said.contains("612") && said.contains("ulimit -n"), said);
    assertEquals("", new Budgets(300 * MIB, 75 * MIB, 65_536).warningOfFiles());
  }
}

package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.routing.port.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    try (var server = Server.start(configuration(0), Parts.PRODUCT, BootClock.clock())) {
      final var client = Files.readString(folder.resolve("data").resolve("client.json"));
      assertTrue(client.contains("\"key\" : \"rk_"), "a first key is there");
      assertEquals("ready\n", metrics(server, "/ready"));
      assertEquals("alive\n", metrics(server, "/health"));
      assertTrue(metrics(server, "/metrics").contains("reveille_pushes_total"));
    }
  }

  @Test
  void what_each_bound_holds_and_refused_is_in_the_metrics_under_its_name_in_the_table()
      throws Exception {
    try (var server = Server.start(configuration(0), Parts.PRODUCT, BootClock.clock())) {
      System.gc(); // what only the metrics ask must not be gone
      final var text = metrics(server, "/metrics");
      for (final var what : Set.of("bodies", "answers", "ringing", "in-flight", "requests")) {
        final var rows = Budgets.ofThisProcess().rows();
        assertTrue(rows.stream().anyMatch(row -> row.what().equals(what)), what);
        assertTrue(text.contains("reveille_budget_bytes{what=\"" + what + "\"} 0.0"), what);
        assertTrue(text.contains("reveille_budget_refused_total{what=\"" + what + "\"} 0.0"), what);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return once.getLocalPort();
    }
  }

  private static boolean isOpen(final int port) {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// What `/ready` says, "" while nothing listens there.
  private static String ready(final HttpClient client, final int port) throws Exception {
    try {
      final var answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready")).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body().strip();
    } catch (IOException _) {
      return "";
    }
  }

  @Test
  void it_is_ready_when_its_last_listener_is_open_and_not_before() throws Exception {
    final int api = freePort();
    final int metrics = freePort();
    final var data = folder.resolve("data");
    final var configuration = Configuration.load(null).with(data, api, 0, metrics);
    final var answers = new LinkedHashSet<String>();
    final var tooEarly = new AtomicBoolean();
    try (var client = HttpClient.newHttpClient();
        var watching = Executors.newSingleThreadExecutor()) {
      final var watch =
          watching.submit(() -> {
            String answer = "";
            while (!answer.equals("200 ready")) {
              answer = ready(client, metrics);
              if (answer.equals("200 ready")) {
                final boolean complete = isOpen(api) && Files.exists(data.resolve("client.json"));
                tooEarly.set(!complete);
              }
              answers.add(answer);
            }
            return null;
          });
      try (var _ = Server.start(configuration, Parts.PRODUCT, BootClock.clock())) {
        watch.get(20, TimeUnit.SECONDS);
      }
    }
    answers.removeAll(Set.of("", "503 starting"));
    assertEquals(Set.of("200 ready"), answers);
    assertFalse(tooEarly.get(), "ready before a client could connect");
  }

  @Test
  void the_key_stays_the_same_after_a_restart() throws Exception {
    final var file = folder.resolve("data").resolve("client.json");
    final var key = Pattern.compile("rk_\\w+");
    try (var _ = Server.start(configuration(0), Parts.PRODUCT, BootClock.clock())) {
      assertTrue(key.matcher(Files.readString(file)).find());
    }
    final var before = key.matcher(Files.readString(file)).results().findFirst().orElseThrow();
    try (var _ = Server.start(configuration(0), Parts.PRODUCT, BootClock.clock())) {
      final var after = key.matcher(Files.readString(file)).results().findFirst().orElseThrow();
      assertEquals(before.group(), after.group());
    }
  }

  @Test
  void a_second_server_on_the_same_directory_is_refused_with_a_remedy() {
    try (var _ = Server.start(configuration(0), Parts.PRODUCT, BootClock.clock())) {
      final var refused =
          assertThrows(
              StoreException.class,
              () -> Server.start(configuration(0), Parts.PRODUCT, BootClock.clock()).close());
      assertTrue(!refused.remedy().isEmpty());
      assertTrue(String.valueOf(refused.getMessage()).endsWith(refused.remedy()));
    }
  }

  @Test
  void an_address_that_is_not_this_machines_is_not_called_a_port_in_use() throws Exception {
    final var file = Files.createTempFile("reveille", ".yaml");
    try {
      Files.writeString(file, "listeners: {metrics: {host: 192.0.2.77, port: 0}}");
      final var elsewhere =
          Configuration.load(file).with(configuration(0).store().directory(), 0, 0, null);
      final var refused =
          assertThrows(
              Server.PortTaken.class,
              () -> Server.start(elsewhere, Parts.PRODUCT, BootClock.clock()).close());
      final var said = String.valueOf(refused.getMessage());
      assertTrue(said.contains("192.0.2.77 is no address of this machine"), said);
      assertTrue(said.contains("listeners.metrics.host"), said);
      assertFalse(said.contains("end what uses it"), said);
    } finally {
      Files.delete(file);
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
                          configuration(taken.getLocalPort()), Parts.PRODUCT, BootClock.clock())
                      .close());
      assertTrue(
          String.valueOf(refused.getMessage()).contains(String.valueOf(taken.getLocalPort())));
    }
    try (var again = Server.start(configuration(0), Parts.PRODUCT, BootClock.clock())) {
      assertEquals("ready\n", metrics(again, "/ready"));
    }
  }
}

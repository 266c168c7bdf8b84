package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that may open few files is attacked with connections: first from one address, then from
/// as many as it takes to have all places.
final class FewFilesStory {
  private static final int FILES = 612;
  private static final int PLACES = FILES - 512;
  private static final int OF_ONE_ADDRESS = PLACES / 4;

  @TempDir private Path folder;
  private final List<Socket> open = new ArrayList<>();

  private Process start() throws IOException {
    final var builder =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + FILES + "; exec \"$0\" \"$@\"",
                Packaged.launcher().toString(),
                "serve",
                "--data",
                folder.resolve("data").toString(),
                "--api-port",
                "0",
                "--device-port",
                "0",
                "--metrics-port",
                "0")
            .redirectError(folder.resolve("log.txt").toFile());
    builder.environment().put("REVEILLE_BUILD", "never");
    return builder.start();
  }

  private static URI address(final String ready, final String listener) {
    final var said = Pattern.compile(listener + "=(\\S+)").matcher(ready);
    assertTrue(said.find(), ready);
    return URI.create(said.group(1));
  }

  private Socket connect(final int source, final URI to) throws IOException {
    final var socket =
        new Socket("127.0.0.1", to.getPort(), InetAddress.getByName("127.0.0." + source), 0);
    socket.setSoTimeout(10_000);
    open.add(socket);
    return socket;
  }

  /// Whether a request on a connection of its own is answered; the connection stays.
  private boolean isAnswered(final SSLContext trust, final int source, final URI to)
      throws IOException {
    final var plain = connect(source, to);
    final var secure =
        (javax.net.ssl.SSLSocket)
            trust.getSocketFactory().createSocket(plain, "localhost", to.getPort(), true);
    open.add(secure);
    try {
      secure
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return secure.getInputStream().read() == 'H';
    } catch (final IOException _) {
      return false;
    }
  }

  private static int status(final HttpClient http, final URI at, final String... headers)
      throws Exception {
    final var request = HttpRequest.newBuilder(at);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void connections_without_end_leave_places_for_others_and_the_metrics_answer() throws Exception {
    final var process = start();
    try {
      process.getOutputStream().close();
      final var ready = process.inputReader(StandardCharsets.UTF_8).readLine();
      assertTrue(ready != null && ready.startsWith("reveille ready "), () -> "said: " + ready);
      final var client = new ObjectMapper().readTree(folder.resolve("data/client.json").toFile());
      final var trust = Packaged.trusting(Files.readString(Path.of(client.get("ca").asText())));
      final var api = address(ready, "api");
      final var devices = address(ready, "devices");
      final var metrics = address(ready, "metrics");
      final var key = new String[] {"Authorization", "Bearer " + client.get("key").asText()};
      try (var kept = HttpClient.newBuilder().sslContext(trust).build();
          var watch = HttpClient.newHttpClient()) {
        final var users = api.resolve("/v1/users");
        assertEquals(200, status(kept, users, key));
        for (int i = 0; i < 2 * PLACES; i++) {
          connect(2, devices); // one address, and says nothing
        }
        assertTrue(isAnswered(trust, 3, devices));
        assertTrue(isAnswered(trust, 3, api));
        assertEquals(200, status(watch, metrics.resolve("/ready")));

        int taken = 0;
        for (int source = 4; source < 9; source++) { // more than there are places
          for (int i = 0; i < OF_ONE_ADDRESS; i++) {
            taken += isAnswered(trust, source, devices) ? 1 : 0;
          }
        }
        assertTrue(taken > PLACES / 2 && taken < PLACES, "taken: " + taken);
        assertEquals(200, status(watch, metrics.resolve("/ready")));
        assertEquals(200, status(watch, metrics.resolve("/metrics")));
        assertEquals(200, status(kept, users, key), "a kept connection goes on");
      }
      final var log = Files.readString(folder.resolve("log.txt"));
      assertTrue(log.contains("ulimit -n"), log);
      assertTrue(log.split("could not be accepted", -1).length <= 2, log);
    } finally {
      for (final var socket : open) {
        socket.close();
      }
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server did not end");
      }
    }
  }
}

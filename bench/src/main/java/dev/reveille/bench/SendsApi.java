package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/// A blocking client of the listener for sends that `reveille bench-server --sends PORT` opens.
final class SendsApi implements AutoCloseable {
  private final SetupApi api;

  SendsApi(final int port) {
    try {
      this.api = new SetupApi(URI.create("http://127.0.0.1:" + port), "", SSLContext.getDefault());
    } catch (final NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has TLS", missing);
    }
  }

  /// For a listener that keeps its port when its server is killed and started again.
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static List<String> otherPorts(final int port) {
    return List.of("--sends", String.valueOf(port));
  }

  /// Registers addresses, numbered from 1.
  void register(final String audience, final List<String> tokens) throws IOException {
    api.call("PUT", "/audiences/" + audience, Map.of("tokens", tokens));
  }

  /// @param send as the listener reads it
  /// @return its number
  /// @throws IOException when it was not taken
  long handIn(final Map<String, Object> send) throws IOException {
    return api.call("POST", "/sends", send).get("send").asLong();
  }

  /// As it is answered; an exception when there is no answer.
  HttpResponse<String> tryHandIn(final Map<String, Object> send) throws IOException {
    return api.send("POST", "/sends", send);
  }

  HttpResponse<String> tryCancel(final long send) throws IOException {
    return api.send("POST", "/sends/" + send + "/cancel", "");
  }

  /// State, how far it has come, and how many targets have which outcome; without fields while the
  /// store has not noted it yet.
  JsonNode progress(final long send) throws IOException {
    final var answer = api.send("GET", "/sends/" + send, "");
    return answer.statusCode() == 404
        ? SetupApi.JSON.createObjectNode()
        : SetupApi.JSON.readTree(answer.body());
  }

  /// What was tried, line by line.
  JsonNode trail(final long send) throws IOException {
    return api.call("GET", "/sends/" + send + "/trail", "").get("lines");
  }

  @Override
  public void close() {
    api.close();
  }
}

package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The push side of a phone's system: its tokens, and the connection that it holds for each.
final class AppleLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PhoneNetwork network;
  private final PhoneOptions options;
  private final Consumer<JsonNode> arrived;
  private final List<AppleLine> lines = new ArrayList<>(); // guarded by this

  AppleLines(
      final PhoneNetwork network, final PhoneOptions options, final Consumer<JsonNode> arrived) {
    this.network = network;
    this.options = options;
    this.arrived = arrived;
  }

  /// Gets the tokens that this kind of phone has and connects for them; none without a push
  /// service.
  ArrayNode newTokens() throws IOException, InterruptedException {
    final var tokens = JSON.createArrayNode();
    if (options.apple().isPresent()) {
      final var control = options.apple().get();
      if (options.hasOneChannel()) {
        tokens.add(newToken(control, "single", options.topic() + ".voip"));
      } else {
        tokens.add(newToken(control, "voip", options.topic() + ".voip"));
        tokens.add(newToken(control, "message", options.topic()));
      }
    }
    return tokens;
  }

  private ObjectNode newToken(final URI control, final String channel, final String topic)
      throws IOException, InterruptedException {
    final var token = AppleLine.newToken(network, control, topic, options.sandbox());
    final var line = new AppleLine(network, control, token, arrived);
    line.open();
    synchronized (this) {
      lines.add(line);
    }
    return JSON.createObjectNode()
        .put("service", "apns")
        .put("channel", channel)
        .put("token", token)
        .put("sandbox", options.sandbox());
  }

  @Override
  public synchronized void close() {
    lines.forEach(AppleLine::close);
  }
}

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

/// The push part of a phone's operating system: its tokens, and a [PushLine] for each.
final class PushLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PhoneNetwork network;
  private final PhoneOptions options;
  private final Consumer<JsonNode> arrived;
  private final List<PushLine> lines = new ArrayList<>(); // guarded by this

  PushLines(
      final PhoneNetwork network, final PhoneOptions options, final Consumer<JsonNode> arrived) {
    this.network = network;
    this.options = options;
    this.arrived = arrived;
  }

  /// Gets the tokens that this kind of phone has and connects for them; none without a push
  /// service. An Android app has one token, and says which channels it serves.
  ArrayNode newTokens() throws IOException, InterruptedException {
    final var tokens = JSON.createArrayNode();
    if (options.pushService().isEmpty()) {
      return tokens;
    }
    final var control = options.pushService().get();
    if (options.isAndroid()) {
      final var token = newToken(control, JSON.createObjectNode().put("project", options.topic()));
      tokens.add(address("fcm", "voip", token));
      tokens.add(address("fcm", "message", token));
    } else if (options.hasOneChannel()) {
      tokens.add(address("apns", "single", newToken(control, topic(".voip"))));
    } else {
      tokens.add(address("apns", "voip", newToken(control, topic(".voip"))));
      tokens.add(address("apns", "message", newToken(control, topic(""))));
    }
    return tokens;
  }

  private ObjectNode topic(final String suffix) {
    return JSON.createObjectNode()
        .put("topic", options.topic() + suffix)
        .put("environment", options.sandbox() ? "sandbox" : "production");
  }

  private String newToken(final URI control, final ObjectNode wanted)
      throws IOException, InterruptedException {
    final var token = PushLine.newToken(network, control, wanted);
    final var line = new PushLine(network, control, token, arrived);
    line.open();
    synchronized (this) {
      lines.add(line);
    }
    return token;
  }

  private ObjectNode address(final String service, final String channel, final String token) {
    return JSON.createObjectNode()
        .put("service", service)
        .put("channel", channel)
        .put("token", token)
        .put("sandbox", options.sandbox());
  }

  @Override
  public synchronized void close() {
    lines.forEach(PushLine::close);
  }
}

package dev.reveille.simulators.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;

/// Reads a fault as the control port is told it; durations in milliseconds (`delay-ms`).
final class FaultJson {
  private FaultJson() {}

  static Fault read(final JsonNode body) {
    final var action =
        Fault.Action.valueOf(
            body.path("action")
                .asText(body.has("status") ? "answer" : "none")
                .toUpperCase(Locale.ROOT)
                .replace('-', '_'));
    return new Fault(
        body.path("token").asText(""),
        body.path("times").asInt(1),
        body.path("probability").asDouble(1.0),
        body.path("seed").asLong(0),
        Duration.ofMillis(body.path("delay-ms").asLong(0)),
        action,
        body.path("status").asInt(0),
        body.path("reason").asText(body.path("code").asText("")),
        body.path("timestamp").asLong(0),
        body.path("retry-after").asInt(0),
        body.path("delivered").asBoolean(false),
        body.path("streams").asInt(1));
  }
}

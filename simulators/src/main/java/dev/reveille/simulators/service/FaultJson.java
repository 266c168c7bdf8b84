package dev.reveille.simulators.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Locale;

/// Reads and writes faults as the control port's JSON; durations in milliseconds (`delay-ms`).
final class FaultJson {
  private static final int USUAL_PAUSE_MS = 100;

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
        action == Fault.Action.DRIP
            ? body.path("pause-ms").asInt(USUAL_PAUSE_MS)
            : body.path("streams").asInt(1));
  }

  /// The same words as [#read] takes.
  static JsonNode write(final Fault fault) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("token", fault.token())
        .put("times", fault.times())
        .put("probability", fault.probability())
        .put("seed", fault.seed())
        .put("delay-ms", fault.delay().toMillis())
        .put("action", fault.action().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("status", fault.status())
        .put("reason", fault.word())
        .put("timestamp", fault.timestamp())
        .put("retry-after", fault.retryAfter())
        .put("delivered", fault.delivered())
        .put(fault.action() == Fault.Action.DRIP ? "pause-ms" : "streams", fault.number());
  }
}

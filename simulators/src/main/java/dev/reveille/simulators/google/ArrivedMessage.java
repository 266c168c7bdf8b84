package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.service.Arrivals;
import java.time.Instant;

/// A message that arrived at Google's simulator, and the answer to it.
///
/// @param message the `message` of the request; a missing node when there was none
/// @param at when its headers had come; over HTTP/1.1, when all of it had
/// @param status 0 when no answer was given
/// @param reason the name of a [GoogleReason], or the fault's word
public record ArrivedMessage(
    long sequence,
    String token,
    String project,
    JsonNode message,
    Instant at,
    int status,
    String reason)
    implements Arrivals.Arrival {

  /// One of the values of `data`, or "".
  public String data(final String name) {
    return message.path("data").path(name).asText("");
  }

  /// `HIGH` or `NORMAL`.
  public String priority() {
    return message.path("android").path("priority").asText("NORMAL");
  }

  public String collapseKey() {
    return message.path("android").path("collapse_key").asText("");
  }

  /// With its unit, such as `30s`; "" when the message has none.
  public String ttl() {
    return message.path("android").path("ttl").asText("");
  }
}

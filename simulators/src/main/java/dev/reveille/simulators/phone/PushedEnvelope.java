package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// What a push says, read as an app would.
///
/// @param event the event's id, "" when the push carries none
/// @param kind the event's class
/// @param call the call's UUID, "" for anything but a call
/// @param how how the call ended, "" while it rings
/// @param expires no ring after it
record PushedEnvelope(
    String event,
    String kind,
    String call,
    String how,
    Optional<Instant> expires,
    String caller,
    String title,
    String text,
    String collapse,
    boolean shows,
    boolean voip) {

  /// @param push a line of the simulated push service: `headers` and `payload`
  static PushedEnvelope of(final JsonNode push) {
    final var payload = push.path("payload");
    final var envelope = payload.path("reveille");
    final var aps = payload.path("aps");
    final var alert = aps.path("alert");
    final var headers = push.path("headers");
    final var content = envelope.path("content"); // on the single channel the app shows it itself
    return new PushedEnvelope(
        envelope.path("id").asText(""),
        envelope.path("class").asText(""),
        envelope.path("call").asText(""),
        envelope.path("how").asText(""),
        moment(envelope.path("expires")),
        envelope.path("caller").path("name").asText(""),
        alert.path("title").asText(content.path("title").asText("")),
        alert.isTextual()
            ? alert.asText()
            : alert.path("body").asText(content.path("text").asText("")),
        headers.path("apns-collapse-id").asText(""),
        !alert.isMissingNode() || content.hasNonNull("text"),
        headers.path("apns-push-type").asText("").equals("voip"));
  }

  private static Optional<Instant> moment(final JsonNode node) {
    if (node.isNumber()) { // the second in which it expires
      return Optional.of(Instant.ofEpochSecond(node.asLong() + 1));
    }
    try {
      return node.isTextual() ? Optional.of(Instant.parse(node.asText())) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  boolean rings() {
    return kind.equals("call") && how.isEmpty() && !call.isEmpty();
  }
}

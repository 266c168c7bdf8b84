package dev.reveille.simulators.phone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// The content of a push as an app reads it.
///
/// @param event the event's id, "" when the push carries none
/// @param kind the event's class
/// @param type the event's type, "" when the push says none
/// @param call the call's UUID, "" for anything but a call
/// @param how how the call ended, "" while it rings
/// @param expires no ring after it
/// @param shows whether the system or the app puts it into the list of notifications
/// @param voip rings at once
record PushedEnvelope(
    String event,
    String kind,
    String type,
    String call,
    String how,
    Optional<Instant> expires,
    String caller,
    String title,
    String text,
    String collapse,
    boolean shows,
    boolean voip) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param push a line of the simulated push service: Apple's `headers` and `payload`, or Google's
  ///   `message`
  static PushedEnvelope of(final JsonNode push) {
    return push.has("message") ? ofGoogle(push.path("message")) : ofApple(push);
  }

  /// The same for a push that may be malformed, of which nothing is known then.
  static PushedEnvelope tolerantly(final JsonNode push) {
    try {
      return of(push);
    } catch (IllegalArgumentException _) {
      return of(JSON.createObjectNode(), "", "", "", false, false);
    }
  }

  /// What the service calls the push: Apple's `apns-id`, or Google's number of it.
  static String platformId(final JsonNode push) {
    final var apns = push.path("headers").path("apns-id").asText("");
    return apns.isEmpty() ? push.path("sequence").asText("") : apns;
  }

  private static PushedEnvelope ofApple(final JsonNode push) {
    final var payload = push.path("payload");
    final var envelope = payload.path("reveille");
    final var aps = payload.path("aps");
    final var alert = aps.path("alert");
    final var headers = push.path("headers");
    final var content = envelope.path("content"); // on the single channel the app shows it itself
    return of(
        envelope,
        alert.path("title").asText(content.path("title").asText("")),
        alert.isTextual()
            ? alert.asText()
            : alert.path("body").asText(content.path("text").asText("")),
        headers.path("apns-collapse-id").asText(""),
        !alert.isMissingNode() || content.hasNonNull("text"),
        headers.path("apns-push-type").asText("").equals("voip"));
  }

  /// A data message: the app rings or shows it by itself.
  private static PushedEnvelope ofGoogle(final JsonNode message) {
    final JsonNode envelope;
    try {
      envelope = JSON.readTree(message.path("data").path("reveille").asText(""));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a message without an envelope: " + message, e);
    }
    final var show = envelope.path("show");
    final boolean rings = envelope.path("class").asText("").equals("call");
    return of(
        envelope,
        show.path("title").asText(show.path("titleKey").asText("")),
        show.path("body").asText(show.path("bodyKey").asText("")),
        show.path("tag").asText(""),
        show.isObject(),
        rings);
  }

  private static PushedEnvelope of(
      final JsonNode envelope,
      final String title,
      final String text,
      final String collapse,
      final boolean shows,
      final boolean voip) {
    return new PushedEnvelope(
        envelope.path("id").asText(""),
        envelope.path("class").asText(""),
        envelope.path("type").asText(""),
        envelope.path("call").asText(""),
        envelope.path("how").asText(""),
        moment(envelope.path("expires")),
        envelope.path("caller").path("name").asText(""),
        title,
        text,
        collapse,
        shows,
        voip);
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

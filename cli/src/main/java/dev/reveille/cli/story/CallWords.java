package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;

/// Describes the state of a call in words.
public final class CallWords {
  private CallWords() {}

  /// `answered by anna on i-7f…`, `ringing until …`, `cancelled by the caller`, …
  public static String of(final JsonNode call) {
    final JsonNode end = call.path("end");
    if (end.isMissingNode()) {
      final String declined = String.join(", ", Json.texts(call.path("declinedBy")));
      return "ringing until "
          + Json.moment(call.path("ringsUntil"))
          + (declined.isEmpty() ? "" : ", declined by " + declined);
    }
    return switch (end.path("how").asText()) {
      case "answered" -> "answered by " + end.path("by").asText() + on(end.path("on").asText(""));
      case "declined" -> "declined by " + end.path("by").asText();
      case "cancelled" -> "the caller gave up";
      case "timed-out" -> "not answered in time";
      case "answered-elsewhere" -> {
        final String where = end.path("where").asText("");
        yield "answered elsewhere" + (where.isEmpty() ? "" : " (" + where + ")");
      }
      default -> end.path("how").asText();
    };
  }

  private static String on(final String device) {
    return device.isEmpty() ? "" : " on " + device;
  }
}

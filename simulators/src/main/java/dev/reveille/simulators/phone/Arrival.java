package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;

/// One thing that reached a simulated phone, recorded as it came: before it was folded, shown or
/// rung.
///
/// @param number counts the arrivals of this phone, from 1
/// @param channel counts the live channels of this phone, from 1; 0 for what came otherwise
/// @param platformId what the push service calls it, such as `apns-id`; "" for all but pushes
/// @param event public id of the event, "" when it names none
/// @param call UUID of the call, "" for anything but a call
/// @param text the words of a message, "" without
/// @param afterEnd this phone had been told before that the call is over
/// @param raw the frame, push or answer itself
public record Arrival(
    long number,
    String phone,
    Instant at,
    Way way,
    int channel,
    Kind kind,
    String platformId,
    String event,
    String call,
    String text,
    boolean afterEnd,
    JsonNode raw) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The connection over which it came.
  public enum Way {
    /// On the live channel, when it happened.
    FRAME,
    /// On the live channel, because it was still so when the channel was opened.
    STATE,
    /// Through the push service.
    PUSH,
    /// As the answer to a question of the app.
    POLL
  }

  /// The kinds of arrivals. The end of a call that also shows something is an end.
  public enum Kind {
    RING,
    END,
    MESSAGE,
    CHANGE,
    ALERT,
    SILENT
  }

  public boolean rings() {
    return kind == Kind.RING;
  }

  /// The fields of a report `arrived`; what the platform or the server sent is left out.
  ObjectNode fields() {
    return JSON.createObjectNode()
        .put("number", number)
        .put("via", way.name().toLowerCase(Locale.ROOT))
        .put("channel", channel)
        .put("kind", kind.name().toLowerCase(Locale.ROOT))
        .put("platformId", platformId)
        .put("event", event)
        .put("call", call)
        .put("text", text)
        .put("afterEnd", afterEnd);
  }
}

package dev.reveille.protocols.arm;

import dev.reveille.http.server.Exchange;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.rest.ApiCallers.Caller;
import dev.reveille.protocols.sas.ServedEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A request whose sender is known and may manage, on a thread that may block.
///
/// @param subscription of the sender; where the path names one, it is this one
/// @param values what stands in the path at its open places, without the subscription
record ArmCall(Exchange exchange, Caller caller, UUID subscription, List<String> values) {
  private static final int MOST_TAGS = 50;
  private static final int LONGEST_TAG = 256;

  OrganisationId organisation() {
    return caller.organisation();
  }

  /// The name in the audit log.
  String who() {
    return caller.who();
  }

  /// What stands at an open place behind the subscription, counted from 0.
  String value(final int place) {
    return values.get(place);
  }

  /// The body, of which unknown fields are left alone: Azure's descriptions have more than there is
  /// here.
  JsonBody body() {
    return JsonBody.open(exchange.body());
  }

  /// The operator's own words in a description.
  ///
  /// @throws ArmRefused when they are too many or too long
  static Map<String, String> tags(final JsonBody body) {
    final Map<String, String> tags = new HashMap<>();
    body.openObject("tags")
        .ifPresent(object ->
            object.fields().forEach(field -> tags.put(field.getKey(), field.getValue().asText())));
    final boolean isLong =
        tags.entrySet().stream()
            .anyMatch(tag ->
                tag.getKey().length() > LONGEST_TAG || tag.getValue().length() > LONGEST_TAG);
    if (tags.size() > MOST_TAGS || isLong) {
      throw ArmRefused.malformed(
          "tags: at most " + MOST_TAGS + ", names and values of at most 256 characters");
    }
    return tags;
  }

  /// What a description says of where something lies: kept, and nothing else.
  ///
  /// @throws ArmRefused when it is too long
  static Optional<String> place(final JsonBody body, final String name) {
    final var said = body.text(name);
    if (said.filter(text -> text.length() > LONGEST_TAG).isPresent()) {
      throw ArmRefused.malformed(name + ": at most " + LONGEST_TAG + " characters");
    }
    return said;
  }

  /// Where the request was made to.
  ServedEndpoint endpoint() {
    try {
      return ServedEndpoint.of(exchange.host());
    } catch (final IllegalArgumentException _) {
      throw ArmRefused.malformed("Host: must be a name or an address, perhaps with a port");
    }
  }
}

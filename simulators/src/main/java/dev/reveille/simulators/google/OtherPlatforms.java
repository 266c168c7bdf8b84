package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks the parts of a message for browsers and for Apple devices, and the analytics label, by
/// Google's rules.
final class OtherPlatforms {
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9\\-_.~%]{1,50}");

  /// Block to its fields; what is not listed does not exist.
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "webpush", Set.of("headers", "data", "notification", "fcm_options", "fcmOptions"),
          "apns",
              Set.of(
                  "headers",
                  "payload",
                  "live_activity_token",
                  "liveActivityToken",
                  "fcm_options",
                  "fcmOptions"));

  /// The values that a header may have; others pass as they are.
  private static final Map<String, Predicate<String>> HEADERS =
      Map.of(
          "TTL", text -> text.matches("\\d{1,10}"),
          "Urgency", text -> Set.of("very-low", "low", "normal", "high").contains(text),
          "Topic", text -> text.matches("[A-Za-z0-9_-]{1,32}"),
          "apns-priority", text -> Set.of("1", "5", "10").contains(text),
          "apns-push-type",
              text ->
                  Set.of("alert", "background", "voip", "liveactivity", "complication")
                      .contains(text),
          "apns-expiration", text -> text.matches("\\d{1,18}"),
          "apns-collapse-id", text -> !text.isEmpty() && text.length() <= 64);

  private OtherPlatforms() {}

  static MessageRules.@Nullable Fault check(final JsonNode message) {
    for (final var block : List.of("webpush", "apns")) {
      final var found = message.path(block);
      if (!found.isMissingNode()) {
        final var fault = block(block, found);
        if (fault != null) {
          return fault;
        }
      }
    }
    for (final var owner : List.of("", "android", "webpush", "apns")) {
      final var fault = label(owner.isEmpty() ? message : message.path(owner), owner);
      if (fault != null) {
        return fault;
      }
    }
    return apns(message.path("apns"));
  }

  private static MessageRules.@Nullable Fault block(final String name, final JsonNode block) {
    final String path = "message." + name;
    if (!block.isObject()) {
      return bad("Invalid value at '" + path + "' (type)", path);
    }
    for (final var field : block.properties()) {
      if (!FIELDS.getOrDefault(name, Set.of()).contains(field.getKey())) {
        return bad(
            "Invalid JSON payload received. Unknown name \""
                + field.getKey()
                + "\" at '"
                + path
                + "': Cannot find field.",
            path);
      }
    }
    for (final var header : block.path("headers").properties()) {
      final var value = header.getValue();
      if (!value.isTextual()) {
        return bad(
            "Invalid value at '" + path + ".headers[0].value' (TYPE_STRING), " + value,
            path + ".headers[0].value");
      }
      if (!HEADERS.getOrDefault(header.getKey(), _ -> true).test(value.asText())) {
        return bad(
            "Invalid value for header " + header.getKey() + ": " + value.asText(),
            path + ".headers");
      }
    }
    return null;
  }

  private static MessageRules.@Nullable Fault label(final JsonNode owner, final String name) {
    for (final var options : List.of("fcm_options", "fcmOptions")) {
      for (final var spelling : List.of("analytics_label", "analyticsLabel")) {
        final var label = owner.path(options).path(spelling);
        if (!label.isMissingNode() && !LABEL.matcher(label.asText()).matches()) {
          return new MessageRules.Fault(
              GoogleReason.BAD_FIELD,
              "Invalid analytics label",
              "message." + (name.isEmpty() ? "" : name + ".") + options + "." + spelling);
        }
      }
    }
    return null;
  }

  /// Apple refuses a background push at priority 10, and Google passes on what it is given.
  private static MessageRules.@Nullable Fault apns(final JsonNode apns) {
    if (apns.isMissingNode()) {
      return null;
    }
    final var headers = apns.path("headers");
    if (headers.path("apns-push-type").asText().equals("background")
        && headers.path("apns-priority").asText().equals("10")) {
      return bad("A background push has the priority 5", "message.apns.headers");
    }
    final var payload = apns.path("payload");
    return payload.isMissingNode() || payload.path("aps").isObject()
        ? null
        : bad("The payload has no aps", "message.apns.payload");
  }

  private static MessageRules.Fault bad(final String message, final String field) {
    return new MessageRules.Fault(GoogleReason.BAD_FIELD, message, field);
  }
}

package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks a message by Google's rules: its fields, their types and values, and its size.
final class MessageRules {
  private static final int LARGEST = 4_096;
  private static final int LARGEST_TO_TOPIC = 2_048;
  private static final int LONGEST_TTL_SECONDS = 28 * 24 * 3_600;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(\\.\\d{1,9})?s");
  private static final Pattern RESERVED =
      Pattern.compile("from|message_type|collapse_key|(google|gcm).*");

  /// Object to its fields; what is not listed does not exist.
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "", Set.of("message", "validate_only", "validateOnly"),
          "message",
              Set.of(
                  "name",
                  "data",
                  "notification",
                  "android",
                  "webpush",
                  "apns",
                  "fcm_options",
                  "fcmOptions",
                  "token",
                  "topic",
                  "condition"),
          "message.notification", Set.of("title", "body", "image"),
          "message.android",
              Set.of(
                  "collapse_key",
                  "collapseKey",
                  "priority",
                  "ttl",
                  "restricted_package_name",
                  "restrictedPackageName",
                  "data",
                  "notification",
                  "fcm_options",
                  "fcmOptions",
                  "direct_boot_ok",
                  "directBootOk",
                  "bandwidth_constrained_ok",
                  "bandwidthConstrainedOk",
                  "restricted_satellite_ok",
                  "restrictedSatelliteOk"));

  /// What is wrong, with the field.
  record Fault(GoogleReason reason, String message, String field) {}

  private MessageRules() {}

  static @Nullable Fault check(final JsonNode request) {
    if (!request.isObject()) {
      return bad("Invalid JSON payload received. Root element must be a message.", "");
    }
    final var message = request.path("message");
    for (final var path : new String[] {"", "message", "message.notification", "message.android"}) {
      final var unknown = unknown(path, at(request, path));
      if (unknown != null) {
        return unknown;
      }
    }
    int targets = 0;
    for (final var target : new String[] {"token", "topic", "condition"}) {
      targets += message.path(target).asText("").isEmpty() ? 0 : 1;
    }
    if (targets != 1) {
      return new Fault(
          GoogleReason.INVALID_ARGUMENT,
          "Exactly one of token, topic or condition is required",
          "message");
    }
    var fault = data(message.path("data"), "message.data");
    if (fault == null) {
      fault = data(message.path("android").path("data"), "message.android.data");
    }
    if (fault == null) {
      fault = android(message.path("android"));
    }
    if (fault == null) {
      fault = OtherPlatforms.check(message);
    }
    return fault == null ? size(message) : fault;
  }

  private static @Nullable Fault unknown(final String path, final JsonNode object) {
    if (object.isMissingNode()) {
      return path.equals("message") ? bad("The message is missing.", "message") : null;
    }
    if (!object.isObject()) {
      return bad("Invalid value at '" + path + "' (type), \"" + object.asText() + "\"", path);
    }
    for (final var name : (Iterable<String>) object::fieldNames) {
      if (!FIELDS.getOrDefault(path, Set.of()).contains(name)) {
        return bad(
            "Invalid JSON payload received. Unknown name \""
                + name
                + "\""
                + (path.isEmpty() ? "" : " at '" + path + "'")
                + ": Cannot find field.",
            path);
      }
    }
    return null;
  }

  private static JsonNode at(final JsonNode request, final String path) {
    return path.isEmpty() ? request : request.at("/" + path.replace('.', '/'));
  }

  private static @Nullable Fault data(final JsonNode data, final String path) {
    if (data.isMissingNode()) {
      return null;
    }
    if (!data.isObject()) {
      return bad("Invalid value at '" + path + "' (type.googleapis.com map)", path);
    }
    for (final var entry : data.properties()) {
      if (!entry.getValue().isTextual()) {
        return bad(
            "Invalid value at '" + path + "[0].value' (TYPE_STRING), " + entry.getValue(),
            path + "[0].value");
      }
      if (RESERVED.matcher(entry.getKey()).matches()) {
        return new Fault(
            GoogleReason.INVALID_ARGUMENT, "Invalid data payload key: " + entry.getKey(), path);
      }
    }
    return null;
  }

  private static @Nullable Fault android(final JsonNode android) {
    final var priority = android.path("priority");
    if (!priority.isMissingNode()
        && !Set.of("HIGH", "NORMAL", "high", "normal").contains(priority.asText())) {
      return bad("Invalid value at 'message.android.priority'", "message.android.priority");
    }
    final var ttl = android.path("ttl");
    if (!ttl.isMissingNode()) {
      final var match = DURATION.matcher(ttl.asText());
      if (!ttl.isTextual() || !match.matches()) {
        return bad(
            "Invalid value at 'message.android.ttl' (type.googleapis.com/google.protobuf.Duration),"
                + " Field 'ttl', Illegal duration format; duration must end with 's'",
            "message.android.ttl");
      }
      if (Long.parseLong(match.group(1)) > LONGEST_TTL_SECONDS) {
        return bad("Invalid value for ttl: at most four weeks", "message.android.ttl");
      }
    }
    for (final var flag : new String[] {"direct_boot_ok", "directBootOk"}) {
      if (android.has(flag) && !android.path(flag).isBoolean()) {
        return bad("Invalid value at 'message.android." + flag + "' (TYPE_BOOL)", flag);
      }
    }
    return null;
  }

  private static @Nullable Fault size(final JsonNode message) {
    final int bytes =
        words(message.path("data"))
            + words(message.path("android").path("data"))
            + words(message.path("notification"))
            + words(message.path("android").path("notification"));
    final int most = message.has("token") ? LARGEST : LARGEST_TO_TOPIC;
    return bytes > most
        ? new Fault(GoogleReason.TOO_BIG, GoogleReason.TOO_BIG.message(), "")
        : null;
  }

  /// Names and values, as many bytes as they have in UTF-8.
  private static int words(final JsonNode object) {
    int sum = 0;
    for (final var entry : object.properties()) {
      sum += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
      sum += entry.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
    }
    return sum;
  }

  private static Fault bad(final String message, final String field) {
    return new Fault(GoogleReason.BAD_FIELD, message, field.isEmpty() ? "message" : field);
  }
}

package dev.reveille.protocols.notificationhubs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Translates a message of Google's old interface, which is switched off, into one of HTTP v1.
///
/// | old | v1 |
/// |---|---|
/// | `data` with values of any kind | `data` with texts |
/// | `notification.title`, `body`, `image` | the same |
/// | its other fields, such as `icon`, `click_action` | those of `android.notification` |
/// | `collapse_key`, `priority`, `time_to_live` (seconds) | `android.collapse_key`, `priority`, `ttl` |
/// | `restricted_package_name` | `android.restricted_package_name` |
///
/// Other fields, receivers among them, are left out. Pure functions, thread-safe.
final class LegacyMessage {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// A field of an old notification and its name in v1.
  private record Field(String before, String now) {}

  /// In one order for ever: a notification that is sent again after a restart is known by its
  /// bytes.
  private static final List<Field> ANDROID =
      List.of(
          new Field("icon", "icon"),
          new Field("color", "color"),
          new Field("sound", "sound"),
          new Field("tag", "tag"),
          new Field("click_action", "click_action"),
          new Field("android_channel_id", "channel_id"),
          new Field("body_loc_key", "body_loc_key"),
          new Field("body_loc_args", "body_loc_args"),
          new Field("title_loc_key", "title_loc_key"),
          new Field("title_loc_args", "title_loc_args"));

  private LegacyMessage() {}

  static byte[] toV1(final JsonNode old) {
    final var factory = JsonNodeFactory.instance;
    final var message = factory.objectNode();
    final var android = factory.objectNode();
    if (old.path("data").isObject()) {
      final var data = message.putObject("data");
      old.path("data")
          .properties()
          .forEach(field ->
              data.put(
                  field.getKey(),
                  field.getValue().isTextual()
                      ? field.getValue().textValue()
                      : field.getValue().toString()));
    }
    if (old.path("notification").isObject()) {
      notification(old.path("notification"), message, android);
    }
    if (old.path("collapse_key").isTextual()) {
      android.set("collapse_key", old.get("collapse_key"));
    }
    if (old.path("priority").isTextual()) {
      android.put(
          "priority", old.get("priority").textValue().equalsIgnoreCase("high") ? "HIGH" : "NORMAL");
    }
    if (old.path("time_to_live").isIntegralNumber()) {
      android.put("ttl", old.get("time_to_live").asLong() + "s");
    }
    if (old.path("restricted_package_name").isTextual()) {
      android.set("restricted_package_name", old.get("restricted_package_name"));
    }
    if (!android.isEmpty()) {
      message.set("android", android);
    }
    try {
      return JSON.writeValueAsBytes(factory.objectNode().set("message", message));
    } catch (final IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void notification(
      final JsonNode old, final ObjectNode message, final ObjectNode android) {
    final var shown = JsonNodeFactory.instance.objectNode();
    for (final var name : new String[] {"title", "body", "image"}) {
      if (old.path(name).isTextual()) {
        shown.set(name, old.get(name));
      }
    }
    if (!shown.isEmpty()) {
      message.set("notification", shown);
    }
    final var own = JsonNodeFactory.instance.objectNode();
    ANDROID.forEach(field -> {
      if (old.hasNonNull(field.before())) {
        own.set(field.now(), old.get(field.before()));
      }
    });
    if (!own.isEmpty()) {
      android.set("notification", own);
    }
  }
}

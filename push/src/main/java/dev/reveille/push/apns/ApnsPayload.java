package dev.reveille.push.apns;

import dev.reveille.model.CallId;
import dev.reveille.routing.port.Look;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.util.Map;

/// Builds the body of a push: Apple's part (`aps`) and our envelope beside it.
///
/// ```json
/// {"aps":{"alert":{"title":"Anna","body":"Hello"},"sound":"default","badge":3},
///  "reveille":{"v":1,"id":"…","class":"message","type":"chat","expires":1790000000,"content":{…}}}
/// ```
///
/// What does not fit Apple's limit loses its data first, then its words: a placeholder is shown and
/// the app fetches the entry by its id. `"partial":true` tells the app that something was left out.
final class ApnsPayload {
  /// Increased when a field changes its meaning; apps ignore fields that they do not know.
  private static final int VERSION = 1;

  /// How much of the content goes along.
  enum Extent {
    WHOLE,
    WITHOUT_DATA,
    ID_ONLY;

    boolean isSmallest() {
      return this == ID_ONLY;
    }
  }

  private final String placeholder;

  /// @param placeholder shown where the real words do not fit
  ApnsPayload(final String placeholder) {
    this.placeholder = placeholder;
  }

  /// @param expires in epoch seconds: after that the app shows and rings nothing
  byte[] build(
      final PushContent content,
      final Look look,
      final Seal seal,
      final PushForm form,
      final long expires,
      final Extent extent) {
    final var json = new JsonBytes();
    json.raw("{\"aps\":");
    switch (form) {
      case VOIP -> json.raw("{}");
      case BACKGROUND -> json.raw("{\"content-available\":1}");
      case ALERT, CALM_ALERT -> aps(json, content, look, seal, extent);
    }
    json.raw(",\"reveille\":{\"v\":").number(VERSION);
    json.raw(",\"id\":").string(content.event());
    envelope(json, content, seal, form, extent);
    if (extent != Extent.ID_ONLY && !look.image().isEmpty()) {
      json.raw(",\"image\":").string(look.image());
    }
    json.raw(",\"expires\":").number(expires);
    if (extent != Extent.WHOLE) {
      json.raw(",\"partial\":true");
    }
    return json.raw("}}").toBytes();
  }

  private void aps(
      final JsonBytes json,
      final PushContent content,
      final Look look,
      final Seal seal,
      final Extent extent) {
    json.raw("{\"alert\":{");
    final boolean words =
        extent != Extent.ID_ONLY && !(look.body().isEmpty() && look.title().isEmpty());
    if (words && !look.title().isEmpty()) {
      words(json, "title", "title-loc-key", "title-loc-args", look.title());
      json.raw(",");
    }
    if (words && !look.body().isEmpty()) {
      words(json, "body", "loc-key", "loc-args", look.body());
    } else if (!look.placeholder().isEmpty()) {
      words(json, "body", "loc-key", "loc-args", look.placeholder());
    } else {
      json.raw("\"body\":").string(placeholder);
    }
    json.raw("}");
    sound(json, look);
    if (look.interruption() != Look.Interruption.ACTIVE) {
      json.raw(",\"interruption-level\":").string(look.interruption().word());
    }
    badge(json, badge(content));
    if (!look.category().isEmpty()) {
      json.raw(",\"category\":").string(look.category());
    }
    if (extent != Extent.ID_ONLY && !look.thread().isEmpty()) {
      json.raw(",\"thread-id\":").string(look.thread());
    }
    if (content instanceof PushContent.Notice
        || seal instanceof Seal.Closed
        || !look.image().isEmpty()) {
      json.raw(",\"mutable-content\":1"); // the app's service extension may complete what is shown
    }
    json.raw("}");
  }

  private static void words(
      final JsonBytes json,
      final String name,
      final String keyName,
      final String argsName,
      final Look.Words words) {
    switch (words) {
      case Look.Words.Text(var text) -> json.raw("\"").raw(name).raw("\":").string(text);
      case Look.Words.Localized(var key, var args) -> {
        json.raw("\"").raw(keyName).raw("\":").string(key);
        if (!args.isEmpty()) {
          json.raw(",\"").raw(argsName).raw("\":[");
          String comma = "";
          for (final var arg : args) {
            json.raw(comma).string(arg);
            comma = ",";
          }
          json.raw("]");
        }
      }
    }
  }

  /// A critical sound is an object: Apple plays it on a muted device, too.
  private static void sound(final JsonBytes json, final Look look) {
    if (look.sound().isEmpty()) {
      return;
    }
    if (look.interruption() == Look.Interruption.CRITICAL) {
      json.raw(",\"sound\":{\"critical\":1,\"name\":").string(look.sound());
      json.raw(",\"volume\":1.0}");
    } else {
      json.raw(",\"sound\":").string(look.sound());
    }
  }

  private static int badge(final PushContent content) {
    return switch (content) {
      case PushContent.RingAlert ring -> ring.badge();
      case PushContent.CallOver over -> over.badge();
      case PushContent.Notice notice -> notice.badge();
      case PushContent.Ring _, PushContent.Wake _ -> -1;
    };
  }

  private static void badge(final JsonBytes json, final int badge) {
    if (badge >= 0) {
      json.raw(",\"badge\":").number(badge);
    }
  }

  private void envelope(
      final JsonBytes json,
      final PushContent content,
      final Seal seal,
      final PushForm form,
      final Extent extent) {
    final var open = seal instanceof Seal.Closed ? Extent.ID_ONLY : extent;
    switch (content) {
      case PushContent.Ring ring ->
          call(json, ring.call(), ring.callerName(), ring.callerAddress(), ring.video(), open);
      case PushContent.RingAlert ring ->
          call(json, ring.call(), ring.callerName(), ring.callerAddress(), ring.video(), open);
      case PushContent.CallOver over -> {
        json.raw(",\"class\":\"call-end\",\"call\":").string(over.call().toString());
        json.raw(",\"how\":").string(over.how());
      }
      case PushContent.Notice notice -> {
        kind(json, notice.as().word(), notice.type());
        // on the single channel nothing is shown by the system: the app needs the words itself
        if (!(seal instanceof Seal.Closed)) {
          content(json, notice, form == PushForm.VOIP, extent);
        }
      }
      case PushContent.Wake wake -> kind(json, wake.as().word(), wake.type());
    }
    if (seal instanceof Seal.Closed(var sealed) && extent != Extent.ID_ONLY) {
      json.raw(",\"sealed\":").string(sealed);
    }
  }

  private static void kind(final JsonBytes json, final String word, final String type) {
    json.raw(",\"class\":").string(word);
    if (!type.isEmpty()) {
      json.raw(",\"type\":").string(type);
    }
  }

  private static void call(
      final JsonBytes json,
      final CallId call,
      final String name,
      final String address,
      final boolean video,
      final Extent extent) {
    json.raw(",\"class\":\"call\",\"call\":").string(call.toString());
    if (video) {
      json.raw(",\"video\":true");
    }
    if (extent != Extent.ID_ONLY) {
      json.raw(",\"caller\":{\"name\":").string(name).raw(",\"address\":").string(address).raw("}");
    }
  }

  private void content(
      final JsonBytes json,
      final PushContent.Notice notice,
      final boolean withWords,
      final Extent extent) {
    final var data = extent == Extent.WHOLE ? notice.data() : Map.<String, String>of();
    if (!withWords && data.isEmpty()) {
      return;
    }
    json.raw(",\"content\":{");
    String comma = "";
    if (withWords) {
      final boolean words = extent != Extent.ID_ONLY;
      json.raw("\"title\":").string(words ? notice.title() : "");
      json.raw(",\"text\":").string(words ? notice.text() : placeholder);
      comma = ",";
    }
    if (!data.isEmpty()) {
      json.raw(comma).raw("\"data\":{");
      comma = "";
      for (final var entry : data.entrySet()) {
        json.raw(comma).string(entry.getKey()).raw(":").string(entry.getValue());
        comma = ",";
      }
      json.raw("}");
    }
    json.raw("}");
  }
}

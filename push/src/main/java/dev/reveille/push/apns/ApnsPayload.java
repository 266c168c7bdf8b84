package dev.reveille.push.apns;

import dev.reveille.model.CallId;
import dev.reveille.routing.port.PushContent;
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
      final PushContent content, final PushForm form, final long expires, final Extent extent) {
    final var json = new JsonBytes();
    json.raw("{\"aps\":");
    switch (form) {
      case VOIP -> json.raw("{}");
      case BACKGROUND -> json.raw("{\"content-available\":1}");
      case ALERT, CALM_ALERT -> alert(json, content, extent);
    }
    json.raw(",\"reveille\":{\"v\":").number(VERSION);
    json.raw(",\"id\":").string(content.event());
    envelope(json, content, form, extent);
    json.raw(",\"expires\":").number(expires);
    if (extent != Extent.WHOLE) {
      json.raw(",\"partial\":true");
    }
    return json.raw("}}").toBytes();
  }

  private void alert(final JsonBytes json, final PushContent content, final Extent extent) {
    final boolean words = extent != Extent.ID_ONLY;
    json.raw("{\"alert\":{");
    switch (content) {
      case PushContent.Ring ring ->
          ringing(json, ring.callerName(), ring.callerAddress(), ring.video(), words);
      case PushContent.RingAlert ring ->
          ringing(json, ring.callerName(), ring.callerAddress(), ring.video(), words);
      case PushContent.CallOver over ->
          json.raw("\"body\":").string(words ? over.text() : placeholder);
      case PushContent.Notice notice -> {
        if (words && !notice.title().isEmpty()) {
          json.raw("\"title\":").string(notice.title()).raw(",");
        }
        json.raw("\"body\":")
            .string(words && !notice.text().isEmpty() ? notice.text() : placeholder);
      }
      case PushContent.Wake _ -> json.raw("\"body\":").string(placeholder);
    }
    json.raw("}");
    switch (content) {
      case PushContent.Ring _ ->
          json.raw(",\"sound\":\"default\",\"interruption-level\":\"time-sensitive\"");
      case PushContent.RingAlert ring -> {
        json.raw(",\"sound\":\"default\",\"interruption-level\":\"time-sensitive\"");
        badge(json, ring.badge());
      }
      case PushContent.CallOver over -> badge(json, over.badge());
      case PushContent.Notice notice -> {
        json.raw(",\"sound\":\"default\",\"mutable-content\":1");
        badge(json, notice.badge());
        if (words && !notice.thread().isEmpty()) {
          json.raw(",\"thread-id\":").string(notice.thread());
        }
      }
      case PushContent.Wake _ -> {}
    }
    json.raw("}");
  }

  private void ringing(
      final JsonBytes json,
      final String name,
      final String address,
      final boolean video,
      final boolean words) {
    final String who = name.isEmpty() ? address : name;
    if (words && !who.isEmpty()) {
      json.raw("\"title\":").string(who).raw(",");
    }
    json.raw("\"body\":").string(video ? "Incoming video call" : "Incoming call");
  }

  private static void badge(final JsonBytes json, final int badge) {
    if (badge >= 0) {
      json.raw(",\"badge\":").number(badge);
    }
  }

  private void envelope(
      final JsonBytes json, final PushContent content, final PushForm form, final Extent extent) {
    switch (content) {
      case PushContent.Ring ring ->
          call(json, ring.call(), ring.callerName(), ring.callerAddress(), ring.video(), extent);
      case PushContent.RingAlert ring ->
          call(json, ring.call(), ring.callerName(), ring.callerAddress(), ring.video(), extent);
      case PushContent.CallOver over -> {
        json.raw(",\"class\":\"call-end\",\"call\":").string(over.call().toString());
        json.raw(",\"how\":").string(over.how());
      }
      case PushContent.Notice notice -> {
        kind(json, notice.as().word(), notice.type());
        // on the single channel nothing is shown by the system: the app needs the words itself
        content(json, notice, form == PushForm.VOIP, extent);
      }
      case PushContent.Wake wake -> kind(json, wake.as().word(), wake.type());
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

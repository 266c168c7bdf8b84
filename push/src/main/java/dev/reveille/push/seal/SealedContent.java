package dev.reveille.push.seal;

import dev.reveille.push.payload.Envelope;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.push.payload.Truncation;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds the plaintext that is sealed for a push, from its content.
final class SealedContent {
  /// So much plaintext leaves room for everything else within 4,096 bytes: sealed and in base64 it
  /// is a third longer.
  static final int MOST_BYTES = 2_560;

  /// Ciphertext is as long as its plaintext; rounded up it tells less.
  private static final int ROUNDED_TO = 128;

  private SealedContent() {}

  /// The JSON to seal; null when the push carries nothing that a person could read.
  static byte @Nullable [] of(final Push push) {
    return switch (push.content()) {
      case PushContent.Ring ring ->
          rounded(call(push.style(), ring.callerName(), ring.callerAddress()));
      case PushContent.RingAlert ring ->
          rounded(call(push.style(), ring.callerName(), ring.callerAddress()));
      case PushContent.Notice notice -> notice(push.style(), notice);
      case PushContent.CallOver _, PushContent.Wake _, PushContent.Native _ -> null;
    };
  }

  private static byte[] call(
      final NotificationStyle style, final String name, final String address) {
    final var json = new JsonBytes();
    json.raw("{");
    alert(json, style);
    return json.raw(",\"caller\":{\"name\":")
        .string(name)
        .raw(",\"address\":")
        .string(address)
        .raw("}}")
        .toBytes();
  }

  /// What does not fit loses its data first, then the end of its words, then all of them: the app
  /// reads the entry by its id.
  private static byte[] notice(final NotificationStyle style, final PushContent.Notice notice) {
    var json = notice(style, notice, notice.data(), "");
    if (json.length > MOST_BYTES) {
      json = notice(style, notice, Map.of(), ",\"partial\":true");
    }
    if (json.length <= MOST_BYTES) {
      return rounded(json);
    }
    final byte[] beginning =
        Truncation.fitting(
            style.title(),
            style.body(),
            MOST_BYTES,
            (title, text) -> onlyAlert(style.withWords(title, text)));
    return rounded(beginning == null ? ONLY_PARTIAL.clone() : beginning);
  }

  /// The content would say the same words once more, so it is left to the inbox.
  private static byte[] onlyAlert(final NotificationStyle style) {
    final var json = new JsonBytes();
    json.raw("{");
    alert(json, style);
    if (!style.thread().isEmpty() && Envelope.fitsBesideWords(style.thread(), Extent.BEGINNING)) {
      json.raw(",\"thread\":").string(style.thread());
    }
    return json.raw(",\"partial\":true}").toBytes();
  }

  private static final byte[] ONLY_PARTIAL = new JsonBytes().raw("{\"partial\":true}").toBytes();

  private static byte[] notice(
      final NotificationStyle style,
      final PushContent.Notice notice,
      final Map<String, String> data,
      final String more) {
    final var json = new JsonBytes();
    json.raw("{");
    alert(json, style);
    if (!style.thread().isEmpty()) {
      json.raw(",\"thread\":").string(style.thread());
    }
    if (!style.image().isEmpty()) {
      json.raw(",\"image\":").string(style.image());
    }
    json.raw(",\"content\":{\"title\":").string(notice.title());
    json.raw(",\"text\":").string(notice.text());
    if (!data.isEmpty()) {
      json.raw(",\"data\":{");
      String comma = "";
      for (final var entry : data.entrySet()) {
        json.raw(comma).string(entry.getKey()).raw(":").string(entry.getValue());
        comma = ",";
      }
      json.raw("}");
    }
    return json.raw("}").raw(more).raw("}").toBytes();
  }

  /// What is to be shown, as it would have stood in the alert.
  private static void alert(final JsonBytes json, final NotificationStyle style) {
    json.raw("\"alert\":{");
    String comma = "";
    if (!style.title().isEmpty()) {
      Envelope.words(json, "title", "title-loc-key", "title-loc-args", style.title());
      comma = ",";
    }
    if (!style.body().isEmpty()) {
      json.raw(comma);
      Envelope.words(json, "body", "loc-key", "loc-args", style.body());
    }
    json.raw("}");
  }

  /// With spaces at the end, which JSON allows.
  private static byte[] rounded(final byte[] json) {
    final var padded =
        java.util.Arrays.copyOf(json, (json.length + ROUNDED_TO - 1) / ROUNDED_TO * ROUNDED_TO);
    java.util.Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  /// The same push without a word of it.
  static PushContent blank(final PushContent content) {
    return switch (content) {
      case PushContent.Ring ring ->
          new PushContent.Ring(ring.event(), ring.call(), "", "", ring.video());
      case PushContent.RingAlert ring ->
          new PushContent.RingAlert(ring.event(), ring.call(), "", "", ring.video(), ring.badge());
      case PushContent.Notice notice ->
          new PushContent.Notice(
              notice.event(),
              notice.as(),
              notice.type(),
              "",
              "",
              Map.of(),
              "",
              notice.collapse(),
              notice.badge());
      case PushContent.CallOver over -> over;
      case PushContent.Wake wake -> wake;
      case PushContent.Native given -> given; // its caller says what may be read
    };
  }

  /// The word of the class in the envelope.
  static String word(final PushContent content) {
    return switch (content) {
      case PushContent.Ring _, PushContent.RingAlert _ -> "call";
      case PushContent.Notice notice -> notice.as().word();
      case PushContent.CallOver _ -> "call-end";
      case PushContent.Wake wake -> wake.as().word();
      case PushContent.Native _ -> "";
    };
  }
}

package dev.reveille.push.fcm;

import dev.reveille.model.Credential;
import dev.reveille.push.payload.Envelope;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/// What an app's settings add to a message for Google: a label for its reports, and blocks for
/// browsers and Apple devices, whose addresses may be Google's too. Immutable.
///
/// @param label Google's `analytics_label`, or ""
/// @param web whether browsers' headers are written
/// @param apple whether Apple's headers and its `aps` are written
record FcmBlocks(String label, boolean web, boolean apple) {
  /// Bytes of data that stay free for `aps` with the words that stand for others.
  static final int APPLE_RESERVE = 512;

  private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9\\-_.~%]{1,50}");
  private static final int LONGEST_COLLAPSE_ID = 64;

  /// @throws IllegalArgumentException that begins with the field that is wrong
  static FcmBlocks of(final Credential.Fcm credential) {
    final var label = credential.analyticsLabel();
    if (!label.isEmpty() && !LABEL.matcher(label).matches()) {
      throw new IllegalArgumentException(
          "analyticsLabel: has 1 to 50 letters, digits or characters of -_.~%");
    }
    return new FcmBlocks(label, credential.web(), credential.apple());
  }

  /// What stands behind the time to live, with a gap for it wherever it stands once more.
  ///
  /// @param room bytes that `aps` may have
  byte[][] tail(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final FcmForm form,
      final long expires,
      final Extent extent,
      final String placeholder,
      final int room) {
    final var rest = new JsonBytes();
    if (apple) {
      rest.raw(",\"apns\":{\"headers\":{\"apns-push-type\":\"")
          .raw(form == FcmForm.WAKE ? "background" : "alert")
          .raw("\",\"apns-priority\":\"")
          .raw(form.isHigh() ? "10" : "5")
          .raw("\",\"apns-expiration\":\"")
          .raw(Long.toString(expires))
          .raw("\"");
      // what says that the call is over replaces the ring by this
      final var collapse =
          content instanceof final PushContent.Ring ring
              ? ring.call().toString()
              : content.collapse();
      if (form != FcmForm.WAKE && isCollapseId(collapse)) {
        rest.raw(",\"apns-collapse-id\":").string(collapse);
      }
      rest.raw("},\"payload\":{\"aps\":");
      aps(rest, style, seal, form, extent, placeholder, room);
      rest.raw("}}");
    }
    if (!label.isEmpty()) {
      rest.raw(",\"fcm_options\":{\"analytics_label\":\"").raw(label).raw("\"}");
    }
    final byte[] end = rest.raw("}}").toBytes();
    if (!web) {
      return new byte[][] {joined("s\"}", end)};
    }
    return new byte[][] {
      bytes("s\"},\"webpush\":{\"headers\":{\"TTL\":\""),
      joined("\",\"Urgency\":\"" + form.urgency() + "\"}}", end)
    };
  }

  private static boolean isCollapseId(final String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_COLLAPSE_ID
        && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
  }

  /// The words themselves where they fit, else what stands for them: the app's service extension
  /// reads the envelope and completes what is shown.
  private static void aps(
      final JsonBytes json,
      final NotificationStyle style,
      final Seal seal,
      final FcmForm form,
      final Extent extent,
      final String placeholder,
      final int room) {
    if (form == FcmForm.WAKE) {
      json.raw("{\"content-available\":1}");
      return;
    }
    final boolean open = extent != Extent.ID_ONLY && seal instanceof Seal.Open;
    final boolean whole =
        open && !style.body().isEmpty() && alert(new JsonBytes(), style).toBytes().length <= room;
    json.raw("{\"alert\":{");
    if (whole) {
      alert(json, style);
    } else {
      Envelope.words(json, "body", "loc-key", "loc-args", Envelope.placeholder(style, placeholder));
    }
    json.raw("},\"mutable-content\":1}");
  }

  private static JsonBytes alert(final JsonBytes json, final NotificationStyle style) {
    if (!style.title().isEmpty()) {
      Envelope.words(json, "title", "title-loc-key", "title-loc-args", style.title());
      json.raw(",");
    }
    Envelope.words(json, "body", "loc-key", "loc-args", style.body());
    return json;
  }

  private static byte[] joined(final String start, final byte[] end) {
    final byte[] first = bytes(start);
    final byte[] both = Arrays.copyOf(first, first.length + end.length);
    System.arraycopy(end, 0, both, first.length, end.length);
    return both;
  }

  private static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

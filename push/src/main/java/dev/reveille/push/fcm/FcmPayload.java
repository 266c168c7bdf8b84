package dev.reveille.push.fcm;

import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.push.payload.ShownEnvelope;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.nio.charset.StandardCharsets;

/// Builds the JSON body of one request to FCM: the envelope as one string of the message's data,
/// and the fields that Google reads (priority, time to live, collapse key).
///
/// ```json
/// {"message":{"token":"…","data":{"reveille":"{\"v\":1,\"id\":\"…\",\"class\":\"call\",…}"},
///             "android":{"priority":"HIGH","ttl":"30s","direct_boot_ok":true}}}
/// ```
///
/// The app shows what is to be shown, so the envelope says how, in `show`. What does not fit loses
/// its data first, then the end of its words, then all of them.
final class FcmPayload {
  /// Google counts names and values of the data: 4096 bytes at most.
  private static final int LARGEST = 4_096;

  private static final String NAME = "reveille";

  private final String placeholder;
  private final ShownEnvelope envelope;

  private static final byte[] START =
      "{\"message\":{\"token\":".getBytes(StandardCharsets.US_ASCII);

  /// What many messages of one event share: everything but token and time to live.
  ///
  /// @param start before the token
  /// @param head between token and time to live
  /// @param tail behind it, in parts between which the time to live stands again
  /// @param extent how much of the content is in it
  /// @param takesTimeToLive false when it has one already
  /// @param collapses whether it replaces others on the phone
  record Shared(
      byte[] start,
      byte[] head,
      byte[][] tail,
      Extent extent,
      boolean takesTimeToLive,
      boolean collapses) {}

  /// @param placeholder shown where the real words do not fit
  FcmPayload(final String placeholder) {
    this.placeholder = placeholder;
    this.envelope = new ShownEnvelope(placeholder);
  }

  /// As much of it as fits.
  Shared fitting(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final FcmForm form,
      final long expires,
      final FcmBlocks blocks) {
    final int reserve = blocks.apple() ? FcmBlocks.APPLE_RESERVE : 0;
    final int largest = LARGEST - NAME.length() - reserve;
    final var fitted = envelope.fitting(content, style, seal, shows(form), largest, expires);
    return shared(fitted, content, style, seal, form, expires, blocks);
  }

  private static boolean shows(final FcmForm form) {
    return form == FcmForm.ALERT || form == FcmForm.CALM;
  }

  /// Only what the app needs to ask for the rest.
  Shared smallest(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final FcmForm form,
      final long expires,
      final FcmBlocks blocks) {
    final var fitted = envelope.smallest(content, style, seal, shows(form), expires);
    return shared(fitted, content, style, seal, form, expires, blocks);
  }

  private Shared shared(
      final ShownEnvelope.Fitted fitted,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final FcmForm form,
      final long expires,
      final FcmBlocks blocks) {
    final var head =
        new JsonBytes()
            .raw(",\"data\":{\"")
            .raw(NAME)
            .raw("\":")
            .string(new String(fitted.json(), StandardCharsets.UTF_8))
            .raw("},\"android\":{\"priority\":\"")
            .raw(form.priority())
            .raw("\"");
    final String key = form.collapseKey(content);
    if (!key.isEmpty()) {
      head.raw(",\"collapse_key\":").string(key);
    }
    if (form.directBoot()) {
      head.raw(",\"direct_boot_ok\":true");
    }
    final int room = LARGEST - NAME.length() - fitted.json().length;
    final byte[][] tail =
        blocks.tail(content, style, seal, form, expires, fitted.extent(), placeholder, room);
    return new Shared(
        START, head.raw(",\"ttl\":\"").toBytes(), tail, fitted.extent(), true, !key.isEmpty());
  }

  /// The whole message for one phone.
  static byte[] message(final byte[] token, final Shared shared, final long ttlSeconds) {
    final var seconds = shared.takesTimeToLive() ? Long.toString(ttlSeconds) : "";
    final byte[] ttl = seconds.getBytes(StandardCharsets.US_ASCII);
    int length = shared.start().length + token.length + shared.head().length;
    for (final byte[] part : shared.tail()) {
      length += ttl.length + part.length;
    }
    final byte[] whole = new byte[length];
    int at = put(shared.start(), whole, 0);
    at = put(token, whole, at);
    at = put(shared.head(), whole, at);
    for (final byte[] part : shared.tail()) {
      at = put(ttl, whole, at);
      at = put(part, whole, at);
    }
    return whole;
  }

  private static int put(final byte[] part, final byte[] into, final int at) {
    System.arraycopy(part, 0, into, at, part.length);
    return at + part.length;
  }
}

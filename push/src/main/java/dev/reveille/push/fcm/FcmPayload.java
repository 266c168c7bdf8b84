package dev.reveille.push.fcm;

import dev.reveille.push.payload.Envelope;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.push.payload.Truncation;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
  private final Envelope envelope;

  private static final byte[] START =
      "{\"message\":{\"token\":".getBytes(StandardCharsets.US_ASCII);

  /// What many messages of one event share: everything but token and time to live.
  ///
  /// @param start before the token
  /// @param head between token and time to live
  /// @param extent how much of the content is in it
  /// @param takesTimeToLive false when it has one already
  /// @param collapses whether it replaces others on the phone
  record Shared(
      byte[] start,
      byte[] head,
      byte[] tail,
      Extent extent,
      boolean takesTimeToLive,
      boolean collapses) {}

  /// @param placeholder shown where the real words do not fit
  FcmPayload(final String placeholder) {
    this.placeholder = placeholder;
    this.envelope = new Envelope(placeholder);
  }

  /// As much of it as fits.
  Shared fitting(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final FcmForm form,
      final long expires) {
    for (final var extent : List.of(Extent.WHOLE, Extent.WITHOUT_DATA)) {
      final byte[] text = envelope(content, style, seal, form, expires, extent);
      if (NAME.length() + text.length <= LARGEST) {
        return shared(text, content, form, extent);
      }
    }
    final byte[] text =
        shows(form)
            ? Truncation.fitting(
                style.title(),
                style.body(),
                LARGEST - NAME.length(),
                (title, body) ->
                    envelope(
                        content,
                        style.withWords(title, body),
                        seal,
                        form,
                        expires,
                        Extent.BEGINNING))
            : null;
    return text == null
        ? smallest(content, style, seal, form, expires)
        : shared(text, content, form, Extent.BEGINNING);
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
      final long expires) {
    final byte[] text = envelope(content, style, seal, form, expires, Extent.ID_ONLY);
    return shared(text, content, form, Extent.ID_ONLY);
  }

  private static Shared shared(
      final byte[] text, final PushContent.Ours content, final FcmForm form, final Extent extent) {
    final var head =
        new JsonBytes()
            .raw(",\"data\":{\"")
            .raw(NAME)
            .raw("\":")
            .string(new String(text, StandardCharsets.UTF_8))
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
    final byte[] tail = new JsonBytes().raw("s\"}}}").toBytes();
    return new Shared(START, head.raw(",\"ttl\":\"").toBytes(), tail, extent, true, !key.isEmpty());
  }

  /// The whole message for one phone.
  static byte[] message(final byte[] token, final Shared shared, final long ttlSeconds) {
    final var seconds = shared.takesTimeToLive() ? Long.toString(ttlSeconds) : "";
    final byte[] ttl = seconds.getBytes(StandardCharsets.US_ASCII);
    final byte[][] parts = {shared.start(), token, shared.head(), ttl, shared.tail()};
    int length = 0;
    for (final byte[] part : parts) {
      length += part.length;
    }
    final byte[] whole = new byte[length];
    int at = 0;
    for (final byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }

  private byte[] envelope(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final FcmForm form,
      final long expires,
      final Extent extent) {
    final var json = new JsonBytes();
    envelope.write(
        json,
        content,
        style,
        seal,
        false,
        expires,
        extent,
        more -> {
          if (shows(form)) {
            show(more, content, style, seal, extent);
          }
        });
    return json.toBytes();
  }

  /// How the app shall show it; what is empty is left out.
  private void show(
      final JsonBytes json,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final Extent extent) {
    final boolean open = extent != Extent.ID_ONLY && !(seal instanceof Seal.Closed);
    json.raw(",\"show\":{");
    if (open && !style.title().isEmpty()) {
      Envelope.words(json, "title", "titleKey", "titleArgs", style.title());
      json.raw(",");
    }
    if (open && !style.body().isEmpty()) {
      Envelope.words(json, "body", "bodyKey", "bodyArgs", style.body());
    } else {
      Envelope.words(json, "body", "bodyKey", "bodyArgs", Envelope.placeholder(style, placeholder));
    }
    // what folds in Apple's list by its collapse id folds here by the notification's tag
    text(json, "tag", content.collapse());
    text(json, "channel", style.channel());
    text(json, "sound", style.sound());
    text(json, "category", style.category());
    text(
        json,
        "thread",
        open && Envelope.fitsBesideWords(style.thread(), extent) ? style.thread() : "");
    if (content instanceof PushContent.Notice notice && notice.badge() >= 0) {
      json.raw(",\"badge\":").number(notice.badge());
    }
    json.raw("}");
  }

  private static void text(final JsonBytes json, final String name, final String value) {
    if (!value.isEmpty()) {
      json.raw(",\"").raw(name).raw("\":").string(value);
    }
  }
}

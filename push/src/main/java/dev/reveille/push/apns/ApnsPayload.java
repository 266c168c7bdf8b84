package dev.reveille.push.apns;

import dev.reveille.push.payload.Envelope;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.push.payload.Truncation;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import org.jspecify.annotations.Nullable;

/// Builds the body of a push: Apple's part (`aps`) and our envelope beside it.
///
/// ```json
/// {"aps":{"alert":{"title":"Anna","body":"Hello"},"sound":"default","badge":3},
///  "reveille":{"v":1,"id":"…","class":"message","type":"chat","expires":1790000000,"content":{…}}}
/// ```
///
/// What does not fit Apple's limit loses its data first, then the end of its words, then all of
/// them: a placeholder is shown and the app fetches the entry by its id. `"partial":true` tells the
/// app that something was left out.
final class ApnsPayload {
  private final Envelope envelope;
  private final String placeholder;

  /// @param placeholder shown where the real words do not fit
  ApnsPayload(final String placeholder) {
    this.placeholder = placeholder;
    this.envelope = new Envelope(placeholder);
  }

  /// @param json where to write; what was there is forgotten
  /// @param expires in epoch seconds: after that the app shows and rings nothing
  byte[] build(
      final JsonBytes json,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final PushForm form,
      final long expires,
      final Extent wanted) {
    // what should have been sealed and was not must not be read on the way
    final var extent = seal instanceof Seal.Wanted ? Extent.ID_ONLY : wanted;
    final byte[] shortened =
        extent == Extent.BEGINNING ? beginning(json, content, style, seal, form, expires) : null;
    return shortened != null ? shortened : write(json, content, style, seal, form, expires, extent);
  }

  /// With as much of title and text as fits; null when nothing of them does.
  private byte @Nullable [] beginning(
      final JsonBytes json,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final PushForm form,
      final long expires) {
    if (form != PushForm.VOIP) {
      return Truncation.fitting(
          style.title(),
          style.body(),
          form.limit(),
          (title, text) ->
              write(
                  json,
                  content,
                  style.withWords(title, text),
                  seal,
                  form,
                  expires,
                  Extent.BEGINNING));
    }
    return content instanceof final PushContent.Notice notice
        ? Truncation.fitting(
            new NotificationStyle.Words.Text(notice.title()),
            new NotificationStyle.Words.Text(notice.text()),
            form.limit(),
            (title, text) ->
                write(
                    json,
                    notice.withWords(plain(title), plain(text)),
                    style,
                    seal,
                    form,
                    expires,
                    Extent.BEGINNING))
        : null;
  }

  private static String plain(final NotificationStyle.Words words) {
    return words instanceof NotificationStyle.Words.Text(var text) ? text : "";
  }

  private byte[] write(
      final JsonBytes json,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final PushForm form,
      final long expires,
      final Extent extent) {
    json.again().raw("{\"aps\":");
    switch (form) {
      case VOIP -> json.raw("{}");
      case BACKGROUND -> json.raw("{\"content-available\":1}");
      case ALERT -> aps(json, content, style, seal, extent);
    }
    json.raw(",\"reveille\":");
    // on the single channel nothing is shown by the system: the app needs the words itself
    envelope.write(json, content, style, seal, form == PushForm.VOIP, expires, extent);
    return json.raw("}").toBytes();
  }

  private void aps(
      final JsonBytes json,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final Extent extent) {
    json.raw("{\"alert\":{");
    final boolean words =
        extent != Extent.ID_ONLY && !(style.body().isEmpty() && style.title().isEmpty());
    if (words && !style.title().isEmpty()) {
      Envelope.words(json, "title", "title-loc-key", "title-loc-args", style.title());
      json.raw(",");
    }
    if (words && !style.body().isEmpty()) {
      Envelope.words(json, "body", "loc-key", "loc-args", style.body());
    } else {
      Envelope.words(json, "body", "loc-key", "loc-args", Envelope.placeholder(style, placeholder));
    }
    json.raw("}");
    sound(json, style);
    if (style.interruption() != NotificationStyle.Interruption.ACTIVE) {
      json.raw(",\"interruption-level\":").string(style.interruption().word());
    }
    badge(json, badge(content));
    if (!style.category().isEmpty()) {
      json.raw(",\"category\":").string(style.category());
    }
    if (!style.thread().isEmpty() && Envelope.fitsBesideWords(style.thread(), extent)) {
      json.raw(",\"thread-id\":").string(style.thread());
    }
    if (content instanceof PushContent.Notice
        || seal instanceof Seal.Closed
        || !style.image().isEmpty()) {
      json.raw(",\"mutable-content\":1"); // the app's service extension may complete what is shown
    }
    json.raw("}");
  }

  /// A critical sound is an object: Apple plays it on a muted device, too.
  private static void sound(final JsonBytes json, final NotificationStyle style) {
    if (style.sound().isEmpty()) {
      return;
    }
    if (style.interruption() == NotificationStyle.Interruption.CRITICAL) {
      json.raw(",\"sound\":{\"critical\":1,\"name\":").string(style.sound());
      json.raw(",\"volume\":1.0}");
    } else {
      json.raw(",\"sound\":").string(style.sound());
    }
  }

  private static int badge(final PushContent.Ours content) {
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
}

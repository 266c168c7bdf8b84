package dev.reveille.push.wns;

import dev.reveille.push.payload.Envelope;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.push.windows.PayloadFitter;
import dev.reveille.push.windows.ShownWords;
import dev.reveille.push.windows.XmlText;
import dev.reveille.push.windows.XmlWriter;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.util.Optional;

/// Bodies for Windows: a toast whose `launch` is the envelope, which the app gets when the user
/// opens it; and raw, the envelope alone, which the app gets at once.
///
/// A number for the app's icon goes along in the envelope: WNS takes a badge only as a notification
/// of its own, and a push is one notification.
final class WnsPayload {
  static final int LARGEST = 5_000;

  private static final String TEXT_OF_THE_APP = "ms-resource:";
  private static final String FILE_OF_THE_APP = "ms-appx:///";
  private static final String RINGING = "ms-winsoundevent:Notification.Looping.Call";

  private final String placeholder;
  private final Envelope envelope;

  /// @param placeholder shown where the real words do not fit
  WnsPayload(final String placeholder) {
    this.placeholder = placeholder;
    this.envelope = new Envelope(placeholder);
  }

  /// The body of a push; empty when it cannot be made small enough.
  ///
  /// @param smallest without content
  Optional<PayloadFitter.Fitted> body(
      final PushContent.Ours content,
      final WnsForm form,
      final NotificationStyle style,
      final Seal seal,
      final long expires,
      final boolean smallest) {
    final PayloadFitter.Writer writer =
        (words, extent) -> {
          final byte[] json = json(content, form, style, seal, expires, extent);
          return form.isToast() ? toast(content, style, words, XmlText.legalJson(json)) : json;
        };
    final var instead = ShownWords.placeholder(style, WnsPayload::textOfTheApp, placeholder);
    if (smallest) {
      return PayloadFitter.smallest(instead, LARGEST, writer);
    }
    final var words =
        seal instanceof Seal.Closed
            ? instead
            : ShownWords.of(style, WnsPayload::textOfTheApp, placeholder);
    return PayloadFitter.of(words, instead, LARGEST, writer);
  }

  private static String textOfTheApp(final String key) {
    return TEXT_OF_THE_APP + key;
  }

  private byte[] json(
      final PushContent.Ours content,
      final WnsForm form,
      final NotificationStyle style,
      final Seal seal,
      final long expires,
      final Extent extent) {
    return envelope.toBytes(
        content,
        style,
        seal,
        expires,
        extent,
        more -> {
          if (form.isToast()) {
            show(more, content, form);
          }
        });
  }

  /// By what the app finds the toast again, and the number for its icon.
  private static void show(
      final JsonBytes json, final PushContent.Ours content, final WnsForm form) {
    json.raw(",\"show\":{\"tag\":").string(form.tag());
    json.raw(",\"group\":").string(WnsForm.GROUP);
    final int badge = Envelope.badge(content);
    if (badge >= 0) {
      json.raw(",\"badge\":").number(badge);
    }
    json.raw("}");
  }

  private static byte[] toast(
      final PushContent.Ours content,
      final NotificationStyle style,
      final ShownWords words,
      final String launch) {
    final boolean rings =
        content instanceof PushContent.Ring || content instanceof PushContent.RingAlert;
    return XmlText.of(xml -> {
      xml.start("toast").attribute("launch", launch);
      if (rings) {
        xml.attribute("scenario", "incomingCall");
      }
      xml.start("visual").start("binding").attribute("template", "ToastGeneric");
      text(xml, words.title());
      text(xml, words.body());
      xml.end().end();
      sound(xml, content instanceof PushContent.CallOver ? "" : style.sound(), rings);
    });
  }

  private static void text(final XmlWriter xml, final String text) {
    if (!text.isEmpty()) {
      xml.start("text").text(text).end();
    }
  }

  /// What is left out means the system's own sound, once.
  private static void sound(final XmlWriter xml, final String sound, final boolean rings) {
    final boolean usual = sound.equals(NotificationStyle.DEFAULT_SOUND);
    if (usual && !rings) {
      return;
    }
    xml.start("audio");
    if (sound.isEmpty()) {
      xml.attribute("silent", "true").end();
      return;
    }
    xml.attribute("src", usual ? RINGING : FILE_OF_THE_APP + XmlText.legal(sound));
    if (rings) {
      xml.attribute("loop", "true");
    }
    xml.end();
  }
}

package dev.reveille.push.mpns;

import dev.reveille.push.payload.Envelope;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.windows.PayloadFitter;
import dev.reveille.push.windows.ShownWords;
import dev.reveille.push.windows.XmlText;
import dev.reveille.push.windows.XmlWriter;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Bodies for Windows Phone: a toast whose parameter is the envelope, which the app's first page
/// gets when the user opens it; a tile with its number, which has room for nothing else; and raw,
/// the envelope alone.
final class MpnsPayload {
  private static final String NAMESPACE = "WPNotification";
  private static final String PREFIX = "wp:";

  /// The page that an app begins with is called so unless its maker chose another name.
  private static final String PAGE = "/MainPage.xaml?reveille=";

  /// The largest number that a tile shows.
  private static final int MOST_COUNT = 99;

  private final String placeholder;
  private final Envelope envelope;

  /// @param placeholder shown where the real words do not fit
  MpnsPayload(final String placeholder) {
    this.placeholder = placeholder;
    this.envelope = new Envelope(placeholder);
  }

  /// The body of a push; empty when it cannot be made small enough.
  Optional<PayloadFitter.Fitted> body(
      final PushContent.Ours content,
      final MpnsForm form,
      final NotificationStyle style,
      final Seal seal,
      final long expires) {
    final PayloadFitter.Writer writer =
        (words, extent) ->
            switch (form) {
              case TOAST, CALM_TOAST ->
                  toast(
                      words, json(content, style, seal, expires, extent, Envelope.badge(content)));
              case TILE -> tile(words, Envelope.badge(content));
              case RAW -> json(content, style, seal, expires, extent, -1);
            };
    final var instead = ShownWords.placeholder(style, _ -> "", placeholder);
    final var words =
        seal instanceof Seal.Closed ? instead : ShownWords.of(style, _ -> "", placeholder);
    return PayloadFitter.of(words, instead, form.largest(), writer);
  }

  private byte[] json(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final long expires,
      final Extent extent,
      final int badge) {
    return envelope.toBytes(
        content,
        style,
        seal,
        expires,
        extent,
        more -> {
          if (badge >= 0) {
            more.raw(",\"show\":{\"badge\":").number(badge).raw("}");
          }
        });
  }

  private static byte[] toast(final ShownWords words, final byte[] json) {
    final boolean two = !words.title().isEmpty();
    return XmlText.declared(xml -> {
      begin(xml, "Toast");
      element(xml, "Text1", two ? words.title() : words.body());
      element(xml, "Text2", two ? words.body() : "");
      element(xml, "Param", PAGE + escaped(json));
      end(xml);
    });
  }

  /// The words stand on its back, since its title is the app's name.
  private static byte[] tile(final ShownWords words, final int count) {
    return XmlText.declared(xml -> {
      begin(xml, "Tile");
      element(xml, "Count", Integer.toString(Math.min(count, MOST_COUNT)));
      element(xml, "BackTitle", words.title());
      element(xml, "BackContent", words.body());
      end(xml);
    });
  }

  /// As the value of a query (RFC 3986 section 3.4); a space is `%20`.
  private static String escaped(final byte[] json) {
    return URLEncoder.encode(new String(json, StandardCharsets.UTF_8), StandardCharsets.UTF_8)
        .replace("+", "%20");
  }

  private static void begin(final XmlWriter xml, final String kind) {
    xml.start(PREFIX + "Notification").attribute("xmlns:wp", NAMESPACE).start(PREFIX + kind);
  }

  private static void element(final XmlWriter xml, final String name, final String text) {
    if (!text.isEmpty()) {
      xml.start(PREFIX + name).text(text).end();
    }
  }

  private static void end(final XmlWriter xml) {
    xml.end().end();
  }
}

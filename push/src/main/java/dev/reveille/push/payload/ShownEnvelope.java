package dev.reveille.push.payload;

import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.util.List;

/// The envelope for apps that show notifications themselves, with what to show in `show`. If it is
/// too large, first its data is left out, then the end of its text, then all of its text.
public final class ShownEnvelope {
  private final String placeholder;
  private final Envelope envelope;

  /// An envelope that fits.
  ///
  /// @param extent how much of the content is in it
  public record Fitted(byte[] json, Extent extent) {}

  /// @param placeholder shown where the real words do not fit
  public ShownEnvelope(final String placeholder) {
    this.placeholder = placeholder;
    this.envelope = new Envelope(placeholder);
  }

  /// As much of the content as fits.
  ///
  /// @param shows what is shown by the app
  /// @param largest bytes of the envelope
  /// @param expires in epoch seconds
  public Fitted fitting(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final boolean shows,
      final int largest,
      final long expires) {
    for (final var extent : List.of(Extent.WHOLE, Extent.WITHOUT_DATA)) {
      final byte[] json = write(content, style, seal, shows, expires, extent);
      if (json.length <= largest) {
        return new Fitted(json, extent);
      }
    }
    final byte[] beginning =
        shows
            ? Truncation.fitting(
                style.title(),
                style.body(),
                largest,
                (title, body) ->
                    write(
                        content,
                        style.withWords(title, body),
                        seal,
                        true,
                        expires,
                        Extent.BEGINNING))
            : null;
    return beginning == null
        ? smallest(content, style, seal, shows, expires)
        : new Fitted(beginning, Extent.BEGINNING);
  }

  /// Only what the app needs to ask for the rest.
  public Fitted smallest(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final boolean shows,
      final long expires) {
    return new Fitted(write(content, style, seal, shows, expires, Extent.ID_ONLY), Extent.ID_ONLY);
  }

  private byte[] write(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final boolean shows,
      final long expires,
      final Extent extent) {
    return envelope.toBytes(
        content,
        style,
        seal,
        expires,
        extent,
        more -> {
          if (shows) {
            show(more, content, style, seal, extent);
          }
        });
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

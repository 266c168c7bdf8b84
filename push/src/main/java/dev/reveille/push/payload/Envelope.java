package dev.reveille.push.payload;

import dev.reveille.model.CallId;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.util.Map;
import java.util.function.Consumer;

/// Writes the object that every push carries for the app, whatever platform brings it: which event
/// it is, of which class, the call's UUID, when it expires, and of its content what fits.
///
/// If it is too large, first the data is left out, then the end of the text, then all of it:
/// `"partial":true` tells the app that something is missing and that it should read the entry by
/// its id.
public final class Envelope {
  /// Increased when a field changes its meaning; apps ignore fields that they do not know.
  private static final int VERSION = 1;

  /// So much of a picture's address or a thread's name is kept beside shortened words.
  private static final int MOST_BESIDE_WORDS = 512;

  /// So long a placeholder fits every push, whatever else is in it.
  private static final int MOST_PLACEHOLDER = 2_048;

  private final String placeholder;

  /// @param placeholder stands where the real words do not fit
  public Envelope(final String placeholder) {
    this.placeholder = placeholder;
  }

  /// @param withWords title and text go along as content, for an app that shows them itself
  /// @param expires in epoch seconds: after that the app shows and rings nothing
  public void write(
      final JsonBytes json,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final boolean withWords,
      final long expires,
      final Extent extent) {
    write(json, content, style, seal, withWords, expires, extent, _ -> {});
  }

  /// @param more writes further fields, each with a comma before it
  public void write(
      final JsonBytes json,
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final boolean withWords,
      final long expires,
      final Extent extent,
      final Consumer<JsonBytes> more) {
    json.raw("{\"v\":").number(VERSION);
    json.raw(",\"id\":").string(content.event());
    about(json, content, seal, withWords, extent);
    if (!style.image().isEmpty() && fitsBesideWords(style.image(), extent)) {
      json.raw(",\"image\":").string(style.image());
    }
    more.accept(json);
    json.raw(",\"expires\":").number(expires);
    if (extent != Extent.WHOLE) {
      json.raw(",\"partial\":true");
    }
    json.raw("}");
  }

  /// The envelope alone, without words to show; title and text stay out of it.
  ///
  /// @param expires in epoch seconds
  /// @param more as in [#write]
  public byte[] toBytes(
      final PushContent.Ours content,
      final NotificationStyle style,
      final Seal seal,
      final long expires,
      final Extent extent,
      final Consumer<JsonBytes> more) {
    final var json = new JsonBytes();
    write(json, content, style, seal, false, expires, extent, more);
    return json.toBytes();
  }

  /// The number that the app's icon gets; -1 for none.
  public static int badge(final PushContent.Ours content) {
    return switch (content) {
      case PushContent.Notice notice -> notice.badge();
      case PushContent.RingAlert ring -> ring.badge();
      case PushContent.CallOver over -> over.badge();
      case PushContent.Ring _, PushContent.Wake _ -> -1;
    };
  }

  /// Whether this goes along: with shortened words only what is short itself.
  public static boolean fitsBesideWords(final String text, final Extent extent) {
    return switch (extent) {
      case WHOLE, WITHOUT_DATA -> true;
      case BEGINNING -> JsonBytes.sizeOf(text) <= MOST_BESIDE_WORDS;
      case ID_ONLY -> false;
    };
  }

  /// The look's placeholder in a length that always fits, or the plain one.
  ///
  /// @param plain where the look has none
  public static NotificationStyle.Words placeholder(
      final NotificationStyle style, final String plain) {
    return switch (style.placeholder()) {
      case NotificationStyle.Words.Text(var text) ->
          new NotificationStyle.Words.Text(
              text.isEmpty() ? plain : Truncation.of(text, MOST_PLACEHOLDER));
      case NotificationStyle.Words.Localized(var key, var args) -> {
        final int size =
            JsonBytes.sizeOf(key) + args.stream().mapToInt(arg -> JsonBytes.sizeOf(arg) + 3).sum();
        yield key.isEmpty() || size > MOST_PLACEHOLDER
            ? new NotificationStyle.Words.Text(plain)
            : style.placeholder();
      }
    };
  }

  /// Ready text under one name, or the key of a text of the app and its arguments under two others.
  public static void words(
      final JsonBytes json,
      final String name,
      final String keyName,
      final String argsName,
      final NotificationStyle.Words words) {
    switch (words) {
      case NotificationStyle.Words.Text(var text) ->
          json.raw("\"").raw(name).raw("\":").string(text);
      case NotificationStyle.Words.Localized(var key, var args) -> {
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

  private void about(
      final JsonBytes json,
      final PushContent.Ours content,
      final Seal seal,
      final boolean withWords,
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
        if (!(seal instanceof Seal.Closed)) {
          content(json, notice, withWords, extent);
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

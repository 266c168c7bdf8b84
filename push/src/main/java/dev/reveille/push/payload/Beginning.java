package dev.reveille.push.payload;

import dev.reveille.routing.port.Look.Words;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Shortens what is read until a payload fits: the text keeps its beginning, cut between two
/// grapheme clusters (what a reader takes for one character; UAX #29), with an ellipsis behind it.
/// The title stays whole as long as it fits beside the shortest text.
public final class Beginning {
  static final String ELLIPSIS = "…";
  private static final int ELLIPSIS_BYTES = JsonBytes.sizeOf(ELLIPSIS);

  private Beginning() {}

  /// Writes a payload with these words.
  @FunctionalInterface
  public interface Writer {
    byte[] write(Words title, Words text);
  }

  /// The payload with as much of the words as fits; null when not even one character of them does.
  ///
  /// @param limit in bytes
  public static byte @Nullable [] fitting(
      final Words title, final Words text, final int limit, final Writer writer) {
    final var least = shortest(text);
    final int beside = limit - writer.write(title, least).length;
    if (beside >= 0) {
      final var kept = shortened(text, sizeOf(least) + beside);
      return title.isEmpty() && !saysSomething(kept) ? null : checked(writer, title, kept, limit);
    }
    final var leastTitle = shortest(title);
    final int left = limit - writer.write(leastTitle, least).length;
    if (left < 0) {
      return null;
    }
    final var kept = shortened(title, sizeOf(leastTitle) + left);
    return saysSomething(kept) ? checked(writer, kept, least, limit) : null;
  }

  private static byte @Nullable [] checked(
      final Writer writer, final Words title, final Words text, final int limit) {
    final byte[] payload = writer.write(title, text);
    return payload.length <= limit ? payload : null;
  }

  /// Text as it is, or its longest beginning with an ellipsis, that takes at most so many bytes in
  /// a JSON string. Where not even one character fits, the ellipsis alone.
  public static String of(final String text, final int room) {
    return JsonBytes.sizeOf(text) <= room ? text : beginning(text, room - ELLIPSIS_BYTES);
  }

  private static String beginning(final String text, final int room) {
    // A boundary depends on the character behind it, and each character takes a byte at least.
    final var start = text.substring(0, Math.max(0, Math.min(text.length(), room + 4)));
    final var boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
    boundaries.setText(start);
    int kept = 0;
    int size = 0;
    for (int next = boundaries.next(); next != BreakIterator.DONE; next = boundaries.next()) {
      size += JsonBytes.sizeOf(start.substring(kept, next));
      if (size > room) {
        break;
      }
      kept = next;
    }
    return text.substring(0, kept) + ELLIPSIS;
  }

  private static boolean saysSomething(final Words words) {
    return switch (words) {
      case Words.Text(var text) -> !text.isEmpty() && !text.equals(ELLIPSIS);
      case Words.Localized _ -> true;
    };
  }

  private static Words shortest(final Words words) {
    return shortened(words, 0);
  }

  /// Of a text of the app itself the longest argument is shortened: that is what the sender wrote.
  private static Words shortened(final Words words, final int room) {
    return switch (words) {
      case Words.Text(var text) ->
          JsonBytes.sizeOf(text) <= ELLIPSIS_BYTES ? words : new Words.Text(of(text, room));
      case Words.Localized(var key, var args) -> {
        if (args.isEmpty()) {
          yield words;
        }
        int longest = 0;
        int others = JsonBytes.sizeOf(key);
        for (int i = 0; i < args.size(); i++) {
          others += JsonBytes.sizeOf(args.get(i));
          longest =
              JsonBytes.sizeOf(args.get(i)) > JsonBytes.sizeOf(args.get(longest)) ? i : longest;
        }
        others -= JsonBytes.sizeOf(args.get(longest));
        final var fewer = new ArrayList<>(args);
        if (JsonBytes.sizeOf(args.get(longest)) > ELLIPSIS_BYTES) {
          fewer.set(longest, of(args.get(longest), Math.max(0, room - others)));
        }
        yield new Words.Localized(key, fewer);
      }
    };
  }

  private static int sizeOf(final Words words) {
    return switch (words) {
      case Words.Text(var text) -> JsonBytes.sizeOf(text);
      case Words.Localized(var key, var args) ->
          JsonBytes.sizeOf(key) + args.stream().mapToInt(JsonBytes::sizeOf).sum();
    };
  }
}

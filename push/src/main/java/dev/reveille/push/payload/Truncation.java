package dev.reveille.push.payload;

import dev.reveille.routing.port.NotificationStyle.Words;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Shortens what is read until a payload fits: the text keeps its beginning, cut between two
/// grapheme clusters (what a reader takes for one character; UAX #29), with an ellipsis behind it.
/// The title stays whole as long as it fits beside the shortest text.
public final class Truncation {
  static final String ELLIPSIS = "…";
  private static final int ELLIPSIS_BYTES = JsonBytes.sizeOf(ELLIPSIS);

  private Truncation() {}

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

  /// Finding all boundaries of a long text takes longer than everything else about a push. So they
  /// are looked for only from the last place before the cut that surely is one.
  private static String beginning(final String text, final int room) {
    final int end = JsonBytes.fitting(text, room);
    final int from = boundaryBefore(text, end);
    int kept = from;
    if (from < end) {
      final var boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
      // a boundary depends on the character behind it
      boundaries.setText(text.substring(from, Math.min(text.length(), end + 4)));
      for (int next = boundaries.next();
          next != BreakIterator.DONE && from + next <= end;
          next = boundaries.next()) {
        kept = from + next;
      }
    }
    return text.substring(0, kept) + ELLIPSIS;
  }

  /// The last place up to `end` between two characters that never belong together.
  private static int boundaryBefore(final String text, final int end) {
    for (int at = Math.min(end, text.length() - 1); at > 0; at--) {
      if (standsAlone(text.charAt(at - 1)) && standsAlone(text.charAt(at))) {
        return at;
      }
    }
    return 0;
  }

  /// Letters and signs of common scripts that neither join another one nor are joined by it (the
  /// property "Other" of UAX #29).
  static boolean standsAlone(final char c) {
    return c >= ' ' && c <= '~'
        || c >= 0xC0 && c <= 0x2FF // Latin
        || c >= 0x370 && c <= 0x482 // Greek and Cyrillic
        || c >= 0x3041 && c <= 0x3096 // Hiragana
        || c >= 0x30A1 && c <= 0x30FA // Katakana
        || c >= 0x4E00 && c <= 0x9FFF; // Han
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

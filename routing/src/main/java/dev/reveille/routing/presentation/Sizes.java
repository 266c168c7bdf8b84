package dev.reveille.routing.presentation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Refuses words that no push could carry: the push services take 4,096 bytes for everything, and
/// what is around the words takes its part. Also refuses texts with so many places that filling
/// them would multiply what an event says.
///
/// Title and body may be long in the event that fills them; then they are shortened. Only what they
/// say themselves has to fit. A placeholder is what is shown when nothing else fits, so it has to
/// fit whatever fills it.
final class Sizes {
  /// What is left for title and body beside the largest of everything else.
  static final int MOST_FOR_WORDS = 3_072;

  static final int MOST_FOR_PLACEHOLDER = 2_048;

  /// A type has at most 128 characters, a number of unread entries ten digits.
  private static final Map<String, Integer> LONGEST_FILLING = Map.of("type", 384, "unread", 10);

  private Sizes() {}

  /// @param values as [Presentation#of] reads them without a complaint
  /// @throws IllegalArgumentException with the place, the sum and the limit
  static void check(final Map<String, List<String>> values) {
    new TreeMap<>(values)
        .forEach((name, texts) -> {
          final int space = name.indexOf(' ');
          if (space < 0) {
            return;
          }
          final var style = "styles." + name.substring(0, space);
          final var part = name.substring(space + 1);
          places(style, part, texts);
          if (part.startsWith("words ")) {
            final var where = style + ".words." + part.substring(6);
            words(where, word(texts, 0), word(texts, 1));
            placeholder(where + ".placeholder", List.of(word(texts, 2)));
          } else if (part.equals("placeholder-key")) {
            placeholder(style + ".placeholderArgs", texts);
          }
        });
    keys(values);
  }

  /// Each place may be filled with all that a push can carry.
  private static void places(final String style, final String part, final List<String> texts) {
    final boolean named = part.endsWith("-key"); // the name comes first and has no places
    if (!named && !part.startsWith("words ") && !part.equals("thread") && !part.equals("image")) {
      return;
    }
    for (int i = named ? 1 : 0; i < texts.size(); i++) {
      final int places = template(texts.get(i)).places();
      if (places > Template.MOST_PLACES) {
        throw new IllegalArgumentException(
            "%s.%s: has %d places to be filled, at most %d are possible in one text"
                .formatted(style, field(part, i), places, Template.MOST_PLACES));
      }
    }
  }

  /// As the API calls it.
  private static String field(final String part, final int text) {
    if (part.endsWith("-key")) {
      return part.replace("-key", "Args") + "[" + (text - 1) + "]";
    }
    return part.startsWith("words ")
        ? "words." + part.substring(6) + "." + List.of("title", "body", "placeholder").get(text)
        : part;
  }

  private static void words(final String where, final String title, final String body) {
    final int ofTitle = literal(title);
    final int ofBody = literal(body);
    if (ofTitle + ofBody > MOST_FOR_WORDS) {
      throw new IllegalArgumentException(
          where
              + ": title and body have "
              + ofTitle
              + " + "
              + ofBody
              + " = "
              + (ofTitle + ofBody)
              + " bytes without what fills them, at most "
              + MOST_FOR_WORDS
              + " fit into a push");
    }
  }

  /// The names of the app's own texts and what fills them, title and body together.
  private static void keys(final Map<String, List<String>> values) {
    new TreeMap<>(values)
        .forEach((name, texts) -> {
          if (name.endsWith(" body-key")) {
            final var style = name.substring(0, name.length() - " body-key".length());
            final int ofTitle =
                values.getOrDefault(style + " title-key", List.of()).stream()
                    .mapToInt(Sizes::literal)
                    .sum();
            final int ofBody = texts.stream().mapToInt(Sizes::literal).sum();
            if (ofTitle + ofBody > MOST_FOR_WORDS) {
              throw new IllegalArgumentException(
                  "styles."
                      + style
                      + ".bodyArgs: title and body have "
                      + ofTitle
                      + " + "
                      + ofBody
                      + " = "
                      + (ofTitle + ofBody)
                      + " bytes without what fills them, at most "
                      + MOST_FOR_WORDS
                      + " fit into a push");
            }
          }
        });
  }

  private static void placeholder(final String where, final List<String> texts) {
    int most = 0;
    for (final var text : texts) {
      most += literal(text);
      for (final var name : template(text).names()) {
        most += LONGEST_FILLING.getOrDefault(name, 0);
      }
    }
    if (most > MOST_FOR_PLACEHOLDER) {
      throw new IllegalArgumentException(
          where
              + ": has up to "
              + most
              + " bytes with the longest type (384 bytes each time), at most "
              + MOST_FOR_PLACEHOLDER
              + " fit into every push");
    }
  }

  private static String word(final List<String> words, final int place) {
    return place < words.size() ? words.get(place) : "";
  }

  private static int literal(final String text) {
    return template(text).texts().stream()
        .mapToInt(part -> part.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  private static Template template(final String text) {
    return Template.of("", text, ALL);
  }

  private static final Set<String> ALL =
      Set.of(
          "type",
          "unread",
          "caller",
          "caller.name",
          "caller.address",
          "how",
          "title",
          "text",
          "conversation",
          "data.");
}

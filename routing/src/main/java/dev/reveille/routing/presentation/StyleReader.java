package dev.reveille.routing.presentation;

import dev.reveille.model.EventClass;
import dev.reveille.model.LanguageTag;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.presentation.Style.Key;
import dev.reveille.routing.presentation.Style.Keys;
import dev.reveille.routing.presentation.Style.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the [Style] of one kind of event from the values of a setting, and refuses one that no
/// push service could show. The exception's message names the value.
final class StyleReader {
  private static final int LONGEST_NAME = 128;
  private static final int MOST_ARGS = 16;
  private static final int MOST_LOCALES = 100;
  private static final List<String> PARTS =
      List.of(
          "sound",
          "category",
          "thread",
          "interruption",
          "badge",
          "channel",
          "image",
          "title-key",
          "body-key",
          "placeholder-key");
  private static final String WORDS = "words ";

  private final String style;
  private final Map<String, List<String>> values;
  private final Set<String> known;
  private final Set<String> harmless;

  private StyleReader(
      final String style, final Map<String, List<String>> values, final EventClass of) {
    this.style = style;
    this.values = values;
    this.known = TemplateValues.names(of);
    this.harmless = TemplateValues.harmless(of);
  }

  static Style read(
      final String style, final Map<String, List<String>> values, final String defaultLocale) {
    final int slash = style.indexOf('/');
    final var word = slash < 0 ? style : style.substring(0, slash);
    final EventClass of =
        Presentation.shown(word)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "styles."
                        + style
                        + ": there are call, call-end, message and alert, each also with a type"
                        + " (alert/voicemail)"));
    if (slash == style.length() - 1) {
      throw new IllegalArgumentException("styles." + style + ": the type is missing");
    }
    return new StyleReader(style, values, of).read(defaultLocale);
  }

  private Style read(final String defaultLocale) {
    final var texts = texts(defaultLocale);
    final var keys =
        new Keys(key("title-key", known), key("body-key", known), key("placeholder-key", harmless));
    final boolean named =
        !keys.title().name().isEmpty()
            || !keys.body().name().isEmpty()
            || !keys.placeholder().name().isEmpty();
    if (named && !texts.isEmpty()) {
      throw wrong("words", "go without the names of the app's own texts: give one of both");
    }
    if (named && keys.body().name().isEmpty()) {
      throw wrong("bodyKey", "is missing");
    }
    return new Style(
        texts,
        named ? Optional.of(keys) : Optional.empty(),
        name("sound"),
        name("category"),
        template("thread"),
        name("interruption").map(this::interruption),
        name("badge").map(this::badge),
        name("channel"),
        template("image"));
  }

  private Map<String, Texts> texts(final String defaultLocale) {
    final var texts = new HashMap<String, Texts>();
    final var prefix = style + " ";
    for (final var entry : values.entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        continue;
      }
      final var part = entry.getKey().substring(prefix.length());
      if (part.startsWith(WORDS)) {
        final var locale = part.substring(WORDS.length());
        final var where = "styles." + style + ".words." + locale;
        final var tag = locale(where, locale);
        final var words = entry.getValue();
        final var read =
            new Texts(
                Template.of(where + ".title", word(words, 0), known),
                Template.of(where + ".body", word(words, 1), known),
                Template.of(where + ".placeholder", word(words, 2), harmless));
        if (word(words, 1).isEmpty()) {
          throw new IllegalArgumentException(where + ".body: is missing");
        }
        if (locale.equals(tag)) { // an older version may have kept another spelling beside it
          texts.put(tag, read);
        } else {
          texts.putIfAbsent(tag, read);
        }
      } else if (!PARTS.contains(part)) {
        throw new IllegalArgumentException("styles." + style + ": there is no " + part);
      }
    }
    if (texts.size() > MOST_LOCALES) {
      throw wrong("words", "must be in at most " + MOST_LOCALES + " languages");
    }
    if (!texts.isEmpty() && defaultLocale.isEmpty()) {
      throw new IllegalArgumentException(
          "defaultLocale: is missing; it says which words are for devices of other languages");
    }
    if (!texts.isEmpty() && !texts.containsKey(defaultLocale)) {
      throw wrong("words", "lack the default locale " + defaultLocale);
    }
    return texts;
  }

  private static String word(final List<String> words, final int place) {
    return place < words.size() ? words.get(place) : "";
  }

  /// The canonical form of a language tag.
  static String locale(final String where, final String written) {
    try {
      return LanguageTag.strict(written);
    } catch (IllegalArgumentException mistake) {
      throw new IllegalArgumentException(where + ": " + mistake.getMessage(), mistake);
    }
  }

  private Key key(final String part, final Set<String> allowed) {
    final var words = values.get(style + " " + part);
    if (words == null || words.isEmpty() || words.getFirst().isEmpty()) {
      return Key.NONE;
    }
    final var field = field(part);
    checkName(field, words.getFirst());
    if (words.size() - 1 > MOST_ARGS) {
      throw wrong(field, "takes at most " + MOST_ARGS + " arguments, not " + (words.size() - 1));
    }
    final var args = new ArrayList<Template>();
    for (int i = 1; i < words.size(); i++) {
      args.add(
          Template.of(
              "styles." + style + "." + field.replace("Key", "Args") + "[" + (i - 1) + "]",
              words.get(i),
              allowed));
    }
    return new Key(words.getFirst(), List.copyOf(args));
  }

  /// `title-key` as the API calls it.
  private static String field(final String part) {
    final int dash = part.indexOf('-');
    return dash < 0 ? part : part.substring(0, dash) + "Key";
  }

  private Optional<String> name(final String part) {
    final var words = values.get(style + " " + part);
    if (words == null || words.isEmpty()) {
      return Optional.empty();
    }
    if (!words.getFirst().isEmpty()) {
      checkName(part, words.getFirst());
    }
    return Optional.of(words.getFirst());
  }

  private void checkName(final String field, final String name) {
    if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw wrong(
          field,
          "must have at most " + LONGEST_NAME + " characters, none of them control characters");
    }
  }

  private Optional<Template> template(final String part) {
    final var words = values.get(style + " " + part);
    return words == null || words.isEmpty()
        ? Optional.empty()
        : Optional.of(Template.of("styles." + style + "." + part, words.getFirst(), known));
  }

  private Interruption interruption(final String word) {
    return Arrays.stream(Interruption.values())
        .filter(one -> one.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            wrong(
                "interruption",
                "must be "
                    + Arrays.stream(Interruption.values())
                        .map(Interruption::word)
                        .collect(Collectors.joining(", "))
                    + ", not \""
                    + word
                    + "\""));
  }

  private boolean badge(final String word) {
    if (!word.equals("true") && !word.equals("false")) {
      throw wrong("badge", "must be true or false");
    }
    return word.equals("true");
  }

  private IllegalArgumentException wrong(final String field, final String complaint) {
    return new IllegalArgumentException("styles." + style + "." + field + ": " + complaint);
  }
}

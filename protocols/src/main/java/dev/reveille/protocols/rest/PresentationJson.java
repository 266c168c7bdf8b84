package dev.reveille.protocols.rest;

import dev.reveille.model.LanguageTag;
import dev.reveille.model.Surrogates;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.presentation.Presentation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Converts an app's presentation between JSON and the values of a setting, which [Presentation]
/// describes.
final class PresentationJson {
  private static final String[] NAMES = {"sound", "category", "interruption", "channel"};
  private static final String[] TEMPLATES = {"thread", "image"};
  private static final String[] KEYS = {"title", "body", "placeholder"};
  private static final String[] STYLE = {
    "sound",
    "category",
    "interruption",
    "channel",
    "thread",
    "image",
    "badge",
    "titleKey",
    "titleArgs",
    "bodyKey",
    "bodyArgs",
    "placeholderKey",
    "placeholderArgs",
    "words"
  };

  private PresentationJson() {}

  static Map<String, List<String>> read(final JsonBody body) {
    final var values = new HashMap<String, List<String>>();
    body.text("defaultLocale")
        .ifPresent(locale ->
            values.put(
                Presentation.DEFAULT_LOCALE,
                List.of(locale.isEmpty() ? "" : locale("defaultLocale", locale))));
    final var styles =
        body.openObject("styles").orElseThrow(() -> Refusal.malformed("styles", "is missing"));
    for (final var field : styles.fields()) {
      final var name = field.getKey();
      if (name.isEmpty() || name.indexOf(' ') >= 0) {
        throw Refusal.malformed("styles", "a name has no spaces: \"" + name + "\"");
      }
      styles.object(name, STYLE).ifPresent(style -> read(name, style, values));
    }
    return values;
  }

  private static void read(
      final String name, final JsonBody style, final Map<String, List<String>> values) {
    for (final var part : NAMES) {
      style.text(part).ifPresent(text -> values.put(name + " " + part, List.of(text)));
    }
    for (final var part : TEMPLATES) {
      style.text(part).ifPresent(text -> values.put(name + " " + part, List.of(text)));
    }
    style.flag("badge").ifPresent(on -> values.put(name + " badge", List.of(Boolean.toString(on))));
    for (final var part : KEYS) {
      final var key = style.text(part + "Key").orElse("");
      final var args =
          style.texts(part + "Args").orElse(List.of()).stream().map(Surrogates::mended).toList();
      if (!key.isEmpty()) {
        final var all = new ArrayList<String>();
        all.add(key);
        all.addAll(args);
        values.put(name + " " + part + "-key", all);
      } else if (!args.isEmpty()) {
        throw Refusal.malformed("styles." + name + "." + part + "Args", "go with " + part + "Key");
      }
    }
    style
        .openObject("words")
        .ifPresent(words -> {
          for (final var field : words.fields()) {
            words
                .object(field.getKey(), KEYS)
                .ifPresent(texts -> {
                  final var where = "styles." + name + ".words." + field.getKey();
                  final var before =
                      values.put(
                          name + " words " + locale(where, field.getKey()),
                          List.of(
                              texts.text("title").orElse(""),
                              texts.text("body").orElse(""),
                              texts.text("placeholder").orElse("")));
                  if (before != null) {
                    throw Refusal.malformed(where, "is given twice");
                  }
                });
          }
        });
  }

  /// The one spelling of a language, so that it is found whatever spelling a device uses.
  private static String locale(final String where, final String written) {
    try {
      return LanguageTag.strict(written);
    } catch (IllegalArgumentException mistake) {
      throw Refusal.malformed(where, String.valueOf(mistake.getMessage()));
    }
  }

  static void write(final JsonOut out, final Map<String, List<String>> values) {
    final var names = new TreeSet<String>();
    values.forEach((name, value) -> {
      final int space = name.indexOf(' ');
      if (space > 0) {
        names.add(name.substring(0, space));
      } else {
        out.text("defaultLocale", value.getFirst());
      }
    });
    out.object(
        "styles",
        styles -> names.forEach(name -> styles.object(name, style -> write(style, name, values))));
  }

  private static void write(
      final JsonOut out, final String name, final Map<String, List<String>> values) {
    for (final var parts : List.of(NAMES, TEMPLATES)) {
      for (final var part : parts) {
        final var value = values.get(name + " " + part);
        if (value != null) {
          out.text(part, value.getFirst());
        }
      }
    }
    final var badge = values.get(name + " badge");
    if (badge != null) {
      out.flag("badge", Boolean.parseBoolean(badge.getFirst()));
    }
    for (final var part : KEYS) {
      final var key = values.get(name + " " + part + "-key");
      if (key != null) {
        out.text(part + "Key", key.getFirst());
        if (key.size() > 1) {
          out.texts(part + "Args", key.subList(1, key.size()));
        }
      }
    }
    final var words = new TreeMap<String, List<String>>();
    final var prefix = name + " words ";
    values.forEach((key, texts) -> {
      if (key.startsWith(prefix)) {
        words.put(key.substring(prefix.length()), texts);
      }
    });
    if (!words.isEmpty()) {
      out.object(
          "words",
          all ->
              words.forEach((locale, texts) ->
                  all.object(
                      locale,
                      fields -> {
                        for (int i = 0; i < KEYS.length && i < texts.size(); i++) {
                          fields.textIfAny(KEYS[i], texts.get(i));
                        }
                      })));
    }
  }
}

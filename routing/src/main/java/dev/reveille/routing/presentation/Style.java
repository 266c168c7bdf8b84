package dev.reveille.routing.presentation;

import dev.reveille.model.LanguageTag;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.port.NotificationStyle.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How an app shows one kind of event. A part that is empty stays as the event's own content has
/// it.
///
/// @param texts per language tag in its canonical form
/// @param keys the names of the app's own texts, instead of `texts`
record Style(
    Map<String, Texts> texts,
    Optional<Keys> keys,
    Optional<String> sound,
    Optional<String> category,
    Optional<Template> thread,
    Optional<Interruption> interruption,
    Optional<Boolean> badge,
    Optional<String> channel,
    Optional<Template> image) {

  static final Style NONE =
      new Style(
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  Style {
    texts = Map.copyOf(texts);
  }

  /// @param placeholder shown where the content must not or cannot be
  record Texts(Template title, Template body, Template placeholder) {}

  /// A text of the app and what fills its gaps.
  record Key(String name, List<Template> args) {
    static final Key NONE = new Key("", List.of());

    private Words filled(final TemplateValues values) {
      if (name.isEmpty()) {
        return Words.NONE;
      }
      final var words = new ArrayList<String>(args.size());
      int left = Template.MOST_FILLED; // for all of them: they leave in one push
      for (final var arg : args) {
        final var word = arg.fill(values, left);
        words.add(word);
        left -= word.length();
      }
      return new Words.Localized(name, words);
    }
  }

  record Keys(Key title, Key body, Key placeholder) {}

  boolean hasWords() {
    return !texts.isEmpty() || keys.isPresent();
  }

  /// This one, and where it says nothing the other.
  Style over(final Style other) {
    return new Style(
        hasWords() ? texts : other.texts,
        hasWords() ? keys : other.keys,
        sound.or(other::sound),
        category.or(other::category),
        thread.or(other::thread),
        interruption.or(other::interruption),
        badge.or(other::badge),
        channel.or(other::channel),
        image.or(other::image));
  }

  /// @param plain how the content shows itself
  NotificationStyle style(
      final NotificationStyle plain,
      final TemplateValues values,
      final String locale,
      final String defaultLocale) {
    Words title = plain.title();
    Words body = plain.body();
    Words placeholder = plain.placeholder();
    if (keys.isPresent()) {
      final var named = keys.get();
      title = named.title.filled(values);
      body = named.body.filled(values);
      placeholder =
          named.placeholder.name.isEmpty() ? placeholder : named.placeholder.filled(values);
    } else if (!texts.isEmpty()) {
      final var chosen = texts(locale, defaultLocale);
      title = new Words.Text(chosen.title.fill(values));
      body = new Words.Text(chosen.body.fill(values));
      final var instead = chosen.placeholder.fill(values);
      placeholder = instead.isEmpty() ? placeholder : new Words.Text(instead);
    }
    return new NotificationStyle(
        title,
        body,
        placeholder,
        sound.orElse(plain.sound()),
        category.orElse(plain.category()),
        thread.map(template -> template.fill(values)).orElse(plain.thread()),
        interruption.orElse(plain.interruption()),
        channel.orElse(plain.channel()),
        image.map(template -> template.fill(values)).orElse(plain.image()));
  }

  /// The words in the device's language: its tag whole, then shorter and shorter (RFC 4647 §3.4
  /// "lookup"), then the app's default.
  private Texts texts(final String locale, final String defaultLocale) {
    String tag = LanguageTag.canonical(locale);
    while (!tag.isEmpty()) {
      final var found = texts.get(tag);
      if (found != null) {
        return found;
      }
      int cut = tag.lastIndexOf('-');
      if (cut > 1 && tag.charAt(cut - 2) == '-') {
        cut -= 2; // a single letter introduces what follows and goes with it
      }
      tag = cut < 0 ? "" : tag.substring(0, cut);
    }
    final var found = texts.get(defaultLocale);
    if (found == null) {
      throw new IllegalStateException("checked when it was read: there are words in the default");
    }
    return found;
  }
}

package dev.reveille.routing.presentation;

import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.routing.port.NotificationStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// An app's rules for showing its events, as its publisher set them.
///
/// Kept as the values of a setting, one name per thing: `default-locale`, and per kind of event (a
/// class, or a class and a type: `alert/voicemail`) and separated by a space `sound`, `category`,
/// `thread`, `interruption`, `badge`, `channel`, `image`, `title-key`, `body-key`,
/// `placeholder-key` (the name of the app's text, then what fills its gaps) and `words LOCALE`
/// (title, body, placeholder). A type inherits from its class what it does not say itself.
///
/// Immutable; made once per change.
public final class Presentation {
  public static final String DEFAULT_LOCALE = "default-locale";
  private static final int MOST_STYLES = 64;

  private final String defaultLocale;
  private final Map<String, Style> styles;

  private Presentation(final String defaultLocale, final Map<String, Style> styles) {
    this.defaultLocale = defaultLocale;
    this.styles = Map.copyOf(styles);
  }

  /// @throws IllegalArgumentException with a complaint that names the place
  public static Presentation of(final Map<String, List<String>> values) {
    final var written = values.getOrDefault(DEFAULT_LOCALE, List.of("")).getFirst();
    final var defaultLocale = written.isEmpty() ? "" : StyleReader.locale("defaultLocale", written);
    final var names = new TreeSet<String>();
    for (final var name : values.keySet()) {
      if (!name.equals(DEFAULT_LOCALE)) {
        final int space = name.indexOf(' ');
        names.add(space < 0 ? name : name.substring(0, space));
      }
    }
    if (names.size() > MOST_STYLES) {
      throw new IllegalArgumentException(
          "styles: must be at most " + MOST_STYLES + ", not " + names.size());
    }
    final var own = new HashMap<String, Style>();
    for (final var name : names) {
      own.put(name, StyleReader.read(name, values, defaultLocale));
    }
    final var all = new HashMap<String, Style>();
    for (final var name : names) {
      final int slash = name.indexOf('/');
      final var style = own.getOrDefault(name, Style.NONE);
      all.put(
          name,
          slash < 0 ? style : style.over(own.getOrDefault(name.substring(0, slash), Style.NONE)));
    }
    return new Presentation(defaultLocale, all);
  }

  /// What [#of] does, for values that are about to be kept: also refuses words that no push could
  /// carry. What is kept already is read without that, and shortened when it is sent.
  ///
  /// @throws IllegalArgumentException with a complaint that names the place and the sum
  public static Presentation ofNew(final Map<String, List<String>> values) {
    final var presentation = of(values);
    Sizes.check(values);
    return presentation;
  }

  /// How this event is shown.
  ///
  /// @param plain how the content shows itself
  /// @param locale the device's language tag in its canonical form, "" for the default
  /// @param unread the user's unread entries, negative when they were not counted
  public NotificationStyle notificationStyle(
      final NotificationStyle plain, final Event event, final String locale, final int unread) {
    return style(event)
        .map(style -> style.style(plain, new TemplateValues(event, unread), locale, defaultLocale))
        .orElse(plain);
  }

  /// Whether the number on the app's icon goes along.
  public boolean showsBadge(final Event event) {
    return style(event).flatMap(Style::badge).orElse(true);
  }

  private Optional<Style> style(final Event event) {
    final var word = event.eventClass().word();
    final var ofType = styles.get(word + "/" + event.type());
    return Optional.ofNullable(ofType != null ? ofType : styles.get(word));
  }

  /// The classes that show something.
  static Optional<EventClass> shown(final String word) {
    for (final var one : EventClass.values()) {
      if (one.word().equals(word) && !TemplateValues.names(one).isEmpty()) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}

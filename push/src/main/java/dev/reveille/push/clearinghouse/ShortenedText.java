package dev.reveille.push.clearinghouse;

import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Words;

/// Shortens texts at a character's end.
final class ShortenedText {
  private ShortenedText() {}

  static NotificationStyle cut(final NotificationStyle style, final int longest) {
    return style.withWords(cut(style.title(), longest), cut(style.body(), longest));
  }

  private static Words cut(final Words words, final int longest) {
    return switch (words) {
      case Words.Text(var text) -> new Words.Text(cut(text, longest));
      case Words.Localized(var key, var arguments) ->
          new Words.Localized(
              key, arguments.stream().map(one -> cut(one, longest / arguments.size())).toList());
    };
  }

  /// @param longest in characters
  static String cut(final String text, final int longest) {
    if (text.length() <= longest) {
      return text;
    }
    final int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return text.substring(0, end);
  }
}

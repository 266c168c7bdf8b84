package dev.reveille.push.windows;

import dev.reveille.push.payload.Envelope;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Words;
import java.util.function.UnaryOperator;

/// The two lines that Windows itself shows of a push, as text that XML can hold.
///
/// @param title may be empty; then the body stands alone
/// @param body may be empty beside a title
public record ShownWords(String title, String body) {
  /// What a style says, or its placeholder where it says nothing.
  ///
  /// @param byKey gives a text of the app itself by its key, "" where the system has no way to
  /// @param plain the placeholder of a style that has none
  public static ShownWords of(
      final NotificationStyle style, final UnaryOperator<String> byKey, final String plain) {
    final var title = text(style.title(), byKey);
    final var body = text(style.body(), byKey);
    return title.isEmpty() && body.isEmpty()
        ? placeholder(style, byKey, plain)
        : new ShownWords(title, body);
  }

  /// What stands where the real words do not fit or are not for the push service's eyes.
  ///
  /// @param byKey as above
  /// @param plain as above
  public static ShownWords placeholder(
      final NotificationStyle style, final UnaryOperator<String> byKey, final String plain) {
    final var text = text(Envelope.placeholder(style, plain), byKey);
    return new ShownWords("", text.isEmpty() ? plain : text);
  }

  /// Windows fills no gaps of a text that the app has: what would fill them is shown instead, which
  /// is what the sender wrote.
  private static String text(final Words words, final UnaryOperator<String> byKey) {
    return XmlText.legal(
        switch (words) {
          case Words.Text(var text) -> text;
          case Words.Localized(var key, var args) ->
              args.isEmpty() ? byKey.apply(key) : String.join(" ", args);
        });
  }

  ShownWords with(final String newTitle, final String newBody) {
    return new ShownWords(newTitle, newBody);
  }

  @Override
  public String toString() {
    return "ShownWords[…]";
  }
}

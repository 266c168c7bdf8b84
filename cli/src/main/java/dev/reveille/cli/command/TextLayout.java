package dev.reveille.cli.command;

/// Layout of text that several commands share.
final class TextLayout {
  private TextLayout() {}

  /// Adds `name value` on a line of its own, indented; nothing when there is no value.
  static void line(final StringBuilder text, final String name, final String value) {
    if (!value.isEmpty()) {
      text.append(String.format("%n  %-11s  %s", name, value));
    }
  }
}

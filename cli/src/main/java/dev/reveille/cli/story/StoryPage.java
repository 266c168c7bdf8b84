package dev.reveille.cli.story;

/// Lays out a story: the time at the left edge, and long lines broken between words.
final class StoryPage {
  private static final int WIDTH = 100;
  private static final int MARGIN = 12;

  private final StringBuilder text = new StringBuilder();

  /// A headline or a sentence over the whole width.
  void line(final String words) {
    text.append(words).append('\n');
  }

  void gap() {
    text.append('\n');
  }

  /// A line of the story; `moment` is "" when the line goes on with what was said before.
  void line(final String moment, final String words) {
    String left = " ".repeat(Math.max(0, MARGIN - 2 - moment.length())) + moment + "  ";
    int used = left.length();
    final var line = new StringBuilder(left);
    for (final String word : words.split(" ", -1)) {
      if (used > MARGIN && used + word.length() > WIDTH) {
        text.append(line.toString().stripTrailing()).append('\n');
        left = " ".repeat(MARGIN);
        line.setLength(0);
        line.append(left);
        used = MARGIN;
      }
      line.append(word).append(' ');
      used += word.length() + 1;
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  @Override
  public String toString() {
    return text.toString().stripTrailing();
  }
}

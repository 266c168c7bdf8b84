package dev.reveille.server;

import dev.reveille.model.UnsafeCharacters;

/// Makes text safe for the log. Text that a client sent may be quoted in it by a library's message:
/// control characters, such as those of terminals or line ends, are written as `\u001b` and the
/// like, so that one record is one line and no line can be forged.
final class LogText {
  private static final int DEEPEST_CAUSE = 20;

  private LogText() {}

  static String visible(final String text) {
    if (!UnsafeCharacters.in(text)) {
      return text;
    }
    final var shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c == '\n') {
        shown.append(" | ");
      } else if (c == '\t') {
        shown.append(' ');
      } else if (!UnsafeCharacters.is(c)) {
        shown.append(c);
      } else if (c != '\r') {
        shown.append(String.format("\\u%04x", (int) c));
      }
    }
    return shown.toString();
  }

  /// A stack trace in the JDK's form, each line ours: the message of an exception stays on its own.
  static void trace(final StringBuilder log, final Throwable thrown) {
    trace(log, thrown, "", "", 0);
  }

  private static void trace(
      final StringBuilder log,
      final Throwable thrown,
      final String margin,
      final String before,
      final int depth) {
    log.append(margin).append(before).append(visible(thrown.toString())).append('\n');
    for (final var frame : thrown.getStackTrace()) {
      log.append(margin).append("\tat ").append(frame).append('\n');
    }
    if (depth == DEEPEST_CAUSE) {
      return; // a chain so long goes round in a circle
    }
    for (final var suppressed : thrown.getSuppressed()) {
      trace(log, suppressed, margin + "\t", "Suppressed: ", depth + 1);
    }
    if (thrown.getCause() != null) {
      trace(log, thrown.getCause(), margin, "Caused by: ", depth + 1);
    }
  }
}

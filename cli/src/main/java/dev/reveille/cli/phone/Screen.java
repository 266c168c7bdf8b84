package dev.reveille.cli.phone;

import dev.reveille.cli.terminal.TerminalEscaping;
import java.io.PrintWriter;

/// Shows what happens on a phone. In a terminal the last line is the phone's state, and events are
/// written above it; otherwise it writes one line after the other. Not thread-safe.
final class Screen implements AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final String REVERSE = "\u001b[7m";
  private static final String PLAIN = "\u001b[0m";
  private static final String BELL = "\u0007";

  private final PrintWriter out;
  private final boolean live;
  private String status = "";

  /// @param live it is a terminal that knows how to rewrite a line
  Screen(final PrintWriter out, final boolean live) {
    this.out = out;
    this.live = live;
  }

  /// Shows words to a person, on one line.
  void print(final String words) {
    printRaw(TerminalEscaping.line(words));
  }

  /// Prints a line for a program: as it is.
  void printRaw(final String text) {
    out.print(live ? CLEAR_LINE : "");
    out.println(text);
    draw();
  }

  /// How the phone stands now.
  void status(final String words) {
    status = TerminalEscaping.line(words);
    if (live) {
      out.print(CLEAR_LINE);
    }
    draw();
  }

  void bell() {
    if (live) {
      out.print(BELL);
    }
  }

  private void draw() {
    if (live && !status.isEmpty()) {
      out.print(REVERSE + " " + status + " " + PLAIN);
    }
    out.flush();
  }

  /// Leaves an empty line for what comes after.
  @Override
  public void close() {
    if (live) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }
}

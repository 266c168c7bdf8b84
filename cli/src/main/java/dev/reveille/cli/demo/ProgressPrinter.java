package dev.reveille.cli.demo;

import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.TerminalEscaping;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/// Prints the progress of the demonstration.
final class ProgressPrinter {
  private static final int DOTS = 46;

  private final CommandEnvironment here;

  ProgressPrinter(final CommandEnvironment here) {
    this.here = here;
  }

  void line(final String text) {
    here.out().println(TerminalEscaping.page(text));
    here.out().flush();
  }

  /// Announces work, does it, and says how long it took.
  <T> T during(final String what, final Supplier<T> work) {
    here.out().print("  " + what + " " + ".".repeat(Math.max(3, DOTS - what.length())) + " ");
    here.out().flush();
    final long start = System.nanoTime();
    final T result = work.get();
    line(milliseconds(Duration.ofNanos(System.nanoTime() - start)));
    return result;
  }

  void show(final Scene scene) {
    line(
        String.format(
            "%n  %-6s  %s%n          expected  %s%n          happened  %s%s",
            scene.held() ? "ok" : "FAILED",
            scene.title(),
            scene.expected(),
            scene.happened(),
            scene.after().isZero() ? "" : "  [" + milliseconds(scene.after()) + "]"));
  }

  private static final String ROW = "  %-10s  %-9s  %-7s  %-24s  ";
  private static final String RESULT = "%-24s %10s  %s";

  void chapter(final String title) {
    line("\n== " + title);
  }

  void headline() {
    line(
        String.format("%n" + ROW, "app is", "comes in", "system", "expected")
            + String.format(RESULT, "happened", "after", "").stripTrailing());
  }

  /// Shows a row as far as it is known before it is played.
  void begin(final BehaviourRow row) {
    here.out()
        .print(
            String.format(
                ROW, row.state().label(), row.what().label(), row.kind().label(), row.expected()));
    here.out().flush();
  }

  /// Shows what became of it.
  void end(final Scene scene) {
    if (scene.held()) {
      line(String.format(RESULT, scene.happened(), milliseconds(scene.after()), "ok"));
    } else {
      line(String.format(RESULT, "otherwise, see below", "", "FAILED"));
      line("      " + scene.happened());
    }
  }

  static String milliseconds(final Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }
}

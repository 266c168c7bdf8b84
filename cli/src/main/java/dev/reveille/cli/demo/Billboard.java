package dev.reveille.cli.demo;

import dev.reveille.cli.terminal.Surroundings;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/// Shows what goes on while it goes on.
final class Billboard {
  private static final int DOTS = 46;

  private final Surroundings here;

  Billboard(final Surroundings here) {
    this.here = here;
  }

  void line(final String text) {
    here.out().println(text);
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

  static String milliseconds(final Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }
}

package dev.reveille.cli.command;

import dev.reveille.cli.terminal.Failure;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses values of command-line options, such as durations.
final class Arguments {
  private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Arguments() {}

  /// A list option that was not given is null.
  static List<String> list(final @Nullable List<String> given) {
    return given == null ? List.of() : given;
  }

  /// `45s`, `5m`, `2h`, `30d`, or ISO 8601; as the wire wants it.
  static String duration(final String given) {
    final Matcher match = SHORT.matcher(given.toLowerCase(Locale.ROOT));
    try {
      if (!match.matches()) {
        return Duration.parse(given).toString();
      }
      final long number = Long.parseLong(match.group(1));
      final Duration duration =
          switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      return duration.toString();
    } catch (DateTimeException e) {
      throw Failure.misuse(
          "\"" + given + "\" is no duration.", "Write 45s, 5m, 2h, 30d, or PT45S.");
    }
  }
}

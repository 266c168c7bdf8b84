package dev.reveille.protocols.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/// Reads moments (RFC 3339) and durations (ISO 8601) from JSON. The common forms are parsed by
/// hand: the JDK's parsers cost more than the rest of an event.
public final class Times {
  private static final int SECONDS_A_DAY = 86_400;
  private static final int LONGEST = 40;

  /// What lies beyond these is a mistake, and sums with it could run over.
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");
  private static final Duration LONGEST_DURATION = Duration.ofDays(100_000_000);

  private Times() {}

  /// @throws Refusal when it is no duration, or not a positive one
  public static Duration duration(final String field, final String text) {
    final long simple = simpleSeconds(text);
    if (simple > 0) {
      return Duration.ofSeconds(simple);
    }
    try {
      final var duration = text.length() > LONGEST ? Duration.ZERO : Duration.parse(text);
      if (duration.isPositive() && duration.compareTo(LONGEST_DURATION) <= 0) {
        return duration;
      }
    } catch (DateTimeException | ArithmeticException _) {
      // said below
    }
    throw Refusal.malformed(
        field, "must be a duration above zero like PT30S or P2D, not \"" + text + "\"");
  }

  /// @throws Refusal when it is no moment
  public static Instant moment(final String field, final String text) {
    try {
      final var simple = simpleMoment(text);
      if (simple != null) {
        return simple;
      }
      if (text.length() <= LONGEST) {
        final var moment = Instant.parse(text);
        if (!moment.isBefore(EARLIEST) && moment.isBefore(LATEST)) {
          return moment;
        }
      }
    } catch (DateTimeException _) {
      // said below
    }
    throw Refusal.malformed(
        field, "must be a moment like 2026-03-01T12:00:00Z, not \"" + text + "\"");
  }

  /// `PT…S`, `PT…M`, `PT…H`, `P…D` with one number; 0 for any other form.
  private static long simpleSeconds(final String text) {
    final int last = text.length() - 1;
    final boolean ofTime = text.startsWith("PT");
    final int from = ofTime ? 2 : 1;
    if (last <= from || last > from + 8 || text.charAt(0) != 'P') {
      return 0;
    }
    long number = 0;
    for (int i = from; i < last; i++) {
      final int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number
        * switch (text.charAt(last)) {
          case 'S' -> ofTime ? 1 : 0;
          case 'M' -> ofTime ? 60 : 0;
          case 'H' -> ofTime ? 3_600 : 0;
          case 'D' -> ofTime ? 0 : SECONDS_A_DAY;
          default -> 0;
        };
  }

  /// `2026-03-01T12:00:00Z`, also with a fraction; null for any other form.
  private static @org.jspecify.annotations.Nullable Instant simpleMoment(final String text) {
    final int length = text.length();
    if (length < 20
        || length > 30
        || text.charAt(length - 1) != 'Z'
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':'
        || (length > 20 && text.charAt(19) != '.')
        || length == 21) {
      return null;
    }
    final int hour = digits(text, 11, 13);
    final int minute = digits(text, 14, 16);
    final int second = digits(text, 17, 19);
    final int year = digits(text, 0, 4);
    final int month = digits(text, 5, 7);
    final int day = digits(text, 8, 10);
    final int fraction = length == 20 ? 0 : digits(text, 20, length - 1);
    if ((hour | minute | second | year | month | day | fraction) < 0
        || hour > 23
        || minute > 59
        || second > 59) {
      return null;
    }
    long nanos = fraction;
    for (int i = length - 21; i < 9 && length > 20; i++) {
      nanos *= 10;
    }
    final long of = (hour * 60L + minute) * 60 + second;
    return Instant.ofEpochSecond(
        LocalDate.of(year, month, day).toEpochDay() * SECONDS_A_DAY + of, nanos);
  }

  /// The number that the digits from `from` to `to` say, negative when they are none.
  private static int digits(final String text, final int from, final int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      final int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}

package dev.reveille.routing.settings;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.Optional;

/// Moments that come again: the five fields of crontab(5), in UTC: minute, hour, day of the month,
/// month, day of the week (0 and 7 are Sunday). A field is `*`, `n`, `a-b`, `*/s`, `n/s`, `a-b/s`
/// or a list of these. Where both days are restricted, either of them is enough, as cron has it.
/// The minute has to be one number, so that nothing comes more often than each hour.
///
/// Immutable.
public final class CronTimes {
  /// At three on the first of each month.
  public static final String MONTHLY = "0 3 1 * *";

  /// 29 February comes within eight years.
  private static final int MOST_DAYS = 366 * 8 + 2;

  private static final int LONGEST = 100;
  private static final int DAYS_OF_WEEK = 7;

  private final int minute;
  private final BitSet hours;
  private final BitSet days;
  private final BitSet months;
  private final BitSet weekdays;
  private final boolean isEitherDay;

  private CronTimes(final String[] fields) {
    this.minute = number(fields[0], "the minute", 0, 59);
    this.hours = field(fields[1], "the hour", 0, 23);
    this.days = field(fields[2], "the day of the month", 1, 31);
    this.months = field(fields[3], "the month", 1, 12);
    this.weekdays = field(fields[4], "the day of the week", 0, DAYS_OF_WEEK);
    if (weekdays.get(DAYS_OF_WEEK)) {
      weekdays.set(0);
    }
    this.isEitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
  }

  /// @throws IllegalArgumentException with what is wrong, to be read behind the field's name
  public static CronTimes of(final String text) {
    final var fields = text.strip().split("[ \t]+");
    if (text.length() > LONGEST || fields.length != 5) {
      throw new IllegalArgumentException(
          "must be five fields such as \"" + MONTHLY + "\": minute, hour, day, month, weekday");
    }
    final var times = new CronTimes(fields);
    if (times.next(Instant.EPOCH).isEmpty()) {
      throw new IllegalArgumentException("names a day that never comes");
    }
    return times;
  }

  private static int number(final String text, final String what, final int least, final int most) {
    if (!text.matches("[0-9]{1,2}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException(
          "has \"%s\" for %s, which must be %s from %d to %d"
              .formatted(
                  text, what, what.equals("the minute") ? "one number" : "a number", least, most));
    }
    return Integer.parseInt(text);
  }

  private static BitSet field(
      final String text, final String what, final int least, final int most) {
    final var set = new BitSet(most + 1);
    for (final var part : text.split(",", -1)) {
      final var steps = part.split("/", -1);
      final var range = steps[0].split("-", -1);
      if (steps.length > 2 || range.length > 2) {
        throw new IllegalArgumentException("has \"" + part + "\" for " + what);
      }
      final boolean isAll = steps[0].equals("*");
      final int from = isAll ? least : number(range[0], what, least, most);
      final boolean isOne = !isAll && range.length == 1 && steps.length == 1;
      final int to = isOne ? from : range.length == 2 ? number(range[1], what, from, most) : most;
      final int step = steps.length == 1 ? 1 : number(steps[1], "a step of " + what, 1, most);
      for (int i = from; i <= to; i += step) {
        set.set(i);
      }
    }
    return set;
  }

  /// The first of these moments after another one; empty when there is none within eight years.
  public Optional<Instant> next(final Instant after) {
    final var start = after.atZone(ZoneOffset.UTC);
    LocalDate day = start.toLocalDate();
    for (int i = 0; i < MOST_DAYS; i++, day = day.plusDays(1)) {
      if (isDay(day)) {
        for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
          final var at = day.atTime(LocalTime.of(hour, minute)).toInstant(ZoneOffset.UTC);
          if (at.isAfter(after)) {
            return Optional.of(at);
          }
        }
      }
    }
    return Optional.empty();
  }

  private boolean isDay(final LocalDate day) {
    final boolean ofMonth = days.get(day.getDayOfMonth());
    final boolean ofWeek = weekdays.get(day.getDayOfWeek().getValue() % DAYS_OF_WEEK);
    return months.get(day.getMonthValue()) && (isEitherDay ? ofMonth || ofWeek : ofMonth && ofWeek);
  }
}

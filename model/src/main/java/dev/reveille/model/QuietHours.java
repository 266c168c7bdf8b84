package dev.reveille.model;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// The hours of the week in which a user wants no alert, by the local time of their zone.
///
/// A moment is quiet when the wall clock of the zone, at that moment, shows a time within a period.
/// That is the whole rule, and it says what happens when clocks change: an hour that is left out
/// lies in no period, one that comes twice counts twice.
///
/// A period belongs to the days on which it begins. When its end is not later than its beginning,
/// it ends on the following day; `from` equal to `to` is a whole day.
///
/// Asked for every event, so the answer is remembered together with the span for which it holds;
/// only a moment outside of it is looked up in the zone's rules again. Thread-safe.
public final class QuietHours {
  public static final int MOST_PERIODS = 16;

  /// How far ahead the end of a span is looked for; a week shows every boundary once.
  private static final int DAYS_AHEAD = 8;

  /// @param days on which it begins
  /// @param to exclusive
  public record Period(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    public Period {
      if (days.isEmpty()) {
        throw new IllegalArgumentException("days must name at least one day");
      }
      days = Set.copyOf(EnumSet.copyOf(days));
    }

    private boolean shows(final DayOfWeek day, final LocalTime time) {
      if (from.isBefore(to)) {
        return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
      }
      return !time.isBefore(from)
          ? days.contains(day)
          : time.isBefore(to) && days.contains(day.minus(1));
    }
  }

  /// The time for which an answer holds; `until` may be earlier than the next change, where looking
  /// ahead ends.
  public record Span(boolean quiet, Instant from, Instant until) {
    boolean holds(final Instant moment) {
      return !moment.isBefore(from) && moment.isBefore(until);
    }
  }

  private final ZoneId zone;
  private final List<Period> periods;
  private volatile Span last = new Span(false, Instant.MAX, Instant.MIN);

  public QuietHours(final ZoneId zone, final List<Period> periods) {
    if (periods.isEmpty() || periods.size() > MOST_PERIODS) {
      throw new IllegalArgumentException(
          "quiet hours have 1 to " + MOST_PERIODS + " periods, not " + periods.size());
    }
    this.zone = zone;
    this.periods = List.copyOf(periods);
  }

  public ZoneId zone() {
    return zone;
  }

  public List<Period> periods() {
    return periods;
  }

  /// Whether this moment is quiet.
  public boolean at(final Instant moment) {
    return span(moment).quiet();
  }

  /// The answer for this moment, and until when it stays so.
  public Span span(final Instant moment) {
    final var known = last;
    if (known.holds(moment)) {
      return known;
    }
    final var span = look(moment);
    last = span;
    return span;
  }

  private Span look(final Instant moment) {
    final boolean quiet = shows(moment);
    Instant until = moment.plusSeconds(DAYS_AHEAD * 86_400L);
    for (final var candidate : candidates(moment)) {
      if (candidate.isAfter(moment) && candidate.isBefore(until) && shows(candidate) != quiet) {
        until = candidate;
      }
    }
    return new Span(quiet, moment, until);
  }

  private boolean shows(final Instant moment) {
    final var clock = moment.atZone(zone);
    for (final var period : periods) {
      if (period.shows(clock.getDayOfWeek(), clock.toLocalTime())) {
        return true;
      }
    }
    return false;
  }

  /// Every moment at which the answer may change: where the clock shows a boundary (twice, when the
  /// hour comes twice), and where the clock is put forward or back.
  private List<Instant> candidates(final Instant moment) {
    final ZoneRules rules = zone.getRules();
    final var all = new ArrayList<Instant>();
    final LocalDate today = moment.atZone(zone).toLocalDate();
    for (int day = 0; day <= DAYS_AHEAD; day++) {
      for (final var period : periods) {
        for (final var time : List.of(period.from(), period.to())) {
          final var clock = today.plusDays(day).atTime(time);
          rules.getValidOffsets(clock).forEach(offset -> all.add(clock.toInstant(offset)));
        }
      }
    }
    var change = rules.nextTransition(moment);
    for (int i = 0; change != null && i < 4; i++) {
      all.add(change.getInstant());
      change = rules.nextTransition(change.getInstant());
    }
    return all;
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof QuietHours that
        && zone.equals(that.zone)
        && periods.equals(that.periods);
  }

  @Override
  public int hashCode() {
    return Objects.hash(zone, periods);
  }

  @Override
  public String toString() {
    return "QuietHours[" + zone + " " + periods + "]";
  }
}

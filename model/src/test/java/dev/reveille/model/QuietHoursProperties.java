package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.QuietHours.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Quiet hours follow local time, in every zone and when its clocks change.
final class QuietHoursProperties {
  private static final List<ZoneId> ZONES =
      ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Provide
  Arbitrary<QuietHours> hours() {
    final var times =
        Arbitraries.integers().between(0, 24 * 60 - 1).map(m -> LocalTime.of(m / 60, m % 60));
    final var periods =
        Combinators.combine(
                Arbitraries.of(DayOfWeek.class).set().ofMinSize(1).ofMaxSize(7), times, times)
            .as(Period::new);
    return Combinators.combine(Arbitraries.of(ZONES), periods.list().ofMinSize(1).ofMaxSize(3))
        .as(QuietHours::new);
  }

  /// Half of them near a change of the clocks, where mistakes live.
  @Provide
  Arbitrary<Long> moments() {
    final long from = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
    return Arbitraries.longs().between(from, from + 3 * 365 * 86_400L);
  }

  /// What a person would say who looks at the wall, without knowing how it is computed.
  private static boolean looked(final QuietHours hours, final Instant moment) {
    final LocalDateTime wall = LocalDateTime.ofInstant(moment, hours.zone());
    for (final var period : hours.periods()) {
      for (int daysAgo = 0; daysAgo <= 1; daysAgo++) {
        final var begin = wall.toLocalDate().minusDays(daysAgo).atTime(period.from());
        final var end =
            period.from().isBefore(period.to())
                ? begin.toLocalDate().atTime(period.to())
                : begin.toLocalDate().plusDays(1).atTime(period.to());
        if (period.days().contains(begin.getDayOfWeek())
            && !wall.isBefore(begin)
            && wall.isBefore(end)) {
          return true;
        }
      }
    }
    return false;
  }

  @Property(tries = 2_000)
  void a_moment_is_quiet_when_the_wall_clock_says_so(
      @ForAll("hours") final QuietHours hours, @ForAll("moments") final long second) {
    final var moment = Instant.ofEpochSecond(second);
    assertEquals(looked(hours, moment), hours.at(moment));
  }

  @Property(tries = 500)
  void near_a_change_of_the_clocks_too(
      @ForAll("hours") final QuietHours hours,
      @ForAll("moments") final long second,
      @ForAll final short offBy) {
    final var change = hours.zone().getRules().nextTransition(Instant.ofEpochSecond(second));
    final var moment =
        change == null
            ? Instant.ofEpochSecond(second)
            : change.getInstant().plusSeconds(offBy / 2); // nine hours around it
    assertEquals(looked(hours, moment), hours.at(moment));
  }

  /// What is remembered must be as right as what is computed: minute by minute over two days.
  @Property(tries = 100)
  void the_answer_holds_for_its_whole_span_and_not_longer(
      @ForAll("hours") final QuietHours hours, @ForAll("moments") final long second) {
    final var change = hours.zone().getRules().nextTransition(Instant.ofEpochSecond(second));
    final var start =
        change == null ? Instant.ofEpochSecond(second) : change.getInstant().minusSeconds(86_400);
    for (int minute = 0; minute < 2 * 24 * 60; minute++) {
      final var moment = start.plusSeconds(60L * minute);
      assertEquals(looked(hours, moment), hours.at(moment), () -> hours + " at " + moment);
    }
    final var span = hours.span(start);
    assertEquals(span.quiet(), looked(hours, span.until().minusSeconds(1)));
  }

  /// An answer for one moment must not be taken for another's.
  @Property(tries = 500)
  void the_order_of_questions_does_not_matter(
      @ForAll("hours") final QuietHours hours,
      @ForAll("moments") final long one,
      @ForAll("moments") final long other) {
    for (final long second : List.of(one, other, one, one + 1, other - 1, one)) {
      final var moment = Instant.ofEpochSecond(second);
      assertEquals(looked(hours, moment), hours.at(moment));
    }
  }

  private static QuietHours nights(final Set<DayOfWeek> days, final String from, final String to) {
    return new QuietHours(
        BERLIN, List.of(new Period(days, LocalTime.parse(from), LocalTime.parse(to))));
  }

  private static boolean at(final QuietHours hours, final String wall) {
    return hours.at(LocalDateTime.parse(wall).atZone(BERLIN).toInstant());
  }

  @Example
  void a_night_belongs_to_the_evening_on_which_it_begins() {
    final var friday = nights(EnumSet.of(DayOfWeek.FRIDAY), "22:00", "07:00");
    assertFalse(at(friday, "2026-11-20T21:59:59"));
    assertTrue(at(friday, "2026-11-20T22:00:00"), "Friday evening");
    assertTrue(at(friday, "2026-11-21T06:59:59"), "Saturday morning");
    assertFalse(at(friday, "2026-11-21T07:00:00"));
    assertFalse(at(friday, "2026-11-20T06:00:00"), "Friday morning is Thursday's night");
    assertEquals(
        Instant.parse("2026-11-21T06:00:00Z"),
        friday.span(Instant.parse("2026-11-20T22:30:00Z")).until());
  }

  @Example
  void in_the_night_that_is_an_hour_shorter_it_ends_when_the_clock_says_seven() {
    final var nights = nights(EnumSet.allOf(DayOfWeek.class), "22:00", "07:00");
    final var evening = Instant.parse("2026-03-28T21:00:00Z"); // 22:00 on Saturday
    final var span = nights.span(evening);
    assertTrue(span.quiet());
    assertEquals(Instant.parse("2026-03-29T05:00:00Z"), span.until(), "eight hours later");
  }

  @Example
  void in_the_night_that_is_an_hour_longer_too() {
    final var nights = nights(EnumSet.allOf(DayOfWeek.class), "22:00", "07:00");
    final var span = nights.span(Instant.parse("2026-10-24T20:00:00Z"));
    assertEquals(Instant.parse("2026-10-25T06:00:00Z"), span.until(), "ten hours later");
  }

  @Example
  void an_hour_that_is_left_out_is_in_no_period_and_one_that_comes_twice_counts_twice() {
    final var hour = nights(EnumSet.allOf(DayOfWeek.class), "02:00", "03:00");
    final var leftOut = LocalDateTime.parse("2026-03-29T00:00").toInstant(ZoneOffset.UTC);
    for (int minute = 0; minute < 180; minute++) {
      assertFalse(hour.at(leftOut.plusSeconds(60L * minute)));
    }
    final var twice = Instant.parse("2026-10-25T00:00:00Z"); // 02:00, for the first time
    assertEquals(Instant.parse("2026-10-25T02:00:00Z"), hour.span(twice).until());
  }

  @Example
  void from_equal_to_to_is_a_whole_day() {
    final var sundays = nights(EnumSet.of(DayOfWeek.SUNDAY), "00:00", "00:00");
    assertTrue(at(sundays, "2026-11-22T00:00:00"));
    assertTrue(at(sundays, "2026-11-22T23:59:59"));
    assertFalse(at(sundays, "2026-11-23T00:00:00"));
    assertFalse(at(sundays, "2026-11-21T23:59:59"));
  }

  @Example
  void hours_that_never_end_are_looked_at_again_after_a_while() {
    final var always = nights(EnumSet.allOf(DayOfWeek.class), "00:00", "00:00");
    assertTrue(always.span(Instant.parse("2026-11-21T10:00:00Z")).quiet());
    assertTrue(always.at(Instant.parse("2027-11-21T10:00:00Z")));
  }
}

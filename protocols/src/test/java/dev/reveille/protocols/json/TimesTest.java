package dev.reveille.protocols.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "PT1S",
        "PT45S",
        "PT10M",
        "PT24H",
        "P30D",
        "PT1H30M",
        "P1DT12H",
        "PT0.5S",
        "PT99999999S",
        "PT999999999S"
      })
  void a_duration_is_what_the_jdk_says_it_is(final String text) {
    assertEquals(Duration.parse(text), Times.duration("f", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "P",
        "PT",
        "PTS",
        "PD",
        "P1M",
        "P1Y",
        "PT0S",
        "P0D",
        "PT-5S",
        "-PT5S",
        "1 hour",
        "PT5X",
        "P5S",
        "PT5D",
        "PT2562047788015215H"
      })
  void anything_else_is_no_duration(final String text) {
    assertThrows(Refusal.class, () -> Times.duration("f", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00.5Z",
        "2026-03-01T12:00:00.123456789Z",
        "2028-02-29T23:59:59Z",
        "1969-12-31T23:59:59.999Z",
        "2026-03-01T12:00:00+01:00"
      })
  void a_moment_is_what_the_jdk_says_it_is(final String text) {
    assertEquals(Instant.parse(text), Times.moment("f", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-03-01",
        "2026-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-03-01T25:00:00Z",
        "2026-03-01T12:00:61Z",
        "2026-03-01T12:00:00",
        "2026-03-01 12:00:00Z",
        "2026-03-0xT12:00:00Z",
        "+1000000000-12-31T23:59:59Z",
        "-1000000000-01-01T00:00:00Z"
      })
  void anything_else_is_no_moment(final String text) {
    assertThrows(Refusal.class, () -> Times.moment("f", text));
  }

  @Test
  void a_complaint_is_one_line_however_long_and_odd_the_text() {
    final var complaint =
        assertThrows(Refusal.class, () -> Times.moment("f", "\n\ud800" + "x".repeat(10_000)));

    assertEquals(1, complaint.detail().lines().count());
    assertEquals(true, complaint.detail().length() < 400);
  }
}

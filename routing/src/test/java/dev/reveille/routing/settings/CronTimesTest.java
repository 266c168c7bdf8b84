package dev.reveille.routing.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimesTest {
  /// 28 February 2027 is a Sunday.
  @ParameterizedTest
  @CsvSource({
    "0 3 1 * *,       2027-02-28T10:00:00Z, 2027-03-01T03:00:00Z",
    "0 3 1 * *,       2027-03-01T02:59:59Z, 2027-03-01T03:00:00Z",
    "0 3 1 * *,       2027-03-01T03:00:00Z, 2027-04-01T03:00:00Z",
    "15 * * * *,      2027-02-28T10:15:00Z, 2027-02-28T11:15:00Z",
    "5 */6 * * *,     2027-02-28T18:05:00Z, 2027-03-01T00:05:00Z",
    "0 8-10/2 * * *,  2027-02-28T08:00:00Z, 2027-02-28T10:00:00Z",
    "0 0 29 2 *,      2027-02-28T10:00:00Z, 2028-02-29T00:00:00Z",
    "0 0 31 * *,      2027-02-01T00:00:00Z, 2027-03-31T00:00:00Z",
    "0 0 * 1 *,       2027-02-01T00:00:00Z, 2028-01-01T00:00:00Z",
    "0 0 * * 0,       2027-02-22T00:00:00Z, 2027-02-28T00:00:00Z",
    "0 0 * * 7,       2027-02-22T00:00:00Z, 2027-02-28T00:00:00Z",
    "0 0 13 * 5,      2027-02-28T00:00:00Z, 2027-03-05T00:00:00Z",
    "0 0 13 * 5,      2027-03-12T00:00:00Z, 2027-03-13T00:00:00Z",
    "0 0 * * 1-5,     2027-02-26T00:00:00Z, 2027-03-01T00:00:00Z",
    "0 12/6 1 1 *,    2027-01-01T12:00:00Z, 2027-01-01T18:00:00Z",
  })
  void the_next_moment(final String cron, final Instant after, final Instant next) {
    assertEquals(next, CronTimes.of(cron).next(after).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0 3 1 *",
        "0 3 1 * * *",
        "* 3 1 * *",
        "*/5 * * * *",
        "0,30 * * * *",
        "60 3 1 * *",
        "0 24 1 * *",
        "0 3 0 * *",
        "0 3 32 * *",
        "0 3 1 13 *",
        "0 3 1 * 8",
        "0 5-3 1 * *",
        "0 */0 1 * *",
        "0 1-2-3 1 * *",
        "0 1/2/3 1 * *",
        "0 , 1 * *",
        "0 3 1 jan *",
        "0 3 30 2 *",
        "-1 3 1 * *"
      })
  void what_is_no_schedule_is_refused(final String cron) {
    assertThrows(IllegalArgumentException.class, () -> CronTimes.of(cron));
  }

  @Test
  void a_day_that_never_comes_is_named_so() {
    final var why =
        assertThrows(IllegalArgumentException.class, () -> CronTimes.of("0 0 31 2,4 *"));
    assertEquals("names a day that never comes", why.getMessage());
  }
}

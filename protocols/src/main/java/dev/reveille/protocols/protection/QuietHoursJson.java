package dev.reveille.protocols.protection;

import dev.reveille.model.QuietHours;
import dev.reveille.model.QuietHours.Period;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads and writes quiet hours as JSON. Time zones are IANA names; an offset is refused, because
/// it would be wrong for half of the year.
final class QuietHoursJson {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private QuietHoursJson() {}

  static QuietHours read(final JsonBody body) {
    final var zone = zone(body.required("zone"));
    final var periods = new ArrayList<Period>();
    for (final var period : body.objects("periods", "days", "from", "to").orElse(List.of())) {
      final var days = days(period.texts("days").orElse(DAYS));
      final var from = time("from", period.required("from"));
      final var to = time("to", period.required("to"));
      periods.add(Protection.checked("quietHours.periods", () -> new Period(days, from, to)));
    }
    return Protection.checked("quietHours", () -> new QuietHours(zone, periods));
  }

  private static ZoneId zone(final String name) {
    if (!ZoneId.getAvailableZoneIds().contains(name)) {
      throw Refusal.malformed(
          "quietHours.zone", "must be an IANA time zone like Europe/Berlin, not \"" + name + "\"");
    }
    return ZoneId.of(name);
  }

  private static Set<DayOfWeek> days(final List<String> names) {
    final var days = EnumSet.noneOf(DayOfWeek.class);
    for (final var name : names) {
      final int place = DAYS.indexOf(name.toLowerCase(Locale.ROOT));
      if (place < 0) {
        throw Refusal.malformed(
            "quietHours.periods",
            "days are mon, tue, wed, thu, fri, sat and sun, not \"" + name + "\"");
      }
      days.add(DayOfWeek.of(place + 1));
    }
    return days;
  }

  /// `24:00` is the end of the day, as people write it.
  private static LocalTime time(final String field, final String text) {
    if (text.equals("24:00")) {
      return LocalTime.MIDNIGHT;
    }
    try {
      return LocalTime.parse(text);
    } catch (DateTimeException _) {
      throw Refusal.malformed(
          "quietHours.periods", field + " must be a time of day like 22:00, not \"" + text + "\"");
    }
  }

  static void write(final JsonOut out, final QuietHours quiet) {
    out.object(
        "quietHours",
        fields ->
            fields
                .text("zone", quiet.zone().getId())
                .objects(
                    "periods",
                    quiet.periods(),
                    (line, period) ->
                        line.texts(
                                "days",
                                period.days().stream()
                                    .sorted()
                                    .map(day -> DAYS.get(day.getValue() - 1))
                                    .toList())
                            .text("from", period.from().toString())
                            .text("to", period.to().toString())));
  }
}

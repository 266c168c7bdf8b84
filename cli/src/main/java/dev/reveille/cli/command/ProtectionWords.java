package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Parses and prints a user's protection in the form of the command line.
final class ProtectionWords {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Pattern HOURS =
      Pattern.compile("(?:(\\S+)\\s+)?(\\d{1,2}:\\d{2})\\s*-\\s*(\\d{1,2}:\\d{2})");
  private static final String HELP = "See reveille help users protect.";

  private ProtectionWords() {}

  static void doNotDisturb(final ObjectNode change, final String given) {
    switch (given) {
      case "" -> {}
      case "on" -> change.put("doNotDisturb", true);
      case "off" -> change.put("doNotDisturb", false);
      default -> change.put("doNotDisturbUntil", moment(given));
    }
  }

  /// A moment as it is, a duration counted from now.
  private static String moment(final String given) {
    if (given.indexOf('-') > 0) {
      return given;
    }
    return Instant.now()
        .plus(Duration.parse(Arguments.duration(given)))
        .truncatedTo(ChronoUnit.SECONDS)
        .toString();
  }

  static void quietHours(final ObjectNode change, final List<String> given, final String zone) {
    if (given.isEmpty()) {
      if (!zone.isEmpty()) {
        throw Failure.misuse("--zone goes with --quiet-hours.", HELP);
      }
      return;
    }
    if (given.equals(List.of("off"))) {
      change.putNull("quietHours");
      return;
    }
    final ObjectNode hours = change.putObject("quietHours");
    hours.put("zone", zone.isEmpty() ? ZoneId.systemDefault().getId() : zone);
    final var periods = hours.putArray("periods");
    for (final var one : given) {
      final var match = HOURS.matcher(one.strip());
      if (!match.matches()) {
        throw Failure.misuse(
            "\"" + one + "\" are no quiet hours.",
            "Write \"mon-fri 22:00-07:00\" or \"sat,sun 00:00-24:00\".");
      }
      final ObjectNode period = periods.addObject();
      period.set("days", Json.array(days(match.group(1) == null ? "daily" : match.group(1))));
      period.put("from", padded(match.group(2)));
      period.put("to", padded(match.group(3)));
    }
  }

  private static String padded(final String time) {
    return time.length() == 4 ? "0" + time : time;
  }

  /// `mon-fri`, `sat,sun`, `daily`.
  private static List<String> days(final String given) {
    final var word = given.toLowerCase(Locale.ROOT);
    if (word.equals("daily")) {
      return DAYS;
    }
    final var wanted = new boolean[DAYS.size()];
    for (final var part : word.split(",", -1)) {
      final var ends = part.split("-", -1);
      final int first = day(ends[0], given);
      final int last = day(ends[ends.length - 1], given);
      if (ends.length > 2) {
        throw noDays(given);
      }
      for (int day = first; ; day = (day + 1) % DAYS.size()) {
        wanted[day] = true;
        if (day == last) {
          break;
        }
      }
    }
    return DAYS.stream().filter(day -> wanted[DAYS.indexOf(day)]).toList();
  }

  private static int day(final String name, final String given) {
    final int place = name.length() < 3 ? -1 : DAYS.indexOf(name.substring(0, 3));
    if (place < 0) {
      throw noDays(given);
    }
    return place;
  }

  private static Failure noDays(final String given) {
    return Failure.misuse("\"" + given + "\" names no days.", "Write mon-fri, sat,sun, or daily.");
  }

  static void ringLimit(final ObjectNode change, final String given) {
    if (given.equals("off")) {
      change.putNull("ringLimit");
      return;
    }
    if (given.isEmpty()) {
      return;
    }
    final int slash = given.indexOf('/');
    try {
      final int rings = Integer.parseInt(slash < 0 ? given : given.substring(0, slash));
      final ObjectNode limit = change.putObject("ringLimit").put("rings", rings);
      if (slash >= 0) {
        limit.put("window", Arguments.duration(given.substring(slash + 1)));
      }
    } catch (NumberFormatException e) {
      throw Failure.misuse("\"" + given + "\" is no ring limit.", "Write 3/15m, or off.");
    }
  }

  // ---- showing --------------------------------------------------------------------------------

  static String inWords(final String user, final JsonNode protection) {
    final var text = new StringBuilder(user);
    final JsonNode now = protection.path("now");
    TextLayout.line(
        text,
        "now",
        now.path("silent").asBoolean()
            ? "silent"
                + until(now)
                + ": "
                + now.path("why").asText()
                + " ("
                + now.path("code").asText()
                + ")"
            : "may be alerted");
    TextLayout.line(
        text,
        "disturb",
        protection.path("doNotDisturb").asBoolean()
            ? "no"
                + (protection.has("doNotDisturbUntil")
                    ? ", until " + protection.path("doNotDisturbUntil").asText()
                    : "")
            : "");
    final JsonNode hours = protection.path("quietHours");
    TextLayout.line(
        text,
        "quiet hours",
        Json.elements(hours.path("periods"))
            .map(ProtectionWords::period)
            .collect(
                Collectors.joining(
                    "; ",
                    "",
                    hours.isMissingNode() ? "" : " (" + hours.path("zone").asText() + ")")));
    TextLayout.line(
        text,
        "muted",
        Json.elements(protection.path("muted"))
            .map(one -> one.path("conversation").asText() + until(one))
            .collect(Collectors.joining(", ")));
    final JsonNode limit = protection.path("ringLimit");
    TextLayout.line(
        text,
        "ring limit",
        limit.isMissingNode()
            ? ""
            : limit.path("rings").asInt() + " of one caller in " + limit.path("window").asText());
    TextLayout.line(
        text, "let through", String.join(" ", Json.texts(protection.path("letThrough"))));
    return text.toString();
  }

  private static String until(final JsonNode one) {
    return one.has("until") ? " until " + one.path("until").asText() : "";
  }

  private static String period(final JsonNode period) {
    final var days = Json.texts(period.path("days"));
    return (days.size() == DAYS.size() ? "daily" : String.join(",", days))
        + " "
        + period.path("from").asText()
        + "-"
        + period.path("to").asText();
  }
}

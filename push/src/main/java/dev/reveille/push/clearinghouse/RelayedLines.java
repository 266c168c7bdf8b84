package dev.reveille.push.clearinghouse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads the lines of a clearing house's own trail in a report, each a text `TIME TRY OUTCOME CODE
/// WORDS`, as lines for the trail of the push here. What is no such line is left out, and so is
/// what comes after the first [#MOST].
final class RelayedLines {
  /// The way of such lines in the trail.
  static final String WAY = "relay";

  static final int MOST = 20;

  private static final int LONGEST = 400;
  private static final int LONGEST_WORDS = 150;
  private static final Duration OLDEST = Duration.ofDays(30);
  private static final Pattern LINE =
      Pattern.compile("(\\S{20,30}) ([0-9]{1,6}) ([a-z-]{1,20}) (RV-[0-9]{3})(?: (.*))?");

  /// What can become of a push at a clearing house. Words of devices, such as that a call was
  /// declined, are not for it to say.
  private static final Set<String> OUTCOMES =
      Stream.of(
              Outcome.HANDED_OVER,
              Outcome.REFUSED,
              Outcome.TRY_AGAIN,
              Outcome.UNCERTAIN,
              Outcome.WAITS,
              Outcome.EXPIRED,
              Outcome.GIVEN_UP,
              Outcome.NOT_SENT,
              Outcome.ADDRESS_DROPPED,
              Outcome.ADDRESS_KEPT)
          .map(Outcome::word)
          .collect(Collectors.toUnmodifiableSet());

  private RelayedLines() {}

  /// @param trail of the report; any JSON
  /// @param domain of the clearing house, which stands before the words
  static List<Try> read(final JsonNode trail, final String domain, final Instant now) {
    final var lines = new ArrayList<Try>();
    for (final var one : trail) {
      final var text = one.asText();
      if (lines.size() < MOST && text.length() <= LONGEST) {
        final var found = LINE.matcher(text);
        if (found.matches() && OUTCOMES.contains(found.group(3))) {
          line(found, domain, now).ifPresent(lines::add);
        }
      }
    }
    return lines;
  }

  private static Optional<Try> line(final Matcher found, final String domain, final Instant now) {
    final Instant at;
    try {
      at = Instant.parse(found.group(1));
    } catch (final DateTimeException noTime) {
      return Optional.empty();
    }
    if (Duration.between(at, now).abs().compareTo(OLDEST) > 0) {
      return Optional.empty();
    }
    final var said = found.group(5) == null ? "" : ShortenedText.cut(found.group(5), LONGEST_WORDS);
    final var reason = Reason.ofCode(found.group(4));
    final var words = reason.isPresent() ? said : (found.group(4) + " " + said).strip();
    return Optional.of(
        new Try(
            WAY,
            Integer.parseInt(found.group(2)),
            at,
            found.group(3),
            reason.orElse(Reason.RELAY_HAS_IT),
            domain + ": " + words.replaceAll("\\p{Cntrl}", " ")));
  }
}

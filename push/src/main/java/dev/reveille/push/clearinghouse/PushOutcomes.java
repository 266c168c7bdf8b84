package dev.reveille.push.clearinghouse;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Reason;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// Reads what a clearing house says became of a push: `WORD CODE WORDS`, where the word is the
/// outcome of the last line in the trail over there, such as `handed-over`, the code its reason and
/// the words what the platform said.
final class PushOutcomes {
  private static final int LONGEST_WORDS = 200;

  private PushOutcomes() {}

  /// @param where the clearing house, for the trail
  /// @param now when the answer came
  /// @return empty when it cannot be read
  static Optional<DeliveryOutcome> read(final String text, final String where, final Instant now) {
    final var parts = text.strip().split(" ", 3);
    final var reason =
        parts.length < 2
            ? Optional.<Reason>empty()
            : Arrays.stream(Reason.values()).filter(one -> one.code().equals(parts[1])).findFirst();
    final var said = parts.length < 3 ? "" : parts[2];
    final var words = cut("at " + where + ": " + (parts.length < 2 ? "" : parts[1] + " ") + said);
    return switch (parts[0]) {
      case "handed-over" -> Optional.of(new HandedOver(words));
      case "refused" -> {
        final var why = reason.orElse(Reason.BAD_REQUEST);
        yield Optional.of(new Refused(why, words, verdict(why, now)));
      }
      case "expired", "given-up", "uncertain", "not-sent" ->
          Optional.of(new Refused(reason.orElse(Reason.NO_REPORT), words, Verdict.NOTHING));
      default -> Optional.empty();
    };
  }

  /// The token is the clearing house's matter, which answers 410 once the handle is over; a token
  /// that it calls bad may be a mistake in its settings.
  private static Verdict verdict(final Reason why, final Instant now) {
    return switch (why) {
      case HANDLE_GONE -> new Verdict.Gone(now);
      case TOKEN_BAD -> Verdict.DOUBTED_FOR_NOW;
      default -> Verdict.NOTHING;
    };
  }

  private static String cut(final String words) {
    return words.length() <= LONGEST_WORDS ? words : words.substring(0, LONGEST_WORDS);
  }
}

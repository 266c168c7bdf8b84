package dev.reveille.protocols.answers;

import dev.reveille.http.routes.SpellingSuggestion;
import dev.reveille.http.server.Exchange;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import java.util.Optional;
import java.util.Set;

/// Reads the query parameters of a request: refuses unknown ones, and parses numbers and positions.
public final class Query {
  private Query() {}

  /// Refuses query parameters that an address does not take: one that is misspelt would be the same
  /// as one that is left out.
  ///
  /// @throws Refusal when one is unknown, given twice or not readable
  public static void check(final Exchange exchange, final Set<String> known) {
    final var wrong = exchange.check(known);
    if (wrong == null) {
      return;
    }
    throw switch (wrong.mistake()) {
      case UNKNOWN ->
          new Refusal(
              Reason.UNKNOWN_FIELD,
              "query parameter "
                  + wrong.name()
                  + ": "
                  + (known.isEmpty()
                      ? "this address takes none"
                      : SpellingSuggestion.hint(wrong.name(), known)));
      case TWICE -> Refusal.malformed(wrong.name(), "is given twice in the query");
      case UNREADABLE ->
          Refusal.malformed(wrong.name(), "is not percent-encoded UTF-8 in the query");
    };
  }

  /// A whole number; `usual` when the parameter is absent or empty.
  ///
  /// @throws Refusal when it is no number from `least` to `most`
  public static int number(
      final Exchange exchange,
      final String name,
      final int usual,
      final int least,
      final int most) {
    final var text = exchange.query(name).orElse("");
    if (text.isEmpty()) {
      return usual;
    }
    try {
      final int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw Refusal.malformed(
        name, "must be a number from " + least + " to " + most + ", not \"" + text + "\"");
  }

  /// A place in an inbox; empty when the parameter is absent or empty.
  ///
  /// @throws Refusal when it is no position
  public static Optional<Position> position(final Exchange exchange, final String name) {
    return exchange.query(name).filter(text -> !text.isEmpty()).map(text -> position(name, text));
  }

  /// @param name of what the text stands in
  /// @throws Refusal when it is no position
  public static Position position(final String name, final String text) {
    try {
      return Position.of(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed(name, String.valueOf(e.getMessage()));
    }
  }
}

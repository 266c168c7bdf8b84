package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.LongToDoubleFunction;

/// The bound that an attack must have filled for its result to count: what the server held at the
/// most, compared with the bound of `docs/operations/limits.md`.
///
/// @param unit of what is held
/// @param metric of what the server holds, as a pattern; what matches is added up. Without one the
///   attacker says what it knows of
/// @param limit of the bound, from the server's largest heap in bytes
record SiegeRow(String unit, String metric, LongToDoubleFunction limit) {
  /// No metric at all.
  static final String NO_METRIC = "-()";

  static final String REFUSALS = "refusals";
  static final String LANGUAGES = "languages";
  static final String CHANNELS = "channels";

  /// So many refusals because of a limit: one alone may be an accident.
  private static final int REFUSED_OFTEN = 20;

  private static final double HANDSHAKES_PER_ADDRESS = 100;
  private static final int LISTENERS = 2;
  private static final int SILENT_ADDRESSES = 2;
  private static final int RESUMING_PHONES = 20;

  /// What two organisations get of the room for ringing calls while another one calls: the rest is
  /// for those that hold less than an eighth.
  private static final double OF_TWO = 0.75;

  private static final int LANGUAGE_PHONES = 20;

  static SiegeRow of(final String attack) {
    return switch (attack) {
      case "bodies" -> bytes("bodies", heap -> heap / 64.0);
      case "abandoned" -> bytes("bodies", heap -> heap / 16.0);
      case "answers-http1", "answers-http2", "answers-websocket" ->
          bytes("answers", heap -> heap / 16.0);
      case "silent" ->
          new SiegeRow(
              "handshakes",
              "reveille_handshakes_unfinished\\{[^}]*\\}",
              _ -> HANDSHAKES_PER_ADDRESS * LISTENERS * SILENT_ADDRESSES);
      case "ringing" -> bytes("ringing", heap -> heap / 8.0 * OF_TWO);
      case "resume" -> new SiegeRow(CHANNELS, NO_METRIC, _ -> RESUMING_PHONES);
      case "locales" -> new SiegeRow(LANGUAGES, NO_METRIC, _ -> LANGUAGE_PHONES);
      case "inboxes", "presentations", "flood" ->
          new SiegeRow(REFUSALS, NO_METRIC, _ -> REFUSED_OFTEN);
      default -> throw new IllegalArgumentException("there is no attack " + attack);
    };
  }

  private static SiegeRow bytes(final String what, final LongToDoubleFunction limit) {
    return new SiegeRow("bytes", "reveille_budget_bytes\\{what=\"" + what + "\"\\}", limit);
  }

  /// What was held at the most.
  ///
  /// @param mostInMetrics NaN when there is no such metric
  /// @param said the attacker's own words, in which `pressed` counts refusals because of a limit
  double held(final double mostInMetrics, final JsonNode said) {
    if (unit.equals(REFUSALS) || unit.equals(LANGUAGES)) {
      return said.at("/told/pressed").asDouble();
    }
    return metric.equals(NO_METRIC) ? said.path("held").asDouble() : mostInMetrics;
  }
}

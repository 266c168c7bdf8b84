package dev.reveille.push.url;

import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The meaning of one push service's answers, read from a resource file with a row for each status
/// and word that the service's documentation names. Columns, separated by spaces: status, word (`-`
/// for none, `*` for any other), action, reason (`-` where the action has its own), pause in ISO
/// 8601 (`-` for none).
public final class AnswerTable {
  /// What a sender does after an answer.
  public enum Action {
    /// Taken; no proof that the device shows it.
    ACCEPTED,
    /// Taken and not shown: that is the end of this push, and says nothing against the address.
    NOT_SHOWN,
    /// The address exists no more.
    GONE,
    /// It may be the address, or a mistake in the app's settings: kept, and nothing sent to it
    /// until the settings change.
    DOUBT,
    /// Too much at once for this address.
    SLOW_ADDRESS,
    /// Too much at once for the app.
    SLOW_APP,
    /// The service's fault; later.
    BACK_OFF,
    /// Our access token is stale: another one, once more.
    SIGN_ANEW,
    /// Too large: once more without content.
    SHRINK,
    /// We built a bad request.
    FIX_REQUEST,
    /// Nothing that the service's maker ever named: the operator is told, the push waits.
    ASK_OPERATOR
  }

  /// One row.
  ///
  /// @param pause before the push goes out once more, where the service names no moment
  public record Row(Action action, Optional<Reason> reason, Optional<Duration> pause) {}

  private static final String NONE = "-";
  private static final String ANY = "*";

  private static final Row UNKNOWN =
      new Row(Action.ASK_OPERATOR, Optional.of(Reason.CREDENTIALS_REFUSED), Optional.empty());
  private static final Row REDIRECT =
      new Row(Action.ASK_OPERATOR, Optional.of(Reason.REDIRECTED), Optional.empty());
  private static final Row THEIR_FAULT =
      new Row(Action.BACK_OFF, Optional.empty(), Optional.empty());

  private final Map<String, Row> rows = new HashMap<>();

  private AnswerTable() {}

  /// Reads a table that stands beside a class.
  public static AnswerTable of(final Class<?> owner, final String name) {
    final var table = new AnswerTable();
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(owner.getResourceAsStream(name), name),
                StandardCharsets.UTF_8))) {
      for (final var line : in.lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          table.add(List.of(line.strip().split("\\s+")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  private void add(final List<String> row) {
    if (row.size() != 5) {
      throw new IllegalArgumentException("a row has five columns: " + row);
    }
    final var word = row.get(1).equals(NONE) ? "" : row.get(1);
    final var reason =
        row.get(3).equals(NONE)
            ? Optional.<Reason>empty()
            : Optional.of(Reason.valueOf(row.get(3)));
    final var pause =
        row.get(4).equals(NONE)
            ? Optional.<Duration>empty()
            : Optional.of(TimeScale.divide(Duration.parse(row.get(4))));
    rows.put(row.get(0) + " " + word, new Row(Action.valueOf(row.get(2)), reason, pause));
  }

  /// The row of an answer. What no row names waits: a status from 500 on as the service's fault,
  /// any other until an operator has looked.
  public Row find(final int status, final String word) {
    final var exact = rows.get(status + " " + word);
    final var known = exact == null ? rows.get(status + " " + ANY) : exact;
    if (known != null) {
      return known;
    }
    if (status >= 500) {
      return THEIR_FAULT;
    }
    return status >= 300 && status < 400 ? REDIRECT : UNKNOWN;
  }
}

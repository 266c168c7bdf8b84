package dev.reveille.storage.sqlite;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Users as rows.
final class UserRows {
  private static final String EVERY_DEVICE = "every-device";

  private UserRows() {}

  static Optional<User> find(final Database db, final UserId user) throws SQLException {
    final List<String[]> rows =
        db.query(
            "SELECT site, preferences FROM app_user WHERE organisation = ? AND name = ?",
            row -> new String[] {row.getString(1), row.getString(2)},
            user.organisation().value(),
            user.name());
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    final List<String> addresses =
        db.query(
            "SELECT address FROM user_address WHERE organisation = ? AND name = ? ORDER BY place",
            row -> row.getString(1),
            user.organisation().value(),
            user.name());
    return Optional.of(
        new User(user, rows.getFirst()[0], addresses, preferences(rows.getFirst()[1])));
  }

  static String preferences(final Preferences preferences) {
    final String spread =
        switch (preferences.spread()) {
          case Preferences.Spread.EveryDevice() -> EVERY_DEVICE;
          case Preferences.Spread.LastActive(var idle) -> idle.toString();
        };
    final List<String> muted =
        preferences.muted().stream().map(ConversationId::value).sorted().toList();
    return MainDatabase.json(
        Map.of(
            "spread", List.of(spread),
            "doNotDisturbUntil", List.of(preferences.doNotDisturbUntil().toString()),
            "muted", muted));
  }

  private static Preferences preferences(final String json) {
    final Map<String, List<String>> values = MainDatabase.lists(json);
    final String spread = values.getOrDefault("spread", List.of(EVERY_DEVICE)).getFirst();
    final List<String> until = values.getOrDefault("doNotDisturbUntil", List.of());
    return new Preferences(
        spread.equals(EVERY_DEVICE)
            ? new Preferences.Spread.EveryDevice()
            : new Preferences.Spread.LastActive(Duration.parse(spread)),
        until.isEmpty() ? Instant.MIN : Instant.parse(until.getFirst()),
        values.getOrDefault("muted", List.of()).stream()
            .map(ConversationId::new)
            .collect(Collectors.toSet()));
  }
}

package dev.reveille.storage.sqlite;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Folded;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.RingLimit;
import dev.reveille.model.QuietHours;
import dev.reveille.model.QuietHours.Period;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The rows of users: identity, site, addresses and preferences, which are stored as JSON. Called
/// within a transaction or a read of the caller; [#write] refuses a name or address that belongs to
/// another user.
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

  /// @throws Registry.Taken when a word that this user has not had before belongs to another user
  static void write(final Database db, final User user) throws SQLException {
    final String organisation = user.id().organisation().value();
    final String name = user.id().name();
    UserIdentifiers.refuseTaken(db, user);
    db.update(
        "INSERT INTO app_user(organisation, name, folded, site, preferences) VALUES(?,?,?,?,?)"
            + " ON CONFLICT(organisation, name)"
            + " DO UPDATE SET site = excluded.site, preferences = excluded.preferences",
        organisation,
        name,
        Folded.of(name),
        user.site(),
        preferences(user.preferences()));
    db.update("DELETE FROM user_address WHERE organisation = ? AND name = ?", organisation, name);
    UserIdentifiers.keepAddresses(db, user);
  }

  static List<User> page(
      final Database db, final OrganisationId organisation, final String after, final int most)
      throws SQLException {
    final List<String> names =
        db.query(
            "SELECT name FROM app_user WHERE organisation = ? AND name > ?"
                + " ORDER BY name LIMIT ?",
            row -> row.getString(1),
            organisation.value(),
            after,
            most);
    final List<User> users = new ArrayList<>();
    for (final String name : names) {
      find(db, new UserId(organisation, name)).ifPresent(users::add);
    }
    return users;
  }

  static String preferences(final Preferences preferences) {
    final Map<String, List<String>> values = new TreeMap<>();
    values.put(
        "spread",
        List.of(
            switch (preferences.spread()) {
              case Preferences.Spread.EveryDevice() -> EVERY_DEVICE;
              case Preferences.Spread.LastActive(var idle) -> idle.toString();
            }));
    values.put("doNotDisturbUntil", List.of(preferences.doNotDisturbUntil().toString()));
    // conversation and moment by turns
    values.put(
        "mutedUntil",
        preferences.muted().entrySet().stream()
            .sorted(Comparator.comparing(muted -> muted.getKey().value()))
            .flatMap(muted -> Stream.of(muted.getKey().value(), muted.getValue().toString()))
            .toList());
    preferences
        .quietHours()
        .ifPresent(quiet -> {
          final List<String> lines = new ArrayList<>();
          lines.add(quiet.zone().getId());
          quiet.periods().forEach(period -> lines.add(period(period)));
          values.put("quietHours", lines);
        });
    preferences
        .ringLimit()
        .ifPresent(limit ->
            values.put(
                "ringLimit", List.of(Integer.toString(limit.rings()), limit.window().toString())));
    values.put("letThrough", preferences.letThrough().stream().sorted().toList());
    return MainDatabase.json(values);
  }

  static Preferences preferences(final String json) {
    final Map<String, List<String>> values = MainDatabase.lists(json);
    final String spread = values.getOrDefault("spread", List.of(EVERY_DEVICE)).getFirst();
    final List<String> until = values.getOrDefault("doNotDisturbUntil", List.of());
    return new Preferences(
        spread.equals(EVERY_DEVICE)
            ? new Preferences.Spread.EveryDevice()
            : new Preferences.Spread.LastActive(Duration.parse(spread)),
        until.isEmpty() ? Instant.MIN : Instant.parse(until.getFirst()),
        muted(values),
        quietHours(values.getOrDefault("quietHours", List.of())),
        ringLimit(values.getOrDefault("ringLimit", List.of())),
        Set.copyOf(values.getOrDefault("letThrough", List.of())));
  }

  /// `muted` is how the first versions wrote it: for good.
  private static Map<ConversationId, Instant> muted(final Map<String, List<String>> values) {
    final Map<ConversationId, Instant> muted = new HashMap<>();
    for (final String name : values.getOrDefault("muted", List.of())) {
      muted.put(new ConversationId(name), Instant.MAX);
    }
    final List<String> until = values.getOrDefault("mutedUntil", List.of());
    for (int i = 0; i + 1 < until.size(); i += 2) {
      muted.put(new ConversationId(until.get(i)), Instant.parse(until.get(i + 1)));
    }
    return muted;
  }

  private static Optional<QuietHours> quietHours(final List<String> lines) {
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new QuietHours(
                ZoneId.of(lines.getFirst()),
                lines.stream().skip(1).map(UserRows::period).toList()));
  }

  private static String period(final Period period) {
    final StringBuilder days = new StringBuilder();
    period.days().stream().sorted().forEach(day -> days.append(day.getValue()));
    return days + " " + period.from() + " " + period.to();
  }

  private static Period period(final String line) {
    final List<String> parts = List.of(line.split(" ", -1));
    final Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    parts.getFirst().chars().forEach(digit -> days.add(DayOfWeek.of(digit - '0')));
    return new Period(days, LocalTime.parse(parts.get(1)), LocalTime.parse(parts.get(2)));
  }

  private static Optional<RingLimit> ringLimit(final List<String> parts) {
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RingLimit(Integer.parseInt(parts.getFirst()), Duration.parse(parts.getLast())));
  }
}

package dev.reveille.storage.sqlite;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Gives the main database of a closed store the tables of a former version, so that its next start
/// runs the steps again that came since. A new step of `MainDatabase` that makes or changes a table
/// gets its undoing here.
final class FormerSchema {
  /// What undoes each step, by the step's number from 1. Step 5 rewrites rows only; earlier ones
  /// are not undone.
  private static final NavigableMap<Integer, List<String>> UNDONE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(5, List.of()),
              Map.entry(6, List.of("DROP TABLE clock_generation")),
              Map.entry(
                  7, List.of("DROP TABLE app_organisation", "DROP TABLE removed_organisation")),
              Map.entry(8, List.of("DROP TABLE start_that_fell")),
              Map.entry(9, List.of("DROP TABLE event_given_up")),
              Map.entry(
                  10,
                  List.of(
                      "DROP TABLE event_of_start",
                      "ALTER TABLE start_that_fell ADD COLUMN event INTEGER NOT NULL DEFAULT 0")),
              Map.entry(
                  11,
                  List.of(
                      "DROP TABLE named_credential", "ALTER TABLE push_address DROP COLUMN scope")),
              Map.entry(12, List.of("DROP TABLE sealed_secret")),
              Map.entry(13, List.of("DROP TABLE erased_target")),
              Map.entry(
                  14,
                  List.of(
                      "ALTER TABLE push_address DROP COLUMN p256dh",
                      "ALTER TABLE push_address DROP COLUMN auth")),
              Map.entry(
                  15,
                  List.of(
                      "DROP TABLE hub_name",
                      "DROP TABLE hub_counter",
                      "DROP TABLE hub_entry",
                      "DROP TABLE hub_target",
                      "DROP TABLE hub_tag",
                      "DROP TABLE hub_gone")),
              Map.entry(
                  16,
                  List.of(
                      "DROP INDEX push_address_until",
                      "ALTER TABLE push_address DROP COLUMN until")),
              Map.entry(17, List.of("DROP TABLE hub_made")),
              Map.entry(18, List.of("ALTER TABLE hub_target DROP COLUMN format")),
              Map.entry(19, List.of("DROP TABLE hub_job")),
              Map.entry(20, List.of("DROP TABLE hub_former")),
              Map.entry(21, List.of("ALTER TABLE audit DROP COLUMN origin")),
              Map.entry(
                  22,
                  List.of(
                      "DROP TABLE organisation_domain",
                      "DROP TABLE user_password",
                      "DROP TABLE user_realm")),
              Map.entry(
                  23,
                  List.of(
                      "DROP TABLE handle",
                      "DROP TABLE handle_claim",
                      "DROP TABLE handle_count",
                      "DROP TABLE handle_code")),
              Map.entry(24, List.of("DROP TABLE open_report", "DROP TABLE reported_up_to"))));

  private FormerSchema() {}

  /// Runs `statements` on the store in `directory`, which is closed, and then undoes every step
  /// after the first `steps`.
  static void of(final Path directory, final int steps, final String... statements)
      throws SQLException {
    change(directory, statements);
    for (final var undone : UNDONE.tailMap(steps, false).descendingMap().values()) {
      change(directory, undone.toArray(String[]::new));
    }
    change(directory, "PRAGMA user_version=" + steps);
  }

  /// Runs statements, one after the other, on the main database of the store in `directory`.
  static void change(final Path directory, final String... statements) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("reveille.db"));
        var run = connection.createStatement()) {
      for (final var statement : statements) {
        run.execute(statement);
      }
    }
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Samples;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is left of many devices goes in parts, so that what phones do meanwhile waits for one part
/// and not for all.
final class RemovalInChunksTest {
  private static final int MANY = 40_000;

  @RegisterExtension private final SqliteUnderTest store = new SqliteUnderTest();

  private Connection connection(final String file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + store.directory().resolve(file));
  }

  private void fill(final String file, final String row) throws SQLException {
    try (var connection = connection(file);
        var run = connection.createStatement()) {
      run.execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + MANY
              + ") "
              + row);
    }
  }

  private static long count(final Connection connection, final String table) throws SQLException {
    try (var run = connection.createStatement();
        var row = run.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  /// How many rows others saw while the store removed them.
  private Set<Long> seenMeanwhile(final String file, final String table, final Runnable removes)
      throws Exception {
    final var seen = new ConcurrentSkipListSet<Long>();
    final var done = new AtomicBoolean();
    final var looks = new CountDownLatch(1);
    final var looking =
        CompletableFuture.runAsync(() -> {
          try (var connection = connection(file)) {
            while (!done.get()) {
              seen.add(count(connection, table));
              looks.countDown();
            }
          } catch (final SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    assertTrue(looks.await(10, TimeUnit.SECONDS));
    removes.run();
    done.set(true);
    looking.join();
    try (var connection = connection(file)) {
      assertEquals(0, count(connection, table));
    }
    return seen;
  }

  private void keep(final String id) {
    final var kept = new CompletableFuture<Answer>();
    store.journal().append(List.of(new Submission(Samples.message(id), 1, kept::complete)));
    kept.orTimeout(10, TimeUnit.SECONDS).join();
    store.project();
  }

  @Test
  void how_far_removed_devices_had_come() throws Exception {
    keep("old");
    store.sqlite().close();
    fill("present.db", "INSERT INTO cursor(user, device, seq) SELECT i, 'gone-' || i, 1 FROM n");
    store.open();
    final var seen =
        seenMeanwhile(
            "present.db",
            "cursor WHERE device LIKE 'gone-%'",
            () -> {
              store.clock().advance(Duration.ofDays(60));
              keep("new");
              store.sqlite().maintain();
            });
    assertTrue(seen.size() > 2, () -> "all at once: " + seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"read_up_to(user, conv, seq)", "hint(user, folder, seq, marks, keep)"})
  void what_users_read_and_what_they_were_hinted_at_long_ago(final String table) throws Exception {
    keep("old");
    store.sqlite().close();
    final var more = table.contains("keep") ? ", 0, 0" : "";
    fill("present.db", "INSERT INTO " + table + " SELECT i, i, 1" + more + " FROM n");
    store.open();
    final var seen =
        seenMeanwhile(
            "present.db",
            table.substring(0, table.indexOf('(')) + " WHERE seq = 1",
            () -> {
              store.clock().advance(Duration.ofDays(60));
              keep("new");
              store.sqlite().maintain();
            });
    assertTrue(seen.size() > 2, () -> "all at once: " + seen);
  }

  @Test
  void what_the_audit_log_says_of_long_ago() throws Exception {
    store.sqlite().close();
    fill(
        "reveille.db",
        "INSERT INTO audit(organisation, at, who, what)"
            + " SELECT 'acme', '2000-01-01T00:00:00Z', 'old', 'keep user anna' FROM n");
    final var seen =
        seenMeanwhile(
            "reveille.db",
            "audit WHERE who = 'old'",
            () -> {
              store.open();
              store.sqlite().maintain();
            });
    assertTrue(seen.size() > 2, () -> "all at once: " + seen);
  }

  @Test
  void devices_that_have_had_no_user_for_long() throws Exception {
    store.sqlite().close();
    fill(
        "reveille.db",
        "INSERT INTO installation(id, organisation, app, platform, os_major, generation,"
            + " attributes, registered_at, last_seen) SELECT 'gone-' || i, 'acme', 'talk', 'IOS',"
            + " 18, '', '{}', '2000-01-01T00:00:00Z', '2000-01-01T00:00:00Z' FROM n");
    final var seen =
        seenMeanwhile(
            "reveille.db",
            "installation",
            () -> {
              store.open();
              store.sqlite().maintain();
            });
    assertTrue(seen.size() > 2, () -> "all at once: " + seen);
  }
}

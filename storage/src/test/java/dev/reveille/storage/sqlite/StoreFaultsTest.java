package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.Event;
import dev.reveille.model.PushService;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What may go wrong with a directory: each is said clearly, and nothing is lost.
final class StoreFaultsTest {
  private static final AppId APP = new AppId("talk");
  private static final Credential CREDENTIAL =
      new Credential.Apns("TEAM123456", "KEY1234567", "the private words", "", "", "");

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  private StoreException refusedStart() {
    return assertThrows(StoreException.class, store::open);
  }

  private static String said(final StoreException refused) {
    return String.valueOf(refused.getMessage());
  }

  private Path journal() {
    return store.directory().resolve("days/2026-11-21.journal.db");
  }

  private void sql(final Path file, final String statement) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  @Test
  void a_second_server_on_the_directory_is_refused_and_the_first_goes_on() {
    final SqliteStore first = store.sqlite();
    final StoreException refused = refusedStart();
    assertTrue(said(refused).contains("process " + ProcessHandle.current().pid()));
    assertTrue(refused.remedy().contains("--data"));
    assertEquals(first, store.sqlite());
    store.keep(Samples.message("still working"));
  }

  @Test
  void a_damaged_journal_stops_the_start_and_names_the_file() throws IOException, SQLException {
    final StoredJob stored = store.keep(Samples.message("m"));
    store.sqlite().close();
    sql(journal(), "UPDATE journal_group SET body = zeroblob(80)");
    final StoreException refused = refusedStart();
    assertTrue(said(refused).contains(journal().toString()), said(refused));
    assertTrue(refused.remedy().contains("move it"));
    Files.move(journal(), store.directory().resolve("damaged"));
    store.open();
    assertEquals(Optional.empty(), store.journal().find(stored.sequence()));
    assertTrue(store.keep(Samples.message("next")).sequence() > stored.sequence());
  }

  @Test
  void a_file_that_is_no_database_stops_the_start_and_names_the_file() throws IOException {
    store.keep(Samples.message("m"));
    store.sqlite().close();
    try (RandomAccessFile file = new RandomAccessFile(journal().toFile(), "rw")) {
      file.write(new byte[100]);
    }
    assertTrue(said(refusedStart()).contains(journal().toString()));
    Files.move(journal(), store.directory().resolve("damaged"));
    store.open();
  }

  @Test
  void positions_given_out_before_the_journal_was_lost_are_a_gap() throws IOException {
    store.keep(Samples.message("m"));
    final var position = store.inbox().end();
    store.sqlite().close();
    Files.delete(journal());
    store.open();
    assertNotEquals(position.epoch(), store.journal().epoch());
    assertTrue(store.inbox().after(Samples.ANNA, position, 10).gap());
  }

  private static int format(final Path file) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement();
        var row = statement.executeQuery("PRAGMA user_version")) {
      return row.getInt(1);
    }
  }

  @Test
  void a_newer_format_of_any_file_stops_the_start() throws SQLException {
    store.keep(Samples.message("m"));
    store.sqlite().close();
    for (final String name :
        List.of(
            "reveille.db",
            "present.db",
            "days/2026-11-21.history.db",
            "days/2026-11-21.journal.db")) {
      final Path file = store.directory().resolve(name);
      final int format = format(file);
      sql(file, "PRAGMA user_version=99");
      final StoreException refused = refusedStart();
      assertTrue(said(refused).contains(file + " has format 99"), said(refused));
      sql(file, "PRAGMA user_version=" + format);
    }
    store.open();
  }

  @Test
  void records_of_a_newer_format_stop_the_start() throws SQLException {
    store.keep(Samples.message("m"));
    store.sqlite().close();
    sql(journal(), "UPDATE journal_group SET body = X'02' || substr(body, 2)");
    final StoreException refused = refusedStart();
    assertTrue(said(refused).contains("format 2"), said(refused));
    sql(journal(), "DELETE FROM journal_group");
    store.open();
  }

  @Test
  void projections_that_were_taken_away_are_made_anew() throws IOException {
    final StoredJob stored = store.keep(Samples.message("m"));
    final var line = Samples.opening(stored.sequence(), 1, Samples.PHONE, false);
    store.note(new Note.TrailLine(line));
    for (final List<String> gone :
        List.of(
            List.of("present.db"),
            List.of("days/2026-11-21.history.db"),
            List.of("present.db", "days/2026-11-21.history.db"))) {
      store.sqlite().close();
      for (final String name : gone) {
        Files.delete(store.directory().resolve(name));
      }
      store.open();
      assertEquals(1, store.inbox().unread(Samples.ANNA));
      assertEquals(List.of(line), store.trail().of(stored.sequence()));
      assertEquals(1, store.journal().unfinished().size());
    }
  }

  @Test
  void a_full_disk_fails_exactly_the_events_that_do_not_fit() {
    final StoredJob before = store.keep(Samples.message("before"));
    store.sqlite().limitJournalPages(2);
    int failed = 0;
    for (int i = 0; i < 60; i++) {
      final Answer answer = store.accept(Samples.message("m" + i));
      if (answer instanceof Answer.Failed(var cause)) {
        assertInstanceOf(StoreException.class, cause);
        failed++;
      } else {
        assertInstanceOf(Answer.Stored.class, answer);
      }
    }
    assertTrue(failed > 0, "the limit was reached");
    store.sqlite().limitJournalPages(1 << 20);
    int stored = 0;
    for (int i = 0; i < 60; i++) {
      stored += store.accept(Samples.message("m" + i)) instanceof Answer.Stored ? 1 : 0;
    }
    assertEquals(failed, stored, "what failed was new, what was stored was a repeat");
    store.restart();
    assertEquals(Optional.of(before), store.journal().find(before.sequence()));
    assertEquals(61, store.inbox().unread(Samples.ANNA));
  }

  @Test
  void a_durable_note_that_does_not_fit_is_told_when_it_does() throws InterruptedException {
    store.keep(Samples.message("before"));
    store.sqlite().limitJournalPages(2);
    final CountDownLatch told = new CountDownLatch(1);
    store
        .journal()
        .noteDurably(
            Collections.nCopies(10_000, new Note.Cursor(Samples.ANNA, Samples.PHONE, 3)),
            told::countDown);
    assertInstanceOf(Answer.Failed.class, store.accept(Samples.message("rides with them")));
    assertEquals(1, told.getCount(), "told although it is not kept");
    store.sqlite().limitJournalPages(1 << 20);
    assertTrue(told.await(30, TimeUnit.SECONDS));
    store.restart();
    assertEquals(3, store.inbox().cursor(Samples.ANNA, Samples.PHONE).sequence());
  }

  @Test
  void below_the_floor_events_are_refused_and_notes_are_kept() {
    final StoredJob stored = store.keep(Samples.message("before"));
    store.sqlite().close();
    store.open(SqliteUnderTest.SETTINGS.withDiskFloor(Long.MAX_VALUE / 2));
    assertTrue(store.journal().roomLeft() < 0);
    assertInstanceOf(Answer.Failed.class, store.accept(Samples.message("m")));
    final var line = Samples.opening(stored.sequence(), 1, Samples.PHONE, true);
    store.note(new Note.TrailLine(line));
    assertEquals(List.of(line), store.trail().of(stored.sequence()));
  }

  @Test
  void days_beyond_the_retention_leave_no_file() throws IOException {
    store.keepAll(IntStream.range(0, 40).mapToObj(i -> Samples.message("m" + i)).toList());
    store.project();
    store.sqlite().maintain();
    store.clock().advance(Duration.ofDays(15));
    store.keep(Samples.message("middle"));
    assertEquals(2, files(".journal.db"));
    store.clock().advance(Duration.ofDays(16));
    final StoredJob young = store.keep(Samples.message("young"));
    store.sqlite().maintain();
    assertEquals(2, files(".journal.db"));
    assertEquals(0, files("2026-11-21"));
    assertEquals(Optional.of(young), store.journal().find(young.sequence()));
    store.note(Samples.told(1, 1, Samples.PHONE, true)); // about an event that is gone: harmless
    store.project();
    assertEquals(0, files("1970"));
  }

  private long files(final String with) throws IOException {
    try (Stream<Path> all = Files.list(store.directory().resolve("days"))) {
      return all.filter(file ->
              file.getFileName().toString().contains(with)
                  && !file.toString().matches(".*-(wal|shm)"))
          .count();
    }
  }

  @Test
  void only_the_owner_can_read_the_directory() throws IOException {
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(store.directory())));
    for (final String file : List.of("master.key", "reveille.db")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(store.directory().resolve(file))));
    }
  }

  @Test
  void a_directory_that_others_may_enter_is_closed_to_them(@TempDir final Path folder)
      throws IOException {
    final Path open = folder.resolve("open");
    for (final Path each : List.of(open, open.resolve("days"))) {
      Files.createDirectory(each);
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    for (final Path data : List.of(open, folder.resolve("new"))) {
      SqliteStore.open(data, SqliteUnderTest.SETTINGS, store.clock()).close();
      for (final Path each : List.of(data, data.resolve("days"))) {
        assertEquals(
            "rwx------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
            each::toString);
      }
    }
  }

  @Test
  void credentials_are_not_readable_in_the_file() throws IOException {
    store.secrets().keepCredential(APP, CREDENTIAL, "operator");
    store.sqlite().close();
    final String file =
        Files.readString(store.directory().resolve("reveille.db"), StandardCharsets.ISO_8859_1);
    assertFalse(file.contains("the private words"));
    store.open();
    assertEquals(Optional.of(CREDENTIAL), store.secrets().credential(APP, PushService.APNS));
  }

  @Test
  void a_credential_moved_to_another_app_cannot_be_read() throws SQLException {
    store.secrets().keepCredential(APP, CREDENTIAL, "operator");
    store.sqlite().close();
    sql(store.directory().resolve("reveille.db"), "UPDATE credential SET app = 'other'");
    store.open();
    assertThrows(
        StoreException.class,
        () -> store.secrets().credential(new AppId("other"), PushService.APNS));
  }

  @Test
  void another_master_key_or_none_stops_the_start() throws IOException {
    store.secrets().keepCredential(APP, CREDENTIAL, "operator");
    store.sqlite().close();
    final Path file = store.directory().resolve("master.key");
    final String key = Files.readString(file);
    Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]));
    assertTrue(said(refusedStart()).contains("not the one"));
    Files.writeString(file, "too short");
    assertTrue(said(refusedStart()).contains("32 bytes in base64"));
    Files.delete(file);
    assertTrue(said(refusedStart()).contains("is missing"));
    store.open(SqliteUnderTest.SETTINGS.withMasterKeyText(key));
    store.sqlite().close();
    final Path elsewhere = Files.writeString(store.directory().resolve("elsewhere"), key);
    store.open(SqliteUnderTest.SETTINGS.withMasterKey(elsewhere));
  }

  @Test
  void a_store_without_credentials_starts_with_a_new_master_key() throws IOException {
    store.secrets().keepCredential(APP, CREDENTIAL, "operator");
    final var _ = store.secrets().removeCredential(APP, PushService.APNS, "operator");
    store.sqlite().close();
    final Path file = store.directory().resolve("master.key");
    Files.delete(file);

    store.open();
    assertTrue(Files.exists(file));
    store.secrets().keepCredential(APP, CREDENTIAL, "operator");
    store.sqlite().close();
    store.open();
    assertEquals(Optional.of(CREDENTIAL), store.secrets().credential(APP, PushService.APNS));
  }

  @Test
  void a_byte_order_mark_in_the_master_key_file_counts_for_nothing() throws IOException {
    store.secrets().keepCredential(APP, CREDENTIAL, "operator");
    store.sqlite().close();
    final Path file = store.directory().resolve("master.key");
    Files.writeString(file, "\uFEFF" + Files.readString(file));
    store.open();
    assertEquals(Optional.of(CREDENTIAL), store.secrets().credential(APP, PushService.APNS));
  }

  @Test
  void keys_that_left_memory_are_still_known() throws IOException {
    final List<Event.Message> events =
        IntStream.range(0, 3_000).mapToObj(i -> Samples.message("m" + i)).toList();
    final List<StoredJob> stored = store.keepAll(events);
    store.sqlite().maintain();
    // 3,000 keys, 16 in memory: 187 files, of which each 16 became one
    final long files = files(".keys");
    assertTrue(files > 10 && files < 30, () -> "files: " + files);
    for (int i = 0; i < events.size(); i += 97) {
      assertEquals(new Answer.Repeat(stored.get(i).sequence()), store.accept(events.get(i)));
    }
    store.restart();
    for (int i = 0; i < events.size(); i += 97) {
      assertEquals(new Answer.Repeat(stored.get(i).sequence()), store.accept(events.get(i)));
      assertEquals(Optional.of(stored.get(i)), store.journal().find(events.get(i).key()));
    }
  }
}

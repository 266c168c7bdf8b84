package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore.AuditFilter;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.StoreUnderTest;
import dev.reveille.routing.port.UserPasswords.Algorithm;
import dev.reveille.routing.port.UserPasswords.Verdict;
import dev.reveille.routing.port.UserPasswordsContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteUserPasswordsTest implements UserPasswordsContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  private void user(final UserId user) {
    store
        .registry()
        .changeUser(user, _ -> new User(user, "", List.of(), Preferences.DEFAULT), "operator");
  }

  private void mufasaHasOne() {
    user(MUFASA);
    store
        .domains()
        .put(Samples.ACME, dev.reveille.model.DomainName.of(REALM), Optional.empty(), 0, SETTER);
    store.passwords().set(MUFASA, CIRCLE, SETTER);
  }

  private String onDisk() throws IOException {
    final List<Path> files;
    try (Stream<Path> all = Files.walk(store.directory())) {
      files = all.filter(Files::isRegularFile).toList();
    }
    final var text = new StringBuilder();
    for (final Path file : files) {
      text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  @Test
  void no_file_shows_the_password_its_hash_or_a_digest() throws IOException {
    mufasaHasOne();
    final var digest = store.passwords().ha1(MUFASA, REALM, Algorithm.MD5).orElseThrow().text();
    final String disk = onDisk();
    assertTrue(disk.contains("Mufasa"), "the row is there");
    for (final String shown :
        List.of(
            CIRCLE.text(),
            "argon2id",
            digest,
            Base64.getEncoder().withoutPadding().encodeToString(HexFormat.of().parseHex(digest)))) {
      assertFalse(disk.contains(shown), shown);
    }
  }

  @Test
  void the_audit_log_says_that_it_was_set_by_whom_and_from_where() {
    mufasaHasOne();
    store.passwords().remove(MUFASA, SETTER);
    final var filter =
        new AuditFilter(Long.MAX_VALUE, SETTER.who(), "user", Instant.MIN, Instant.MAX);
    final var lines = store.settings().audit(Samples.ACME, filter, 10);
    assertEquals(
        List.of("remove password of user Mufasa", "keep password of user Mufasa"),
        lines.stream().map(line -> line.what()).toList());
    assertTrue(lines.stream().allMatch(line -> line.from().equals(SETTER.from())));
  }

  @Test
  void a_row_that_was_moved_or_changed_is_refused() throws SQLException {
    mufasaHasOne();
    user(Samples.BEN);
    changed("UPDATE user_password SET name = 'ben'");
    refused(Samples.BEN);
    assertEquals(Verdict.WRONG, store.passwords().verify(MUFASA, CIRCLE));
    changed("UPDATE user_password SET name = 'Mufasa'");
    assertEquals(Verdict.RIGHT, store.passwords().verify(MUFASA, CIRCLE));
    changed("UPDATE user_password SET sealed = 'AAAA'");
    refused(MUFASA);
    store.passwords().set(MUFASA, CIRCLE, SETTER);
    assertEquals(Verdict.RIGHT, store.passwords().verify(MUFASA, CIRCLE));
  }

  private void changed(final String statement) throws SQLException {
    store.sqlite().close();
    FormerSchema.change(store.directory(), statement);
    store.open();
  }

  private void refused(final UserId user) {
    assertThrows(StoreException.class, () -> store.passwords().verify(user, CIRCLE));
    assertThrows(StoreException.class, () -> store.passwords().ha1(user, REALM, Algorithm.MD5));
  }

  @Test
  void no_row_of_an_erased_user_is_left() throws SQLException {
    mufasaHasOne();
    assertTrue(store.registry().removeUser(MUFASA, "operator"));
    store.sqlite().close();
    FormerSchema.change(
        store.directory(),
        "CREATE TABLE left_over(rows INTEGER NOT NULL CHECK(rows = 0))",
        "INSERT INTO left_over SELECT count(*) FROM user_password",
        "INSERT INTO left_over SELECT count(*) FROM user_realm",
        "DROP TABLE left_over");
    store.open();
  }

  @Test
  void a_password_alone_needs_its_master_key() throws IOException {
    mufasaHasOne();
    store.sqlite().close();
    final Path file = store.directory().resolve("master.key");
    final String key = Files.readString(file);
    Files.delete(file);
    assertThrows(StoreException.class, store::open);
    Files.writeString(file, key);
    store.open();
    assertEquals(Verdict.RIGHT, store.passwords().verify(MUFASA, CIRCLE));
  }
}

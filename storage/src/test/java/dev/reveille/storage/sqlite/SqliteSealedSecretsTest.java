package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SealedSecrets.Name;
import dev.reveille.routing.port.SealedSecretsContract;
import dev.reveille.routing.port.SettingsStore.Audit;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.StoreUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteSealedSecretsTest implements SealedSecretsContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  private void sql(final String statement) throws SQLException {
    store.sqlite().close();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + store.directory().resolve("reveille.db"));
        var run = connection.createStatement()) {
      run.execute(statement);
    }
    store.open();
  }

  /// Every byte of every file, read as if each byte were a letter.
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
  void no_file_shows_the_secret() throws IOException {
    store.sealed().put(PRIMARY, FIRST, "operator");
    final String open = onDisk();
    store.sqlite().close();
    final String closed = onDisk();
    store.open();
    final byte[] bytes = FIRST.bytes();
    for (final String shown :
        List.of(
            FIRST.text(),
            Base64.getEncoder().withoutPadding().encodeToString(bytes),
            HexFormat.of().formatHex(bytes))) {
      assertFalse(open.contains(shown), shown);
      assertFalse(closed.contains(shown), shown);
    }
    assertTrue(open.contains(PRIMARY.name()), "the row is there");
  }

  private void assertRefused(final Name name) {
    final var refused = assertThrows(StoreException.class, () -> store.sealed().read(name));
    assertTrue(said(refused).startsWith("The secret " + name + " cannot be decrypted."));
  }

  @Test
  void a_row_that_was_moved_is_refused() throws SQLException {
    store.sealed().put(PRIMARY, FIRST, "operator");
    sql("UPDATE sealed_secret SET name = '" + SECONDARY.name() + "'");
    assertRefused(SECONDARY);
    sql("UPDATE sealed_secret SET name = '" + PRIMARY.name() + "', organisation = 'globex'");
    assertRefused(new Name(OTHERS, PRIMARY.purpose(), PRIMARY.name()));
    sql("UPDATE sealed_secret SET organisation = 'acme', purpose = 'sip-digest'");
    assertRefused(new Name(Samples.ACME, "sip-digest", PRIMARY.name()));
    sql("UPDATE sealed_secret SET purpose = 'sas'");
    assertEquals(Optional.of(FIRST), store.sealed().read(PRIMARY), "where it was, it is read");
    sql("UPDATE sealed_secret SET sealed = 'AAAA'");
    assertRefused(PRIMARY);
  }

  @Test
  void two_keys_cannot_change_places() throws SQLException {
    store.sealed().put(PRIMARY, FIRST, "operator");
    store.sealed().put(SECONDARY, SECOND, "operator");
    sql(
        "UPDATE sealed_secret SET sealed = (SELECT sealed FROM sealed_secret WHERE name = '"
            + SECONDARY.name()
            + "')");
    assertRefused(PRIMARY);
    assertEquals(Optional.of(SECOND), store.sealed().read(SECONDARY));
  }

  @Test
  void the_audit_log_has_the_name_and_not_the_secret() {
    store.sealed().put(PRIMARY, FIRST, "operator");
    store.sealed().remove(PRIMARY, "operator");
    assertEquals(
        List.of(
            "remove credential sas hub/listen/primary", "keep credential sas hub/listen/primary"),
        store.settings().audit(Samples.ACME, 10).stream().map(Audit::what).toList());
  }

  @Test
  void secrets_go_with_their_organisation_and_come_to_no_later_one_of_its_name() {
    final OrganisationId gone = new OrganisationId("gone");
    final var theirs = new Name(gone, "sas", "a");
    store.registry().makeOrganisation(gone, Samples.ACME, "operator");
    store.sealed().put(theirs, FIRST, "operator");
    store.sealed().put(PRIMARY, SECOND, "operator");
    assertTrue(store.registry().removeOrganisation(gone, Samples.ACME, "operator"));
    assertEquals(Optional.empty(), store.sealed().read(theirs));
    assertEquals(List.of(), store.sealed().names(gone, "sas", "", 10));
    assertEquals(Optional.of(SECOND), store.sealed().read(PRIMARY));
    assertThrows(Registry.Taken.class, () -> store.sealed().put(theirs, FIRST, "operator"));
  }

  @Test
  void a_lost_or_wrong_master_key_stops_the_start() throws IOException {
    store.sealed().put(PRIMARY, FIRST, "operator");
    store.sqlite().close();
    final Path file = store.directory().resolve("master.key");
    final String key = Files.readString(file);
    Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]));
    assertTrue(said(assertThrows(StoreException.class, store::open)).contains("not the one"));
    Files.delete(file);
    assertTrue(said(assertThrows(StoreException.class, store::open)).contains("is missing"));
    Files.writeString(file, key);
    store.open();
    assertEquals(Optional.of(FIRST), store.sealed().read(PRIMARY));
  }

  private static String said(final StoreException refused) {
    return String.valueOf(refused.getMessage());
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Credentials and addresses of the version that had one credential per app and service, and what
/// is bound to a row of a credential.
final class FormerCredentialsTest {
  private static final AppId APP = new AppId("talk");
  private static final Credential CREDENTIAL =
      new Credential.Apns("TEAM123456", "KEY1234567", "the private words", "", "", "");

  /// The steps of the schema before there were several credentials.
  private static final int FORMER_STEPS = 10;

  /// [#CREDENTIAL] as that version sealed it for the app with the master key 00 01 02 … 1f: made by
  /// another implementation of AES-GCM.
  private static final String SEALED =
      "ZGVmZ2hpamtsbW5vMzm7CB2ZOfdQFn3S+EdG3ymnfyixTocawvHcOpLVxDzxyTevPnboJtHRE1qE"
          + "C67tIXnTonl7cxvOxJrhza2H4WHivyzsaVp15RzAKHTzE8pGC35aw6fivpqfUrQUeiAlrEuwXEdv"
          + "zBvSl/z/gFn9qW8asiz1TI8Wnlvnw6/HfOUIvbrVobLwYzuqQEaNRenK/8zIOQ==";

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  private void sql(final String... statements) throws SQLException {
    FormerSchema.change(store.directory(), statements);
  }

  @Test
  void rows_of_the_former_version_read_as_what_they_were() throws SQLException {
    final var address =
        new PushAddress.Direct(
            PushService.APNS, PushChannel.MESSAGE, APP, true, new PushToken("t"), Samples.NOW);
    final var phone =
        new Installation(
            new InstallationId("i1"),
            Samples.ACME,
            APP,
            Platform.IOS,
            18,
            "",
            List.of(Samples.ANNA),
            List.of(address),
            Map.of(),
            Samples.NOW,
            Samples.NOW);
    store.registry().keepInstallation(phone, "test");
    store.sqlite().close();
    FormerSchema.of(
        store.directory(),
        FORMER_STEPS,
        "DELETE FROM fact WHERE name = 'key-check'",
        "INSERT INTO credential(app, service, sealed) VALUES('talk', 'apns', '" + SEALED + "')");
    final byte[] key = new byte[32];
    IntStream.range(0, key.length).forEach(i -> key[i] = (byte) i);
    store.open(SqliteUnderTest.SETTINGS.withMasterKeyText(Base64.getEncoder().encodeToString(key)));

    assertEquals(
        List.of(new AppCredential(CREDENTIAL)), store.secrets().credentials(APP, PushService.APNS));
    assertEquals(phone, store.registry().installation(phone.id()).orElseThrow());
  }

  private void assertMovedIsRefused(final String change, final String app) throws SQLException {
    store
        .secrets()
        .keepCredential(
            APP,
            new AppCredential(new CredentialId("a"), PushEnvironment.SANDBOX, "x", CREDENTIAL),
            "operator");
    store.sqlite().close();
    sql("UPDATE named_credential SET " + change);
    store.open();
    final var refused =
        assertThrows(
            StoreException.class,
            () -> store.secrets().credentials(new AppId(app), PushService.APNS));
    assertTrue(said(refused).contains("cannot be decrypted"));
    store.sqlite().close();
    sql("DELETE FROM named_credential");
    store.open();
  }

  @Test
  void a_row_that_was_moved_or_made_one_for_others_is_refused() throws SQLException {
    assertMovedIsRefused("app = 'other'", "other");
    assertMovedIsRefused("id = 'b'", "talk");
    assertMovedIsRefused("environment = 'production'", "talk");
    assertMovedIsRefused("scope = 'y'", "talk");
  }

  @Test
  void a_named_credential_alone_needs_its_master_key() throws IOException {
    store
        .secrets()
        .keepCredential(
            APP,
            new AppCredential(new CredentialId("a"), PushEnvironment.SANDBOX, "", CREDENTIAL),
            "operator");
    store.sqlite().close();
    final var file = store.directory().resolve("master.key");
    final var key = Files.readString(file);
    Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]));
    assertTrue(said(assertThrows(StoreException.class, store::open)).contains("not the one"));
    Files.delete(file);
    assertTrue(said(assertThrows(StoreException.class, store::open)).contains("is missing"));
    Files.writeString(file, key);
    store.open();
  }

  private static String said(final StoreException refused) {
    return String.valueOf(refused.getMessage());
  }
}

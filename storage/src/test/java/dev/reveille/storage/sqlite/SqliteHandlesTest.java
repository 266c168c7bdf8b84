package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.HandleId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.Handles.Claim;
import dev.reveille.routing.port.Handles.Claimed;
import dev.reveille.routing.port.Handles.Code;
import dev.reveille.routing.port.Handles.Owner;
import dev.reveille.routing.port.HandlesContract;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore.AuditFilter;
import dev.reveille.routing.port.StoreUnderTest;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteHandlesTest implements HandlesContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  private Claim claimed(final String token) {
    final var now = store.clock().instant();
    final var address =
        new PushAddress.Direct(
            PushService.FCM,
            PushChannel.SINGLE,
            PHONE_APP,
            /* sandbox= */ false,
            new PushToken(token),
            now);
    final var claim =
        new Claim(
            "challenge-of-" + token,
            HandleId.random(RANDOM),
            /* replaces= */ false,
            new Owner(Samples.ACME, PARTNER, PHONE_APP),
            address,
            now.plus(Handles.CLAIMED));
    assertEquals(Claimed.KEPT, store.handles().claim(claim, MANY));
    return claim;
  }

  private long rows(final String table) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + store.directory().resolve("reveille.db"));
        var run = connection.createStatement();
        var row = run.executeQuery("SELECT count(*) FROM " + table)) {
      return row.getLong(1);
    }
  }

  @Test
  void what_is_over_long_enough_is_removed_from_disk() throws SQLException {
    final var handle = claimed("a-token");
    claimed("never-confirmed");
    store.handles().confirm(handle.handle(), handle.challenge(), SECRET);
    final var soon = store.clock().instant().plus(Duration.ofMinutes(1));
    store
        .handles()
        .keepCode(new Code("k", Samples.ACME, PARTNER, 1, Samples.NOW, soon), SECRET, "operator");
    store.sqlite().maintain();
    assertEquals(2, rows("handle_claim"));
    assertEquals(1, rows("handle_code"));
    store.clock().advance(Handles.CLAIMED);
    store.sqlite().maintain();
    assertEquals(0, rows("handle_claim"));
    assertEquals(0, rows("handle_code"));
    store.clock().advance(Handles.REMEMBERED);
    store.sqlite().maintain();
    assertEquals(1, rows("handle"), "an active handle stays for ever");
    assertTrue(store.handles().revoke(Samples.ACME, handle.handle(), "operator"));
    store.sqlite().maintain();
    assertEquals(1, rows("handle"));
    store.clock().advance(Handles.REMEMBERED);
    store.sqlite().maintain();
    assertEquals(0, rows("handle"));
  }

  @Test
  void more_than_one_transaction_takes_are_revoked_at_once() throws SQLException {
    final int many = 1_203;
    store.sqlite().close();
    FormerSchema.change(
        store.directory(),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            + many
            + ") INSERT INTO handle SELECT printf('%021dA', i), 'acme', '"
            + PARTNER
            + "', '"
            + PHONE_APP
            + "', 'active', 0, 0, '', '', 'fcm', 'single', '', 0, 'token-' || i,"
            + " '2026-01-01T00:00:00Z', '', '' FROM n",
        "INSERT INTO handle_count VALUES('acme', '"
            + PARTNER
            + "', '"
            + PHONE_APP
            + "', "
            + many
            + ")");
    store.open();
    assertEquals(
        many, store.handles().revokeAll(Samples.ACME, PARTNER, Optional.empty(), "operator"));
    assertEquals(0, store.handles().counts(Samples.ACME).size());
  }

  @Test
  void a_secret_and_a_code_are_on_disk_as_hashes_and_an_ended_handle_without_its_token()
      throws SQLException {
    final var claim = claimed("a-token-of-a-phone");
    store.handles().confirm(claim.handle(), claim.challenge(), SECRET);
    assertEquals(1, rows("handle WHERE secret = '010203' AND token = 'a-token-of-a-phone'"));
    store.handles().revoke(Samples.ACME, claim.handle(), "operator");
    store.clock().advance(Handles.CLAIMED);
    store.sqlite().maintain();
    assertEquals(0, rows("handle WHERE token <> ''"));
    assertFalse(claim.handle().value().contains("a-token"));
  }

  @Test
  void the_audit_log_finds_them_by_their_kind() {
    final var claim = claimed("a-token");
    store.handles().confirm(claim.handle(), claim.challenge(), SECRET);
    store.handles().revoke(Samples.ACME, claim.handle(), "operator");
    final var expires = store.clock().instant().plusSeconds(60);
    store
        .handles()
        .keepCode(
            new Code("k", Samples.ACME, PARTNER, 1, Samples.NOW, expires),
            "a-hash".getBytes(StandardCharsets.UTF_8),
            "operator");
    store.handles().removeCode(Samples.ACME, PARTNER, "k", "operator");
    final var wanted = new AuditFilter(Long.MAX_VALUE, "", "handle", Instant.MIN, Instant.MAX);
    assertEquals(3, store.settings().audit(Samples.ACME, wanted, 10).size());
  }
}

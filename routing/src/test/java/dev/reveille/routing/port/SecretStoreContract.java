package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.SecretStore.ApiKey;
import dev.reveille.routing.port.SecretStore.DeviceToken;
import dev.reveille.routing.port.SecretStore.OneTimeCode;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The contract of every secret store.
public interface SecretStoreContract {
  AppId APP = new AppId("talk");
  Credential CREDENTIAL =
      new Credential.Apns("TEAM123456", "KEY1234567", "-----BEGIN PRIVATE KEY-----", "", "", "");

  StoreUnderTest store();

  private static byte[] hash(final int of) {
    final byte[] hash = new byte[32];
    hash[0] = (byte) of;
    return hash;
  }

  @Test
  default void an_api_key_is_found_by_its_hash_until_it_is_removed() {
    final ApiKey key =
        new ApiKey("k1", Samples.ACME, Set.of(Right.SEND, Right.MANAGE), "pbx", Samples.NOW);
    final List<String> told = new ArrayList<>();
    store().secrets().onKeyChange(told::add);
    store().secrets().keepApiKey(key, hash(1), "operator");
    assertEquals(Optional.of(key), store().secrets().apiKey(hash(1)));
    assertEquals(Optional.empty(), store().secrets().apiKey(hash(2)));
    assertTrue(store().secrets().removeApiKey(Samples.ACME, "k1", "operator"));
    assertFalse(store().secrets().removeApiKey(Samples.ACME, "k1", "operator"));
    assertEquals(Optional.empty(), store().secrets().apiKey(hash(1)));
    assertEquals(List.of("k1", "k1"), told);
  }

  @Test
  default void api_keys_of_an_organisation_are_listed() {
    final ApiKey key = new ApiKey("k1", Samples.ACME, Set.of(Right.LISTEN), "", Samples.NOW);
    store().secrets().keepApiKey(key, hash(1), "operator");
    store().restart();
    assertEquals(List.of(key), store().secrets().apiKeys(Samples.ACME));
  }

  @Test
  default void a_credential_comes_back_as_it_was_kept() {
    final List<AppId> told = new ArrayList<>();
    store()
        .registry()
        .onChange(change -> {
          if (change instanceof Registry.Change.AppChanged(var app)) {
            told.add(app);
          }
        });
    store().secrets().keepCredential(APP, CREDENTIAL, "operator");
    assertEquals(Optional.of(CREDENTIAL), store().secrets().credential(APP, PushService.APNS));
    assertEquals(Optional.empty(), store().secrets().credential(APP, PushService.FCM));
    assertEquals(List.of(APP), told);
    store().restart();
    assertEquals(Optional.of(CREDENTIAL), store().secrets().credential(APP, PushService.APNS));
    assertTrue(store().secrets().removeCredential(APP, PushService.APNS, "operator"));
    assertFalse(store().secrets().removeCredential(APP, PushService.APNS, "operator"));
    assertEquals(Optional.empty(), store().secrets().credential(APP, PushService.APNS));
  }

  @Test
  default void credentials_of_two_services_do_not_touch_each_other() {
    final var account = new Credential.Fcm("{\"type\":\"service_account\"}", "https://x", "pem");
    store().secrets().keepCredential(APP, CREDENTIAL, "operator");
    store().secrets().keepCredential(APP, account, "operator");
    store().restart();
    assertEquals(Optional.of(account), store().secrets().credential(APP, PushService.FCM));
    assertTrue(store().secrets().removeCredential(APP, PushService.APNS, "operator"));
    assertEquals(Optional.of(account), store().secrets().credential(APP, PushService.FCM));
  }

  @Test
  default void a_certificate_takes_the_place_of_a_key_and_comes_back_whole() {
    final var shown =
        new Credential.ApnsCertificate("PEM", "PKCS#8", "https://a", "https://b", "c");
    store().secrets().keepCredential(APP, CREDENTIAL, "operator");
    store().secrets().keepCredential(APP, shown, "operator");
    store().restart();
    assertEquals(Optional.of(shown), store().secrets().credential(APP, PushService.APNS));
    final var named =
        new AppCredential(new CredentialId("key"), PushEnvironment.SANDBOX, "", CREDENTIAL);
    store().secrets().keepCredential(APP, named, "operator");
    assertEquals(List.of(new AppCredential(shown), named), ofApple());
  }

  @Test
  default void what_an_app_asks_google_for_beside_its_messages_is_kept() {
    final var account = new Credential.Fcm("{}", "", "", "calls", true, false);
    store().secrets().keepCredential(APP, account, "operator");
    store().restart();
    assertEquals(Optional.of(account), store().secrets().credential(APP, PushService.FCM));
    final var other = new Credential.Fcm("{}", "", "", "", false, true);
    store().secrets().keepCredential(APP, other, "operator");
    store().restart();
    assertEquals(Optional.of(other), store().secrets().credential(APP, PushService.FCM));
  }

  private static AppCredential named(
      final String id, final PushEnvironment environment, final String topic, final String keyId) {
    final var key = new Credential.Apns("TEAM123456", keyId, "-----BEGIN", "", "", "");
    return new AppCredential(new CredentialId(id), environment, topic, key);
  }

  private List<AppCredential> ofApple() {
    return store().secrets().credentials(APP, PushService.APNS);
  }

  @Test
  default void several_credentials_of_a_service_stand_beside_each_other() {
    final var beta = named("beta", PushEnvironment.BOTH, "talk.beta", "BETA");
    final var test = named("test", PushEnvironment.SANDBOX, "", "TEST");
    final List<AppId> told = new ArrayList<>();
    store()
        .registry()
        .onChange(change -> {
          if (change instanceof Registry.Change.AppChanged(var app)) {
            told.add(app);
          }
        });
    store().secrets().keepCredential(APP, test, "operator");
    assertEquals(Optional.empty(), store().secrets().credential(APP, PushService.APNS));
    store().secrets().keepCredential(APP, CREDENTIAL, "operator");
    store().secrets().keepCredential(APP, beta, "operator");
    assertEquals(3, told.size());
    store().restart();
    final var usual = new AppCredential(CREDENTIAL);
    assertEquals(List.of(usual, beta, test), ofApple());
    assertEquals(Optional.of(CREDENTIAL), store().secrets().credential(APP, PushService.APNS));
    assertEquals(List.of(), store().secrets().credentials(new AppId("other"), PushService.APNS));

    assertTrue(store().secrets().removeCredential(APP, PushService.APNS, test.id(), "operator"));
    assertFalse(store().secrets().removeCredential(APP, PushService.APNS, test.id(), "operator"));
    assertFalse(store().secrets().removeCredential(APP, PushService.FCM, beta.id(), "operator"));
    assertEquals(List.of(usual, beta), ofApple());
    assertTrue(store().secrets().removeCredential(APP, PushService.APNS, "operator"));
    assertEquals(List.of(beta), ofApple());
  }

  @Test
  default void a_credential_is_replaced_under_its_id_and_may_become_one_for_others() {
    store()
        .secrets()
        .keepCredential(APP, named("a", PushEnvironment.SANDBOX, "", "OLD"), "operator");
    final var other = named("a", PushEnvironment.PRODUCTION, "talk.beta", "NEW");
    store().secrets().keepCredential(APP, other, "operator");
    store().restart();
    assertEquals(List.of(other), ofApple());
  }

  @Test
  default void two_credentials_are_not_for_the_same_addresses() {
    final var first = named("a", PushEnvironment.SANDBOX, "talk.beta", "FIRST");
    store().secrets().keepCredential(APP, first, "operator");
    final var same = named("b", PushEnvironment.SANDBOX, "talk.beta", "SECOND");
    final var taken =
        assertThrows(
            Registry.Taken.class, () -> store().secrets().keepCredential(APP, same, "operator"));
    assertEquals("the credential apns/a is for the same addresses", taken.getMessage());
    assertEquals(List.of(first), ofApple());
    store()
        .secrets()
        .keepCredential(APP, named("b", PushEnvironment.BOTH, "talk.beta", "SECOND"), "operator");
    store().secrets().keepCredential(new AppId("other"), same, "operator");
  }

  @Test
  default void a_change_of_any_credential_is_one_of_the_app_and_is_in_the_audit_log() {
    store().registry().keepApp(new App(APP, Samples.ACME, "Talk", "talk", ""), "operator");
    final long before = store().registry().app(APP).orElseThrow().credentials();
    final var beta = named("beta", PushEnvironment.BOTH, "talk.beta", "BETA");
    store().secrets().keepCredential(APP, beta, "operator");
    assertEquals(before + 1, store().registry().app(APP).orElseThrow().credentials());
    store().secrets().removeCredential(APP, PushService.APNS, beta.id(), "operator");
    assertEquals(before + 2, store().registry().app(APP).orElseThrow().credentials());
    final var wanted =
        new SettingsStore.AuditFilter(Long.MAX_VALUE, "", "credential", Instant.MIN, Instant.MAX);
    assertEquals(
        List.of("remove credential apns/beta of app talk", "keep credential apns/beta of app talk"),
        store().settings().audit(Samples.ACME, wanted, 10).stream()
            .map(SettingsStore.Audit::what)
            .toList());
  }

  @Test
  default void the_credentials_of_a_removed_app_are_gone() {
    store().registry().keepApp(new App(APP, Samples.ACME, "Talk", "talk", ""), "operator");
    store().secrets().keepCredential(APP, CREDENTIAL, "operator");
    store()
        .secrets()
        .keepCredential(APP, named("a", PushEnvironment.SANDBOX, "", "TEST"), "operator");
    assertTrue(store().registry().removeApp(APP, "operator"));
    assertEquals(List.of(), ofApple());
  }

  @Test
  default void the_token_before_the_newest_works_until_the_newest_was_used() {
    final SecretStore secrets = store().secrets();
    secrets.keepDeviceToken(Samples.PHONE, hash(1), Samples.NOW);
    secrets.keepDeviceToken(Samples.PHONE, hash(2), Samples.NOW.plusSeconds(1));
    assertEquals(
        Optional.of(new DeviceToken(Samples.PHONE, false, Samples.NOW)),
        secrets.deviceToken(hash(1)));
    assertEquals(
        Optional.of(new DeviceToken(Samples.PHONE, true, Samples.NOW.plusSeconds(1))),
        secrets.deviceToken(hash(2)));
    secrets.confirmDeviceToken(Samples.PHONE, hash(1));
    assertTrue(secrets.deviceToken(hash(1)).isPresent(), "the newest was not used");
    secrets.confirmDeviceToken(Samples.PHONE, hash(2));
    assertEquals(Optional.empty(), secrets.deviceToken(hash(1)));
    assertTrue(secrets.deviceToken(hash(2)).isPresent());
    secrets.revokeDeviceTokens(Samples.PHONE);
    assertEquals(Optional.empty(), secrets.deviceToken(hash(2)));
  }

  @Test
  default void a_device_that_lost_any_number_of_answers_is_not_locked_out() {
    final SecretStore secrets = store().secrets();
    secrets.keepDeviceToken(Samples.PHONE, hash(1), Samples.NOW);
    for (int i = 2; i <= 9; i++) {
      secrets.rotateDeviceToken(Samples.PHONE, hash(i), hash(1), Samples.NOW.plusSeconds(i));
    }
    assertTrue(secrets.deviceToken(hash(1)).isPresent(), "the one in use");
    assertTrue(secrets.deviceToken(hash(9)).isPresent());
    assertEquals(Optional.empty(), secrets.deviceToken(hash(2)), "they do not pile up");
    secrets.confirmDeviceToken(Samples.PHONE, hash(9));
    assertEquals(Optional.empty(), secrets.deviceToken(hash(1)));
  }

  @Test
  default void a_one_time_code_works_once_and_in_time() {
    final SecretStore secrets = store().secrets();
    final OneTimeCode code =
        new OneTimeCode(Samples.ACME, APP, "anna", Samples.NOW.plusSeconds(60));
    secrets.keepCode(hash(1), code);
    secrets.keepCode(hash(2), code);
    assertEquals(Optional.of(code), secrets.code(hash(1), Samples.NOW));
    assertEquals(Optional.of(code), secrets.takeCode(hash(1), Samples.NOW));
    assertEquals(Optional.empty(), secrets.code(hash(1), Samples.NOW));
    assertEquals(Optional.empty(), secrets.code(hash(2), Samples.NOW.plusSeconds(60)));
    assertEquals(Optional.empty(), secrets.takeCode(hash(1), Samples.NOW));
    assertEquals(Optional.empty(), secrets.takeCode(hash(2), Samples.NOW.plusSeconds(60)));
    assertEquals(Optional.empty(), secrets.takeCode(hash(2), Samples.NOW));
  }

  @Test
  default void a_statement_works_once() {
    final SecretStore secrets = store().secrets();
    assertTrue(secrets.useStatement(hash(1), Samples.NOW.plusSeconds(60)));
    assertFalse(secrets.useStatement(hash(1), Samples.NOW.plusSeconds(60)));
    assertTrue(secrets.useStatement(hash(2), Samples.NOW.plusSeconds(60)));
  }

  @Test
  default void a_statement_key_is_replaced_under_its_id() {
    final SecretStore secrets = store().secrets();
    assertEquals(Optional.empty(), secrets.statementKey(APP, "a"));
    secrets.keepStatementKey(APP, "a", "PEM 1", "operator");
    secrets.keepStatementKey(APP, "a", "PEM 2", "operator");
    assertEquals(Optional.of("PEM 2"), secrets.statementKey(APP, "a"));
  }
}

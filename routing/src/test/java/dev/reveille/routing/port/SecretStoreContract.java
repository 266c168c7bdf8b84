package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.SecretStore.ApiKey;
import dev.reveille.routing.port.SecretStore.DeviceToken;
import dev.reveille.routing.port.SecretStore.OneTimeCode;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What every secret store promises.
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

package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.SecretStore.Right;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResourcesTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void app() {
    caller.put(
        "/v1/apps/com.example.phone", "{\"name\":\"Phone\",\"bundleId\":\"com.example.phone\"}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  private static void refused(final Reason why, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
  }

  // ---- users --------------------------------------------------------------------------------

  @Test
  void a_user_is_created_changed_found_by_any_address_and_erased() {
    final var made =
        caller.put(
            "/v1/users/anna",
            """
            {"site":"berlin","addresses":["sip:anna@example.com","EXAMPLE\\\\anna"],
             "preferences":{"spread":"last-active","idle":"PT3M","doNotDisturbUntil":"2030-01-01T00:00:00Z","muted":["red"]}}\
            """);
    final var again =
        caller.put(
            "/v1/users/anna", "{\"addresses\":[\"sip:anna@example.com\"]}", "If-None-Match", "*");
    final var changed =
        caller.patch(
            "/v1/users/sip%3Aanna%40example.com",
            "{\"site\":\"bonn\",\"preferences\":{\"doNotDisturbUntil\":null,\"muted\":[\"blue\",\"red\"]}}");
    final var byAddress = caller.get("/v1/users/EXAMPLE%5Canna");

    assertEquals(201, made.status(), () -> made.whole().body());
    refused(Reason.EXISTS, again);
    assertEquals("2030-01-01T00:00:00Z", made.text("/preferences/doNotDisturbUntil"));
    assertEquals("bonn", changed.text("/site"));
    assertTrue(changed.body().at("/preferences/doNotDisturbUntil").isMissingNode());
    assertEquals("last-active", changed.text("/preferences/spread"));
    assertEquals("PT3M", changed.text("/preferences/idle"));
    assertEquals("[\"blue\",\"red\"]", changed.body().at("/preferences/muted").toString());
    assertEquals(changed.body(), byAddress.body());
    assertEquals(200, caller.put("/v1/users/anna", "{}").status());
    assertEquals("every-device", caller.get("/v1/users/anna").text("/preferences/spread"));
    assertEquals(204, caller.delete("/v1/users/anna").status());
    refused(Reason.NOT_FOUND, caller.get("/v1/users/anna"));
  }

  @Test
  void an_address_belongs_to_one_user() {
    caller.put("/v1/users/dora", "{\"addresses\":[\"dora@example.com\"]}");

    refused(Reason.EXISTS, caller.put("/v1/users/dolly", "{\"addresses\":[\"Dora@example.com\"]}"));
    refused(Reason.NOT_FOUND, caller.get("/v1/users/dolly"));
    refused(Reason.EXISTS, caller.put("/v1/users/dora@example.com", "{}"));
    refused(Reason.EXISTS, caller.put("/v1/users/dolly", "{\"addresses\":[\"dora\"]}"));
    final var twice =
        caller.put(
            "/v1/users/dolly", "{\"addresses\":[\"Dolly@example.com\",\"dolly@EXAMPLE.com\"]}");
    assertEquals("[\"Dolly@example.com\"]", twice.body().path("addresses").toString());
  }

  @Test
  void users_come_in_pages() {
    for (int i = 0; i < 5; i++) {
      caller.put("/v1/users/page-" + i, "{}");
    }

    final var first = caller.get("/v1/users?limit=2&after=page-");
    final var second = caller.get("/v1/users?limit=2&after=" + first.text("/next"));
    final var third = caller.get("/v1/users?limit=1000&after=" + second.text("/next"));

    assertEquals(List.of("page-0", "page-1"), first.body().path("users").findValuesAsText("name"));
    assertEquals(List.of("page-2", "page-3"), second.body().path("users").findValuesAsText("name"));
    assertEquals("page-4", third.text("/users/0/name"));
    assertTrue(third.body().path("next").isMissingNode());
    refused(Reason.MALFORMED, caller.get("/v1/users?limit=1001"));
  }

  @Test
  void a_mistake_in_a_user_is_named() {
    assertEquals(
        "sites: did you mean site?",
        caller.put("/v1/users/x", "{\"sites\":\"a\"}").text("/detail"));
    assertEquals(
        "addresses[1]: must be a text, not a number",
        caller.put("/v1/users/x", "{\"addresses\":[\"a\",1]}").text("/detail"));
    refused(Reason.MALFORMED, caller.put("/v1/users/x", "{\"site\":\"a\",\"site\":\"b\"}"));
    refused(Reason.MALFORMED, caller.put("/v1/users/x", "{} {}"));
    refused(Reason.MALFORMED, caller.put("/v1/users/x", ""));
    refused(Reason.MALFORMED, caller.put("/v1/users/x", "{\"name\":\"y\"}"));
    refused(Reason.MALFORMED, caller.put("/v1/users/x", "{\"preferences\":{\"spread\":\"some\"}}"));
    refused(Reason.MALFORMED, caller.put("/v1/users/" + "x".repeat(257), "{}"));
    refused(Reason.NOT_FOUND, caller.get("/v1/users/x"));
  }

  @Test
  void a_code_is_shown_once_and_works_once() {
    caller.put("/v1/users/emil", "{}");
    final var made = caller.post("/v1/users/emil/codes", "{\"app\":\"com.example.phone\"}");
    final var hash = ApiKeys.hash(made.text("/code"));

    assertEquals(201, made.status());
    final var expires = Instant.parse(made.text("/expires"));
    assertTrue(Duration.between(Instant.now(), expires).compareTo(Duration.ofMinutes(10)) <= 0);
    final var taken = api.store().secrets().takeCode(hash, Instant.now()).orElseThrow();
    assertEquals("emil", taken.user());
    assertEquals(ApiUnderTest.ACME, taken.organisation());
    assertTrue(api.store().secrets().takeCode(hash, Instant.now()).isEmpty());
    refused(Reason.NOT_FOUND, caller.post("/v1/users/emil/codes", "{\"app\":\"no.such.app\"}"));
    refused(
        Reason.MALFORMED,
        caller.post(
            "/v1/users/emil/codes", "{\"app\":\"com.example.phone\",\"validFor\":\"PT2H\"}"));
  }

  // ---- installations ------------------------------------------------------------------------

  private Installation phoneOf(final String user, final String id) {
    final var who = new UserId(ApiUnderTest.ACME, user);
    final var token =
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.VOIP,
            new AppId("com.example.phone"),
            true,
            new PushToken("secret-token-" + id),
            Instant.parse("2026-01-01T00:00:00Z"));
    return new Installation(
        new InstallationId(id),
        ApiUnderTest.ACME,
        new AppId("com.example.phone"),
        Platform.IOS,
        18,
        "",
        List.of(who),
        List.of(token),
        Map.of("callkit", "no"),
        Instant.parse("2026-01-01T00:00:00Z"),
        Instant.parse("2026-01-02T00:00:00Z"));
  }

  @Test
  void a_device_is_shown_without_its_token_and_can_be_sent_away() {
    caller.put("/v1/users/fred", "{}");
    api.store().registry().keepInstallation(phoneOf("fred", "fred-phone"), "test");

    final var shown = caller.get("/v1/installations/fred-phone");
    final var ofFred = caller.get("/v1/installations?user=fred");
    final var all = caller.get("/v1/installations?limit=1000");

    assertEquals("ios", shown.text("/platform"), () -> shown.whole().body());
    assertEquals("voip", shown.text("/addresses/0/channel"));
    assertEquals(8, shown.text("/addresses/0/fingerprint").length());
    assertEquals("suspended", shown.text("/live/state"));
    assertFalse(shown.whole().body().contains("secret-token"));
    assertEquals(shown.body(), ofFred.body().at("/installations/0"));
    assertTrue(all.body().path("installations").findValuesAsText("id").contains("fred-phone"));
    api.foreground(new InstallationId("fred-phone"));
    assertEquals("available", caller.get("/v1/users/fred/presence").text("/presence"));
    assertEquals(204, caller.delete("/v1/installations/fred-phone").status());
    assertEquals("offline", caller.get("/v1/users/fred/presence").text("/presence"));
    refused(Reason.NOT_FOUND, caller.delete("/v1/installations/fred-phone"));
    refused(Reason.UNKNOWN_USER, caller.get("/v1/installations?user=unknown"));
  }

  // ---- apps ---------------------------------------------------------------------------------

  @Test
  void an_apps_credentials_are_checked_kept_and_never_shown() {
    final var app = "/v1/apps/com.example.chat";
    assertEquals(201, caller.put(app, "{\"pushlessGenerations\":[\"lync-2010\",\"x\"]}").status());
    final var key = "-----BEGIN PRIVATE KEY-----\\nsecret\\n-----END PRIVATE KEY-----";

    final var wrong =
        caller.put(
            app + "/credentials/apns", "{\"team\":\"T\",\"keyId\":\"K\",\"key\":\"nonsense\"}");
    final var missing = caller.put(app + "/credentials/apns", "{\"team\":\"T\"}");
    final var kept =
        caller.put(
            app + "/credentials/apns", "{\"team\":\"T\",\"keyId\":\"K\",\"key\":\"" + key + "\"}");

    refused(Reason.MALFORMED, wrong);
    assertEquals("key: is no .p8 file", wrong.text("/detail"));
    assertEquals("keyId: is missing", missing.text("/detail"));
    assertEquals(204, kept.status(), () -> kept.whole().body());
    final var stored =
        (Credential.Apns)
            api.store()
                .secrets()
                .credential(new AppId("com.example.chat"), PushService.APNS)
                .orElseThrow();
    assertTrue(stored.key().contains("secret"));
    final var shown = caller.get(app);
    assertEquals("[\"apns\"]", shown.body().path("credentials").toString());
    assertEquals("[\"lync-2010\",\"x\"]", shown.body().path("pushlessGenerations").toString());
    assertFalse(caller.get("/v1/apps").whole().body().contains("secret"));
    assertFalse(caller.get("/v1/audit").whole().body().contains("secret"));
    assertEquals(204, caller.delete(app + "/credentials/apns").status());
    refused(Reason.NOT_FOUND, caller.delete(app + "/credentials/apns"));
  }

  @Test
  void a_service_account_is_kept_beside_an_apple_key_and_never_shown() {
    final var app = "/v1/apps/com.example.droid";
    caller.put(app, "{}");
    final var wrong = caller.put(app + "/credentials/fcm", "{\"serviceAccount\":\"AAAA\"}");
    final var old = caller.put(app + "/credentials/fcm", "{\"serverKey\":\"AAAA\"}");
    final var kept =
        caller.put(
            app + "/credentials/fcm",
            "{\"serviceAccount\":\"{\\\"private_key\\\":\\\"secret\\\"}\","
                + "\"endpoint\":\"https://127.0.0.1:1\"}");

    refused(Reason.MALFORMED, wrong);
    assertEquals("serviceAccount: is no JSON", wrong.text("/detail"));
    refused(Reason.UNKNOWN_FIELD, old);
    assertEquals(204, kept.status(), () -> kept.whole().body());
    assertEquals("[\"fcm\"]", caller.get(app).body().path("credentials").toString());
    assertFalse(caller.get("/v1/apps").whole().body().contains("secret"));
    assertFalse(caller.get("/v1/audit").whole().body().contains("secret"));
    assertEquals(204, caller.delete(app + "/credentials/fcm").status());
    refused(Reason.NOT_FOUND, caller.delete(app + "/credentials/fcm"));
  }

  @Test
  void an_app_with_devices_stays_unless_they_go_too() {
    final var app = "/v1/apps/com.example.gone";
    caller.put(app, "{}");
    for (int i = 0; i < 120; i++) {
      install("com.example.gone", "gone-" + i, ApiUnderTest.ACME);
    }
    final var used = caller.delete(app);
    refused(Reason.STILL_USED, used);
    assertEquals("the app has 120 installations", used.text("/detail"));
    refused(Reason.MALFORMED, caller.delete(app + "?installations=keep"));
    assertEquals(200, caller.get(app).status());
    assertEquals(204, caller.delete(app + "?installations=remove").status());
    refused(Reason.NOT_FOUND, caller.get(app));
    refused(Reason.NOT_FOUND, caller.get("/v1/installations/gone-7"));
    refused(Reason.NOT_FOUND, caller.delete(app));
  }

  private void install(final String app, final String id, final OrganisationId organisation) {
    api.store()
        .registry()
        .keepInstallation(
            new Installation(
                new InstallationId(id),
                organisation,
                new AppId(app),
                Platform.IOS,
                18,
                "",
                List.of(),
                List.of(),
                Map.of(),
                Instant.EPOCH,
                Instant.EPOCH),
            "test");
  }

  @Test
  void an_app_that_another_organisation_uses_stays_with_all_its_devices() {
    final var app = "/v1/apps/com.example.shared";
    caller.put(app, "{}");
    install("com.example.shared", "ours", ApiUnderTest.ACME);
    install("com.example.shared", "theirs", ApiUnderTest.OTHER);
    final var used = caller.delete(app + "?installations=remove");
    refused(Reason.STILL_USED, used);
    assertTrue(used.text("/detail").startsWith("other organisations"), used.text("/detail"));
    assertEquals(200, caller.get("/v1/installations/ours").status());
    final var theirs = new InstallationId("theirs");
    assertTrue(api.store().registry().installation(theirs).isPresent());
    api.store().registry().removeInstallation(theirs, "test");
    assertEquals(204, caller.delete(app + "?installations=remove").status());
  }

  @Test
  void an_app_that_comes_back_does_not_look_as_it_did_before() {
    final var app = "/v1/apps/com.example.back";
    caller.put(app, "{}");
    final var looks = "{\"styles\":{\"message\":{\"sound\":\"bell\"}}}";
    assertEquals(200, caller.put(app + "/presentation", looks).status());
    assertEquals(204, caller.delete(app).status());
    caller.put(app, "{}");
    refused(Reason.NOT_FOUND, caller.get(app + "/presentation"));
  }

  @Test
  void a_statement_key_must_be_a_public_one_of_a_good_kind() throws Exception {
    final var path = "/v1/apps/com.example.phone/statement-keys/2026-a";
    final var curve = KeyPairGenerator.getInstance("EC");
    curve.initialize(new ECGenParameterSpec("secp256r1"));
    final var good = pem(curve.generateKeyPair().getPublic().getEncoded());
    final var rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);
    final var weak = pem(rsa.generateKeyPair().getPublic().getEncoded());

    assertEquals(204, caller.put(path, "{\"publicKey\":\"" + good + "\"}").status());
    assertTrue(
        api.store().secrets().statementKey(new AppId("com.example.phone"), "2026-a").isPresent());
    refused(Reason.MALFORMED, caller.put(path, "{\"publicKey\":\"" + weak + "\"}"));
    refused(
        Reason.MALFORMED,
        caller.put(
            path, "{\"publicKey\":\"-----BEGIN PUBLIC KEY-----!-----END PUBLIC KEY-----\"}"));
    assertTrue(
        caller
            .put(path, "{\"publicKey\":\"-----BEGIN PRIVATE KEY-----\"}")
            .text("/detail")
            .contains("private key"));
  }

  private static String pem(final byte[] der) {
    return "-----BEGIN PUBLIC KEY-----\\n"
        + Base64.getMimeEncoder().encodeToString(der).replace("\r\n", "\\n")
        + "\\n-----END PUBLIC KEY-----";
  }

  // ---- settings -----------------------------------------------------------------------------

  @Test
  void settings_have_versions_and_an_old_one_changes_nothing() {
    final var path = "/v1/settings/push-notification/site:berlin";
    final var made = caller.put(path, "{\"values\":{\"apple\":true}}", "If-None-Match", "*");
    final var twice = caller.put(path, "{\"values\":{\"apple\":true}}", "If-None-Match", "*");
    final var changed =
        caller.put(path, "{\"values\":{\"apple\":false}}", "If-Match", made.header("etag"));
    final var stale =
        caller.put(path, "{\"values\":{\"apple\":true}}", "If-Match", made.header("etag"));
    final var patched = caller.patch(path, "{\"values\":{\"google\":\"true\"}}");

    assertEquals(200, made.status(), () -> made.whole().body());
    refused(Reason.CHANGED_MEANWHILE, twice);
    assertEquals(200, changed.status());
    refused(Reason.CHANGED_MEANWHILE, stale);
    assertEquals(
        "{\"apple\":[\"false\"],\"google\":[\"true\"]}", patched.body().path("values").toString());
    final var shown = caller.get(path);
    assertEquals("\"" + shown.body().path("version").asLong() + "\"", shown.header("etag"));
    assertEquals(
        List.of("global", "site:berlin"),
        caller.get("/v1/settings/push-notification").body().findValuesAsText("identity"));
    final var audit = caller.get("/v1/audit?limit=10");
    assertTrue(audit.text("/entries/0/who").startsWith("key k_"));
    assertTrue(audit.text("/entries/0/what").contains("push-notification"));
    assertEquals(
        "{\"google\":[\"true\"]}",
        caller.patch(path, "{\"values\":{\"apple\":null}}").body().path("values").toString());
    assertEquals(204, caller.delete(path).status());
    refused(Reason.NOT_FOUND, caller.get(path));
  }

  @Test
  void a_switch_that_does_not_exist_is_refused() {
    final var path = "/v1/settings/push-notification/global";
    final var typo = caller.put(path, "{\"values\":{\"appel\":true}}");

    refused(Reason.UNKNOWN_FIELD, typo);
    assertEquals("values.appel: did you mean apple?", typo.text("/detail"));
    refused(Reason.MALFORMED, caller.put(path, "{\"values\":{\"apple\":\"yes\"}}"));
    refused(Reason.MALFORMED, caller.put(path, "{\"values\":{\"apple\":{}}}"));
    refused(
        Reason.MALFORMED, caller.put("/v1/settings/push-notification/berlin", "{\"values\":{}}"));
    refused(Reason.MALFORMED, caller.get("/v1/settings/Push"));
    final var mistyped = "/v1/settings/push-notificaton";
    for (final var reply :
        List.of(
            caller.get(mistyped),
            caller.get(mistyped + "/global"),
            caller.put(mistyped + "/global", "{\"values\":{\"apple\":true}}"),
            caller.patch(mistyped + "/global", "{\"values\":{\"apple\":true}}"))) {
      refused(Reason.NOT_FOUND, reply);
      assertTrue(reply.text("/detail").contains("push-notification"), reply.text("/detail"));
    }
    refused(Reason.MALFORMED, caller.put(path, "{\"values\":{}}", "If-Match", "3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure-subscription/global",
        "communication-resource/global",
        "communication-app/global",
        "hub/global",
        "hub-namespace/global",
        "hub-place/global"
      })
  void what_the_server_keeps_for_itself_is_no_setting(final String setting) {
    final var subscription = caller.get("/v1/resources").text("/subscription");
    final var path = "/v1/settings/" + setting;
    final var collection = path.substring(0, path.lastIndexOf('/'));
    for (final var reply : List.of(caller.get(collection), caller.get(path), caller.delete(path))) {
      refused(Reason.NOT_FOUND, reply);
      assertTrue(reply.text("/detail").contains("push-notification"), reply.text("/detail"));
    }
    assertEquals(subscription, caller.get("/v1/resources").text("/subscription"));
  }

  // ---- keys ---------------------------------------------------------------------------------

  @Test
  void a_key_is_shown_once_works_and_ends() {
    final var made = caller.post("/v1/keys", "{\"rights\":[\"send\"],\"note\":\"PBX\"}");
    final var secret = made.text("/secret");
    final var sender = api.caller(secret);

    assertEquals(201, made.status());
    assertTrue(secret.matches("rk_[0-9A-Za-z]{43}"));
    assertEquals("[\"send\"]", sender.get("/v1").body().path("rights").toString());
    assertEquals("acme", sender.get("/v1").text("/organisation"));
    assertFalse(caller.get("/v1/keys").whole().body().contains(secret));
    refused(Reason.NOT_ALLOWED, sender.get("/v1/keys"));
    assertEquals(204, caller.delete("/v1/keys/" + made.text("/id")).status());
    refused(Reason.NO_KEY, sender.get("/v1"));
    refused(Reason.MALFORMED, caller.post("/v1/keys", "{\"rights\":[\"root\"]}"));
    refused(Reason.MALFORMED, caller.post("/v1/keys", "{}"));
  }

  @Test
  void the_last_manager_cannot_be_removed() {
    final var other = api.caller(ApiUnderTest.OTHER, Right.MANAGE);
    final var self = other.get("/v1").text("/key");

    refused(Reason.EXISTS, other.delete("/v1/keys/" + self));
    refused(Reason.NOT_FOUND, caller.delete("/v1/keys/" + self));
    assertEquals(200, other.get("/v1").status());
  }

  @Test
  void reasons_are_shown_without_a_key() {
    final var stranger = api.caller("");

    assertEquals(Reason.values().length, stranger.get("/v1/reasons").body().path("reasons").size());
    assertEquals("UNKNOWN_USER", stranger.get("/v1/reasons/RV-104").text("/name"));
    refused(Reason.NOT_FOUND, stranger.get("/v1/reasons/RV-000"));
  }
}

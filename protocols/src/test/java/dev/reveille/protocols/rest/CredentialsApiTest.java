package dev.reveille.protocols.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import java.util.Base64;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Several credentials of one app and push service.
class CredentialsApiTest {
  private static final String APP = "/v1/apps/com.example.chat";
  private static final String APPLE = APP + "/credentials/apns";
  private static final String GOOGLE = APP + "/credentials/fcm";

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeEach
  void app() {
    caller.put(APP, "{\"bundleId\":\"com.example.chat\"}");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static void refused(final Reason why, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
  }

  private static String key(final String keyId, final String rest) {
    return "{\"team\":\"TEAM\",\"keyId\":\""
        + keyId
        + "\",\"key\":\"PRIVATE KEY, secret\""
        + rest
        + "}";
  }

  private static String account(final String project) {
    return "{\"serviceAccount\":\"{\\\"project_id\\\":\\\"" + project + "\\\"}\"}";
  }

  private String accounts() {
    return StreamSupport.stream(caller.get(APP).body().path("accounts").spliterator(), false)
        .map(each ->
            String.join(
                " ",
                each.path("service").asText(),
                each.path("id").asText("-"),
                each.path("environment").asText("-"),
                each.path("topic").asText("-"),
                each.path("keyId").asText(each.path("project").asText())))
        .toList()
        .toString();
  }

  @Test
  void an_app_has_several_keys_of_apple_and_one_is_removed_alone() {
    assertEquals(204, caller.put(APPLE, key("USUAL", "")).status());
    assertEquals(
        204,
        caller.put(APPLE + "/beta", key("BETA", ",\"topic\":\"com.example.chat.beta\"")).status());
    final var both = ",\"topic\":\"com.example.chat.beta\",\"environment\":\"sandbox\"";
    assertEquals(204, caller.put(APPLE + "/beta-test", key("TEST", both)).status());

    assertEquals(
        "[apns - - - USUAL, apns beta both com.example.chat.beta BETA,"
            + " apns beta-test sandbox com.example.chat.beta TEST]",
        accounts());
    final var shown = caller.get(APP);
    assertEquals("[\"apns\"]", shown.body().path("credentials").toString());
    assertFalse(shown.whole().body().contains("secret"));
    assertFalse(caller.get("/v1/audit").whole().body().contains("secret"));

    assertEquals(204, caller.delete(APPLE + "/beta").status());
    refused(Reason.NOT_FOUND, caller.delete(APPLE + "/beta"));
    assertEquals("apns/beta", caller.delete(APPLE + "/beta").text("/detail").split(" ")[1]);
    assertEquals(
        "[apns - - - USUAL, apns beta-test sandbox com.example.chat.beta TEST]", accounts());
    assertEquals(204, caller.delete(APPLE).status());
    assertEquals("[apns beta-test sandbox com.example.chat.beta TEST]", accounts());
    refused(Reason.NOT_FOUND, caller.delete(APPLE));
  }

  @Test
  void the_name_default_is_the_credential_without_a_name() {
    assertEquals(204, caller.put(APPLE + "/default", key("USUAL", "")).status());
    assertEquals("[apns - - - USUAL]", accounts());
    refused(
        Reason.UNKNOWN_FIELD,
        caller.put(APPLE + "/default", key("USUAL", ",\"environment\":\"sandbox\"")));
    refused(
        Reason.UNKNOWN_FIELD, caller.put(APPLE, key("USUAL", ",\"topic\":\"com.example.chat\"")));
    assertEquals(204, caller.delete(APPLE).status());
  }

  @Test
  void a_second_one_for_the_same_addresses_is_a_conflict() {
    final var sandbox = ",\"environment\":\"sandbox\"";
    assertEquals(204, caller.put(APPLE + "/a", key("FIRST", sandbox)).status());
    final var second = caller.put(APPLE + "/b", key("SECOND", sandbox));
    refused(Reason.EXISTS, second);
    assertEquals(409, second.status());
    assertTrue(second.text("/detail").contains("apns/a"), second.text("/detail"));
    assertEquals("[apns a sandbox - FIRST]", accounts());
    assertEquals(204, caller.put(APPLE + "/a", key("RENEWED", sandbox)).status());
    assertEquals("[apns a sandbox - RENEWED]", accounts());
  }

  @Test
  void what_a_named_key_must_say_is_named_when_it_is_wrong() {
    final var neither = caller.put(APPLE + "/a", key("K", ""));
    refused(Reason.MALFORMED, neither);
    assertTrue(neither.text("/detail").contains("environment or topic"), neither.text("/detail"));
    refused(Reason.MALFORMED, caller.put(APPLE + "/a", key("K", ",\"environment\":\"both\"")));
    final var environment = caller.put(APPLE + "/a", key("K", ",\"environment\":\"test\""));
    refused(Reason.MALFORMED, environment);
    assertEquals("environment: must be production, sandbox or both", environment.text("/detail"));
    final var topic = caller.put(APPLE + "/a", key("K", ",\"topic\":\"com.example.chat.voip\""));
    refused(Reason.MALFORMED, topic);
    assertTrue(topic.text("/detail").startsWith("topic: must be the bundle id without"));
    refused(
        Reason.MALFORMED, caller.put(APPLE + "/a%20b", key("K", ",\"environment\":\"sandbox\"")));
    refused(
        Reason.NOT_FOUND,
        caller.put(
            "/v1/apps/no.such.app/credentials/apns/a", key("K", ",\"environment\":\"sandbox\"")));
    assertEquals("[]", accounts());
  }

  @Test
  void an_app_has_an_account_for_each_project() {
    assertEquals(204, caller.put(GOOGLE, account("chat")).status());
    assertEquals(204, caller.put(GOOGLE + "/beta", account("chat-beta")).status());
    refused(Reason.EXISTS, caller.put(GOOGLE + "/other", account("chat-beta")));
    refused(Reason.MALFORMED, caller.put(GOOGLE + "/none", "{\"serviceAccount\":\"{}\"}"));
    assertEquals("[fcm - - - chat, fcm beta - - chat-beta]", accounts());
    assertEquals(204, caller.delete(GOOGLE + "/beta").status());
    assertEquals("[fcm - - - chat]", accounts());
  }

  private static String certificate(final String bundle, final String rest) {
    return "{\"certificate\":\"PEM of " + bundle + "\",\"privateKey\":\"secret\"" + rest + "}";
  }

  @Test
  void an_app_shows_a_certificate_and_says_until_when_and_for_what_it_is() {
    assertEquals(204, caller.put(APPLE, certificate("com.example.chat", "")).status());
    final var account = caller.get(APP).body().path("accounts").path(0);
    assertTrue(account.path("certificate").asBoolean());
    assertEquals("2027-05-01T00:00:00Z", account.path("expires").asText());
    assertEquals(
        "[\"com.example.chat\",\"com.example.chat.voip\"]", account.path("topics").toString());
    assertEquals("[\"production\"]", account.path("environments").toString());
    assertEquals("api.push.apple.com", account.path("host").asText());
    assertFalse(caller.get(APP).whole().body().contains("secret"));
  }

  @Test
  void a_certificate_of_another_app_is_refused() {
    final var other = caller.put(APPLE, certificate("com.example.other", ""));
    refused(Reason.CERTIFICATE_UNFIT, other);
    assertEquals(422, other.status());
    assertEquals("certificate: is not for com.example.chat", other.text("/detail"));
    final var beta = ",\"topic\":\"com.example.chat.beta\"";
    refused(
        Reason.CERTIFICATE_UNFIT,
        caller.put(APPLE + "/beta", certificate("com.example.chat", beta)));
    assertEquals("[]", accounts());
  }

  @Test
  void one_with_an_id_is_for_the_app_of_its_certificate() {
    assertEquals(
        204, caller.put(APPLE + "/old", certificate("com.example.chat.beta", "")).status());
    assertEquals("[apns old both com.example.chat.beta ]", accounts());
  }

  @Test
  void an_exported_file_is_opened_with_its_password() {
    final var file = Base64.getEncoder().encodeToString("com.example.chat".getBytes(US_ASCII));
    final var body = "{\"pkcs12\":\"" + file + "\",\"password\":\"%s\"}";
    final var wrong = caller.put(APPLE, body.formatted("guess"));
    refused(Reason.MALFORMED, wrong);
    assertEquals("password: does not open the file", wrong.text("/detail"));
    assertEquals(204, caller.put(APPLE, body.formatted("open")).status());
    assertTrue(caller.get(APP).body().at("/accounts/0/certificate").asBoolean());
    final var noBase64 = caller.put(APPLE, "{\"pkcs12\":\"A\",\"password\":\"open\"}");
    assertEquals("pkcs12: is not base64", noBase64.text("/detail"));
  }

  @Test
  void key_and_certificate_are_not_mixed() {
    final var both = caller.put(APPLE, key("K", ",\"certificate\":\"PEM\""));
    refused(Reason.MALFORMED, both);
    assertEquals(
        "certificate: does not go together with team: give one of the two", both.text("/detail"));
    final var half = caller.put(APPLE, "{\"certificate\":\"PEM of com.example.chat\"}");
    assertEquals("privateKey: is missing", half.text("/detail"));
    assertEquals("team: is missing", caller.put(APPLE, "{}").text("/detail"));
  }

  @Test
  void google_is_asked_for_a_label_and_for_other_platforms() {
    final var more =
        account("chat").replaceFirst("\\}$", ",\"analyticsLabel\":\"calls\",\"web\":true}");
    assertEquals(204, caller.put(GOOGLE, more).status());
    final var account = caller.get(APP).body().path("accounts").path(0);
    assertEquals("calls", account.path("analyticsLabel").asText());
    assertTrue(account.path("web").asBoolean());
    assertFalse(account.has("apple"));
  }

  @Test
  void a_credential_and_a_token_are_tried_and_nothing_is_kept() {
    final var trials = APP + "/trials/fcm";
    refused(Reason.NOT_FOUND, caller.post(trials, "{\"token\":\"good\"}"));
    assertEquals(204, caller.put(GOOGLE, account("chat")).status());
    final var good = caller.post(trials, "{\"token\":\"good\"}");
    assertEquals(
        "{\"taken\":true,\"theirWords\":\"projects/p/messages/fake_message_id\"}",
        good.whole().body().strip());
    final var bad = caller.post(trials, "{\"token\":\"bad\"}");
    assertEquals(200, bad.status());
    assertFalse(bad.body().path("taken").asBoolean());
    assertEquals(Reason.TOKEN_BAD.code(), bad.text("/code"));
    assertEquals("400 INVALID_ARGUMENT", bad.text("/theirWords"));
    refused(Reason.NOT_FOUND, caller.post(trials + "/beta", "{\"token\":\"good\"}"));
    refused(Reason.MALFORMED, caller.post(trials, "{}"));
  }

  @Test
  void an_app_has_a_limited_number_of_them() {
    for (int i = 0; i < CredentialsResource.MOST; i++) {
      assertEquals(204, caller.put(GOOGLE + "/p" + i, account("p" + i)).status());
    }
    final var more = caller.put(GOOGLE + "/more", account("more"));
    refused(Reason.TOO_LARGE, more);
    assertEquals(204, caller.put(GOOGLE + "/p7", account("another")).status());
    assertEquals(
        CredentialsResource.MOST,
        api.store().secrets().credentials(new AppId("com.example.chat"), PushService.FCM).size());
  }
}

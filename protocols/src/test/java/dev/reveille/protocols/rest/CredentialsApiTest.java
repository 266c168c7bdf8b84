package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
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

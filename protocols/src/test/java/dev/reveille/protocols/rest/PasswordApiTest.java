package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Password;
import dev.reveille.model.UserId;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.UserPasswords.Algorithm;
import dev.reveille.routing.port.UserPasswords.Verdict;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A user's password by the API: it is set, told of, and never told.
class PasswordApiTest {
  private static final String ANNAS = "/v1/users/anna/password";
  private static final String HORSE = "correct horse";
  private static final UserId ANNA = new UserId(ApiUnderTest.ACME, "anna");

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeEach
  void anna() {
    caller.put("/v1/users/anna", "{\"addresses\":[\"sip:anna@example.org\"]}");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Reply set(final String password) {
    return caller.put(ANNAS, "{\"password\":\"" + password + "\"}");
  }

  private static void refused(
      final int status, final String code, final String detail, final Reply reply) {
    assertEquals(status, reply.status(), () -> reply.body().toString());
    assertEquals(code, reply.code());
    assertEquals(detail, reply.text("/detail"));
  }

  @Test
  void it_is_set_and_the_answer_says_for_which_domains() {
    refused(404, "RV-109", "password of user anna", caller.get(ANNAS));
    caller.put("/v1/domains/example.org", "{}");
    final var set = caller.put("/v1/users/sip:anna@example.org/password", body(HORSE));
    assertEquals(200, set.status(), () -> set.body().toString());
    assertEquals("anna", set.text("/user"));
    assertEquals("[\"example.org\"]", set.body().path("domains").toString());
    assertEquals("[]", set.body().path("setAgainFor").toString());
    assertEquals(set.body(), caller.get(ANNAS).body());
    final var passwords = api.store().passwords();
    assertEquals(Verdict.RIGHT, passwords.verify(ANNA, Password.of(HORSE)));
    assertTrue(passwords.ha1(ANNA, "example.org", Algorithm.SHA_256).isPresent());

    final var later = caller.post("/v1/domains", "{\"domain\":\"later.example\"}");
    assertEquals(1, later.body().path("passwordsToSetAgain").asInt());
    final var shown = caller.get(ANNAS).body();
    assertEquals("[\"example.org\"]", shown.path("domains").toString());
    assertEquals("[\"later.example\"]", shown.path("setAgainFor").toString());
    assertEquals("[]", set(HORSE).body().path("setAgainFor").toString());
    assertEquals(
        0, caller.get("/v1/domains/later.example").body().path("passwordsToSetAgain").asInt());
    caller.delete("/v1/domains/example.org");
    assertEquals("[\"later.example\"]", caller.get(ANNAS).body().path("domains").toString());
  }

  private static String body(final String password) {
    return "{\"password\":\"" + password + "\"}";
  }

  @Test
  void it_goes_when_it_is_removed_and_with_its_user() {
    set(HORSE);
    assertEquals(204, caller.delete(ANNAS).status());
    refused(404, "RV-109", "password of user anna", caller.delete(ANNAS));
    assertEquals(Verdict.WRONG, api.store().passwords().verify(ANNA, Password.of(HORSE)));
    set(HORSE);
    assertEquals(204, caller.delete("/v1/users/anna").status());
    refused(404, "RV-109", "user anna", caller.get(ANNAS));
    refused(404, "RV-109", "user anna", set(HORSE));
    anna();
    refused(404, "RV-109", "password of user anna", caller.get(ANNAS));
  }

  @Test
  void what_cannot_be_a_password_is_refused_without_being_quoted() {
    refused(
        400,
        "RV-101",
        "password: must have 8 to 1024 bytes in UTF-8 (a letter of English is one byte), not 5"
            + " bytes",
        set("horse"));
    refused(
        400,
        "RV-101",
        "password: must not have control characters, such as a tab or the end of a line",
        set("correct\\thorse"));
    for (final var wrong :
        List.of("", "correct horse\\ud800", "correct\\u0000horse", "x".repeat(1_025))) {
      final var reply = set(wrong);
      assertEquals(400, reply.status(), () -> reply.body().toString());
      assertFalse(reply.body().toString().contains("horse"), () -> reply.body().toString());
    }
    refused(400, "RV-101", "password: is missing", caller.put(ANNAS, "{}"));
    assertEquals(400, caller.put(ANNAS, "{\"password\":12345678}").status());
    assertEquals("RV-102", caller.put(ANNAS, "{\"pasword\":\"correct horse\"}").code());
    refused(404, "RV-109", "password of user anna", caller.get(ANNAS));
  }

  @Test
  void only_operators_of_its_organisation_may() {
    set(HORSE);
    final var sender = api.caller(ApiUnderTest.ACME, Right.SEND, Right.LISTEN);
    final var other = api.caller(ApiUnderTest.OTHER, Right.values());
    for (final var method : List.of("GET", "PUT", "DELETE")) {
      final var body = method.equals("PUT") ? body("another horse") : "";
      assertEquals("RV-108", sender.send(method, ANNAS, body).code());
      assertEquals("RV-109", other.send(method, ANNAS, body).code());
    }
    assertEquals(Verdict.RIGHT, api.store().passwords().verify(ANNA, Password.of(HORSE)));
  }

  @Test
  void the_audit_log_says_who_set_it_from_where_and_nothing_of_it() {
    set(HORSE);
    caller.delete(ANNAS);
    final var all = caller.get("/v1/audit?kind=user").body().path("entries");
    assertEquals(
        List.of("remove password of user anna", "keep password of user anna", "keep user anna"),
        all.findValuesAsText("what"));
    assertEquals("127.0.0.1", all.path(1).path("from").asText());
    assertTrue(all.path(1).path("who").asText().startsWith("key "), all::toString);
  }
}

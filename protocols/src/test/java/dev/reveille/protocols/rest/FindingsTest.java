package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the server finds wrong is told to those whom it concerns, and ends of credentials to the
/// app's owner.
class FindingsTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller first = api.caller(OrganisationId.FIRST, Right.values());
  private final Caller acme = api.caller(new OrganisationId("acme"), Right.values());

  @AfterEach
  void close() {
    api.close();
  }

  private static List<String> found(final Caller caller) {
    return caller.get("/v1/findings").body().path("findings").findValuesAsText("id");
  }

  @Test
  void what_concerns_the_server_is_told_to_the_first_organisation_and_an_app_to_its_own() {
    assertEquals(201, acme.put("/v1/apps/phone", "{}").status());
    assertEquals(List.of("proxy-unreachable"), found(first));
    assertEquals(List.of("sandbox-mixed"), found(acme));
    assertEquals(
        "{\"findings\":[{\"severity\":\"note\",\"id\":\"sandbox-mixed\",\"about\":\"phone\","
            + "\"sentence\":\"Mixed.\",\"remedy\":\"Say it.\"}]}",
        acme.get("/v1/findings").body().toString());
  }

  @Test
  void it_needs_the_right_to_manage() {
    final var sender = api.caller(OrganisationId.FIRST, Right.SEND);
    assertTrue(ApiUnderTest.is(sender.get("/v1/findings"), Reason.NOT_ALLOWED));
  }

  @Test
  void an_account_says_when_it_ends() {
    assertEquals(201, acme.put("/v1/apps/phone", "{}").status());
    final var kept =
        acme.put(
            "/v1/apps/phone/credentials/wns",
            "{\"client\":\"ms-app://s-1-15-2-1\",\"secret\":\"s\","
                + "\"expires\":\"2027-01-31T00:00:00Z\"}");
    assertEquals(204, kept.status(), () -> kept.whole().body());
    assertEquals("2027-01-31T00:00:00Z", acme.get("/v1/apps/phone").text("/accounts/0/expires"));
  }
}

package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An app is for the organisations that its publisher names; to the others it is as if it did not
/// exist.
class ForeignAppsTest {
  private static final String APP = "/v1/apps/com.example.phone";
  private static final String CODE = "{\"app\":\"com.example.phone\"}";

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller publisher = api.caller();
  private final Caller other = api.caller(ApiUnderTest.OTHER, Right.values());

  @BeforeEach
  void users() {
    publisher.put("/v1/users/anna", "{}");
    other.put("/v1/users/anna", "{}");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static void refused(final Reason why, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
  }

  private Reply code(final Caller caller) {
    return caller.post("/v1/users/anna/codes", CODE);
  }

  private void device(final String id, final OrganisationId organisation) {
    final var at = Instant.parse("2026-03-01T12:00:00Z");
    api.store()
        .registry()
        .keepInstallation(
            new Installation(
                new InstallationId(id),
                organisation,
                new AppId("com.example.phone"),
                Platform.IOS,
                18,
                "",
                List.of(new UserId(organisation, "anna")),
                List.of(),
                Map.of(),
                at,
                at),
            "test");
  }

  @Test
  void an_app_is_for_its_publisher_alone_unless_it_says_otherwise() {
    final var unknown = other.post("/v1/users/anna/codes", CODE);
    final var made = publisher.put(APP, "{}");

    assertEquals("[\"acme\"]", made.body().path("organisations").toString());
    assertEquals(201, code(publisher).status());
    refused(Reason.NOT_FOUND, code(other));
    assertEquals(unknown.text("/detail"), code(other).text("/detail"));
  }

  @Test
  void the_publisher_names_others_or_all_and_takes_them_off() {
    final var named = publisher.put(APP, "{\"organisations\":[\"other\"]}");
    assertEquals("[\"acme\",\"other\"]", named.body().path("organisations").toString());
    assertEquals(201, code(other).status());
    final var unsaid = publisher.put(APP, "{\"name\":\"Phone\"}");
    assertEquals("[\"acme\",\"other\"]", unsaid.body().path("organisations").toString());
    assertEquals(
        "[\"acme\"]",
        publisher.put(APP, "{\"organisations\":[]}").body().path("organisations").toString());
    refused(Reason.NOT_FOUND, code(other));
    final var all = publisher.put(APP, "{\"organisations\":[\"*\"]}");
    assertEquals("[\"*\"]", all.body().path("organisations").toString());
    assertEquals(201, code(other).status());
    refused(Reason.MALFORMED, publisher.put(APP, "{\"organisations\":[\"*\",\"other\"]}"));
    refused(Reason.MALFORMED, publisher.put(APP, "{\"organisations\":[\"\"]}"));
  }

  @Test
  void the_publisher_sees_and_removes_foreign_devices_and_can_then_remove_the_app() {
    publisher.put(APP, "{\"organisations\":[\"*\"]}");
    device("i-ours", ApiUnderTest.ACME);
    device("i-theirs", ApiUnderTest.OTHER);
    publisher.put(APP, "{\"organisations\":[]}");

    refused(Reason.STILL_USED, publisher.delete(APP + "?installations=remove"));
    assertEquals(200, publisher.get("/v1/installations/i-ours").status(), "nothing went");
    final var seen = publisher.get(APP + "/installations");
    assertEquals(
        "[{\"id\":\"i-theirs\",\"organisation\":\"other\",\"named\":false,\"platform\":\"ios\","
            + "\"registeredAt\":\"2026-03-01T12:00:00Z\",\"lastSeen\":\"2026-03-01T12:00:00Z\"}]",
        seen.body().path("installations").toString());
    refused(Reason.NOT_FOUND, other.get(APP + "/installations"));
    refused(Reason.NOT_FOUND, other.delete(APP + "/installations/i-theirs"));
    refused(Reason.NOT_FOUND, publisher.delete(APP + "/installations/i-ours"));

    assertEquals(204, publisher.delete(APP + "/installations/i-theirs").status());
    refused(Reason.NOT_FOUND, publisher.delete(APP + "/installations/i-theirs"));
    assertEquals(
        List.of("publisher acme"),
        other.get("/v1/audit?kind=installation&limit=1").body().findValuesAsText("who"));
    assertTrue(
        publisher
            .get("/v1/audit?kind=installation&limit=1")
            .text("/entries/0/what")
            .contains("i-theirs of app com.example.phone and organisation other"));
    assertEquals(204, publisher.delete(APP + "?installations=remove").status());
  }
}
